"""The queue: asking, waiting, taking, giving back.

The table decides, inside one writer's transaction; the Rust index ranks and filters, follows the news, and is rebuilt from the table at start.
Rank: severity, then the time of the first request, then the id. A request that comes back keeps all three.
"""

import contextlib
from collections.abc import Iterator
from typing import Literal

import msgspec
import structlog
import trio
from sqlalchemy import Connection

from cups._core import Pace, RequestQueue
from cups.accounts import queries as accounts
from cups.accounts.service import Visitor
from cups.chats.service import Chats
from cups.clock import Clock
from cups.errors import Refused
from cups.ids import new_id
from cups.news import RequestClosed, RequestHeld, RequestOpened
from cups.reach import Facts, reach, serves
from cups.requests import queries
from cups.requests.estimate import Rates
from cups.requests.topics import LANGUAGES
from cups.settings import Settings
from cups.store.database import Database, Unit
from cups.store.schema import Record
from cups.wire.people import Person
from cups.wire.requests import Board, BoardEntry, Estimate, RequestIn, RequestState, Taken

log = structlog.get_logger()
SEVERITY = {"none": 0, "someone": 1, "me": 2}
"""From what the person answered at the gate; higher is served first."""


def pool_of(age: str, language: str) -> str:
    """Who shares the same listeners waits in the same pool."""
    return f"{age}:{language}"


class Eligibility(msgspec.Struct, frozen=True):
    """What one listener may be shown, and how many more chats they may have: worked out once, kept while they look at the board."""

    pools: list[str]
    blocked: list[str]
    free: int


