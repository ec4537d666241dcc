"""What moderators do in rooms: removing a message, warning a person. The table is what lasts; the ladder in Rust says what follows."""

from collections.abc import Callable

import structlog
from sqlalchemy import Connection

from cups._core import WarningLadder
from cups.accounts import names
from cups.accounts import queries as accounts
from cups.accounts.visitor import Visitor
from cups.clock import Clock
from cups.errors import Refused
from cups.ids import new_id
from cups.messages import queries as message_queries
from cups.messages import service as messages
from cups.moderation import audit, queries
from cups.news import Sanctioned, WarningGiven
from cups.reach import Facts, is_staff, moderates, reach
from cups.rooms import queries as room_queries
from cups.rooms.service import Rooms
from cups.settings import Settings
from cups.store.database import Database, Unit
from cups.store.schema import Record
from cups.wire.rooms import RemoveIn, Step, WarnIn, Warning, WarnOut

log = structlog.get_logger()
FADE_MS = 86_400_000


class Moderation:
    def __init__(self, db: Database, clock: Clock, settings: Settings, rooms: Rooms) -> None:
        self._db, self._clock, self._settings, self._rooms = db, clock, settings, rooms
        self.own_danger: Callable[[str], bool] = lambda _text: False
        """Whether a text speaks of its author's own danger; screening knows. Nobody is warned for that (SPEC L12)."""

    def _ladder(self, conn: Connection, person: str, now: int) -> WarningLadder:
        """The person's ladder as the table has it, inside the transaction that adds to it: counts last over restarts, and what is undone was never counted."""
        ladder = WarningLadder(fade_ms=FADE_MS)
        for row in queries.since(conn, accounts.personas(conn, person), now - FADE_MS):
            ladder.restore(person, row.room_id, row.moderator_id, row.at, row.counted)
        return ladder

    def _moderated_room(self, conn: Connection, visitor: Visitor, slug: str) -> tuple[Record, Facts]:
        me = self._rooms.facts(conn, visitor.id)
        row = self._rooms.require(room_queries.by_slug(conn, slug), me)
        if not moderates(me, row.id):
            raise Refused("not-allowed")
        return row, me

    async def remove(self, visitor: Visitor, slug: str, seq: int, form: RemoveIn) -> None:
        """Takes a message away. Once this returns it reaches nobody any more. Removing twice changes nothing."""
        now = self._clock.now()

        def work(unit: Unit) -> None:
            row, _ = self._moderated_room(unit.conn, visitor, slug)
            text = messages.remove(unit, row.id, seq)
            if text is None:
                return
            queries.keep_removed(
                unit.conn,
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

        Refused: not-allowed (no moderator here, or the other one moderates too), not-found, wait-before-warning with when.
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
            if (
                account.id in accounts.personas(conn, visitor.id)
                or equals
                or accounts.any_persona(conn, account.id, is_staff, now)
            ):
                raise Refused("not-allowed", field="name")
            about = None if form.seq is None else message_queries.one(conn, row.id, form.seq)
            if about is not None and self.own_danger(about.text):
                raise Refused("crisis-no-offence", field="seq")
            return self._count(unit, visitor, row, account.id, form, now)

        return await self._db.write(work)

    def _was_here(self, conn: Connection, room: str, account: str) -> bool:
        """In the room now, or with a message in what is kept of it: nobody is warned about a place they were not in."""
        return self._rooms.is_present(room, account) or messages.wrote(conn, room, account)

    def _count(self, unit: Unit, visitor: Visitor, room: Record, person: str, form: WarnIn, now: int) -> WarnOut:
        outcome = self._ladder(unit.conn, person, now).warn(person, room.id, visitor.id, now)
        if outcome.refused_until:
            raise Refused("wait-before-warning", retry_at=outcome.refused_until)
        until = self._until(outcome.step, now) if outcome.counted else None
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
            unit.announce(WarningGiven(person=person, warning=queries.to_wire(stored)))
            self._follow(unit, visitor, room.id, person, outcome.step, form.rule, until, now)
        return WarnOut(counted=outcome.counted, count=outcome.count, step=_step(outcome.step), until=until)

    def _until(self, step: str, now: int) -> int | None:
        s = self._settings
        hours = {"mute": s.mute_hours, "remove": s.removal_hours, "ban": s.rooms_ban_days * 24}.get(step)
        return None if hours is None else now + hours * 3_600_000

    def _follow(
        self, unit: Unit, visitor: Visitor, room: str, person: str, step: str, rule: str, until: int | None, now: int
    ) -> None:
        """What the step brings with it. The removal and the ban mute nobody by themselves: they keep out."""
        kind = {"mute": "mute", "remove": "removal", "ban": "rooms-ban"}.get(step)
        if kind is None:
            return
        only = room if kind == "removal" else None
        accounts.add_sanction(
            unit.conn,
            id=new_id(now),
            person_id=person,
            kind=kind,
            room_id=only,
            at=now,
            until=until,
            reason=rule,
            by_id=visitor.id,
        )
        unit.announce(Sanctioned(person=person, kind=kind, channel=only, until=until))

    async def of(self, account_id: str) -> list[Warning]:
        """A person's own standing, newest first."""
        return await self._db.read(lambda conn: [queries.to_wire(row) for row in queries.of_person(conn, account_id)])

    def unseen_now(self, conn: Connection, account_id: str) -> list[Warning]:
        """The warnings that somebody has not marked as seen."""
        return [queries.to_wire(row) for row in queries.unseen_of(conn, account_id)]

    async def unseen(self, account_id: str) -> list[Warning]:
        return await self._db.read(self.unseen_now, account_id)

    async def see(self, account_id: str, id: str) -> None:
        """Marks a warning as seen by its person; seeing twice changes nothing."""

        def work(unit: Unit) -> None:
            row = queries.by_id(unit.conn, id)
            if row is None or row.person_id != account_id:
                raise Refused("not-found")
            queries.see(unit.conn, id, account_id, self._clock.now())

        await self._db.write(work)


def _step(step: str) -> Step:
    match step:
        case "mute" | "remove" | "ban" | "notice":
            return step
    raise ValueError(step)
