"""Nights of young people are quiet (SPEC B10): while it is night where they are, nothing rings at them by itself. What they look for themselves is open as by day.

A time zone is kept of nobody else, and seen by its owner alone. Where none is known, no night is; the system's own tables of time zones are used.
"""

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import Connection

from cups.accounts import queries
from cups.accounts.visitor import Visitor
from cups.clock import Clock
from cups.errors import Refused
from cups.reach import quiet_nights
from cups.settings import Settings
from cups.store.database import Database, Unit
from cups.store.schema import Record
from cups.wire.people import Nights as NightsOf
from cups.wire.people import TimeZoneIn

AREAS = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Arctic/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)


@cache
def zones() -> tuple[str, ...]:
    """The time zones to choose from, as the system knows them: by a place, and UTC."""
    return (*sorted(zone for zone in available_timezones() if zone.startswith(AREAS)), "UTC")


@cache
def _zone(name: str) -> ZoneInfo | None:
    return ZoneInfo(name) if name in available_timezones() else None


def is_night(zone: str, now: int, *, begins: int, ends: int) -> bool:
    """Whether it is from `begins` to before `ends` o'clock there. The same hour twice: there is no night. False where the zone is not known."""
    found = _zone(zone) if zone else None
    if found is None:
        return False
    hour = datetime.fromtimestamp(now / 1000, found).hour
    return begins <= hour < ends if begins <= ends else hour >= begins or hour < ends


class Nights:
    def __init__(self, db: Database, clock: Clock, settings: Settings) -> None:
        self._db, self._clock, self._settings = db, clock, settings

    def quiet(self, conn: Connection, row: Record, now: int) -> bool:
        """Whether nothing is to ring at this person now."""
        begins, ends = self._settings.night_begins, self._settings.night_ends
        return is_night(row.time_zone, now, begins=begins, ends=ends) and quiet_nights(queries.facts(conn, row, now))

    async def of(self, visitor: Visitor) -> NightsOf:
        """Refused: not-allowed (an adult's nights are no quieter, and where they are is not asked)."""
        if not quiet_nights(visitor.facts):
            raise Refused("not-allowed")
        row = await self._db.read(queries.by_id, visitor.id)
        return NightsOf(
            zone="" if row is None else row.time_zone,
            begins=self._settings.night_begins,
            ends=self._settings.night_ends,
        )

    async def set_zone(self, visitor: Visitor, form: TimeZoneIn) -> NightsOf:
        """For both of the person's accounts; empty: it is forgotten. Refused: not-allowed, bad-input (no such time zone)."""
        if not quiet_nights(visitor.facts):
            raise Refused("not-allowed")
        if form.zone and _zone(form.zone) is None:
            raise Refused("bad-input", field="zone")

        def work(unit: Unit) -> None:
            row = queries.by_id(unit.conn, visitor.id)
            if row is None or not (form.if_unknown and row.time_zone):
                for id in queries.personas(unit.conn, visitor.id):
                    queries.update(unit.conn, id, time_zone=form.zone)

        await self._db.write(work)
        return await self.of(visitor)
