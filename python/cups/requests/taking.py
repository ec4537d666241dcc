"""Taking the next person, arriving in the chat, and going back to the queue when nobody came.

The index offers; the table decides, by one conditional statement inside the writer's transaction, after asking `reach` again.
"""

from typing import Literal

import trio
from sqlalchemy import Connection

from cups.accounts import queries as accounts
from cups.accounts.visitor import Visitor
from cups.chats.service import Chats
from cups.clock import Clock
from cups.errors import Refused
from cups.news import RequestHeld
from cups.reach import Facts, opens_at, reach, serves, takes
from cups.requests import queries
from cups.requests.line import Eligibility
from cups.requests.service import Requests, pool_of
from cups.settings import Settings
from cups.store.database import Database, Unit
from cups.store.schema import Record
from cups.wire.requests import Taken


class Taking:
    def __init__(self, db: Database, clock: Clock, settings: Settings, chats: Chats, requests: Requests) -> None:
        self._db, self._clock, self._settings, self._chats = db, clock, settings, chats
        self._requests, self._line = requests, requests.line
        chats.on_end = self._chat_ended

    async def listening(self) -> int:
        """How many listeners have set themselves online."""
        return await self._db.read(accounts.count_listening)

    async def eligibility(self, listener: str) -> Eligibility:
        """Refused: not-a-listener, gate-first, banned, muted, on-break."""

        def read(conn: Connection) -> Eligibility:
            row = accounts.by_id(conn, listener)
            facts = None if row is None else accounts.facts(conn, row, self._clock.now())
            if row is None or facts is None:
                raise Refused("not-a-listener")
            if not (verdict := takes(facts)).ok:
                raise Refused(verdict.code, retry_at=opens_at(facts, verdict, now=facts.as_of))
            languages = row.languages.split(",")
            pools = [pool_of(age, language) for age in serves(facts) for language in languages]
            return Eligibility(
                pools,
                accounts.blocks_of(conn, listener) + accounts.personas(conn, listener),
                self._chats.capacity(conn, listener),
            )

        return await self._db.read(read)

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
            claim = self._line.index.claim_next(
                visitor.id,
                pools=allowed.pools,
                refused_topics=(),
                blocked=passed_over,
                now=self._clock.now(),
                lease_ms=lease,
            )
            if claim is None and tries and self._line.index.statistics()["claimed"]:
                # Another listener holds the last ones for the moment it takes to decide: some may come back.
                tries -= 1
                await trio.sleep(0.02)
                continue
            if claim is None:
                raise Refused("nobody-waiting")
            entry = self._line.entry(claim.id)
            assert entry is not None, "what the index offers is known"
            with self._line.giving_back(claim.id, claim.fence):
                outcome = await self._db.write(self._take, visitor.id, claim.id)
            if isinstance(outcome, Taken):
                return outcome
            if outcome == "gone":
                self._line.drop_stale(entry)
            passed_over.append(entry.asker)

    async def take(self, visitor: Visitor, request_id: str) -> Taken:
        """This very person. Refused: not-a-listener, at-capacity, already-taken."""
        allowed = await self.eligibility(visitor.id)
        if allowed.free <= 0:
            raise Refused("at-capacity")
        entry = self._line.entry(request_id)
        if entry is None or entry.pool not in allowed.pools or entry.asker in allowed.blocked:
            raise Refused("already-taken")
        claim = self._line.index.claim(
            request_id, visitor.id, now=self._clock.now(), lease_ms=self._settings.claim_lease_s * 1000
        )
        if claim is None:
            raise Refused("already-taken")
        with self._line.giving_back(claim.id, claim.fence):
            outcome = await self._db.write(self._take, visitor.id, claim.id)
        if isinstance(outcome, Taken):
            return outcome
        raise Refused("already-taken")

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
                self._requests.announce_closed(unit, row, "matched")

        await self._db.write(work)

    def _chat_ended(self, unit: Unit, chat: Record, by: str | None, reason: str) -> None:
        """A chat that ends before its listener was there gives the request back, unless the member ended it."""
        row = queries.by_id(unit.conn, chat.request_id)
        if row is None or row.state != "held" or row.chat_id != chat.id:
            return
        if by == chat.member_id or self._requests.is_banned(unit.conn, chat.member_id):
            if queries.close(unit.conn, row.id, "cancelled", self._clock.now()):
                self._requests.announce_closed(unit, row, "cancelled")
        else:
            self._return(unit, row)

    def _return(self, unit: Unit, row: Record) -> None:
        if queries.give_back(unit.conn, row.id):
            again = queries.by_id(unit.conn, row.id)
            assert again is not None
            unit.announce(self._requests.opened_news(again, accounts.people(unit.conn, [row.asker_id])[row.asker_id]))

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
