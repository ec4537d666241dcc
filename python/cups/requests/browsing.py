"""Who can be asked personally now: the listeners who are connected, as one person may see them, a page at a time.

It goes round the circle of those who are connected, from another place for everybody who looks, and reads no more accounts than a page needs.
"""

import re

from sqlalchemy import Connection

from cups.accounts import queries as accounts
from cups.accounts.visitor import Visitor
from cups.clock import Clock
from cups.errors import Refused
from cups.reach import ask, reach
from cups.requests.here import Here, Seat
from cups.requests.personal import Personal
from cups.requests.taking import refused_by
from cups.settings import Settings
from cups.store.database import Transactions
from cups.store.schema import Record
from cups.wire.requests import ListenerEntry, Listeners

STEP = 50
MOST_LOOKED_AT = 400
"""Of one page: whoever may meet few of those who are here gets a shorter page, and goes on from there."""
COUNTED_FOR_MS = 3000
"""How long a count of all who are online is good: the front page asks for it each time."""
_CURSOR = re.compile(r"[0-9a-f]{16}\.[0-9a-f]{16}")


class Browsing:
    def __init__(self, db: Transactions, clock: Clock, settings: Settings, personal: Personal, here: Here) -> None:
        self._db, self._clock, self._settings, self._personal, self._here = db, clock, settings, personal, here
        self._count, self._counted_at = 0, -COUNTED_FOR_MS

    async def listening(self) -> int:
        """How many listeners are online in effect, set so by hand and connected, as of a few seconds ago at most."""
        if self._clock.now() - self._counted_at >= COUNTED_FOR_MS:
            self._counted_at = self._clock.now()
            here = [id for id in self._here.everyone() if self._here.is_here(id)]
            self._count = await self._db.read(accounts.count_online, here)
        return self._count

    async def listeners(self, visitor: Visitor, topic: str, language: str, after: str | None = None) -> Listeners:
        """Those who talk in this language, do not leave this topic out, and whom `reach` lets this person ask; who is free comes first.

        Refused: bad-input (`after` is no place that was given).
        """
        if after is not None and not _CURSOR.fullmatch(after):
            raise Refused("bad-input", field="after")
        start, _, last = (after or f"{self._here.start_for(visitor.id)}.").partition(".")
        found: list[ListenerEntry] = []
        looked_at, behind, more = 0, last or None, True
        while more and len(found) < self._settings.listeners_page and looked_at < MOST_LOOKED_AT:
            seats = self._here.around(start, behind, STEP)
            if not seats:
                more = False
                break
            want = self._settings.listeners_page - len(found)
            entries, used = await self._db.read(self._look, visitor.id, seats, topic, language, want)
            found += entries
            looked_at += used
            behind = seats[used - 1].key
        more = more and bool(self._here.around(start, behind, 1))
        found.sort(key=lambda entry: entry.status != "online")
        return Listeners(listeners=found, next=f"{start}.{behind}" if more else None)

    def _look(
        self, conn: Connection, viewer: str, seats: list[Seat], topic: str, language: str, want: int
    ) -> tuple[list[ListenerEntry], int]:
        """Those of these seats who are shown, `want` at the most, and how many seats were looked at."""
        now = self._clock.now()
        me = accounts.facts_by_id(conn, viewer, now)
        if me is None or not ask(me).ok:
            return [], len(seats)
        rows = accounts.by_ids(conn, [seat.account for seat in seats])
        met = frozenset(accounts.never_met(conn, viewer))
        shown: list[Record] = []
        used = 0
        while used < len(seats) and len(shown) < want:
            row = rows.get(seats[used].account)
            used += 1
            if row is None or row.status not in ("online", "busy") or not self._here.is_seen(row.id):
                continue
            if language not in row.languages.split(",") or topic in refused_by(row):
                continue
            if reach(me, accounts.facts(conn, row, now), "queue", blocked=row.id in met).ok:
                shown.append(row)
        people = accounts.people(conn, [row.id for row in shown])
        return [
            ListenerEntry(
                person=people[row.id],
                status="online" if self._personal.is_free(conn, row, topic) else "busy",
                languages=row.languages.split(","),
            )
            for row in shown
        ], used
