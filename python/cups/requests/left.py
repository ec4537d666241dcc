"""Leave Message (SPEC D3): a few words for a listener who is busy or away. They wait for a named time, until the listener answers, and that opens a chat.

Everything is asked twice: when it is left, and when it is answered. What has become impossible meanwhile is not shown to the listener any more.
"""

from sqlalchemy import Connection

from cups.accounts import names
from cups.accounts import queries as accounts
from cups.accounts.visitor import Visitor
from cups.chats.service import Chats
from cups.clock import Clock
from cups.errors import Refused
from cups.ids import new_id
from cups.limits.live import Limits
from cups.messages import queries as channels
from cups.messages import service as messages
from cups.news import AccountChanged, ConcernRaised
from cups.reach import Facts, opens_at, reach
from cups.requests import left_queries, queries
from cups.requests.service import Requests
from cups.requests.taking import Taking, refused_by
from cups.screening.door import Judged, Screen
from cups.screening.model import ABOUT
from cups.settings import Settings
from cups.store.database import Transactions, Unit
from cups.store.schema import Record
from cups.wire.requests import LeaveIn, LeftMessage, LeftMessages, Taken

CHANNEL = "left"
DAY = 86_400_000
_OWN = frozenset({"banned", "muted"})
"""Refusals that are about whoever writes: these are told. All others are one and the same, so that nobody learns of a block or an age."""


