"""Muting, removing and banning somebody from one room by hand, beside the ladder of warnings; and lifting it again.

Each is a decision like all others: it is told with its reason, rule and end, stands on the person's page, and can be contested.
"""

from collections.abc import Sequence

from sqlalchemy import Connection

from cups.accounts import names
from cups.accounts import queries as accounts
from cups.accounts.tables import sanction
from cups.accounts.visitor import Visitor
from cups.clock import Clock
from cups.errors import Refused
from cups.ids import new_id
from cups.limits.live import Limits
from cups.moderation import audit, decided, lengths, queries
from cups.moderation.guard import Guard
from cups.news import AccountChanged, DecisionTaken, Sanctioned
from cups.reach import is_staff
from cups.store.database import Database, Unit
from cups.store.schema import Record
from cups.wire.rooms import Act, RoomSanction, RoomSanctions, SanctionIn
from cups.wire.standing import Decision

KINDS: dict[Act, str] = {act: kind for kind, act in decided.ACTS.items()}


def to_wire(conn: Connection, rows: Sequence[Record]) -> list[RoomSanction]:
    people = accounts.people(conn, [id for row in rows for id in (row.person_id, row.by_id)])
    contests = queries.contests_of(conn, [row.id for row in rows])
    return [
        RoomSanction(
            id=row.id,
            room=row.room_slug,
            person=people[row.person_id],
            by=people[row.by_id].name,
            act=decided.ACTS[row.kind],
            rule=row.rule,
            words=row.reason,
            at=row.at,
            until=row.until,
            lifted=row.lifted_at is not None,
            seen_at=row.seen_at,
            contest=contests[row.id].state if row.id in contests else "",
        )
        for row in rows
    ]


