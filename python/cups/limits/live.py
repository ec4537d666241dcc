"""The limits and figures in force: what the process was started with, and over it what staff have set, from one moment to the next.

One object for the gateway, REST and the pages. The table is the truth: it is read at start, and news of a change apply it everywhere.
"""

from collections.abc import Callable, Sequence

import structlog
from sqlalchemy import Connection

from cups._core import Pace
from cups.limits import queries
from cups.limits.figures import LIMITS, LIVE, fields_of, fits
from cups.limits.trust import AT_ONCE, Tier, rule_for, tier_of
from cups.news import LimitsChanged
from cups.reach import Facts
from cups.settings import Settings

log = structlog.get_logger()
SWEPT_AT_ONCE = 20_000
"""Slots that one step of forgetting looks at: some hundred microseconds of the loop."""


SPENT_MOST = 1000
"""Of what another process tells at once, so much counts."""


class Limits:
    """Asked at each act. Used on the loop's thread and on the writer's."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._changed: dict[str, int] = {}
        self.pace = Pace()
        self.reads: Callable[[Connection, Facts], int] = lambda _conn, _facts: 0
        """How many sections this person has read and passed; courses, which rank above, know."""
        self.on_spent: Callable[[str, str], None] = lambda rule, key: None
        """Told of everything that was counted here: for the other processes."""
        self._apply(LIMITS)

    def figure(self, name: str) -> int:
        """The value in force."""
        return self._changed.get(name, self.default(name))

    def default(self, name: str) -> int:
        """What the process was started with."""
        value: int = getattr(self._settings, name)
        return value

    def rule(self, limit: str) -> tuple[int, int]:
        """burst and period_ms in force."""
        burst, period = fields_of(limit)
        return self.figure(burst), self.figure(period)

    # Asking

    def check(self, rule: str, key: str, now: int) -> int:
        """0: allowed and counted. Otherwise when it will be allowed."""
        until = self.pace.check(rule, key, now)
        if not until:
            self.on_spent(rule, key)
        return until

    def check_all(self, checks: Sequence[tuple[str, str]], now: int) -> int:
        until = self.pace.check_all(checks, now)
        if not until:
            for rule, key in checks:
                self.on_spent(rule, key)
        return until

    def spent_elsewhere(self, rule: str, key: str, times: int, now: int) -> None:
        """Counts what another process has counted."""
        for _ in range(min(times, SPENT_MOST)):
            if self.pace.check(rule, key, now):
                break

    def tier(self, conn: Connection | None, person: Facts, now: int, place: str = "") -> Tier:
        """How far somebody is trusted, by days and by reading, never by points. Without a connection, by days alone."""
        return tier_of(
            person,
            now,
            days=self.figure("trust_days"),
            reader_days=self.figure("trust_reader_days"),
            reads=self.figure("trust_reads"),
            place=place,
            read=lambda: 0 if conn is None else self.reads(conn, person),
        )

    def rule_of(self, conn: Connection | None, action: str, person: Facts, now: int, place: str = "") -> str:
        """The limit that counts for this person's act."""
        return rule_for(action, self.tier(conn, person, now, place))

    def check_person(
        self, conn: Connection | None, action: str, person: Facts, now: int, *, place: str = "", within: str = ""
    ) -> int:
        """As `check`, for an act of a person, by the limit for who they are; `within`: counted for each such place on its own."""
        key = f"{person.id}:{within}" if within else person.id
        return self.check(self.rule_of(conn, action, person, now, place), key, now)

    def rooms_at_once(self, person: Facts, now: int, place: str) -> int:
        """In how many rooms this person is at once."""
        return self.figure(AT_ONCE[self.tier(None, person, now, place)])

    # Changing

    def load(self, conn: Connection) -> None:
        """What was set before this process started. A name or value that no longer fits is left out, and said in the log."""
        self._changed.clear()
        for row in queries.every(conn):
            if fits(row.name, row.value):
                self._changed[row.name] = row.value
            else:
                log.warning("a stored setting does not fit and is left out", setting=row.name, value=row.value)
        self._apply(LIMITS)

    def changed(self, news: LimitsChanged) -> None:
        """From now on, for everybody. Keys under way keep what they have used up."""
        for name, value in news.values.items():
            if value is None:
                self._changed.pop(name, None)
            elif name in LIVE:
                self._changed[name] = value
        self._apply([limit for limit in LIMITS if not news.values.keys().isdisjoint(fields_of(limit))])

    def _apply(self, limits: Sequence[str]) -> None:
        for limit in limits:
            burst, period_ms = self.rule(limit)
            self.pace.set_rule(limit, burst=burst, period_ms=period_ms)

    def forget_some(self, now: int) -> int:
        """A small step of forgetting keys that are back at rest."""
        return self.pace.sweep_some(now, SWEPT_AT_ONCE)