class Requests:
    def __init__(self, db: Database, clock: Clock, settings: Settings, pace: Pace, chats: Chats) -> None:
        self._db, self._clock, self._settings, self._pace, self._chats = db, clock, settings, pace, chats
        self.index = RequestQueue()
        self._entries: dict[str, RequestOpened] = {}
        self._by_asker: dict[str, str] = {}
        self._touched: dict[str, int] = {}
        self._rates = Rates(settings.estimate_window_s * 1000)
        self.version = 0
        """Grows with every change of the queue: who shows it can tell whether to look again."""
        chats.on_end = self._chat_ended

    # The index follows the news

    async def rebuild(self) -> int:
        """Fills the empty index from the table, in rank order; how many wait or are held."""

        def read(conn: Connection) -> tuple[list[RequestOpened], list[tuple[str, int]]]:
            rows = queries.all_open(conn)
            people = accounts.people(conn, [row.asker_id for row in rows])
            since = self._clock.now() - self._settings.estimate_window_s * 1000
            held = {row.id for row in rows if row.state == "held"}
            opened = [self._opened(row, people[row.asker_id]) for row in rows if row.id not in held]
            return opened, queries.matched_since(conn, since)

        opened, matched = await self._db.read(read)
        for news in opened:
            self.opened(news)
        for pool, at in matched:
            self._rates.taken(pool, at)
        return len(opened)

    def _opened(self, row: Record, person: Person) -> RequestOpened:
        return RequestOpened(
            id=row.id,
            asker=row.asker_id,
            person=person,
            pool=row.pool,
            topic=row.topic,
            language=row.language,
            severity=row.severity,
            first_at=row.first_at,
            opened_at=row.opened_at,
            fence=row.fence,
        )

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
            self._rates.taken(news.pool, news.at)
        self.version += 1

    # Asking

    async def ask(self, visitor: Visitor, form: RequestIn, topics: frozenset[str]) -> RequestState:
        """Enters the queue. The same ref gives the same request. Refused: gate-first, banned, not-allowed, already-waiting, already-in-chat, too-fast.

        A mute does not keep anybody from asking for help, and the limit never stops somebody who said that they are in danger.
        """
        me = visitor.me
        if not me.gated:
            raise Refused("gate-first")
        if visitor.facts.banned:
            raise Refused("banned")
        if visitor.kind == "listener":
            raise Refused("not-allowed", detail="Listeners ask through their member account.")
        if form.topic not in topics:
            raise Refused("bad-input", field="topic")
        if form.language not in LANGUAGES:
            raise Refused("bad-input", field="language")
        return await self._enter(visitor.id, form.ref, form.topic, form.language, first_at=None)

    async def ask_again(self, visitor: Visitor, chat_id: str) -> RequestState:
        """Back to the queue at the old rank, after the listener left. Refused: not-found, conflict, already-waiting."""

        def read(conn: Connection) -> tuple[str, str, int]:
            row = self._chats.party(conn, chat_id, visitor.id)
            if not self._chats.view(conn, row, visitor.id).can_requeue:
                raise Refused("conflict")
            return row.topic, row.language, row.first_at

        topic, language, first_at = await self._db.read(read)
        return await self._enter(visitor.id, f"again-{chat_id}", topic, language, first_at=first_at)

    async def _enter(self, asker: str, ref: str, topic: str, language: str, *, first_at: int | None) -> RequestState:
        now = self._clock.now()

        def work(unit: Unit) -> str:
            conn = unit.conn
            if (known := queries.by_ref(conn, asker, ref)) is not None:
                return str(known.id)
            if queries.open_of(conn, asker) is not None:
                raise Refused("already-waiting")
            if self._chats.open_rows(conn, asker):
                raise Refused("already-in-chat")
            row = accounts.by_id(conn, asker)
            if row is None or row.age_class is None:
                raise Refused("gate-first")
            if self._is_banned(conn, asker):
                raise Refused("banned")
            if row.danger == "none" and (until := self._pace.check("request", asker, now)):
                raise Refused("too-fast", retry_at=until)
            request_id = new_id(now)
            queries.insert(
                conn,
                id=request_id,
                asker_id=asker,
                ref=ref,
                topic=topic,
                language=language,
                pool=pool_of(row.age_class, language),
                severity=SEVERITY[row.danger],
                first_at=min(first_at or now, now),
                opened_at=now,
                state="waiting",
            )
            inserted = queries.by_id(conn, request_id)
            assert inserted is not None
            unit.announce(self._opened(inserted, accounts.people(conn, [asker])[asker]))
            return request_id

        request_id = await self._db.write(work)
        return await self._db.read(lambda conn: self._state(queries.by_id(conn, request_id)))

    def _state(self, row: Record | None) -> RequestState:
        if row is None:
            raise Refused("not-found")
        waiting = row.state == "waiting"
        place = self.index.place(row.id) if waiting else None
        state: Literal["waiting", "matched", "closed"] = (
            "waiting" if waiting else "matched" if row.state == "held" or row.reason == "matched" else "closed"
        )
        return RequestState(
            id=row.id,
            state=state,
            topic=row.topic,
            language=row.language,
            since=row.first_at,
            place=place,
            estimate=self._rates.estimate(row.pool, place, self._clock.now()) if place else Estimate(),
            chat=row.chat_id,
            reason=row.reason if row.state == "closed" else "",
        )

    async def mine(self, asker: str) -> RequestState | None:
        """The last request of this person, open or closed."""

        def read(conn: Connection) -> RequestState | None:
            row = queries.latest_of(conn, asker)
            return None if row is None else self._state(row)

        return await self._db.read(read)

    def waiting_state(self, asker: str) -> RequestState | None:
        """The own waiting request from memory, for the live place; None if this person does not wait."""
        entry = self._entries.get(self._by_asker.get(asker, ""))
        if entry is None:
            return None
        place = self.index.place(entry.id)
        return RequestState(
            id=entry.id,
            state="waiting",
            topic=entry.topic,
            language=entry.language,
            since=entry.first_at,
            place=place,
            estimate=self._rates.estimate(entry.pool, place, self._clock.now()) if place else Estimate(),
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

    async def cancel(self, visitor: Visitor) -> RequestState:
        """Leaves the queue. Refused: not-found (nothing waits), conflict (a listener has just taken it)."""

        def work(unit: Unit) -> str:
            row = queries.open_of(unit.conn, visitor.id)
            if row is None:
                raise Refused("not-found")
            if not queries.close(unit.conn, row.id, "cancelled", self._clock.now(), only="waiting"):
                raise Refused("conflict")
            self._announce_closed(unit, row, "cancelled")
            return str(row.id)

        request_id = await self._db.write(work)
        return await self._db.read(lambda conn: self._state(queries.by_id(conn, request_id)))

    def close_of(self, unit: Unit, asker: str, reason: str) -> None:
        """Ends an open request, whatever its state, inside a caller's transaction (a ban, or a person who is gone)."""
        row = queries.open_of(unit.conn, asker)
        if row is not None and queries.close(unit.conn, row.id, reason, self._clock.now()):
            self._announce_closed(unit, row, reason)

    async def close_gone(self, asker: str) -> None:
        """Somebody lost the connection and did not come back in time: the request closes, and they are told when they return."""

        def work(unit: Unit) -> None:
            row = queries.open_of(unit.conn, asker)
            if row is not None and queries.close(unit.conn, row.id, "gone", self._clock.now(), only="waiting"):
                self._announce_closed(unit, row, "gone")

        await self._db.write(work)

    def _announce_closed(self, unit: Unit, row: Record, reason: str) -> None:
        unit.announce(
            RequestClosed(
                id=row.id, asker=row.asker_id, pool=row.pool, reason=reason, at=self._clock.now(), chat=row.chat_id
            )
        )

    # Listening

    async def listening(self) -> int:
        """How many listeners have set themselves online."""
        return await self._db.read(accounts.count_listening)

    async def eligibility(self, listener: str) -> Eligibility:
        """Refused: not-a-listener, gate-first, banned."""

        def read(conn: Connection) -> Eligibility:
            row = accounts.by_id(conn, listener)
            facts = None if row is None else accounts.facts(conn, row, self._clock.now())
            if row is None or facts is None or facts.kind != "listener":
                raise Refused("not-a-listener")
            if facts.banned:
                raise Refused("banned")
            languages = row.languages.split(",")
            pools = [pool_of(age, language) for age in serves(facts) for language in languages]
            return Eligibility(
                pools,
                accounts.blocks_of(conn, listener) + accounts.personas(conn, listener),
                self._chats.capacity(conn, listener),
            )

        return await self._db.read(read)

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

    async def take_next(self, visitor: Visitor) -> Taken:
        """The first in rank whom this listener may talk to. Whoever loses one goes on to the next, in the same call.

        Refused: not-a-listener, at-capacity, nobody-waiting.
        """
        allowed = await self.eligibility(visitor.id)
        if allowed.free <= 0:
            raise Refused("at-capacity")
        passed_over = list(allowed.blocked)
        lease, tries = self._settings.claim_lease_s * 1000, 5
        while True:
            claim = self.index.claim_next(
                visitor.id,
                pools=allowed.pools,
                refused_topics=(),
                blocked=passed_over,
                now=self._clock.now(),
                lease_ms=lease,
            )
            if claim is None and tries and self.index.statistics()["claimed"]:
                # Another listener holds the last ones for the moment it takes to decide: some may come back.
                tries -= 1
                await trio.sleep(0.02)
                continue
            if claim is None:
                raise Refused("nobody-waiting")
            entry = self._entries[claim.id]
            with self._giving_back(claim.id, claim.fence):
                outcome = await self._db.write(self._take, visitor.id, claim.id)
            if isinstance(outcome, Taken):
                return outcome
            if outcome == "gone":
                self._drop_stale(entry)
            passed_over.append(entry.asker)

    async def take(self, visitor: Visitor, request_id: str) -> Taken:
        """This very person. Refused: not-a-listener, at-capacity, already-taken."""
        allowed = await self.eligibility(visitor.id)
        if allowed.free <= 0:
            raise Refused("at-capacity")
        entry = self._entries.get(request_id)
        if entry is None or entry.pool not in allowed.pools or entry.asker in allowed.blocked:
            raise Refused("already-taken")
        claim = self.index.claim(
            request_id, visitor.id, now=self._clock.now(), lease_ms=self._settings.claim_lease_s * 1000
        )
        if claim is None:
            raise Refused("already-taken")
        with self._giving_back(claim.id, claim.fence):
            outcome = await self._db.write(self._take, visitor.id, claim.id)
        if isinstance(outcome, Taken):
            return outcome
        raise Refused("already-taken")

    @contextlib.contextmanager
    def _giving_back(self, request_id: str, fence: int) -> Iterator[None]:
        """However the attempt ends, the index keeps no claim of its own: what was really taken has left it with the news."""
        try:
            yield
        finally:
            if self.index.release(request_id, fence):
                self.version += 1

    def _drop_stale(self, entry: RequestOpened) -> None:
        """The table says that it does not wait: the index was behind."""
        if self._entries.get(entry.id) is not entry:
            return  # it came back meanwhile
        log.warning("index and table disagree", request=entry.id)
        self.gone(RequestClosed(id=entry.id, asker=entry.asker, pool=entry.pool, reason="stale", at=self._clock.now()))

    def _take(self, unit: Unit, listener_id: str, request_id: str) -> Taken | Literal["gone", "not-for-you"]:
        """In the transaction: state and reach again, capacity, then the one conditional statement."""
        conn, now = unit.conn, self._clock.now()
        row = queries.by_id(conn, request_id)
        if row is None or row.state != "waiting":
            return "gone"
        listener, asker = accounts.facts_by_id(conn, listener_id, now), accounts.facts_by_id(conn, row.asker_id, now)
        if listener is None or asker is None or not self._may_meet(conn, listener, asker):
            return "not-for-you"
        if self._chats.capacity(conn, listener_id) <= 0:
            raise Refused("at-capacity")
        fence = queries.take(conn, request_id, listener=listener_id, until=now + self._settings.claim_lease_s * 1000)
        if fence is None:
            return "gone"
        chat_id = self._chats.open(
            unit,
            request_id=request_id,
            member=row.asker_id,
            listener=listener_id,
            topic=row.topic,
            language=row.language,
            first_at=row.first_at,
        )
        queries.attach_chat(conn, request_id, chat_id)
        unit.announce(RequestHeld(id=request_id, asker=row.asker_id, chat=chat_id))
        return Taken(chat=chat_id, request=request_id)

    def _may_meet(self, conn: Connection, listener: Facts, asker: Facts) -> bool:
        return reach(listener, asker, "queue", blocked=accounts.blocked(conn, listener.id, asker.id)).ok

    async def arrive(self, listener: str, chat_id: str) -> None:
        """The listener is in the chat: the lease ends well and the request is closed as matched. Anything else is a no-op."""

        def work(unit: Unit) -> None:
            chat = self._chats.party(unit.conn, chat_id, listener)
            row = queries.by_id(unit.conn, chat.request_id)
            if chat.listener_id != listener or row is None or row.chat_id != chat_id or row.held_by != listener:
                return
            now = self._clock.now()
            if queries.settle(unit.conn, row.id, row.fence, now):
                self._announce_closed(unit, row, "matched")

        await self._db.write(work)

    # Coming back

    def _chat_ended(self, unit: Unit, chat: Record, by: str | None, reason: str) -> None:
        """A chat that ends before its listener was there gives the request back, unless the member ended it."""
        row = queries.by_id(unit.conn, chat.request_id)
        if row is None or row.state != "held" or row.chat_id != chat.id:
            return
        if by == chat.member_id or self._is_banned(unit.conn, chat.member_id):
            if queries.close(unit.conn, row.id, "cancelled", self._clock.now()):
                self._announce_closed(unit, row, "cancelled")
        else:
            self._return(unit, row)

    def _is_banned(self, conn: Connection, account_id: str) -> bool:
        facts = accounts.facts_by_id(conn, account_id, self._clock.now())
        return facts is None or facts.banned

    def _return(self, unit: Unit, row: Record) -> None:
        if queries.give_back(unit.conn, row.id):
            again = queries.by_id(unit.conn, row.id)
            assert again is not None
            unit.announce(self._opened(again, accounts.people(unit.conn, [row.asker_id])[row.asker_id]))

    async def return_overdue(self) -> int:
        """Requests whose listener never came into the chat go back at their old rank; how many."""
        overdue = await self._db.read(queries.overdue, self._clock.now())
        if not overdue:
            return 0

        def work(unit: Unit) -> int:
            count = 0
            for row in queries.overdue(unit.conn, self._clock.now()):
                chat = self._chats.find(unit.conn, row.chat_id) if row.chat_id else None
                if chat is None or not self._chats.end_now(unit, chat, by=None, reason="absent"):
                    self._return(unit, row)
                count += 1
            return count

        return await self._db.write(work)
