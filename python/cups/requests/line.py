"""The waiting line in memory: the Rust index with what is shown of each request. It follows the news, and says who is where.

The table is the truth; `reconcile` compares the two and rebuilds this while it is in use. Synchronous, used from the loop's thread;
reads of places also come from others.
"""

import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import NamedTuple

import msgspec
import structlog
import trio

from cups._core import Claim, Listener, RequestQueue
from cups.clock import Clock
from cups.limits.live import Limits
from cups.news import RequestClosed, RequestHeld, RequestOpened
from cups.requests.estimate import Rates
from cups.requests.holds import Holds
from cups.settings import Settings
from cups.store.figures import SECONDS, Histogram
from cups.wire.people import Person
from cups.wire.requests import Board, BoardEntry, Estimate, RequestState

log = structlog.get_logger()


class Eligibility(msgspec.Struct, frozen=True):
    """What one listener may be shown, and how many more chats they may have: worked out once, kept while they look at the board."""

    pools: tuple[str, ...]
    refused: tuple[str, ...]
    """Topics that they do not take."""
    blocked: tuple[str, ...]
    free: int


class _Shown(msgspec.Struct, frozen=True, array_like=True):
    """What the index keeps of a request for others to see, packed."""

    person: Person
    language: str
    opened_at: int


_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(_Shown).decode


class Waiter(NamedTuple):
    """One request as the index has it."""

    id: str
    pool: str
    topic: str
    asker: str
    severity: int
    first_at: int
    fence: int
    shown: bytes