class Left:
    def __init__(
        self,
        db: Transactions,
        clock: Clock,
        settings: Settings,
        limits: Limits,
        screen: Screen,
        chats: Chats,
        requests: Requests,
        taking: Taking,
    ) -> None:
        self._db, self._clock, self._settings, self._limits, self._screen = db, clock, settings, limits, screen
        self._chats, self._requests, self._taking = chats, requests, taking

    # Whoever leaves one

    async def leave(self, visitor: Visitor, form: LeaveIn, topics: frozenset[str]) -> LeftMessage:
        """The same ref gives the same message. A sign of danger is never held back: help is shown, and somebody is called.

        Refused: gate-first, not-allowed, banned, muted, bad-input, listener-unavailable, other-language, already-left, too-many-left, too-fast, and
        what screening holds back.
        """
        self._requests.check(visitor, form, topics)
        # A refusal comes as a value: the concern that goes with it is stored all the same.
        outcome = await self._db.write(self._leave, visitor.id, form)
        if isinstance(outcome, Refused):
            raise outcome
        return outcome

    def _leave(self, unit: Unit, sender: str, form: LeaveIn) -> LeftMessage | Refused:
        conn, now = unit.conn, self._clock.now()
        if (known := left_queries.by_ref(conn, sender, form.ref)) is not None:
            return self._wire(conn, [known], sent=True)[0]
        left_queries.expire(conn, now)
        facts = accounts.facts_by_id(conn, sender, now)
        if facts is None:
            raise Refused("gate-first")
        listener = self._listener(conn, facts, form)
        channel = channels.create_channel(conn, CHANNEL, now)
        refused = self._refusal(conn, facts, listener.id, now)
        if refused is not None:
            self._screen.refused_meanwhile(unit, channel, sender, form.text, now)
            return refused
        try:
            judged = self._screen.message(unit, channel, sender, form.ref, form.text, now)
        except Refused as held:
            return held
        return self._store(unit, facts, listener, form, channel, judged, now)

    def _listener(self, conn: Connection, facts: Facts, form: LeaveIn) -> Record:
        row = accounts.by_key(conn, names.key(form.listener.removeprefix("@")))
        if row is None:
            raise Refused("listener-unavailable", field="listener")
        other = accounts.facts(conn, row, facts.as_of)
        verdict = reach(facts, other, "message", blocked=accounts.blocked(conn, facts.id, other.id))
        if verdict.code in _OWN:
            raise Refused(verdict.code, retry_at=opens_at(facts, verdict, now=facts.as_of))
        if not verdict.ok or row.kind != "listener" or form.topic in refused_by(row):
            raise Refused("listener-unavailable", field="listener")
        if form.language not in row.languages.split(","):
            raise Refused("other-language", field="language")
        return row

    def _refusal(self, conn: Connection, facts: Facts, listener: str, now: int) -> Refused | None:
        sent = left_queries.waiting_of(conn, facts.id, now)
        if any(row.to_id == listener for row in sent):
            return Refused("already-left")
        if len(sent) >= self._settings.left_most_sent:
            return Refused("too-many-left")
        if len(left_queries.waiting_at(conn, listener, now)) >= self._settings.left_most_waiting:
            return Refused("listener-unavailable", field="listener")
        if until := self._limits.check_person(conn, "leave-message", facts, now):
            return Refused("too-fast", retry_at=until)
        return None

    def _store(
        self, unit: Unit, facts: Facts, listener: Record, form: LeaveIn, channel: str, judged: Judged, now: int
    ) -> LeftMessage:
        id = new_id(now)
        left_queries.insert(
            unit.conn,
            id=id,
            from_id=facts.id,
            to_id=listener.id,
            channel_id=channel,
            ref=form.ref,
            topic=form.topic,
            language=form.language,
            text=judged.text,
            at=now,
            expires_at=now + self._settings.left_keep_days * DAY,
            state=left_queries.WAITING,
        )
        self._screen.said(unit, channel, facts.id, form.ref, form.text, None, judged, now)
        unit.announce(AccountChanged(account=listener.id))
        row = left_queries.by_id(unit.conn, id)
        assert row is not None
        left = self._wire(unit.conn, [row], sent=True)[0]
        raised = [news for news in unit.news if isinstance(news, ConcernRaised)]
        left.help = ABOUT[raised[-1].kind] if raised else ""
        return left

    async def sent(self, visitor: Visitor) -> LeftMessages:
        """One's own, the newest first, with what has become of them."""
        found = await self._db.read(lambda conn: self._wire(conn, left_queries.sent(conn, visitor.id), sent=True))
        return LeftMessages(messages=found)

    async def withdraw(self, visitor: Visitor, id: str) -> None:
        """Withdrawing again changes nothing. Refused: not-found, conflict (it was answered, or its time was over)."""

        def work(unit: Unit) -> None:
            row = left_queries.by_id(unit.conn, id)
            if row is None or row.from_id != visitor.id:
                raise Refused("not-found")
            if row.state == "withdrawn":
                return
            if not left_queries.close(unit.conn, id, "withdrawn", self._clock.now()):
                raise Refused("conflict")
            unit.announce(AccountChanged(account=row.to_id))

        await self._db.write(work)

    # The listener

    async def waiting(self, visitor: Visitor) -> LeftMessages:
        """What waits for this listener, the longest waiting first."""
        found = await self._db.read(lambda conn: self._wire(conn, self._shown(conn, visitor.id), sent=False))
        return LeftMessages(messages=found)

    def count(self, conn: Connection, listener: str) -> int:
        return len(self._shown(conn, listener))

    def _shown(self, conn: Connection, listener: str) -> list[Record]:
        """Those of people whom this listener may still meet."""
        rows = left_queries.waiting_at(conn, listener, self._clock.now())
        return [row for row in rows if self._may_meet(conn, row)]

    def _may_meet(self, conn: Connection, row: Record) -> bool:
        now = self._clock.now()
        sender, listener = (accounts.facts_by_id(conn, id, now) for id in (row.from_id, row.to_id))
        if sender is None or listener is None:
            return False
        verdict = reach(listener, sender, "chat", blocked=accounts.blocked(conn, listener.id, sender.id))
        return verdict.ok or verdict.code == "muted"

    async def answer(self, visitor: Visitor, id: str) -> Taken:
        """Opens a chat that begins with what was left, by the same door as every other. Answering again gives the same.

        Refused: not-found, not-asking (withdrawn, over, or the two may not meet any more), asker-busy (they wait or talk elsewhere now), at-capacity.
        """
        return await self._db.write(self._answer, visitor.id, id)

    def _answer(self, unit: Unit, listener: str, id: str) -> Taken:
        conn, now = unit.conn, self._clock.now()
        row = self._of(conn, listener, id)
        if row.state == "answered":
            request = queries.by_ref(conn, row.from_id, f"left-{row.id}")
            assert request is not None
            return Taken(chat=row.chat_id, request=request.id)
        taker, asker = accounts.by_id(conn, listener), accounts.by_id(conn, row.from_id)
        if row.state != left_queries.WAITING or row.expires_at <= now or taker is None or asker is None:
            raise Refused("not-asking")
        if not self._taking.suits(conn, taker, accounts.facts(conn, asker, now), row):
            raise Refused("not-asking")
        if queries.open_of(conn, asker.id) is not None or self._chats.open_rows(conn, asker.id):
            raise Refused("asker-busy")
        if self._chats.capacity(conn, listener) <= 0:
            raise Refused("at-capacity")
        # The listener is here already, by their own act: no lease, and nothing that could go back into the queue without its asker.
        matched = {"state": "closed", "reason": "matched", "closed_at": now, "listener_id": listener}
        ref = f"left-{row.id}"
        request_id = self._requests.insert(conn, asker, ref, row.topic, row.language, first_at=now, now=now, **matched)
        request = queries.by_id(conn, request_id)
        assert request is not None
        taken = self._taking.open(unit, request, listener, now)
        messages.say(unit, taken.chat, asker.id, ref, row.text, now)
        left_queries.close(conn, id, "answered", now, taken.chat)
        self._taking.on_taken(unit, listener)
        unit.announce(AccountChanged(account=listener))
        return taken

    async def decline(self, visitor: Visitor, id: str) -> None:
        """Not this time: whoever left it is told so, kindly. Refused: not-found, not-asking."""

        def work(unit: Unit) -> None:
            row = self._of(unit.conn, visitor.id, id)
            if row.state == "declined":
                return
            if not left_queries.close(unit.conn, id, "declined", self._clock.now()):
                raise Refused("not-asking")
            unit.announce(AccountChanged(account=visitor.id))

        await self._db.write(work)

    def _of(self, conn: Connection, listener: str, id: str) -> Record:
        row = left_queries.by_id(conn, id)
        if row is None or row.to_id != listener:
            raise Refused("not-found")
        return row

    # Time

    def expire(self, unit: Unit) -> int:
        """Ends what nobody answered in time, and forgets what has long been closed; of how many something went."""
        now = self._clock.now()
        ended = left_queries.expire(unit.conn, now)
        for listener in set(ended):
            unit.announce(AccountChanged(account=listener))
        return len(ended) + left_queries.forget(unit.conn, now - self._settings.left_keep_days * DAY)

    def _wire(self, conn: Connection, rows: list[Record], *, sent: bool) -> list[LeftMessage]:
        people = accounts.people(conn, [row.to_id if sent else row.from_id for row in rows])
        now = self._clock.now()
        return [
            LeftMessage(
                id=row.id,
                person=people[row.to_id if sent else row.from_id],
                topic=row.topic,
                language=row.language,
                text=row.text,
                at=row.at,
                until=row.expires_at,
                state="expired" if row.state == left_queries.WAITING and row.expires_at <= now else row.state,
                chat=row.chat_id,
            )
            for row in rows
        ]
