"""1-to-1 chats: opening, saying, marking, ending, blocking, reporting, rating. Every step asks `reach` again, inside its transaction."""

import json
from collections.abc import Callable, Sequence

import sqlalchemy as sa
from sqlalchemy import Connection

from cups.accounts import blocking
from cups.accounts import queries as accounts
from cups.accounts.visitor import Visitor
from cups.chats import queries
from cups.chats.silence import Silences
from cups.chats.tables import chat as chat_table
from cups.clock import Clock
from cups.errors import Refused
from cups.ids import chance_id, new_id
from cups.limits.live import Limits
from cups.messages import queries as channels
from cups.messages import service as messages
from cups.messages.saying import Entitled, Saying, store
from cups.news import ChatChanged, ChatOpened, MarkMoved, Origin
from cups.reach import Facts, ends_at, may_be_quoted, opens_at, reach, write
from cups.screening.door import Screen
from cups.settings import Settings
from cups.store.database import Transactions, Unit
from cups.store.schema import Record
from cups.wire.chats import Chat, EndIn, History, Mark, Message, RatingIn

DAY = 86_400_000
BEGINNER_UNTIL, EXPERIENCED_AFTER = 10, 50
"""Chats that a listener has had: SPEC D15 says ten for the first step, and leaves the second open."""


