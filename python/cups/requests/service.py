"""Asking for somebody, waiting, leaving the queue.

The table decides, inside one writer's transaction; the Rust index ranks and filters, and follows the news.
Rank: severity as a bounded head start, then the time of the first request, then the id (docs/queue.md). A request that comes back keeps all three.
"""

from collections.abc import Callable
from typing import Literal

import structlog
from sqlalchemy import Connection

from cups import reach
from cups.accounts import queries as accounts
from cups.accounts.visitor import Visitor
from cups.chats.service import Chats
from cups.clock import Clock
from cups.errors import Refused
from cups.ids import new_id
from cups.limits.live import Limits
from cups.news import RequestClosed, RequestOpened
from cups.requests import queries, unanswered
from cups.requests.line import Line
from cups.requests.topics import LANGUAGES
from cups.settings import Settings
from cups.store.database import Transactions, Unit
from cups.store.schema import Record
from cups.wire.people import Person
from cups.wire.requests import RequestIn, RequestState

log = structlog.get_logger()
SEVERITY = {"none": 0, "someone": 1, "me": 2}
"""From what the person answered at the gate; higher is served first."""


def pool_of(age: str, language: str) -> str:
    """Who shares the same listeners waits in the same pool."""
    return f"{age}:{language}"


class Requests:
    def __init__(self, db: Transactions, clock: Clock, settings: Settings, limits: Limits, chats: Chats) -> None:
        self._db, self._clock, self._settings, self._limits, self._chats = db, clock, settings, limits, chats
        self.line = Line(clock, settings, limits)
        self.on_again: Callable[[Unit, str, str], None] = lambda _unit, _before, _after: None
        """Called inside the transaction that puts somebody back into the queue, with their request before and the one now."""
        self.not_before = 0
        """No request enters as older than those found at the start: a wall clock that was set back while nothing ran changes no order."""

    def opened_news(self, row: Record, person: Person) -> RequestOpened:
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

    # Asking

    async def ask(self, visitor: Visitor, form: RequestIn, topics: frozenset[str]) -> RequestState:
        """Enters the queue. The same ref gives the same request. Refused: gate-first, banned, not-allowed, already-waiting, already-in-chat, too-fast.

        A mute does not keep anybody from asking for help, and the limit never stops somebody who said that they are in danger.
        """
        self.check(visitor, form, topics)
        return await self._enter(visitor.id, form.ref, form.topic, form.language, first_at=None)

    def check(self, visitor: Visitor, form: RequestIn, topics: frozenset[str]) -> None:
        """May this person ask for anybody, about this and in this language? Refused: gate-first, banned, not-allowed, bad-input."""
        if not visitor.me.gated:
            raise Refused("gate-first")
        if not (verdict := reach.ask(visitor.facts)).ok:
            raise Refused(
                verdict.code,
                says="ask-as-member" if visitor.kind == "listener" and verdict.code == "not-allowed" else None,
            )
        if form.topic not in topics:
            raise Refused("bad-input", field="topic")
        if form.language not in LANGUAGES:
            raise Refused("bad-input", field="language")

    async def ask_again(self, visitor: Visitor, chat_id: str) -> RequestState:
        """Back to the queue at the old rank, after the listener left or did not answer; a chat that still runs ends with it.

        Refused: not-found, conflict (the listener is there, or it was long ago), already-waiting.
        """

        def read(conn: Connection) -> tuple[str, str, int]:
            row = self._chats.party(conn, chat_id, visitor.id)
            if not self._chats.view(conn, row, visitor.id).can_requeue:
                raise Refused("conflict")
            return row.topic, row.language, row.first_at

        def leave(unit: Unit) -> None:
            row = self._chats.party(unit.conn, chat_id, visitor.id)
            if row.ended_at is None and self._chats.silences.stage(chat_id) == "offered":
                self._chats.end_now(unit, row, by=None, reason="silent")

        def entered(unit: Unit, request_id: str) -> None:
            self.on_again(unit, self._chats.party(unit.conn, chat_id, visitor.id).request_id, request_id)

        topic, language, first_at = await self._db.read(read)
        ref = f"again-{chat_id}"
        return await self._enter(visitor.id, ref, topic, language, first_at=first_at, leave=leave, entered=entered)

    async def _enter(
        self,
        asker: str,
        ref: str,
        topic: str,
        language: str,
        *,
        first_at: int | None,
        leave: Callable[[Unit], None] = lambda _unit: None,
        entered: Callable[[Unit, str], None] = lambda _unit, _request: None,
    ) -> RequestState:
        def work(unit: Unit) -> str:
            conn, now = unit.conn, self.moment()
            if (known := queries.by_ref(conn, asker, ref)) is not None:
                return str(known.id)
            leave(unit)
            row, facts = self.admit(conn, asker, now)
            if row.danger == "none" and (until := self._limits.check_person(conn, "request", facts, now)):
                raise Refused("too-fast", retry_at=until)
            began = self.began(conn, asker, now) if first_at is None else first_at
            request_id = self.enter(unit, row, ref, topic, language, first_at=began, now=now)
            entered(unit, request_id)
            return request_id

        return await self.state_of(await self._db.write(work))

    def moment(self) -> int:
        """Now, for a request that enters."""
        return max(self._clock.now(), self.not_before)

    def began(self, conn: Connection, asker: str, now: int) -> int:
        """When whoever asks now first asked: a personal request that nobody answered lately keeps its rank."""
        before = unanswered.began(conn, asker, self._clock.now(), self._settings.requeue_within_s)
        return now if before is None else before

    def admit(self, conn: Connection, asker: str, now: int) -> tuple[Record, reach.Facts]:
        """Who asks, if nothing of theirs is open and they may ask: already-waiting, already-in-chat, gate-first, banned, consent-first."""
        if queries.open_of(conn, asker) is not None:
            raise Refused("already-waiting")
        if self._chats.open_rows(conn, asker):
            raise Refused("already-in-chat")
        row = accounts.by_id(conn, asker)
        if row is None or row.age_class is None:
            raise Refused("gate-first")
        facts = accounts.facts(conn, row, now)
        if (verdict := reach.ask(facts)).code in ("banned", "consent-first"):
            raise Refused(verdict.code)
        return row, facts

    def enter(self, unit: Unit, asker: Record, ref: str, topic: str, language: str, *, first_at: int, now: int) -> str:
        """Into the queue, for whoever was admitted."""
        request_id = self.insert(unit.conn, asker, ref, topic, language, first_at=first_at, now=now, state="waiting")
        inserted = queries.by_id(unit.conn, request_id)
        assert inserted is not None
        unit.announce(self.opened_news(inserted, accounts.people(unit.conn, [asker.id])[asker.id]))
        return request_id

    def insert(
        self,
        conn: Connection,
        asker: Record,
        ref: str,
        topic: str,
        language: str,
        *,
        first_at: int,
        now: int,
        **more: object,
    ) -> str:
        request_id = new_id(now)
        queries.insert(
            conn,
            id=request_id,
            asker_id=asker.id,
            ref=ref,
            topic=topic,
            language=language,
            pool=pool_of(asker.age_class, language),
            severity=SEVERITY[asker.danger],
            first_at=min(first_at, now),
            opened_at=now,
            **more,
        )
        return request_id

    async def state_of(self, request_id: str) -> RequestState:
        return await self._db.read(lambda conn: self._state(conn, queries.by_id(conn, request_id)))

    def _state(self, conn: Connection, row: Record | None) -> RequestState:
        if row is None:
            raise Refused("not-found")
        place, estimate = self.line.place(row.id, row.pool)
        matched = row.state == "held" or row.reason == "matched"
        state: Literal["ringing", "waiting", "matched", "closed"] = "matched" if matched else row.state
        asked = None if row.listener_id is None else accounts.people(conn, [row.listener_id])[row.listener_id]
        return RequestState(
            id=row.id,
            state=state,
            topic=row.topic,
            language=row.language,
            since=row.first_at,
            place=place,
            estimate=estimate,
            chat=row.chat_id,
            reason=row.reason if row.state == "closed" else "",
            listener=asked,
            until=row.rings_until if row.state == "ringing" else None,
        )

    async def mine(self, asker: str) -> RequestState | None:
        """The last request of this person, open or closed."""

        def read(conn: Connection) -> RequestState | None:
            row = queries.latest_of(conn, asker)
            return None if row is None else self._state(conn, row)

        return await self._db.read(read)

    async def cancel(self, visitor: Visitor) -> RequestState:
        """Leaves the queue, or takes a personal request back. Refused: not-found (nothing waits), conflict (a listener has just taken it)."""

        def work(unit: Unit) -> str:
            row = queries.open_of(unit.conn, visitor.id)
            if row is None:
                raise Refused("not-found")
            only = "ringing" if row.state == "ringing" else "waiting"
            if not queries.close(unit.conn, row.id, "cancelled", self._clock.now(), only=only):
                raise Refused("conflict")
            self.announce_closed(unit, row, "cancelled")
            return str(row.id)

        return await self.state_of(await self._db.write(work))

    def close_of(self, unit: Unit, asker: str, reason: str) -> None:
        """Ends an open request, whatever its state, inside a caller's transaction (a ban, or a person who is gone)."""
        row = queries.open_of(unit.conn, asker)
        if row is not None and queries.close(unit.conn, row.id, reason, self._clock.now()):
            self.announce_closed(unit, row, reason)

    async def close_gone(self, asker: str) -> None:
        """Somebody lost the connection and did not come back in time: the request closes, and they are told when they return."""

        def work(unit: Unit) -> None:
            row = queries.open_of(unit.conn, asker)
            if row is None or not self.line.holds.is_away(asker):
                return  # they came back while this waited for its turn
            if queries.close(unit.conn, row.id, "gone", self._clock.now(), only="waiting"):
                self.announce_closed(unit, row, "gone")

        await self._db.write(work)

    def waits_again(self, unit: Unit, request_id: str) -> None:
        """Tells of somebody who waits, at the old rank, among the people of the age class that they have now."""
        row = queries.by_id(unit.conn, request_id)
        asker = None if row is None else accounts.by_id(unit.conn, row.asker_id)
        if row is None or asker is None or row.state != "waiting":
            return
        if asker.age_class is not None:
            queries.repool(unit.conn, row.id, pool_of(asker.age_class, row.language))
        row = queries.by_id(unit.conn, request_id)
        assert row is not None
        unit.announce(self.opened_news(row, accounts.people(unit.conn, [row.asker_id])[row.asker_id]))

    def put_in_place(self, unit: Unit, asker: str | None = None) -> int:
        """Whoever waits among people of an age class that is not theirs (any more): this person, or all of them. How many."""
        misplaced = queries.misplaced(unit.conn, asker)
        for request_id in misplaced:
            self.waits_again(unit, request_id)
        return len(misplaced)

    async def account_changed(self, account: str) -> None:
        """Something was corrected about somebody who may wait: their age class, say."""
        if self.line.index.of(account) is not None:
            await self._db.write(self.put_in_place, account)

    def announce_closed(self, unit: Unit, row: Record, reason: str) -> None:
        unit.announce(
            RequestClosed(
                id=row.id,
                asker=row.asker_id,
                pool=row.pool,
                reason=reason,
                at=self._clock.now(),
                chat=row.chat_id,
                listener=row.listener_id or "",
            )
        )

    def is_banned(self, conn: Connection, account_id: str) -> bool:
        facts = accounts.facts_by_id(conn, account_id, self._clock.now())
        return facts is None or reach.ask(facts).code == "banned"

    def may_wait(self, conn: Connection, account_id: str) -> bool:
        facts = accounts.facts_by_id(conn, account_id, self._clock.now())
        return facts is not None and reach.may_wait(facts)
