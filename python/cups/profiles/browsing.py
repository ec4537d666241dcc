"""Finding a listener (SPEC A9): by name, topic, language, ages, status, stars, the mark of a verified listener, 35 or over; only those whom `reach` lets this person reach, a page at a time.

Three ways through the directory, each along an index: by the letters of a name; round the circle of all; or round the circle of those who are connected,
which is in memory, where the status asks for somebody who is here. Everybody begins at another place of the circle, so that nobody is always the first.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

import msgspec
from sqlalchemy import Connection

from cups.accounts import names
from cups.accounts import queries as accounts
from cups.accounts.visitor import Visitor
from cups.clock import Clock
from cups.errors import Refused
from cups.news import AccountChanged
from cups.profiles import directory
from cups.profiles.directory import Line, ListenerDirectory, Shelf
from cups.reach import Channel, Facts, ask, reach
from cups.requests.here import Here
from cups.requests.personal import Personal
from cups.settings import Settings
from cups.store.database import Transactions
from cups.store.schema import Record
from cups.wire.requests import ListenerEntry, Listeners, SeekIn

STEP = 25
FEW_HERE, STEP_HERE = 50, 500
"""Seats passed over at once: most pages are full after the first few, whose lines may have to be read; whoever seeks something rare goes on in larger steps."""
SEATS_A_LOOK = 400
LINES_A_LOOK = 10
"""Seats passed over in the circle, and accounts whose lines are read into memory, that cost as much as looking at one listener."""
MOST_LOOKED_AT = 160
"""Of one page: whoever seeks something rare gets a shorter page, and goes on from there."""
COUNTED_FOR_MS = 3000
"""How long a count of all who are online is good: the front page asks for it each time."""
_CURSOR = re.compile(r"[0-9a-f]{16}\.[0-9a-f]{16}")
_NAME_CURSOR = re.compile(r"n\.[\w.-]{1,64}")


class Step:
    """Accounts that are looked at one after the other, and what is asked about all of them at once, if at all."""

    def __init__(self, rows: dict[str, Record]) -> None:
        self.rows = rows
        self._facts: dict[str, Facts] | None = None
        self._free: frozenset[str] | None = None

    def facts(self, conn: Connection, id: str, now: int) -> Facts:
        if self._facts is None:
            self._facts = accounts.facts_of_many(conn, list(self.rows.values()), now)
        return self._facts[id]

    def is_free(self, conn: Connection, id: str, topic: str, personal: Personal) -> bool:
        if self._free is None:
            self._free = personal.free_of(conn, list(self.rows.values()), topic)
        return id in self._free


class Found(NamedTuple):
    """Somebody who fits: their line in the directory, their account, and the cursor from which one goes on behind them."""

    row: Record | Line
    account: Record
    cursor: str
    step: Step


class Shown(NamedTuple):
    found: Found
    status: Literal["online", "busy", "offline"]


class Page(msgspec.Struct):
    """What one page has gathered: who is shown, how many were looked at, and where the next one goes on."""

    shown: list[Shown] = []
    looked_at: int = 0
    next: str | None = None
    cut: bool = False
    """There may be more, of whom nobody was looked at."""
    version: int = 0
    """Of the lines in memory, from before anything was read for this page."""


class Browsing:
    def __init__(
        self,
        db: Transactions,
        clock: Clock,
        settings: Settings,
        personal: Personal,
        here: Here,
        listed: ListenerDirectory,
    ) -> None:
        self._db, self._clock, self._settings, self._personal, self._here = db, clock, settings, personal, here
        self._listed = listed
        listed.on_filled = self.forget_some
        self._count, self._counted_at = 0, -COUNTED_FOR_MS
        self._lines: dict[str, dict[Shelf, Line]] = {}
        """The lines in the directory of those who are connected: filtered in memory, ten thousand take a few milliseconds. Read from many threads, changed on
        the loop's and, for whoever is missing, on a reader's."""
        self._version = 0

    async def listening(self) -> int:
        """How many listeners are online in effect, set so by hand and connected, as of a few seconds ago at most."""
        if self._clock.now() - self._counted_at >= COUNTED_FOR_MS:
            self._counted_at = self._clock.now()
            here = [id for id in self._here.everyone() if self._here.is_here(id)]
            self._count = await self._db.read(accounts.count_online, here)
        return self._count

    async def listeners(self, visitor: Visitor, seek: SeekIn) -> Listeners:
        """Who fits, and may be asked or left a message by this person. Refused: bad-input (`after` is no place that was given)."""
        shape = _NAME_CURSOR if seek.name else _CURSOR
        if seek.after is not None and not shape.fullmatch(seek.after):
            raise Refused("bad-input", field="after")
        # Both are asked before the reading begins: what is told later may not be in it.
        whole, version = self._listed.whole, self._version
        return await self._db.read(self._listeners, visitor.id, seek, whole, version)

    def _listeners(self, conn: Connection, viewer: str, seek: SeekIn, whole: bool, version: int) -> Listeners:
        page = self._page(conn, viewer, seek, version)
        people = accounts.people(conn, [one.found.account.id for one in page.shown])
        entries = [
            ListenerEntry(
                person=people[one.found.account.id],
                status=one.status,
                languages=one.found.account.languages.split(","),
                over_35=one.found.row.over_35,
                both_ages=one.found.row.both,
                stars=one.found.row.stars or None,
                verified=one.found.row.verified,
            )
            for one in page.shown
        ]
        # Who is free comes first on each page that is not in the order of names.
        if not seek.name:
            entries.sort(key=lambda entry: _ORDER[entry.status])
        return Listeners(listeners=entries, next=page.next, whole=whole)

    def _page(self, conn: Connection, viewer: str, seek: SeekIn, version: int) -> Page:
        now = self._clock.now()
        me = accounts.facts_by_id(conn, viewer, now)
        page = Page(version=version)
        if me is None or not ask(me).ok:
            return page
        met = frozenset(accounts.never_met(conn, viewer))
        for found in self._candidates(conn, me, seek, page):
            if len(page.shown) >= self._settings.listeners_page or page.looked_at >= MOST_LOOKED_AT:
                # `next` is behind the last one who was decided about.
                return page
            page.looked_at += 1
            status = self._status(conn, me, met, found, seek)
            if status is not None:
                page.shown.append(Shown(found, status))
            page.next = found.cursor
        if not page.cut:
            page.next = None
        return page

    # Who comes into question, in order

    def _candidates(self, conn: Connection, me: Facts, seek: SeekIn, page: Page) -> Iterator[Found]:
        wanted: dict[str, object] = {
            "language": seek.language,
            "serves": me.age,
            "topic": f"%,{seek.topic},%",
            "stars": seek.stars,
            "both": seek.serves == "both",
            "over_35": seek.over_35,
            "verified": seek.verified,
        }
        if seek.name:
            return self._by_name(conn, wanted, seek)
        start, _, last = (seek.after or f"{self._here.start_for(me.id)}.").partition(".")
        if seek.status in ("here", "online", "busy"):
            return self._connected(conn, wanted, start, last or None, page)
        return self._all(conn, wanted, start, last)

    def _by_name(self, conn: Connection, wanted: dict[str, object], seek: SeekIn) -> Iterator[Found]:
        key = names.key(seek.name.removeprefix("@"))
        low = key if seek.after is None else seek.after.removeprefix("n.") + " "
        while rows := directory.named(conn, wanted, max(low, key), key + directory.END, STEP):
            yield from _with_accounts(conn, [(row, f"n.{row.name_key}") for row in rows])
            low = rows[-1].name_key + " "

    def _all(self, conn: Connection, wanted: dict[str, object], start: str, last: str) -> Iterator[Found]:
        """From the start to the end of the circle, then from its beginning up to the start."""
        ranges = [(start, directory.END), ("", start)]
        if last:
            ranges = [(last + " ", directory.END), ("", start)] if last >= start else [(last + " ", start)]
        for low, high in ranges:
            while rows := directory.around(conn, wanted, low, high, STEP):
                yield from _with_accounts(conn, [(row, f"{start}.{row.place}") for row in rows])
                low = rows[-1].place + " "

    def _connected(
        self, conn: Connection, wanted: dict[str, object], start: str, last: str | None, page: Page
    ) -> Iterator[Found]:
        shelf, fits = (str(wanted["language"]), str(wanted["serves"])), directory.fitting(wanted)
        step = FEW_HERE
        while seats := self._here.around(start, last, step):
            step = min(2 * step, STEP_HERE)
            lines = self._lines_of(conn, [seat.account for seat in seats], page)
            here = [
                (line, f"{start}.{seat.key}")
                for seat in seats
                if (line := lines[seat.account].get(shelf)) is not None and fits(line)
            ]
            for at in range(0, len(here), STEP):
                yield from _with_accounts(conn, here[at : at + STEP])
            last = seats[-1].key
            # Passing over many costs something, too.
            page.looked_at += len(seats) // SEATS_A_LOOK
            page.next = f"{start}.{last}"
            if page.looked_at >= MOST_LOOKED_AT:
                page.cut = True
                return

    def _lines_of(self, conn: Connection, ids: list[str], page: Page) -> dict[str, dict[Shelf, Line]]:
        known = self._lines
        lines = {id: line for id in ids if (line := known.get(id)) is not None}
        if len(lines) == len(ids):
            return lines
        found = directory.lines_of(conn, [id for id in ids if id not in lines])
        page.looked_at += len(found) // LINES_A_LOOK
        # What was read may be older than a change that was told meanwhile.
        if page.version == self._version:
            known.update(found)
        return lines | found

    def forget(self, news: AccountChanged) -> None:
        """Something about somebody has changed."""
        self.forget_some([news.account])

    def forget_some(self, ids: Sequence[str]) -> None:
        self._version += 1
        for id in ids:
            self._lines.pop(id, None)

    def forget_all(self) -> None:
        """Something about many has changed."""
        self._version += 1
        self._lines = {}

    # One of them, as this person sees them

    def _status(
        self, conn: Connection, me: Facts, met: frozenset[str], found: Found, seek: SeekIn
    ) -> Literal["online", "busy", "offline"] | None:
        """None: not for this person, or not what they seek."""
        row = found.account
        # Whoever has just gone is still seen, as busy: see `Here`.
        here = row.status in ("online", "busy") and self._here.is_seen(row.id)
        if not _may_be(seek.status, row.status, here):
            return None
        channel: Channel = "queue" if here else "message"
        if not reach(me, found.step.facts(conn, row.id, me.as_of), channel, blocked=row.id in met).ok:
            return None
        if not here:
            return "offline"
        status: Literal["online", "busy"] = (
            "online" if found.step.is_free(conn, row.id, seek.topic, self._personal) else "busy"
        )
        return None if seek.status in ("online", "busy") and seek.status != status else status


def _with_accounts(conn: Connection, found: Sequence[tuple[Record | Line, str]]) -> Iterator[Found]:
    rows = accounts.by_ids(conn, [row.account_id for row, _ in found])
    step = Step(rows)
    yield from (Found(row, rows[row.account_id], cursor, step) for row, cursor in found if row.account_id in rows)


_ORDER = {"online": 0, "busy": 1, "offline": 2}


def _may_be(sought: str, status: str, here: bool) -> bool:
    """Whether somebody may turn out as what is sought, before anything is read of them that costs more."""
    match sought:
        case "offline":
            return not here
        case "any":
            return True
        case "online":
            return here and status == "online"
        case _:
            return here
