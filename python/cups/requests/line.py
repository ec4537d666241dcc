"""The waiting line in memory: the Rust index with what is shown of each request. It follows the news, and says who is where.

The table is the truth; this can be rebuilt from it at any time. Synchronous, used from the loop's thread; reads of places also come from others.
"""

import contextlib
from collections.abc import Iterator

import msgspec
import structlog

from cups._core import RequestQueue
from cups.clock import Clock
from cups.news import RequestClosed, RequestHeld, RequestOpened
from cups.requests.estimate import Rates
from cups.settings import Settings
from cups.wire.requests import Board, BoardEntry, Estimate, RequestState

log = structlog.get_logger()


class Eligibility(msgspec.Struct, frozen=True):
    """What one listener may be shown, and how many more chats they may have: worked out once, kept while they look at the board."""

    pools: list[str]
    blocked: list[str]
    free: int


class Line:
    def __init__(self, clock: Clock, settings: Settings) -> None:
        self._clock, self._settings = clock, settings
        self.index = RequestQueue()
        self._entries: dict[str, RequestOpened] = {}
        self._by_asker: dict[str, str] = {}
        self._touched: dict[str, int] = {}
        self.rates = Rates(settings.estimate_window_s * 1000)
        self.version = 0
        """Grows with every change of the queue: who shows it can tell whether to look again."""

    def opened(self, news: RequestOpened) -> None:
        self.index.remove(news.id)
        self.index.add(
            news.id,
            pool=news.pool,
            topic=news.topic,
            asker=news.asker,
            severity=news.severity,
            first_at=news.first_at,
            fence=news.fence,
        )
        self._entries[news.id] = news
        self._by_asker[news.asker] = news.id
        self.version += 1

    def gone(self, news: RequestHeld | RequestClosed) -> None:
        self.index.remove(news.id)
        self._entries.pop(news.id, None)
        if self._by_asker.get(news.asker) == news.id:
            del self._by_asker[news.asker]
            self._touched.pop(news.asker, None)
        if isinstance(news, RequestClosed) and news.reason == "matched":
            self.rates.taken(news.pool, news.at)
        self.version += 1

    def entry(self, request_id: str) -> RequestOpened | None:
        return self._entries.get(request_id)

    def place(self, request_id: str, pool: str) -> tuple[int | None, Estimate]:
        """The place, 1 for the next, and how long that may take; None for whoever does not wait."""
        place = self.index.place(request_id)
        return place, self.rates.estimate(pool, place, self._clock.now()) if place else Estimate()

    def waiting_state(self, asker: str) -> RequestState | None:
        """The own waiting request from memory, for the live place; None if this person does not wait."""
        entry = self._entries.get(self._by_asker.get(asker, ""))
        if entry is None:
            return None
        place, estimate = self.place(entry.id, entry.pool)
        return RequestState(
            id=entry.id,
            state="waiting",
            topic=entry.topic,
            language=entry.language,
            since=entry.first_at,
            place=place,
            estimate=estimate,
        )

    def touch(self, asker: str) -> None:
        """Somebody who waits without a socket showed a sign of life: loaded the page, or asked over REST."""
        if asker in self._by_asker:
            self._touched[asker] = self._clock.now()

    def touched(self, asker: str) -> int:
        return self._touched.get(asker, 0)

    def askers(self) -> list[str]:
        """Everyone who waits."""
        return list(self._by_asker)

    def board(self, allowed: Eligibility) -> Board:
        """What this listener may take, the first in rank first."""
        ids = self.index.candidates(
            pools=allowed.pools, refused_topics=(), blocked=allowed.blocked, limit=self._settings.board_limit
        )
        entries = [
            BoardEntry(
                id=entry.id,
                person=entry.person,
                topic=entry.topic,
                language=entry.language,
                since=entry.first_at,
                heavy=entry.severity > 0,
            )
            for entry in (self._entries[id] for id in ids)
        ]
        return Board(waiting=sum(self.index.waiting(pool) for pool in allowed.pools), requests=entries)

    @contextlib.contextmanager
    def giving_back(self, request_id: str, fence: int) -> Iterator[None]:
        """However the attempt ends, the index keeps no claim of its own: what was really taken has left it with the news."""
        try:
            yield
        finally:
            if self.index.release(request_id, fence):
                self.version += 1

    def drop_stale(self, entry: RequestOpened) -> None:
        """The table says that it does not wait: the index was behind."""
        if self._entries.get(entry.id) is not entry:
            return  # it came back meanwhile
        log.warning("index and table disagree", request=entry.id)
        self.gone(RequestClosed(id=entry.id, asker=entry.asker, pool=entry.pool, reason="stale", at=self._clock.now()))
