"""Limits and figures as staff see and change them: stored with who and when, in the audit log, in force from the commit on."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from sqlalchemy import Connection

from cups.accounts import queries as accounts
from cups.accounts.safety import Safety
from cups.accounts.visitor import Visitor
from cups.clock import Clock
from cups.errors import Refused
from cups.limits import queries
from cups.limits.figures import FIGURES, GUARDED, LIMITS, bounds, counts_by, fields_of, fits
from cups.limits.live import Limits
from cups.news import LimitsChanged
from cups.staff.acting import act
from cups.store.database import Database, Unit
from cups.store.schema import Record
from cups.wire.staff import Figure, FigureIn, Limit, LimitIn
from cups.wire.staff import Limits as LimitList

T = TypeVar("T", Limit, Figure)
RISING = {
    ("warn_mute_at", "warn_remove_at", "warn_ban_at"): "steps-in-order",
    ("silence_ask_s", "silence_offer_s"): "asked-before-offered",
    ("guest_rooms", "new_rooms", "member_rooms"): "rooms-in-order",
}
"""Figures of which none may be smaller than the one before, and the message that says so."""


class LimitsDesk:
    def __init__(self, db: Database, clock: Clock, limits: Limits, safety: Safety) -> None:
        self._db, self._clock, self._limits, self._safety = db, clock, limits, safety

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
        """As the table has it: the news of a change follow its commit. What does not fit any more is not in force."""
        row = rows.get(name)
        return int(row.value) if row is not None and fits(name, row.value) else self._limits.default(name)

    async def set_limit(self, visitor: Visitor, limit: str, form: LimitIn) -> Limit:
        """Refused: not-found (an unknown limit), confirm-first (one that keeps the site or its accounts safe), bad-input with the field (out of bounds)."""
        burst, period = self._known(limit)
        self._guard(visitor, limit)
        _require_within(burst, form.burst, "burst")
        _require_within(period, form.period_ms, "period_ms")
        values: dict[str, int | None] = {burst: form.burst, period: form.period_ms}
        return await self._set(visitor, "limit.set", limit, values, lambda told: _named(told.limits, limit))

    async def reset_limit(self, visitor: Visitor, limit: str) -> Limit:
        """Back to what the process was started with; resetting what was never changed changes nothing. Refused: not-found, confirm-first."""
        fields = self._known(limit)
        self._guard(visitor, limit)
        values: dict[str, int | None] = dict.fromkeys(fields)
        return await self._set(visitor, "limit.reset", limit, values, lambda told: _named(told.limits, limit))

    async def set_figure(self, visitor: Visitor, name: str, form: FigureIn) -> Figure:
        if name not in FIGURES:
            raise Refused("not-found")
        _require_within(name, form.value, "value")
        values: dict[str, int | None] = {name: form.value}
        return await self._set(visitor, "figure.set", name, values, lambda told: _named(told.figures, name))

    async def reset_figure(self, visitor: Visitor, name: str) -> Figure:
        if name not in FIGURES:
            raise Refused("not-found")
        return await self._set(visitor, "figure.reset", name, {name: None}, lambda told: _named(told.figures, name))

    def _guard(self, visitor: Visitor, limit: str) -> None:
        if limit in GUARDED:
            self._safety.require_confirmed(visitor)

    def _known(self, limit: str) -> tuple[str, str]:
        if limit not in LIMITS:
            raise Refused("not-found")
        return fields_of(limit)

    async def _set(
        self,
        visitor: Visitor,
        name: str,
        subject: str,
        values: dict[str, int | None],
        pick: Callable[[LimitList], T],
    ) -> T:
        """`pick`: what of the list, as it is then, is the answer."""
        now = self._clock.now()
        details = {field: "as started" if value is None else str(value) for field, value in values.items()}

        def work(unit: Unit) -> T:
            for field, value in values.items():
                if value is None:
                    queries.drop(unit.conn, [field])
                else:
                    queries.put(unit.conn, field, value, visitor.id, now)
            self._rising(unit.conn, values)
            unit.announce(LimitsChanged(values=values))
            return pick(self._read(unit.conn))

        return await act(self._db, visitor, name, subject, details, work, now=now)

    def _rising(self, conn: Connection, changed: Iterable[str]) -> None:
        rows = {row.name: row for row in queries.every(conn)}
        for names, why in RISING.items():
            values = [self._value(name, rows) for name in names]
            if not set(names).isdisjoint(changed) and values != sorted(values):
                raise Refused("bad-input", field="value", says=why)


def _require_within(name: str, value: int, field: str) -> None:
    least, most = bounds(name)
    if not least <= value <= most:
        raise Refused("bad-input", field=field, says="within", given={"least": least, "most": most})


def _named(found: list[T], name: str) -> T:
    return next(one for one in found if one.name == name)