class Chats:
    def __init__(
        self, db: Transactions, clock: Clock, settings: Settings, limits: Limits, screen: Screen | None = None
    ) -> None:
        self._db, self._clock, self._settings, self._limits, self._screen = db, clock, settings, limits, screen
        self.silences = Silences(limits)
        self.on_end: Callable[[Unit, Record, str | None, str], None] = lambda _unit, _row, _by, _reason: None
        """Called inside the transaction that ends a chat; the queue, which ranks above, takes the request back here."""
        self.on_part: Callable[[Unit, str], None] = lambda _unit, _account: None
        """Called inside the transaction after which somebody may not meet all whom they met before: a block, an age, a clearance, a ban."""

    # Opening (called by requests, inside the transaction that takes a request)

    def open(
        self, unit: Unit, *, request_id: str, member: str, listener: str, topic: str, language: str, first_at: int
    ) -> str:
        now = self._clock.now()
        chat_id = channels.create_channel(unit.conn, "chat", now)
        queries.insert(
            unit.conn,
            id=chat_id,
            request_id=request_id,
            member_id=member,
            listener_id=listener,
            topic=topic,
            language=language,
            first_at=first_at,
            opened_at=now,
        )
        unit.announce(ChatOpened(id=chat_id, member=member, listener=listener, at=now))
        return chat_id

    def capacity(self, conn: Connection, listener: str) -> int:
        """How many more chats this listener may take now (SPEC D15)."""
        return self._room(*queries.load_of(conn, listener, most=EXPERIENCED_AFTER))

    def capacities(self, conn: Connection, listeners: Sequence[str]) -> dict[str, int]:
        """As `capacity`, of many."""
        loads = queries.loads_of(conn, listeners, most=EXPERIENCED_AFTER)
        return {id: self._room(*load) for id, load in loads.items()}

    def _room(self, taken: int, running: int) -> int:
        grown = "first" if taken < BEGINNER_UNTIL else "later" if taken < EXPERIENCED_AFTER else "experienced"
        return self._limits.figure(f"listener_chats_{grown}") - running

    # Looking

    def party(self, conn: Connection, chat_id: str, account_id: str) -> Record:
        """The chat, if this account is one of its two; not-found for everyone else."""
        row = queries.find(conn, chat_id)
        if row is None or account_id not in (row.member_id, row.listener_id):
            raise Refused("not-found")
        return row

    def confides(self, conn: Connection, row: Record, viewer: str) -> bool:
        """May what the member said on the way to this chat be shown to this one of its two? To themselves always; to the listener as long as the
        chat runs and the two may meet."""
        if viewer == row.member_id:
            return True
        if row.ended_at is not None:
            return False
        now = self._clock.now()
        member, listener = (accounts.facts_by_id(conn, id, now) for id in (row.member_id, row.listener_id))
        if member is None or listener is None:
            return False
        verdict = reach(member, listener, "chat", blocked=accounts.blocked(conn, member.id, listener.id))
        return verdict.ok or verdict.code == "muted"

    def find(self, conn: Connection, chat_id: str) -> Record | None:
        return queries.find(conn, chat_id)

    def open_rows(self, conn: Connection, account_id: str) -> list[Record]:
        return queries.open_of(conn, account_id)

    def view(self, conn: Connection, row: Record, viewer: str) -> Chat:
        now = self._clock.now()
        people = accounts.people(conn, [row.member_id, row.listener_id])
        recent = row.ended_at is not None and now - row.ended_at < self._settings.requeue_within_s * 1000
        # Whoever was left, by a listener's going, ban or absence, does not lose the rank; whoever left on their own does.
        left = recent and row.ended_by != row.member_id and row.end_reason != "absent"
        silence = "" if row.ended_at is not None else self.silences.stage(row.id)
        return queries.to_wire(
            row,
            viewer,
            people,
            rated=queries.rated(conn, row.id),
            quotable=viewer == row.member_id and self._quotable(conn, viewer),
            can_requeue=left or silence == "offered",
            silence=silence,
        )

    def _quotable(self, conn: Connection, account_id: str) -> bool:
        facts = accounts.facts_by_id(conn, account_id, self._clock.now())
        return facts is not None and may_be_quoted(facts)

    async def seen_by(self, account_id: str, chat_id: str) -> Chat:
        return await self._db.read(lambda conn: self.view(conn, self.party(conn, chat_id, account_id), account_id))

    async def history(self, account_id: str, chat_id: str, before: int, limit: int) -> History:
        def read(conn: Connection) -> History:
            self.party(conn, chat_id, account_id)
            return channels.page(conn, chat_id, before, limit)

        return await self._db.read(read)

    async def recent(self, account_id: str) -> list[Chat]:
        return await self._db.read(
            lambda conn: [self.view(conn, row, account_id) for row in queries.recent_of(conn, account_id)]
        )

    def open_views(self, conn: Connection, account_id: str) -> list[Chat]:
        """The open chats of somebody, as they see them."""
        return [self.view(conn, row, account_id) for row in queries.open_of(conn, account_id)]

    async def open_of(self, account_id: str) -> list[Chat]:
        return await self._db.read(self.open_views, account_id)

    # Saying

    def _may_write(self, conn: Connection, row: Record, account_id: str, now: int) -> tuple[Facts, int | None]:
        """The writer, and when this ends by time alone, if it does; or the refusal. Both people as they are now: age, bans, mutes and blocks may have changed in mid-flight."""
        if row.ended_at is not None:
            raise Refused("chat-ended")
        me = accounts.facts_by_id(conn, account_id, now)
        other_id = row.listener_id if account_id == row.member_id else row.member_id
        other = accounts.facts_by_id(conn, other_id, now)
        if me is None or other is None:
            raise Refused("not-found")
        verdict = write(me, now=now)
        if verdict.ok:
            verdict = reach(me, other, "chat", blocked=accounts.blocked(conn, me.id, other.id))
        if not verdict.ok:
            raise Refused(verdict.code, retry_at=opens_at(me, verdict, now=now))
        return me, ends_at(me, other)

    async def say(
        self, account_id: str, chat_id: str, ref: str, text: str, reply_to: int | None, origin: Origin | None
    ) -> tuple[Message, bool]:
        """The stored message, and whether the ref was known. Refused: not-found, chat-ended, muted, banned, blocked, too-fast."""
        said = Saying("chat", chat_id, account_id, ref, text, reply_to, self._clock.now(), origin)
        checks = {"chat": self.check_writer}

        def work(unit: Unit) -> tuple[Message, bool]:
            (result,) = store(unit, [said], checks, self._limits, self._screen)
            if isinstance(result, Refused):
                raise result
            return result.message, result.known

        return await self._db.write(work)

    def check_writer(self, conn: Connection, account_id: str, chat_id: str, now: int) -> Entitled:
        """May this person write in this chat now, and which limit counts? Refused as in `say`."""
        row = self.party(conn, chat_id, account_id)
        me, until = self._may_write(conn, row, account_id, now)
        other = row.listener_id if account_id == row.member_id else row.member_id
        return Entitled(((self._limits.rule_of(conn, "chat-message", me, now), account_id),), other, until)

    async def edit(self, account_id: str, chat_id: str, seq: int, text: str, origin: Origin | None) -> int:
        now, within = self._clock.now(), self._settings.change_within_s * 1000

        def work(unit: Unit) -> int:
            me, _ = self._may_write(unit.conn, self.party(unit.conn, chat_id, account_id), account_id, now)
            if until := self._limits.check_person(unit.conn, "chat-message", me, now):
                raise Refused("too-fast", retry_at=until)
            return messages.edit(
                unit, chat_id, seq, account_id, text, now, within_ms=within, origin=origin, screen=self._screen
            )

        return await self._db.write(work)

    async def take_back(self, account_id: str, chat_id: str, seq: int, origin: Origin | None) -> int:
        """Allowed in an ended chat too: taking back only ever shows less."""
        now, within = self._clock.now(), self._settings.change_within_s * 1000

        def work(unit: Unit) -> int:
            self.party(unit.conn, chat_id, account_id)
            return messages.take_back(unit, chat_id, seq, account_id, now, within_ms=within, origin=origin)

        return await self._db.write(work)

    async def move_mark(self, account_id: str, name: str, chat_id: str, delivered: int, read: int) -> None:
        def work(unit: Unit) -> None:
            self.party(unit.conn, chat_id, account_id)
            channel = channels.find_channel(unit.conn, chat_id)
            top = channel.seq if channel else 0
            moved = queries.move_mark(unit.conn, chat_id, account_id, min(delivered, top), min(read, top))
            if moved is not None:
                unit.announce(MarkMoved(channel=chat_id, mark=Mark(name=name, delivered=moved[0], read=moved[1])))

        await self._db.write(work)

    # Ending

    def end_now(self, unit: Unit, row: Record, *, by: str | None, reason: str) -> bool:
        done = queries.end(unit.conn, row.id, by=by, reason=reason, now=self._clock.now())
        if done:
            self.on_end(unit, row, by, reason)
            unit.announce(ChatChanged(id=row.id, member=row.member_id, listener=row.listener_id, ended=True))
        return done

    def end_all_of(self, unit: Unit, account_id: str, *, reason: str) -> None:
        """Ends what a ban no longer allows."""
        for row in queries.open_of(unit.conn, account_id):
            self.end_now(unit, row, by=None, reason=reason)
        self.on_part(unit, account_id)

    def part_unreachable(self, unit: Unit, account_id: str) -> None:
        """Ends every open chat of an account whose two people may not meet any more: an age, a clearance or a ban has changed. A mute ends none."""
        now = self._clock.now()
        for row in queries.open_of(unit.conn, account_id):
            member = accounts.facts_by_id(unit.conn, row.member_id, now)
            listener = accounts.facts_by_id(unit.conn, row.listener_id, now)
            if member is None or listener is None:
                continue
            verdict = reach(member, listener, "chat", blocked=accounts.blocked(unit.conn, member.id, listener.id))
            if not verdict.ok and verdict.code != "muted":
                self.end_now(unit, row, by=None, reason="apart")
        self.on_part(unit, account_id)

    def part(self, unit: Unit, blocker: str, blocked: str) -> None:
        """Ends what two people have open, whichever of their linked accounts they have it under."""
        others = accounts.personas(unit.conn, blocked)
        for persona in accounts.personas(unit.conn, blocker):
            for row in queries.open_of(unit.conn, persona):
                if row.member_id in others or row.listener_id in others:
                    self.end_now(unit, row, by=persona, reason="blocked")
        self.on_part(unit, blocker)

    async def end(self, visitor: Visitor, chat_id: str, form: EndIn) -> Chat:
        """Either ends it; ending an ended chat changes nothing, but a block or a report of it still counts."""
        now = self._clock.now()
        if form.report and (until := self._limits.check_person(None, "report", visitor.facts, now)):
            raise Refused("too-fast", retry_at=until)

        def work(unit: Unit) -> Chat:
            row = self.party(unit.conn, chat_id, visitor.id)
            other = row.listener_id if visitor.id == row.member_id else row.member_id
            self.end_now(unit, row, by=visitor.id, reason="blocked" if form.block else "ended")
            if form.block:
                blocking.put(unit, visitor.id, other, now, most=self._settings.max_blocks)
                self.part(unit, visitor.id, other)
                unit.conn.execute(sa.update(chat_table).where(chat_table.c.id == chat_id).values(end_reason="blocked"))
            if form.report:
                self._report(unit, row, visitor.id, other, form.report, now)
            after = queries.find(unit.conn, chat_id)
            assert after is not None
            return self.view(unit.conn, after, visitor.id)

        return await self._db.write(work)

    def _report(self, unit: Unit, row: Record, reporter: str, about: str, text: str, now: int) -> None:
        rows = channels.last(unit.conn, row.id, before=1 << 60, limit=self._settings.chat_keep_messages)
        evidence = [
            {"seq": r.seq, "author": r.author_id, "at": r.at, "text": r.text, "removed": r.removed} for r in rows
        ]
        queries.add_report(
            unit.conn,
            id=new_id(now),
            channel_id=row.id,
            reporter_id=reporter,
            about_id=about,
            text=text,
            evidence=json.dumps(evidence, ensure_ascii=False),
            at=now,
            until=now + self._settings.report_keep_days * DAY,
        )

    async def rate(self, visitor: Visitor, chat_id: str, form: RatingIn) -> Chat:
        """By the member alone, in mid-chat or later, once: already-rated. A comment may come to be published, where they allow it: held-contact,
        not-allowed (a teen's never is)."""
        if self._screen is not None:
            self._screen.words(form.comment, "comment")

        def work(unit: Unit) -> Chat:
            row = self.party(unit.conn, chat_id, visitor.id)
            if visitor.id != row.member_id:
                raise Refused("not-allowed")
            if queries.rated(unit.conn, chat_id):
                raise Refused("already-rated")
            asked = form.publish and bool(form.comment.strip())
            if asked and not self._quotable(unit.conn, visitor.id):
                raise Refused("not-allowed", field="publish")
            queries.rate(
                unit.conn,
                chat_id=chat_id,
                helpfulness=form.helpfulness,
                empathy=form.empathy,
                professionalism=form.professionalism,
                responsiveness=form.responsiveness,
                comment=form.comment,
                review="waits" if asked else "",
                review_id=chance_id() if asked else None,
            )
            return self.view(unit.conn, row, visitor.id)

        return await self._db.write(work)
