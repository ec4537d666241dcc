"""Rooms: which one may enter, saying something in them, opening and retiring them. `reach.enter` decides, at every frame."""

from collections.abc import Callable, Mapping

from sqlalchemy import Connection

from cups.accounts import names
from cups.accounts import queries as accounts
from cups.accounts.visitor import Visitor, gated
from cups.clock import Clock
from cups.errors import Refused
from cups.limits.live import Limits
from cups.messages import queries as channels
from cups.messages import service as messages
from cups.messages.saying import Entitled, Saying, store
from cups.news import AccountChanged, Origin, RoomChanged
from cups.reach import Facts, ends_at, enter, heard, moderates, opens_at, slowed, withheld, write_in
from cups.rooms import queries
from cups.rooms.state import now_of
from cups.screening.door import Screen
from cups.settings import Settings
from cups.store.database import Database, Unit
from cups.store.schema import Record
from cups.wire.chats import History, Message
from cups.wire.rooms import Member, Pin, Room, RoomEdit, RoomIn


class Rooms:
    def __init__(
        self, db: Database, clock: Clock, settings: Settings, limits: Limits, screen: Screen | None = None
    ) -> None:
        self._db, self._clock, self._settings, self._limits, self._screen = db, clock, settings, limits, screen
        self.is_present: Callable[[str, str], bool] = lambda _channel, _account: False
        """Whether an account is in a room now; the gateway knows."""
        self.present: Callable[[str], int] = lambda _channel: 0
        """How many people are in a room now; the gateway, which ranks above, knows."""

    # Who may be where

    def require(self, row: Record | None, person: Facts) -> Record:
        """The room, if this person may be in it now. A room one may not know of is not-found."""
        if row is None:
            raise Refused("not-found")
        now = self._clock.now()
        verdict = enter(person, room=row.id, audience=row.audience, age=row.age_class, now=now)
        if verdict.ok and row.retired_at is not None:
            raise Refused("room-retired")
        if not verdict.ok:
            raise Refused(verdict.code, retry_at=opens_at(person, verdict, now=now, room=row.id))
        return row

    def facts(self, conn: Connection, account_id: str) -> Facts:
        found = accounts.facts_by_id(conn, account_id, self._clock.now())
        if found is None:
            raise Refused("not-signed-in")
        return found

    def _wire(self, row: Record, person: Facts | None) -> Room:
        return Room(
            id=row.id,
            slug=row.slug,
            title=row.title,
            about=row.about,
            language=row.language,
            audience=row.audience,
            age=row.age_class,
            present=self.present(row.id),
            can_moderate=person is not None and moderates(person, row.id),
            now=now_of(row, self._clock.now()),
        )

    async def enterable(self, visitor: Visitor | None) -> list[Room]:
        """The rooms this person may enter; none before the gate."""
        if visitor is None or not visitor.me.gated:
            return []

        def read(conn: Connection) -> list[Room]:
            person, now = self.facts(conn, visitor.id), self._clock.now()
            return [
                self._wire(row, person)
                for row in queries.all_open(conn)
                if enter(person, room=row.id, audience=row.audience, age=row.age_class, now=now).ok
            ]

        return await self._db.read(read)

    async def one(self, visitor: Visitor | None, slug: str) -> Room:
        person = gated(visitor)

        def read(conn: Connection) -> Room:
            facts = self.facts(conn, person.id)
            return self._wire(self.require(queries.by_slug(conn, slug), facts), facts)

        return await self._db.read(read)

    def let_in(self, row: Record, facts: Facts) -> bool:
        """Decides by what is known: the refusal, or, if this person may be in the room now, whether as its moderator."""
        return moderates(facts, self.require(row, facts).id)

    async def entry(self, account_id: str, channel_id: str) -> tuple[Record, Facts]:
        """What entering rests on, or the refusal."""

        def read(conn: Connection) -> tuple[Record, Facts]:
            facts = self.facts(conn, account_id)
            return self.require(queries.by_id(conn, channel_id), facts), facts

        return await self._db.read(read)

    async def history(self, visitor: Visitor, channel_id: str, before: int, limit: int) -> History:
        def read(conn: Connection) -> History:
            facts = self.facts(conn, visitor.id)
            self.require(queries.by_id(conn, channel_id), facts)
            return channels.page(conn, channel_id, before, limit, self._kept_from(conn, facts, channel_id))

        return await self._db.read(read)

    async def pins(self, visitor: Visitor, channel_id: str) -> list[Pin]:
        def read(conn: Connection) -> list[Pin]:
            facts = self.facts(conn, visitor.id)
            self.require(queries.by_id(conn, channel_id), facts)
            kept_from = self._kept_from(conn, facts, channel_id)
            pins = channels.authored_pins(conn, channel_id)
            return [pin for author, pin in pins if heard(author, channels.said_at(pin.message), kept_from)]

        return await self._db.read(read)

    def _kept_from(self, conn: Connection, reader: Facts, channel_id: str) -> Mapping[str, int]:
        return withheld(reader, accounts.withheld(conn, reader.id, self._clock.now()), channel_id)

    # Saying

    async def say(
        self, account_id: str, channel_id: str, ref: str, text: str, reply_to: int | None, origin: Origin | None
    ) -> tuple[Message, bool]:
        """The stored message, and whether the ref was known. Refused: not-found, room-retired, banned, muted, too-fast with when to go on."""
        said = Saying("room", channel_id, account_id, ref, text, reply_to, self._clock.now(), origin)
        checks = {"room": self.check_writer}

        def work(unit: Unit) -> tuple[Message, bool]:
            (result,) = store(unit, [said], checks, self._limits, self._screen)
            if isinstance(result, Refused):
                raise result
            return result.message, result.known

        return await self._db.write(work)

    def check_writer(self, conn: Connection, account_id: str, channel_id: str, now: int) -> Entitled:
        """May this person write in this room now, and which limits count? Refused as in `say`."""
        person, row = self._writer(conn, account_id, channel_id, now)
        rule = self._limits.rule_of(conn, "message", person, now, channel_id)
        apart_ms = row.slow_s * 1000 if slowed(person, channel_id) else 0
        limits = ((rule, account_id), ("room-message", channel_id))
        return Entitled(limits, until=ends_at(person), apart_ms=apart_ms, person=person.person)

    def _writer(self, conn: Connection, account_id: str, channel_id: str, now: int) -> tuple[Facts, Record]:
        person = self.facts(conn, account_id)
        row = self.require(queries.by_id(conn, channel_id), person)
        closed = now_of(row, now).closed
        verdict = write_in(person, room=channel_id, closed=closed is not None, now=now)
        if not verdict.ok:
            opens = closed.until if closed is not None and verdict.code == "room-closed" else None
            raise Refused(verdict.code, retry_at=opens or opens_at(person, verdict, now=now, room=channel_id))
        return person, row

    async def edit(self, account_id: str, channel_id: str, seq: int, text: str, origin: Origin | None) -> int:
        """The number of the change. In a slow room two changes of one person lie as far apart as two messages: else one message, written anew
        again and again, would be a fast talk. Refused as in `say`, and not-yours, too-late-to-change.
        """
        now, within = self._clock.now(), self._settings.change_within_s * 1000

        def work(unit: Unit) -> int:
            person, row = self._writer(unit.conn, account_id, channel_id, now)
            if row.slow_s and slowed(person, channel_id):
                last, apart_ms = channels.last_edited(unit.conn, channel_id, person.person), row.slow_s * 1000
                if last <= now < last + apart_ms:
                    raise Refused("room-slow", retry_at=last + apart_ms)
            if until := self._limits.check_person(unit.conn, "message", person, now, place=channel_id):
                raise Refused("too-fast", retry_at=until)
            return messages.edit(
                unit, channel_id, seq, account_id, text, now, within_ms=within, origin=origin, screen=self._screen
            )

        return await self._db.write(work)

    async def take_back(self, account_id: str, channel_id: str, seq: int, origin: Origin | None) -> int:
        """Allowed while muted or removed: taking back only ever shows less. Whoever never wrote here learns nothing of a room hidden from them."""
        now, within = self._clock.now(), self._settings.change_within_s * 1000

        def work(unit: Unit) -> int:
            row = queries.by_id(unit.conn, channel_id)
            if row is None:
                raise Refused("not-found")
            if not messages.wrote(unit.conn, channel_id, account_id):
                self.require(row, self.facts(unit.conn, account_id))
            return messages.take_back(unit, channel_id, seq, account_id, now, within_ms=within, origin=origin)

        return await self._db.write(work)

    # Staff's acts, inside the transaction that also writes the audit log

    def create(self, unit: Unit, form: RoomIn) -> Room:
        now = self._clock.now()
        if queries.by_slug(unit.conn, form.slug) is not None:
            raise Refused("conflict", field="slug", says="room-name-taken")
        id = channels.create_channel(unit.conn, "room", now)
        queries.insert(
            unit.conn,
            id=id,
            slug=form.slug,
            title=form.title,
            about=form.about,
            language=form.language,
            audience=form.audience,
            age_class=form.age,
            created_at=now,
        )
        unit.announce(RoomChanged(channel=id))
        row = queries.by_id(unit.conn, id)
        assert row is not None
        return self._wire(row, None)

    def edit_room(self, unit: Unit, slug: str, form: RoomEdit) -> Room:
        row = self.find(unit.conn, slug)
        values = {k: v for k, v in (("title", form.title), ("about", form.about)) if v is not None}
        if values:
            queries.update(unit.conn, row.id, **values)
        unit.announce(RoomChanged(channel=row.id))
        return self._wire(self.find(unit.conn, slug), None)

    def retire(self, unit: Unit, slug: str) -> None:
        """Closed for good: everyone in it is told and let out. Retiring twice changes nothing."""
        row = self.find(unit.conn, slug)
        if row.retired_at is None:
            queries.update(unit.conn, row.id, retired_at=self._clock.now())
            unit.announce(RoomChanged(channel=row.id, retired=True))

    def appoint(self, unit: Unit, slug: str, name: str, by: str) -> str:
        """Makes somebody a moderator of this room; their name. Only members and listeners."""
        row = self.find(unit.conn, slug)
        account = accounts.by_key(unit.conn, names.key(name.removeprefix("@")))
        if account is None:
            raise Refused("not-found", field="name")
        if account.kind == "guest":
            raise Refused("not-allowed", field="name", says="guest-no-moderator")
        facts = accounts.facts(unit.conn, account, self._clock.now())
        if not enter(facts, room=row.id, audience=row.audience, age=row.age_class, now=self._clock.now()).ok:
            raise Refused("not-allowed", field="name", says="moderator-may-not-enter")
        accounts.add_role(unit.conn, account.id, "room-moderator", row.id, by, self._clock.now())
        unit.announce(AccountChanged(account=account.id))
        return str(account.name)

    def dismiss(self, unit: Unit, slug: str, name: str) -> str:
        row = self.find(unit.conn, slug)
        account = accounts.by_key(unit.conn, names.key(name.removeprefix("@")))
        if account is None or not accounts.remove_role(unit.conn, account.id, "room-moderator", row.id):
            raise Refused("not-found", field="name")
        unit.announce(AccountChanged(account=account.id))
        return str(account.name)

    def find(self, conn: Connection, slug: str) -> Record:
        row = queries.by_slug(conn, slug)
        if row is None:
            raise Refused("not-found")
        return row

    async def every(self) -> list[Room]:
        """Every open room, for staff."""
        return await self._db.read(lambda conn: [self._wire(row, None) for row in queries.all_open(conn)])

    async def moderators(self, slug: str) -> list[Member]:
        def read(conn: Connection) -> list[Member]:
            ids = accounts.holders(conn, "room-moderator", self.find(conn, slug).id)
            return [Member(person=person, moderator=True) for person in accounts.people(conn, ids).values()]

        return await self._db.read(read)
