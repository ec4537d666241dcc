"""What moderators do in rooms: removing a message, warning a person. The table is what lasts; the ladder in Rust says what follows."""

from collections.abc import Callable

from sqlalchemy import Connection

from cups.accounts import names
from cups.accounts import queries as accounts
from cups.accounts.visitor import Visitor
from cups.clock import Clock
from cups.errors import Refused
from cups.ids import new_id
from cups.limits.live import Limits
from cups.messages import service as messages
from cups.moderation import audit, danger, ladder, queries
from cups.moderation.ladder import step_of
from cups.news import AccountChanged, WarningGiven
from cups.reach import Facts, is_staff, moderates, reach
from cups.rooms import queries as room_queries
from cups.rooms.service import Rooms
from cups.store.database import Database, Unit
from cups.store.schema import Record
from cups.wire.rooms import GivenWarning, GivenWarnings, RemoveIn, Rule, WarnIn, Warning, WarnOut

ABOUT_ANYTHING: frozenset[Rule] = frozenset({"contact", "spam"})
"""Rules that somebody who speaks of their own danger can break besides, by something else that they wrote."""


class Moderation:
    def __init__(self, db: Database, clock: Clock, limits: Limits, rooms: Rooms) -> None:
        self._db, self._clock, self._limits, self._rooms = db, clock, limits, rooms
        self.own_danger: Callable[[str], bool] = danger.speaks_of_own_danger
        """Whether words speak of somebody's own danger: the composition root may know better."""

    def _moderated_room(self, conn: Connection, visitor: Visitor, slug: str) -> tuple[Record, Facts]:
        me = self._rooms.facts(conn, visitor.id)
        row = self._rooms.require(room_queries.by_slug(conn, slug), me)
        if not moderates(me, row.id):
            raise Refused("not-allowed")
        return row, me

    async def remove(self, visitor: Visitor, slug: str, seq: int, form: RemoveIn) -> None:
        """Takes a message away. Once this returns it reaches nobody any more. Removing twice changes nothing.

        Refused: not-allowed, not-found, conflict (its removal was overturned: that stands).
        """
        now = self._clock.now()

        def work(unit: Unit) -> None:
            row, _ = self._moderated_room(unit.conn, visitor, slug)
            author = messages.author_of(unit.conn, row.id, seq)
            if author is not None and (before := queries.removed(unit.conn, row.id, seq)) and before.overturned_at:
                raise Refused("conflict", detail="The removal of this message was overturned.")
            text = messages.remove(unit, row.id, seq)
            if text is None or author is None:
                return
            queries.keep_removed(
                unit.conn,
                id=new_id(now),
                person_id=author[0],
                channel_id=row.id,
                seq=seq,
                moderator_id=visitor.id,
                rule=form.rule,
                note=form.note,
                text=text,
                at=now,
            )
            audit.write(unit.conn, visitor, "message.remove", f"{row.slug}/{seq}", {"rule": form.rule}, now)

        await self._db.write(work)

    async def warn(self, visitor: Visitor, slug: str, form: WarnIn) -> WarnOut:
        """Warns somebody; the ladder says what follows. The same ref again gives the same outcome.

        Refused: not-allowed (no moderator here, or the other one moderates too), not-found, wait-before-warning with when,
        crisis-no-offence (it is about somebody's own danger), bad-input (the message is somebody else's).
        """
        now = self._clock.now()

        def work(unit: Unit) -> WarnOut:
            conn = unit.conn
            row, me = self._moderated_room(conn, visitor, slug)
            if (known := queries.by_ref(conn, visitor.id, form.ref)) is not None:
                return WarnOut(counted=known.counted, count=known.standing, step=known.step, until=known.until)
            account = accounts.by_key(conn, names.key(form.name.removeprefix("@")))
            if account is None or not self._was_here(conn, row.id, account.id):
                raise Refused("not-found", field="name")
            other = accounts.facts(conn, account, now)
            if not reach(me, other, "notice").ok:
                raise Refused("not-found", field="name")
            equals = moderates(other, row.id) and not is_staff(me)
            if equals or accounts.any_persona(conn, account.id, is_staff, now):
                raise Refused("not-allowed", field="name")
            self._no_crisis(conn, row.id, account.id, form)
            return self._count(unit, visitor, row, account.id, form, now)

        return await self._db.write(work)

    def _was_here(self, conn: Connection, room: str, account: str) -> bool:
        """In the room now, or with a message in what is kept of it: nobody is warned about a place they were not in."""
        return self._rooms.is_present(room, account) or messages.wrote(conn, room, account)

    def _no_crisis(self, conn: Connection, room: str, person: str, form: WarnIn) -> None:
        """A crisis is never an offence: neither the moderator's words nor the message may be about the person's own danger."""
        if self.own_danger(form.words):
            raise Refused("crisis-no-offence", field="words")
        if form.seq is None or (found := messages.author_of(conn, room, form.seq)) is None:
            return
        author, text = found
        if author != person:
            raise Refused("bad-input", field="seq")
        if not text and (taken := queries.removed(conn, room, form.seq)) is not None:
            text = taken.text
        if form.rule not in ABOUT_ANYTHING and self.own_danger(text):
            raise Refused("crisis-no-offence", field="seq")

    def _count(self, unit: Unit, visitor: Visitor, room: Record, person: str, form: WarnIn, now: int) -> WarnOut:
        outcome = ladder.of(unit.conn, self._limits, person, now).warn(person, room.id, visitor.id, now)
        if outcome.refused_until:
            raise Refused("wait-before-warning", retry_at=outcome.refused_until)
        until = ladder.until(self._limits, outcome.step, now) if outcome.counted else None
        id = new_id(now)
        queries.insert(
            unit.conn,
            id=id,
            person_id=person,
            room_id=room.id,
            moderator_id=visitor.id,
            ref=form.ref,
            rule=form.rule,
            words=form.words,
            message_seq=form.seq,
            at=now,
            counted=outcome.counted,
            standing=outcome.count,
            step=outcome.step,
            until=until,
        )
        details = {"room": room.slug, "rule": form.rule, "step": outcome.step, "counted": str(outcome.counted).lower()}
        audit.write(unit.conn, visitor, "person.warn", person, details, now)
        if outcome.counted:
            stored = queries.by_id(unit.conn, id)
            assert stored is not None
            unit.announce(WarningGiven(person=person, warning=self._wire(stored)))
            ladder.follow(unit, stored, outcome.step, until, now)
        return WarnOut(counted=outcome.counted, count=outcome.count, step=step_of(outcome.step), until=until)

    def _wire(self, row: Record) -> Warning:
        return queries.to_wire(row, self._limits.figure("contest_days"))

    async def given(self, visitor: Visitor, slug: str) -> GivenWarnings:
        """What moderators told people in this room, as long as it counts, for its moderators: who has read it, and who contests it."""
        now = self._clock.now()

        def read(conn: Connection) -> GivenWarnings:
            room, _ = self._moderated_room(conn, visitor, slug)
            rows = queries.in_room(conn, room.id, now - ladder.fade_ms(self._limits), limit=100)
            people = accounts.people(conn, [id for row in rows for id in (row.person_id, row.moderator_id)])
            contests = queries.contests_of(conn, [row.id for row in rows])
            return GivenWarnings(
                warnings=[
                    GivenWarning(
                        id=row.id,
                        person=people[row.person_id],
                        by=people[row.moderator_id].name,
                        rule=row.rule,
                        words=row.words,
                        step=row.step,
                        counted=row.counted,
                        at=row.at,
                        until=row.until,
                        seen_at=row.seen_at,
                        contest=contests[row.id].state if row.id in contests else "",
                    )
                    for row in rows
                ]
            )

        return await self._db.read(read)

    async def of(self, account_id: str) -> list[Warning]:
        """A person's own warnings, under either of their accounts, newest first."""

        def read(conn: Connection) -> list[Warning]:
            return [self._wire(row) for row in queries.of_people(conn, accounts.personas(conn, account_id))]

        return await self._db.read(read)

    def unseen_now(self, conn: Connection, account_id: str) -> list[Warning]:
        """The warnings that somebody has not marked as seen."""
        return [self._wire(row) for row in queries.unseen_of(conn, accounts.personas(conn, account_id))]

    async def unseen(self, account_id: str) -> list[Warning]:
        return await self._db.read(self.unseen_now, account_id)

    async def see(self, account_id: str, id: str) -> None:
        """Marks a warning as seen by its person; seeing twice changes nothing."""

        def work(unit: Unit) -> None:
            row, mine = queries.by_id(unit.conn, id), accounts.personas(unit.conn, account_id)
            if row is None or row.person_id not in mine:
                raise Refused("not-found")
            if queries.see(unit.conn, [id], mine, self._clock.now()):
                unit.announce(AccountChanged(account=row.person_id))

        await self._db.write(work)

    def forget_old(self, unit: Unit) -> int:
        """Deletes the words of removed messages that can be contested no more."""
        before = self._clock.now() - self._limits.figure("contest_days") * queries.DAY
        return queries.forget_removed(unit.conn, before)
