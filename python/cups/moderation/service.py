"""What moderators do in rooms: removing a message, warning a person. The table is what lasts; the ladder in Rust says what follows."""

from sqlalchemy import Connection

from cups.accounts import queries as accounts
from cups.accounts.visitor import Visitor
from cups.clock import Clock
from cups.errors import Refused
from cups.ids import new_id
from cups.limits.live import Limits
from cups.messages import service as messages
from cups.moderation import audit, ladder, queries
from cups.moderation.guard import Guard
from cups.moderation.ladder import step_of
from cups.news import AccountChanged, WarningGiven
from cups.store.database import Database, Unit
from cups.store.schema import Record
from cups.wire.rooms import GivenWarning, GivenWarnings, RemoveIn, WarnIn, Warning, WarnOut


class Moderation:
    def __init__(self, db: Database, clock: Clock, limits: Limits, guard: Guard) -> None:
        self._db, self._clock, self._limits, self._guard = db, clock, limits, guard

    async def remove(self, visitor: Visitor, slug: str, seq: int, form: RemoveIn) -> None:
        """Takes a message away. Once this returns it reaches nobody any more. Removing twice changes nothing.

        Refused: not-allowed, not-found, conflict (its removal was overturned: that stands), held-contact (contact details in the note),
        too-fast with when.
        """
        now = self._clock.now()
        self._guard.screen_words(form.note)

        def work(unit: Unit) -> None:
            row, _ = self._guard.room(unit.conn, visitor, slug)
            author = messages.author_of(unit.conn, row.id, seq)
            if author is not None and (before := queries.removed(unit.conn, row.id, seq)) and before.overturned_at:
                raise Refused("conflict", says="removal-overturned")
            if author is not None and author[1]:
                self._guard.pace("remove-message", visitor, now)
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

        Refused: not-allowed (no moderator here, or the other one moderates too), not-found, wait-before-warning and too-fast with when,
        crisis-no-offence (it is about somebody's own danger), bad-input (no words, or the message is somebody else's), held-contact.
        """
        now = self._clock.now()
        self._guard.told_words(form.words)

        def work(unit: Unit) -> WarnOut:
            conn = unit.conn
            row, me = self._guard.room(conn, visitor, slug)
            if (known := queries.by_ref(conn, visitor.id, form.ref)) is not None:
                return WarnOut(counted=known.counted, count=known.standing, step=known.step, until=known.until)
            person = self._guard.subject(conn, me, row, form.name)
            said = self._guard.grounds(conn, row.id, person, form.rule, form.words, form.seq)
            return self._count(unit, visitor, row, person, form, said, now)

        return await self._db.write(work)

    def _count(
        self, unit: Unit, visitor: Visitor, room: Record, person: str, form: WarnIn, said: str, now: int
    ) -> WarnOut:
        outcome = ladder.of(unit.conn, self._limits, person, now).warn(person, room.id, visitor.id, now)
        if outcome.refused_until:
            raise Refused("wait-before-warning", retry_at=outcome.refused_until)
        self._guard.pace("warn", visitor, now)
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
            queries.keep_evidence(unit.conn, id, said, now)
            stored = queries.by_id(unit.conn, id)
            assert stored is not None
            unit.announce(WarningGiven(person=person, warning=self._wire(stored)))
            ladder.follow(unit, stored, outcome.step, until, now)
        return WarnOut(counted=outcome.counted, count=outcome.count, step=step_of(outcome.step), until=until)

    def _wire(self, row: Record) -> Warning:
        return queries.to_wire(row, self._limits.figure("contest_days"))

    async def given(self, visitor: Visitor, slug: str) -> GivenWarnings:
        """What moderators told people in this room, as long as it counts, for its moderators: who has read it, and who contests it. Not what
        they were told themselves: nobody learns who warned them."""
        now = self._clock.now()

        def read(conn: Connection) -> GivenWarnings:
            room, _ = self._guard.room(conn, visitor, slug)
            mine = accounts.personas(conn, visitor.id)
            rows = queries.in_room(conn, room.id, now - ladder.fade_ms(self._limits), but=mine, limit=100)
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
        """Marks a warning, or what a moderator decided by hand, as seen by its person; seeing twice changes nothing."""

        def work(unit: Unit) -> None:
            conn, now = unit.conn, self._clock.now()
            row, mine = queries.by_id(conn, id) or queries.by_hand_by_id(conn, id), accounts.personas(conn, account_id)
            if row is None or row.person_id not in mine:
                raise Refused("not-found")
            if queries.see(conn, [id], mine, now) + queries.see_by_hand(conn, [id], mine, now):
                unit.announce(AccountChanged(account=row.person_id))

        await self._db.write(work)

    def forget_old(self, unit: Unit) -> int:
        """Deletes the words that decisions rest on, of removed messages and others, once these can be contested no more; how many."""
        before = self._clock.now() - self._limits.figure("contest_days") * queries.DAY
        return queries.forget_removed(unit.conn, before) + queries.forget_evidence(unit.conn, before)
