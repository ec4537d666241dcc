"""Keeping index and table together: filling the index at start, comparing the two, rebuilding while both change.

One pass does all three. The table is read in pages, each of its own moment, and meanwhile the news are followed as always; a request
that news were told of during the pass is left to them, since they are newer than what was read. After each page a unit of work passes
through the writer, so that everything committed before it was read has been told. What differs then differs in truth, and is put right.
"""

import msgspec
import structlog
import trio
from sqlalchemy import Connection

from cups.accounts import queries as accounts
from cups.clock import Clock
from cups.news import RequestClosed, RequestOpened
from cups.requests import queries
from cups.requests.line import Line
from cups.requests.service import Requests
from cups.settings import Settings
from cups.store.database import Transactions, Unit

log = structlog.get_logger()
PAGE = 2000
"""Rows of one page: read in a thread, compared on the loop in a few milliseconds."""


class Compared(msgspec.Struct, frozen=True):
    """What a pass found. Everything but `rows` and `at` is 0 as long as index and table agree."""

    at: int = 0
    rows: int = 0
    missing: int = 0
    """Waited in the table and not in the index."""
    different: int = 0
    """Stood in the index under another pool, topic, person, severity or time."""
    surplus: int = 0
    """Stood in the index and waited no more."""

    @property
    def agrees(self) -> bool:
        return not (self.missing or self.different or self.surplus)


class Keeping:
    def __init__(self, db: Transactions, clock: Clock, settings: Settings, requests: Requests) -> None:
        self._db, self._clock, self._settings, self._requests = db, clock, settings, requests
        self._line: Line = requests.line
        self._one = trio.Lock()
        self.last = Compared()
        self.counts = {"passes": 0, "repaired": 0}

    async def start(self, *, alone: bool = True) -> None:
        """Before anybody is served: leases begin anew, since nobody could come while nothing ran; then the index is filled. `alone`: no other process
        serves, so that nothing did run.

        So a wall clock that jumped in between ends no lease early, and leaves none for ever.
        """

        until = self._clock.now() + self._line.lease_ms()

        def begin(unit: Unit) -> tuple[int, dict[str, int]]:
            self._requests.put_in_place(unit)
            if alone:
                queries.renew_leases(unit.conn, until)
            return queries.latest_open(unit.conn), queries.leases(unit.conn)

        self._requests.not_before, held = await self._db.write(begin)
        self._line.leases.update(held)
        since = self._clock.now() - self._settings.estimate_window_s * 1000
        for pool, at in await self._db.read(queries.matched_since, since):
            self._line.rates.taken(pool, at)
        await self._pass(repair=True)

    async def check(self, *, repair: bool = True) -> Compared:
        """Compares the index with the table while both are in use, and puts right what differs."""
        await self._db.write(self._requests.put_in_place)
        self.last = await self._pass(repair=repair)
        if not self.last.agrees:
            log.error("the queue's index and table disagreed", **msgspec.structs.asdict(self.last))
        return self.last

    async def check_again(self) -> None:
        await self.check()

    async def _pass(self, *, repair: bool) -> Compared:
        async with self._one:
            with self._line.journal() as heard:
                return await self._compare(heard, repair)

    async def _compare(self, heard: set[str], repair: bool) -> Compared:
        index = self._line.index
        index.begin_pass()
        after, rows, missing, different = "", 0, 0, 0
        while (read := await self._db.read(self._page, after)) is not None:
            page, after = read
            await self._db.write(lambda _unit: None)
            # From here to the end of the page in one step: no news can come in between.
            for news in page:
                found = index.compare(
                    news.id,
                    pool=news.pool,
                    topic=news.topic,
                    asker=news.asker,
                    severity=news.severity,
                    first_at=news.first_at,
                )
                if found == "same" or news.id in heard:
                    continue
                missing += found == "missing"
                different += found == "different"
                if repair:
                    self._line.opened(news)
            rows += len(page)
        await self._db.write(lambda _unit: None)
        surplus = [id for id in index.unseen() if id not in heard]
        if repair:
            for id in surplus:
                self._take_out(id)
            self.counts["repaired"] += missing + different + len(surplus)
        self.counts["passes"] += 1
        return Compared(self._clock.now(), rows, missing, different, len(surplus))

    def _take_out(self, id: str) -> None:
        entry = self._line.entry(id)
        if entry is not None:
            gone = RequestClosed(id=id, asker=entry.asker, pool=entry.pool, reason="stale", at=self._clock.now())
            self._line.gone(gone)

    def _page(self, conn: Connection, after: str) -> tuple[list[RequestOpened], str] | None:
        """Those of a page of open requests who wait, and the last asker on it; None after the last page."""
        rows = queries.page_by_asker(conn, after=after, limit=PAGE)
        if not rows:
            return None
        waiting = [row for row in rows if row.state == "waiting"]
        people = accounts.people(conn, [row.asker_id for row in waiting])
        return [self._requests.opened_news(row, people[row.asker_id]) for row in waiting], rows[-1].asker_id
