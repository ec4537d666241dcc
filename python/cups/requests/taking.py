"""Taking the next person, arriving in the chat, and going back to the queue when nobody came.

The index offers; the table decides, by one conditional statement inside the writer's transaction, after asking `reach` again.
"""

from collections.abc import Callable
from typing import Literal

import trio
from sqlalchemy import Connection

from cups._core import Claim, Listener
from cups.accounts import queries as accounts
from cups.accounts.visitor import Visitor
from cups.chats.service import Chats
from cups.clock import Clock
from cups.errors import Refused
from cups.news import RequestHeld
from cups.reach import Facts, opens_at, reach, serves, takes
from cups.requests import queries
from cups.requests.line import Eligibility, Waiter
from cups.requests.service import Requests, pool_of
from cups.settings import Settings
from cups.store.database import Transactions, Unit
from cups.store.schema import Record
from cups.wire.requests import Board, Taken

Outcome = Taken | Literal["gone", "not-for-you"]
DECIDING_S = 2.0
"""How long somebody waits at most for others to decide, before they are told that nobody waits."""


def refused_by(listener: Record) -> frozenset[str]:
    """Topics that this listener does not take."""
    return frozenset(filter(None, listener.refused_topics.split(",")))


class Taking:
    def __init__(self, db: Transactions, clock: Clock, settings: Settings, chats: Chats, requests: Requests) -> None:
        self._db, self._clock, self._settings, self._chats = db, clock, settings, chats
        self._requests, self._line = requests, requests.line
        chats.on_end = self._chat_ended
        self.on_taken: Callable[[Unit, str], None] = lambda _unit, _listener: None
        """Called inside the transaction that gives a listener somebody from the queue: they may have no room for another any more."""

    async def eligibility(self, listener: str) -> Eligibility:
        """Refused: not-a-listener, gate-first, banned, muted, on-break."""

        def read(conn: Connection) -> Eligibility:
            row = accounts.by_id(conn, listener)
            facts = None if row is None else accounts.facts(conn, row, self._clock.now())
            if row is None or facts is None:
                raise Refused("not-a-listener")
            if not (verdict := takes(facts)).ok:
                raise Refused(verdict.code, retry_at=opens_at(facts, verdict, now=facts.as_of))
            pools = {pool_of(age, language) for age in serves(facts) for language in row.languages.split(",")}
            return Eligibility(
                tuple(sorted(pools)),
                tuple(sorted(refused_by(row))),
                tuple(accounts.never_met(conn, listener)),
                self._chats.capacity(conn, listener),
            )

        return await self._db.read(read)

    async def board(self, listener: str) -> Board:
        """What this listener may take now. Refused: as in `eligibility`."""
        allowed = await self.eligibility(listener)
        return self._line.board(self._line.listener(allowed))

    async def take_next(self, visitor: Visitor) -> Taken:
        """The first in rank whom this listener may talk to. Whoever loses one goes on to the next, in the same call.

        Refused: not-a-listener, at-capacity, nobody-waiting, and as in `eligibility`.
        """
        allowed = await self.eligibility(visitor.id)
        if allowed.free <= 0:
            raise Refused("at-capacity")
        listener, passed = self._line.listener(allowed), list[str]()
        while (claim := await self._next(visitor.id, listener)) is not None:
            entry = self._line.entry(claim.id)
            assert entry is not None, "what the index offers is known"
            outcome = await self._decide(visitor.id, claim, entry)
            if isinstance(outcome, Taken):
                return outcome
            passed.append(entry.asker)
            if outcome == "not-for-you":
                # What was read of this listener may be old: without a new look, each further one would be tried in vain.
                listener = self._line.listener(await self.eligibility(visitor.id)).without(passed)
            else:
                listener = listener.without([entry.asker])
        raise Refused("nobody-waiting")

    async def _next(self, owner: str, listener: Listener) -> Claim | None:
        """The first in rank for this listener; None if there is nobody.

        While others decide about the last of them, somebody may come back: then it waits a little.
        """
        claim = self._line.claim_next(owner, listener)
        if claim is None and self._line.undecided(listener):
            with trio.move_on_after(DECIDING_S):
                while claim is None and self._line.undecided(listener):
                    await self._line.moved.park()
                    claim = self._line.claim_next(owner, listener)
        return claim

    async def _decide(self, listener_id: str, claim: Claim, entry: Waiter) -> Outcome:
        with self._line.deciding(claim) as attempt:
            outcome = await self._db.write(self._take, listener_id, claim.id)
            if not isinstance(outcome, Taken):
                self._line.counts["lost"] += 1
                if outcome == "gone" and not attempt.heard:
                    self._line.drop_stale(entry)
        return outcome

    async def take(self, visitor: Visitor, request_id: str) -> Taken:
        """This very person. Refused: not-a-listener, at-capacity, already-taken."""
        allowed = await self.eligibility(visitor.id)
        if allowed.free <= 0:
            raise Refused("at-capacity")
        entry = self._line.entry(request_id)
        if entry is None or not self._line.index.suits(self._line.listener(allowed), request_id):
            raise Refused("already-taken")
        claim = self._line.claim(request_id, visitor.id)
        if claim is None:
            raise Refused("already-taken")
        outcome = await self._decide(visitor.id, claim, entry)
        if isinstance(outcome, Taken):
            return outcome
        raise Refused("already-taken")

    def _take(self, unit: Unit, listener_id: str, request_id: str) -> Outcome:
        """In the transaction: state, reach, language, topic and capacity again, then the one conditional statement."""
        conn, now = unit.conn, self._clock.now()
        row = queries.by_id(conn, request_id)
        if row is None or row.state != "waiting":
            return "gone"
        taker, asker = accounts.by_id(conn, listener_id), accounts.facts_by_id(conn, row.asker_id, now)
        if taker is None or asker is None or not self.suits(conn, taker, asker, row):
            self._requests.put_in_place(unit, row.asker_id)
            return "not-for-you"
        if self._chats.capacity(conn, listener_id) <= 0:
            raise Refused("at-capacity")
        until = now + self._line.lease_ms()
        fence = queries.take(conn, request_id, listener=listener_id, until=until, pool=row.pool)
        if fence is None:
            return "gone"
        taken = self.open(unit, row, listener_id, until)
        self.on_taken(unit, listener_id)
        return taken

    def open(self, unit: Unit, row: Record, listener_id: str, until: int) -> Taken:
        """The chat of a request that this listener has just been given, in the transaction that did so."""
        chat_id = self._chats.open(
            unit,
            request_id=row.id,
            member=row.asker_id,
            listener=listener_id,
            topic=row.topic,
            language=row.language,
            first_at=row.first_at,
        )
        queries.attach_chat(unit.conn, row.id, chat_id)
        held = RequestHeld(id=row.id, asker=row.asker_id, chat=chat_id, until=until, listener=row.listener_id or "")
        unit.announce(held)
        return Taken(chat=chat_id, request=row.id)

    def suits(self, conn: Connection, taker: Record, asker: Facts, row: Record) -> bool:
        """Language, topic and `reach`, of both people as they are now: for whoever waits, and for whoever asked personally."""
        if row.language not in taker.languages.split(",") or row.topic in refused_by(taker):
            return False
        listener = accounts.facts(conn, taker, asker.as_of)
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
        if by == chat.member_id or not self._requests.may_wait(unit.conn, chat.member_id):
            if queries.close(unit.conn, row.id, "cancelled", self._clock.now()):
                self._requests.announce_closed(unit, row, "cancelled")
        else:
            self._return(unit, row)

    def _return(self, unit: Unit, row: Record) -> None:
        if queries.give_back(unit.conn, row.id, row.fence):
            self._requests.waits_again(unit, row.id)

    async def return_overdue(self) -> int:
        """Requests whose listener never came into the chat go back at their old rank; how many."""
        if not self._line.lease_ended():
            return 0

        def work(unit: Unit) -> int:
            overdue = queries.overdue(unit.conn, self._clock.now())
            for row in overdue:
                chat = self._chats.find(unit.conn, row.chat_id) if row.chat_id else None
                if chat is None or not self._chats.end_now(unit, chat, by=None, reason="absent"):
                    self._return(unit, row)
            return len(overdue)

        return await self._db.write(work)