class Line:
    def __init__(self, clock: Clock, settings: Settings, limits: Limits) -> None:
        self._clock, self._settings, self._limits = clock, settings, limits
        self.index = RequestQueue(head_start_ms=settings.severity_head_start_s * 1000)
        self.rates = Rates(settings.estimate_window_s * 1000)
        self.holds = Holds()
        self.version = 0
        """Grows with every change of the queue: who shows it can tell whether to look again."""
        self.moved = trio.lowlevel.ParkingLot()
        """Woken when a claim that was being decided is over."""
        self.leases: dict[str, int] = {}
        """When the lease of each taken request ends: so that the table is asked only when one has."""
        self._journal: set[str] | None = None
        self._attempts: dict[str, Attempt] = {}
        self.on_touch: Callable[[str], None] = lambda asker: None
        """Told of signs of life: for the other processes."""
        self.counts = {"opened": 0, "taken": 0, "lost": 0, "stale": 0, "gone": 0}
        """Since the start: requests entered, taken, lost to a quicker listener, found closed by the table, closed for their asker's absence."""
        self.waits: defaultdict[int, Histogram] = defaultdict(lambda: Histogram(SECONDS))
        """By severity: how long those waited who were taken, in seconds since they first asked."""

    # Following the news

    def opened(self, news: RequestOpened) -> None:
        self._heard(news.id)
        self.leases.pop(news.id, None)
        self.index.remove(news.id)
        self.index.add(
            news.id,
            pool=news.pool,
            topic=news.topic,
            asker=news.asker,
            severity=news.severity,
            first_at=news.first_at,
            fence=news.fence,
            shown=_pack(_Shown(news.person, news.language, news.opened_at)),
        )
        self.holds.waits(news.asker, self._clock.now())
        self.counts["opened"] += 1
        self.version += 1

    def gone(self, news: RequestHeld | RequestClosed) -> None:
        self._heard(news.id)
        if isinstance(news, RequestHeld) and (entry := self.entry(news.id)) is not None:
            self.waits[entry.severity].add(max(0, self._clock.now() - entry.first_at) / 1000)
        self.index.remove(news.id)
        if self.index.of(news.asker) is None:
            self.holds.over(news.asker)
        if isinstance(news, RequestHeld):
            self.counts["taken"] += 1
            self.leases[news.id] = news.until
        else:
            self.leases.pop(news.id, None)
            if news.reason == "matched" and not news.listener:
                self.rates.taken(news.pool, news.at)
            self.counts["gone"] += news.reason == "gone"
        self.version += 1
        self.moved.unpark_all()

    def lease_ended(self) -> bool:
        """Whether any lease has ended, as far as was told."""
        return bool(self.leases) and min(self.leases.values()) <= self._clock.now()

    @contextlib.contextmanager
    def journal(self) -> Iterator[set[str]]:
        """The ids that news were told of meanwhile: what was read of the table may be older than they are."""
        self._journal = touched = set[str]()
        try:
            yield touched
        finally:
            self._journal = None

    # Asking it

    def entry(self, request_id: str) -> Waiter | None:
        found = self.index.get(request_id)
        return None if found is None else Waiter(*found)

    def place(self, request_id: str, pool: str) -> tuple[int | None, Estimate]:
        """The place, 1 for the next, and how long that may take; None for whoever does not wait."""
        place = self.index.place(request_id)
        return place, self.rates.estimate(pool, place, self._clock.now()) if place else Estimate()

    def waiting_state(self, asker: str) -> RequestState | None:
        """The own waiting request from memory, for the live place; None if this person does not wait."""
        request_id = self.index.of(asker)
        entry = None if request_id is None else self.entry(request_id)
        if entry is None:
            return None
        place, estimate = self.place(entry.id, entry.pool)
        return RequestState(
            id=entry.id,
            state="waiting",
            topic=entry.topic,
            language=_unpack(entry.shown).language,
            since=entry.first_at,
            place=place,
            estimate=estimate,
        )

    def touch(self, asker: str) -> None:
        """Somebody who waits without a socket showed a sign of life: loaded the page, or asked over REST."""
        self.holds.touched(asker, self._clock.now())
        self.on_touch(asker)

    def listener(self, allowed: Eligibility) -> Listener:
        return self.index.listener(pools=allowed.pools, refused_topics=allowed.refused, blocked=allowed.blocked)

    def board(self, listener: Listener) -> Board:
        """What this listener may take, the first in rank first, and how many there are in all."""
        entries = []
        for found in self.index.listing(listener, self._settings.board_limit):
            entry = Waiter(*found)
            shown = _unpack(entry.shown)
            entries.append(
                BoardEntry(
                    id=entry.id,
                    person=shown.person,
                    topic=entry.topic,
                    language=shown.language,
                    since=entry.first_at,
                    heavy=entry.severity > 0,
                )
            )
        return Board(waiting=self.index.waiting_for(listener), requests=entries)

    # Claiming

    def claim_next(self, owner: str, listener: Listener) -> Claim | None:
        """The first in rank for this listener, kept from the others while the table decides; use it in `deciding`."""
        return self.index.claim_next(owner, listener, now=self._clock.now(), lease_ms=self.lease_ms())

    def claim(self, request_id: str, owner: str) -> Claim | None:
        return self.index.claim(request_id, owner, now=self._clock.now(), lease_ms=self.lease_ms())

    def lease_ms(self) -> int:
        """How long a listener who takes somebody has to come, as of now."""
        return self._limits.figure("claim_lease_s") * 1000

    def overdue(self) -> list[str]:
        """Whose place was kept for long enough without a sign of them."""
        return self.holds.overdue(self._clock.now(), self._limits.figure("request_hold_s") * 1000)

    @contextlib.contextmanager
    def deciding(self, claim: Claim) -> Iterator["Attempt"]:
        """However the attempt ends, the index keeps no claim of its own: what was really taken has left it with the news."""
        attempt = self._attempts[claim.id] = Attempt()
        try:
            yield attempt
        finally:
            if self._attempts.get(claim.id) is attempt:
                del self._attempts[claim.id]
            if self.index.release(claim.id, claim.fence):
                self.version += 1
                self.moved.unpark_all()

    def undecided(self, listener: Listener) -> bool:
        """Whether somebody whom this listener could take is being decided about for another."""
        return any(self.index.suits(listener, id) for id in self._attempts)

    def drop_stale(self, entry: Waiter) -> None:
        """The table says that it does not wait, and no news said so: the index was behind."""
        log.warning("index and table disagree")
        self.counts["stale"] += 1
        self.gone(RequestClosed(id=entry.id, asker=entry.asker, pool=entry.pool, reason="stale", at=self._clock.now()))

    def _heard(self, request_id: str) -> None:
        if self._journal is not None:
            self._journal.add(request_id)
        if (attempt := self._attempts.get(request_id)) is not None:
            attempt.heard = True


class Attempt:
    """One listener's try to take one request."""

    heard = False
    """Whether news of this request came meanwhile."""