class Sanctions:
    def __init__(self, db: Database, clock: Clock, limits: Limits, guard: Guard) -> None:
        self._db, self._clock, self._limits, self._guard = db, clock, limits, guard

    async def give(self, visitor: Visitor, slug: str, form: SanctionIn) -> RoomSanction:
        """In force from the answer on, for both of the person's accounts and all their connections. The same ref again gives the same.

        Refused: not-found, not-allowed (no moderator here, or one who may not decide about this person), crisis-no-offence (it is about
        somebody's own danger), bad-input (no words, or the message is somebody else's), held-contact (contact details in the words), conflict (the ref
        was given to another decision: answering with that one would let its moderator believe that this one holds), too-fast with when.
        """
        now = self._clock.now()
        self._guard.told_words(form.words)

        def work(unit: Unit) -> RoomSanction:
            conn = unit.conn
            room, me = self._guard.room(conn, visitor, slug)
            if (known := queries.by_hand_by_ref(conn, visitor.id, form.ref)) is not None:
                return self._same(conn, known, room, form)
            person = self._guard.subject(conn, me, room, form.name)
            said = self._guard.grounds(conn, room.id, person, form.rule, form.words, form.seq)
            return self._decide(unit, visitor, room, person, form, said, now)

        return await self._db.write(work)

    def _same(self, conn: Connection, known: Record, room: Record, form: SanctionIn) -> RoomSanction:
        told = to_wire(conn, [known])[0]
        lasts = lengths.length_ms(self._limits, form.act, form.length)
        wanted = (room.id, names.key(form.name.removeprefix("@")), form.act, lasts, form.rule, form.words, form.seq)
        stored = (known.room_id, names.key(told.person.name), told.act, told.until - told.at, told.rule, told.words)
        if wanted != (*stored, known.message_seq):
            raise Refused("conflict", field="ref", says="ref-of-another")
        return told

    def _decide(
        self, unit: Unit, visitor: Visitor, room: Record, person: str, form: SanctionIn, said: str, now: int
    ) -> RoomSanction:
        self._guard.pace(form.act, visitor, now)
        conn, id, kind = unit.conn, new_id(now), KINDS[form.act]
        until = now + lengths.length_ms(self._limits, form.act, form.length)
        accounts.add_sanction(
            conn,
            id=id,
            person_id=person,
            kind=kind,
            room_id=room.id,
            at=now,
            until=until,
            reason=form.words,
            by_id=visitor.id,
            rule=form.rule,
            ref=form.ref,
            message_seq=form.seq,
        )
        queries.keep_evidence(conn, id, said, now)
        details = {"room": room.slug, "rule": form.rule, "length": form.length, "until": str(until), "decision": id}
        audit.write(conn, visitor, f"person.room-{form.act}", person, details, now)
        stored = queries.by_hand_by_id(conn, id)
        assert stored is not None
        unit.announce(DecisionTaken(person=person, decision=self._told(conn, stored, now)))
        for persona in accounts.personas(conn, person):
            unit.announce(Sanctioned(person=persona, kind=kind, channel=room.id, until=until))
        return to_wire(conn, [stored])[0]

    def _told(self, conn: Connection, row: Record, now: int) -> Decision:
        one = decided.by_hand(row)
        said = decided.evidence(one, queries.evidence_of(conn, [row.id]))
        return decided.to_wire(one, None, said, self._limits.figure("contest_days"), now)

    async def lift(self, visitor: Visitor, slug: str, id: str) -> None:
        """By any moderator of the room who may decide about the person there. Refused: not-found (or over already), not-allowed,
        too-fast with when."""
        now = self._clock.now()

        def work(unit: Unit) -> None:
            room, me = self._guard.room(unit.conn, visitor, slug)
            row = queries.by_hand_by_id(unit.conn, id)
            if row is None or row.room_id != room.id:
                raise Refused("not-found")
            self._guard.may_decide(unit.conn, me, room, row.person_id)
            self._lift(unit, visitor, row, now)

        await self._db.write(work)

    async def lift_any(self, visitor: Visitor, id: str) -> None:
        """As `lift`, by staff, in whichever room. Refused: not-allowed, not-found, too-fast with when."""
        now = self._clock.now()

        def work(unit: Unit) -> None:
            self._require_staff(unit.conn, visitor, now)
            row = queries.by_hand_by_id(unit.conn, id)
            if row is None:
                raise Refused("not-found")
            self._lift(unit, visitor, row, now)

        await self._db.write(work)

    def _lift(self, unit: Unit, visitor: Visitor, row: Record, now: int) -> None:
        conn, personas = unit.conn, accounts.personas(unit.conn, row.person_id)
        if visitor.id in personas:
            raise Refused("not-allowed")
        if row.until <= now or row.lifted_at is not None:
            raise Refused("not-found")
        self._guard.pace("lift", visitor, now)
        accounts.lift_sanctions(conn, sanction.c.id == row.id, now)
        details = {"room": row.room_slug, "act": decided.ACTS[row.kind], "decision": row.id}
        audit.write(conn, visitor, "person.room-lift", row.person_id, details, now)
        for persona in personas:
            unit.announce(AccountChanged(account=persona))

    async def here(self, visitor: Visitor, slug: str, after: str, limit: int) -> RoomSanctions:
        """What is in force in the room about whom, newest first, but for oneself: nobody learns there who decided about them.

        Refused: not-found, not-allowed.
        """
        now = self._clock.now()

        def read(conn: Connection) -> RoomSanctions:
            room, _ = self._guard.room(conn, visitor, slug)
            mine = accounts.personas(conn, visitor.id)
            rows = queries.in_force_by_hand(conn, room.id, now, but=mine, after=after, limit=limit)
            return RoomSanctions(sanctions=to_wire(conn, rows), next=rows[-1].id if len(rows) == limit else None)

        return await self._db.read(read)

    async def every(self, visitor: Visitor, after: str, limit: int) -> RoomSanctions:
        """What moderators decided by hand, in all rooms, oldest first: for staff. Refused: not-allowed."""
        now = self._clock.now()

        def read(conn: Connection) -> RoomSanctions:
            self._require_staff(conn, visitor, now)
            rows = queries.all_by_hand(conn, after=after, limit=limit)
            return RoomSanctions(sanctions=to_wire(conn, rows), next=rows[-1].id if len(rows) == limit else None)

        return await self._db.read(read)

    def _require_staff(self, conn: Connection, visitor: Visitor, now: int) -> None:
        me = accounts.facts_by_id(conn, visitor.id, now)
        if me is None or not is_staff(me):
            raise Refused("not-allowed")

    def unseen_now(self, conn: Connection, account_id: str) -> list[Decision]:
        """What somebody has not marked as read."""
        now = self._clock.now()
        return [self._told(conn, row, now) for row in queries.unseen_by_hand(conn, accounts.personas(conn, account_id))]
