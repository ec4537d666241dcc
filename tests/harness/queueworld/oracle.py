"""What is promised, held against every commit: plain rules over the rows, written apart from the code that they judge."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from cups.news import (
    AccountChanged,
    BotTold,
    ChatChanged,
    ChatOpened,
    News,
    RequestClosed,
    RequestHeld,
    RequestOpened,
    RequestRings,
)
from harness.queueworld.database import Disk

CLOCK_S = 0.002
"""Clocks that count whole milliseconds may differ by so much."""
START_S = 0.3
"""How long a process that begins takes until it has given all that rings its time again."""


class Broken(AssertionError):
    """A promise was not kept."""


@dataclass
class Held:
    listener: str
    chat: str
    since: float


@dataclass
class Known:
    """One request as the commits so far make it."""

    asker: str
    severity: int
    first_at: int
    pool: str
    state: str
    fence: int = 0
    held: Held | None = None
    events: int = 0
    asked: str | None = None
    """Of a personal request: the listener."""
    rang: float = 0.0


class Oracle:
    def __init__(
        self, disk: Disk, time: Callable[[], float], *, lease_s: float, hold_s: float, ring_s: float, chats: int
    ) -> None:
        self._disk, self._time = disk, time
        self._lease_s, self._hold_s, self._ring_s, self._chats = lease_s, hold_s, ring_s, chats
        self.requests: dict[str, Known] = {}
        self.started = 0.0
        """When the process of now began: leases and holds begin anew with it."""
        self.seen: dict[str, float] = {}
        """When each asker was last known to be here: connected, or asking over REST."""
        self.connected: set[str] = set()
        self.arriving: list[tuple[str, str]] = []
        self.declining: list[str] = []
        self.events = 0
        self.counts = Counter[str]()
        self.broken: Broken | None = None

    def committed(self, all_news: list[News]) -> None:
        """What is broken stays so: background work logs what it meets and goes on."""
        try:
            self._committed(all_news)
        except Broken as broken:
            self.broken = self.broken or broken
            raise

    def _committed(self, all_news: list[News]) -> None:
        for news in all_news:
            match news:
                case AccountChanged() | ChatOpened() | ChatChanged():
                    self.events += 1
                case RequestRings():
                    self._rings(news)
                case BotTold():
                    self._told(news)
                case RequestOpened():
                    self._opened(news)
                case RequestHeld():
                    self._held(news)
                case RequestClosed():
                    self._closed(news)
        self.check_leases()

    def row(self, id: str) -> tuple[object, ...]:
        found = self._disk.driver.execute(
            "select state, fence, held_by, severity, first_at, pool, reason, topic, chat_id from request where id = ?",
            (id,),
        ).fetchone()
        if found is None:
            raise Broken(f"{id} is lost")
        return tuple(found)

    def _count(self, sql: str, *values: object) -> int:
        return int(self._disk.driver.execute(f"select count(*) from {sql}", values).fetchone()[0])

    def _event(self, id: str) -> Known:
        self.events += 1
        known = self.requests[id]
        known.events += 1
        return known

    def _opened(self, news: RequestOpened) -> None:
        state, _fence, _, severity, first_at, *_ = self.row(news.id)
        if state != "waiting":
            raise Broken(f"told as waiting, and it is {state}")
        if news.id not in self.requests:
            self.events += 1
            self.requests[news.id] = Known(news.asker, news.severity, news.first_at, news.pool, "waiting")
            return
        known = self._event(news.id)
        if known.held is not None:
            self._given_back(known.held)
        elif news.pool != known.pool:
            self.counts["other pool"] += 1
        known.pool = news.pool
        if known.state == "closed":
            raise Broken("a closed request waits again")
        if (severity, first_at) != (known.severity, known.first_at):
            raise Broken("the old rank is lost")
        if (news.severity, news.first_at) != (known.severity, known.first_at):
            raise Broken("another rank was told than was kept")
        known.state, known.held = "waiting", None

    def _rings(self, news: RequestRings) -> None:
        self.events += 1
        state, _fence, _, severity, first_at, pool, *_ = self.row(news.id)
        if state != "ringing" or news.id in self.requests:
            raise Broken(f"told as ringing, and it is {state}")
        if self._count("request where state in ('ringing', 'waiting', 'held') and asker_id = ?", news.asker) > 1:
            raise Broken("somebody has two open requests")
        if self._count("request where state = 'ringing' and listener_id = ?", news.listener) > 1:
            raise Broken("two ring at one listener")
        self._may_meet(news.listener, news.asker)
        self._takes(news.listener, news.id)
        if not self._count("account where id = ? and status = 'online'", news.listener):
            raise Broken("it rings at somebody who takes no personal requests")
        if self._count("chat where listener_id = ? and ended_at is null", news.listener) >= self._chats:
            raise Broken("it rings at somebody who has no room for a chat")
        self.counts["rang"] += 1
        known = Known(news.asker, severity, first_at, pool, "ringing")  # type: ignore[arg-type]  # as the columns have them
        known.asked, known.rang = news.listener, self._time()
        self.requests[news.id] = known

    def _rung_for(self, known: Known) -> float:
        return self._time() - max(known.rang, self.started)

    def _told(self, news: BotTold) -> None:
        """What is told Noni is told before somebody takes them: after that, it would come to nobody, or to the wrong one."""
        if self.row(news.talk.request)[0] != "waiting":
            raise Broken("an answer was taken that nobody is given any more")
        self.counts["told Noni"] += 1

    def _held(self, news: RequestHeld) -> None:
        known = self._event(news.id)
        _state, fence, listener, *_, _topic, chat = self.row(news.id)
        if known.state == "ringing":
            if listener != known.asked:
                raise Broken("answered by somebody who was not asked")
            if self._rung_for(known) > self._ring_s + (START_S if self.started > known.rang else CLOCK_S):
                raise Broken("accepted after its time")
            self.counts["accepted personally"] += 1
        elif known.state != "waiting":
            raise Broken(f"taken while it was {known.state}")
        if not isinstance(fence, int) or fence <= known.fence:
            raise Broken("the fencing token did not grow")
        assert isinstance(listener, str)
        self._may_meet(listener, known.asker)
        self._takes(listener, news.id)
        if self._count("chat where listener_id = ? and ended_at is null", listener) > self._chats:
            raise Broken("more chats at once than allowed")
        known.state, known.fence, known.held = "held", fence, Held(listener, str(chat), self._time())

    def _may_meet(self, listener: str, asker: str) -> None:
        ages = dict(
            self._disk.driver.execute("select id, age_class from account where id in (?, ?)", (listener, asker))
        )
        cleared = self._count("role where account_id = ? and role = 'cleared'", listener)
        if ages[listener] != ages[asker] and not cleared:
            raise Broken("teen and adult were joined")
        if self._count(
            "block where (blocker_id, blocked_id) in (values (?, ?), (?, ?))", listener, asker, asker, listener
        ):
            raise Broken("a blocked pair was joined")
        if self._count("sanction where kind = 'ban' and lifted_at is null and person_id in (?, ?)", listener, asker):
            raise Broken("somebody banned was joined")

    def _takes(self, listener: str, request: str) -> None:
        run = self._disk.driver.execute
        languages, refused, status = run(
            "select languages, refused_topics, status from account where id = ?", (listener,)
        ).fetchone()
        topic, language = run("select topic, language from request where id = ?", (request,)).fetchone()
        if topic in refused.split(","):
            raise Broken("a refused topic was given")
        if language not in languages.split(","):
            raise Broken("a language that is not spoken was given")
        if status == "break":
            raise Broken("somebody on a break was given work")

    def _closed(self, news: RequestClosed) -> None:
        known = self._event(news.id)
        if known.state == "closed":
            raise Broken("closed twice")
        if not self.row(news.id)[6]:
            raise Broken("closed without a reason")
        if news.reason == "matched":
            held = known.held
            if held is None or (held.listener, held.chat) not in self.arriving:
                raise Broken("matched by somebody who does not hold it")
        if news.reason in ("missed", "declined", "unavailable"):
            self.counts[news.reason] += 1
            if known.state != "ringing":
                raise Broken(f"{news.reason}, and it did not ring")
        if news.reason == "missed" and self._rung_for(known) < self._ring_s - CLOCK_S:
            raise Broken("missed before its time")
        if news.reason == "declined" and news.id not in self.declining:
            raise Broken("declined by nobody")
        if news.reason == "gone":
            self.counts["gone"] += 1
            last = max(self.seen.get(known.asker, 0.0), self.started)
            if known.asker in self.connected or self._time() - last < self._hold_s - CLOCK_S:
                raise Broken("a place was not kept for as long as promised")
        known.state, known.held = "closed", None

    def _given_back(self, held: Held) -> None:
        (why,) = self._disk.driver.execute("select end_reason from chat where id = ?", (held.chat,)).fetchone()
        if why == "absent":
            self.counts["lease ended"] += 1
            if self._time() - max(held.since, self.started) < self._lease_s - CLOCK_S:
                raise Broken("a lease ended early")

    def check_leases(self) -> None:
        """P7: whatever became of its listener, a request is back within the lease plus 5 s."""
        for known in self.requests.values():
            if known.state == "ringing" and self._rung_for(known) > self._ring_s + 2:
                raise Broken("it rings for ever")
            if known.held and self._time() - max(known.held.since, self.started) > self._lease_s + 5:
                raise Broken("a lease did not end")
