"""Limits and figures as staff see and change them: stored with who and when, in the audit log, in force from the commit on."""

from collections.abc import Iterable
from typing import TypeVar

from sqlalchemy import Connection

from cups.accounts import queries as accounts
from cups.accounts.visitor import Visitor
from cups.clock import Clock
from cups.errors import Refused
from cups.limits import queries
from cups.limits.figures import FIGURES, LIMITS, bounds, counts_by, fields_of
from cups.limits.live import Limits
from cups.news import LimitsChanged
from cups.staff.acting import act
from cups.store.database import Database, Unit
from cups.store.schema import Record
from cups.wire.staff import Figure, FigureIn, Limit, LimitIn
from cups.wire.staff import Limits as LimitList

T = TypeVar("T", Limit, Figure)
RISING = {
    ("warn_mute_at", "warn_remove_at", "warn_ban_at"): "Mute, removal and ban follow one another in this order.",
    ("silence_ask_s", "silence_offer_s"): "The listener is asked before the member is offered another.",
}
"""Figures of which none may be smaller than the one before, and what is said about it."""


class LimitsDesk:
    def __init__(self, db: Database, clock: Clock, limits: Limits) -> None:
        self._db, self._clock, self._limits = db, clock, limits

    async def every(self) -> LimitList:
        return await self._db.read(self._read)

    def _read(self, conn: Connection) -> LimitList:
        rows = {row.name: row for row in queries.every(conn)}
        people = accounts.people(conn, [row.by_id for row in rows.values()])
        names = {id: person.name for id, person in people.items()}
        return LimitList(
            limits=[self._limit(limit, rows, names) for limit in LIMITS],
            figures=[self._figure(name, rows, names) for name in FIGURES],
        )

    def _limit(self, limit: str, rows: dict[str, Record], names: dict[str, str]) -> Limit:
        burst, period = fields_of(limit)
        row = rows.get(burst)
        return Limit(
            name=limit,
            counts=counts_by(limit),
            burst=self._value(burst, rows),
            period_ms=self._value(period, rows),
            default_burst=self._limits.default(burst),
            default_period_ms=self._limits.default(period),
            changed_by=None if row is None else names[row.by_id],
            changed_at=None if row is None else row.at,
        )

    def _figure(self, name: str, rows: dict[str, Record], names: dict[str, str]) -> Figure:
        row = rows.get(name)
        return Figure(
            name=name,
            value=self._value(name, rows),
            default=self._limits.default(name),
            least=bounds(name).least,
            most=bounds(name).most,
            changed_by=None if row is None else names[row.by_id],
            changed_at=None if row is None else row.at,
        )

    def _value(self, name: str, rows: dict[str, Record]) -> int:
        """As the table has it: the news of a change follow its commit."""
        return int(rows[name].value) if name in rows else self._limits.default(name)

    async def set_limit(self, visitor: Visitor, limit: str, form: LimitIn) -> Limit:
        """not-found for an unknown limit; bad-input, with the field, for a figure out of bounds (the body's own bounds say which)."""
        burst, period = self._known(limit)
        await self._set(visitor, "limit.set", limit, {burst: form.burst, period: form.period_ms})
        return _named((await self.every()).limits, limit)

    async def reset_limit(self, visitor: Visitor, limit: str) -> Limit:
        """Back to what the process was started with; resetting what was never changed changes nothing."""
        await self._set(visitor, "limit.reset", limit, dict.fromkeys(self._known(limit)))
        return _named((await self.every()).limits, limit)

    async def set_figure(self, visitor: Visitor, name: str, form: FigureIn) -> Figure:
        if name not in FIGURES:
            raise Refused("not-found")
        if not bounds(name).least <= form.value <= bounds(name).most:
            raise Refused(
                "bad-input", field="value", detail=f"From {bounds(name).least} to {bounds(name).most}, please."
            )
        await self._set(visitor, "figure.set", name, {name: form.value})
        return _named((await self.every()).figures, name)

    async def reset_figure(self, visitor: Visitor, name: str) -> Figure:
        if name not in FIGURES:
            raise Refused("not-found")
        await self._set(visitor, "figure.reset", name, {name: None})
        return _named((await self.every()).figures, name)

    def _known(self, limit: str) -> tuple[str, str]:
        if limit not in LIMITS:
            raise Refused("not-found")
        return fields_of(limit)

    async def _set(self, visitor: Visitor, name: str, subject: str, values: dict[str, int | None]) -> None:
        now = self._clock.now()
        details = {field: "as started" if value is None else str(value) for field, value in values.items()}

        def work(unit: Unit) -> None:
            for field, value in values.items():
                if value is None:
                    queries.drop(unit.conn, [field])
                else:
                    queries.put(unit.conn, field, value, visitor.id, now)
            self._rising(unit.conn, values)
            unit.announce(LimitsChanged(values=values))

        await act(self._db, visitor, name, subject, details, work, now=now)

    def _rising(self, conn: Connection, changed: Iterable[str]) -> None:
        rows = {row.name: row for row in queries.every(conn)}
        for names, why in RISING.items():
            values = [self._value(name, rows) for name in names]
            if not set(names).isdisjoint(changed) and values != sorted(values):
                raise Refused("bad-input", field="value", detail=why)


def _named(found: list[T], name: str) -> T:
    return next(one for one in found if one.name == name)
