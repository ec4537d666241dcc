"""Makes the people and things that the table's rows need, on the data directory itself, before the server starts."""

import itertools
from collections.abc import Collection
from typing import Any, NamedTuple

import msgspec

from cups import demo
from cups.accounts import queries as accounts
from cups.accounts.devices import Device
from cups.accounts.making import make_member
from cups.accounts.passwords import Passwords
from cups.accounts.tables import passkey, second_factor, session
from cups.accounts.visitor import hashed
from cups.app import Cups, running
from cups.ids import new_id
from cups.messages import queries as channels
from cups.messages import service as messages
from cups.moderation import queries as moderation
from cups.requests import left_queries
from cups.requests import queries as requests
from cups.rooms import queries as rooms
from cups.screening import queries as screening
from cups.settings import Settings
from cups.store.database import Unit
from cups.wire.requests import RequestIn
from harness.authorisation.table import FORMER, PARTIES, Row

PASSWORD = "a long enough one"
HOUR = 3_600_000
HOSTED = "the-kitchen-table"
"""The room of adults that hosts moderate, where a thing names no other."""


class Someone(NamedTuple):
    id: str
    name: str
    token: str | None
    session: str = ""


class Thing(NamedTuple):
    """What a try is about: parts of the path, and who has to do with it."""

    fill: dict[str, str]
    parties: dict[str, Someone]


class Try(NamedTuple):
    row: Row
    subject: str
    someone: Someone
    fill: dict[str, str]
    observer: Someone | None
    """Who is in the same channel, and may hear of it."""


class Making:
    """Everything is made in one transaction, by the statements of the features."""

    def __init__(self, cups: Cups, unit: Unit, password_hash: str) -> None:
        self._cups, self._unit, self._conn, self._hash = cups, unit, unit.conn, password_hash
        self._numbers = itertools.count(1)
        self._rooms = {form.slug: rooms.by_slug(self._conn, form.slug) for form in demo.ROOMS}
        self._shared: dict[str, Someone] = {}
        self._first = self.account("member")

    # People

    def account(self, kind: str, age: str = "adult", *, roles: tuple[str, ...] = (), scope: str = "") -> str:
        """A listener is somebody's second account, as they all are."""
        origin = self.account("member", age) if kind == "listener" else None
        now = self._cups.clock.now()
        id = make_member(
            self._conn,
            name=f"{kind}{next(self._numbers):05d}",
            password_hash=None if kind in ("guest", "listener") else self._hash,
            age=age,
            now=now,
            kind=kind,
            persona_of=origin,
        )
        for role in roles:
            until = now + 100 * 24 * HOUR if role == accounts.CLEARED else None
            accounts.add_role(self._conn, id, role, scope, id, now, until=until)
        if kind == "listener":
            accounts.update(self._conn, id, status="online")
        return id

    def signed_in(self, id: str, *, confirmed: bool = True) -> Someone:
        row = accounts.by_id(self._conn, id)
        assert row is not None
        token = self._cups.sessions.start(self._unit, id, Device(), confirmed=confirmed)
        one = self._conn.execute(session.select().where(session.c.token_hash == hashed(token))).one()
        return Someone(id, row.name, token, one.id)

    def subject(self, kind: str, room: str) -> Someone:
        match kind:
            case "visitor":
                return Someone("", "", None)
            case "former":
                someone = self.signed_in(self.account("member"))
                self._sanction(someone.id, "ban", None)
                self._conn.execute(session.delete().where(session.c.account_id == someone.id))
                return someone
            case "teen":
                return self.signed_in(self.account("member", "teen"))
            case "guest" | "member" | "listener":
                return self.signed_in(self.account(kind))
            case "teen-listener":
                return self.signed_in(self.account("listener", "teen"))
            case "cleared":
                return self.signed_in(self.account("listener", roles=(accounts.CLEARED,)))
            case "host":
                return self.signed_in(self.account("member", roles=("room-moderator",), scope=self.room(room).id))
            case "moderator":
                return self.signed_in(self.account("member", roles=("moderator",)))
            case "unready":
                return self.signed_in(self.account("member", roles=("admin",)))
            case "admin" | "unconfirmed":
                return self.admin(confirmed=kind == "admin")
        raise AssertionError(kind)

    def admin(self, *, confirmed: bool = True) -> Someone:
        id = self.account("member", roles=("admin",))
        now = self._cups.clock.now()
        self._conn.execute(
            second_factor.insert(),
            {"account_id": id, "nonce": new_id(now), "begun_at": now, "confirmed_at": now, "last_step": 0},
        )
        return self.signed_in(id, confirmed=confirmed)

    def room(self, slug: str) -> Any:
        return self._rooms[slug]

    # Things: each gives the parts of a path, and the parties

    def thing(self, kind: str) -> Thing:
        if not kind:
            return Thing({"name": self._passerby().name}, {})
        made: Thing = getattr(self, f"_{kind.replace(' ', '_').replace('-', '_')}")()
        return made

    def _passerby(self) -> Someone:
        return self.signed_in(self.account("member"))

    def _parties(self, age: str = "adult") -> dict[str, Someone]:
        owner, other, blocked = (
            self.signed_in(self.account("guest", age)),
            self.signed_in(self.account("listener")),
            self.signed_in(self.account("listener")),
        )
        accounts.add_block(self._conn, owner.id, blocked.id, self._cups.clock.now())
        return {"owner": owner, "other": other, "blocked": blocked}

    def _request(self, asker: str, state: str, **more: Any) -> str:
        row, now = accounts.by_id(self._conn, asker), self._cups.clock.now()
        assert row is not None
        form = RequestIn(ref="asked", topic="anxiety")
        return self._cups.requests.insert(
            self._conn, row, form.ref, form.topic, form.language, first_at=now, now=now, state=state, **more
        )

    def _waiting(self) -> Thing:
        parties = self._parties()
        id = self._request(parties["owner"].id, "waiting")
        return Thing({"request_id": id, "question": "brings"}, parties)

    def _waiting_teen(self) -> Thing:
        parties = self._parties("teen")
        return Thing({"request_id": self._request(parties["owner"].id, "waiting")}, parties)

    def _ringing(self) -> Thing:
        parties = self._parties()
        until = self._cups.clock.now() + HOUR
        id = self._request(parties["owner"].id, "ringing", listener_id=parties["other"].id, rings_until=until)
        return Thing({"request_id": id, "listener": parties["other"].name}, parties)

    def _left_message(self) -> Thing:
        parties, now = self._parties(), self._cups.clock.now()
        id = new_id(now)
        left_queries.insert(
            self._conn,
            id=id,
            from_id=parties["owner"].id,
            to_id=parties["other"].id,
            channel_id=channels.create_channel(self._conn, "left", now),
            ref="left",
            topic="anxiety",
            language="en",
            text="Good evening.",
            at=now,
            expires_at=now + HOUR,
            state="waiting",
        )
        return Thing({"message_id": id}, parties)

    def _chat(self) -> Thing:
        parties, now = self._parties(), self._cups.clock.now()
        owner, other = parties["owner"].id, parties["other"].id
        request = self._request(owner, "waiting")
        id = self._cups.chats.open(
            self._unit, request_id=request, member=owner, listener=other, topic="anxiety", language="en", first_at=now
        )
        requests.attach_chat(self._conn, request, id)
        requests.close(self._conn, request, "matched", now)
        said = messages.say(self._unit, id, owner, "first", "Hello.", now)
        return Thing({"chat_id": id, "channel_id": id, "request_id": request, "seq": str(said[0].seq)}, parties)

    def _parted_chat(self) -> Thing:
        thing = self._chat()
        owner, other = thing.parties["owner"].id, thing.parties["other"].id
        accounts.add_block(self._conn, owner, other, self._cups.clock.now())
        self._cups.chats.part(self._unit, owner, other)
        return thing

    def _left_chat(self) -> Thing:
        """The listener left it: the member may go back into the queue."""
        thing = self._chat()
        row = self._cups.chats.find(self._conn, thing.fill["chat_id"])
        assert row is not None
        self._cups.chats.end_now(self._unit, row, by=thing.parties["other"].id, reason="ended")
        return thing

    def _session(self) -> Thing:
        parties = self._parties()
        return Thing({"session_id": self.signed_in(parties["owner"].id).session}, parties)

    def _passkey(self) -> Thing:
        parties, now = self._parties(), self._cups.clock.now()
        owner = self.signed_in(self.account("member"))
        id = new_id(now)
        made = {"id": id, "account_id": owner.id, "credential": id, "public_key": b"x", "sign_count": 0}
        self._conn.execute(passkey.insert(), made | {"name": "phone", "made_at": now})
        return Thing({"passkey_id": id}, parties | {"owner": owner})

    def _place(self, slug: str) -> Thing:
        room, talker, now = self.room(slug), self._passerby(), self._cups.clock.now()
        said = messages.say(self._unit, room.id, talker.id, f"said-{talker.name}", "Good evening.", now)
        return Thing({"slug": slug, "channel_id": room.id, "seq": str(said[0].seq), "name": talker.name}, {})

    def _room(self) -> Thing:
        return self._place(HOSTED)

    def _quiet_room(self) -> Thing:
        return self._place("anxious-days")

    def _another_room(self) -> Thing:
        thing = self._place("night-owls")
        return Thing({**thing.fill, "host_of": HOSTED}, {})

    def _teen_room(self) -> Thing:
        return self._place("teen-lounge")

    def _listeners_room(self) -> Thing:
        return self._place("listener-support")

    def _own_message(self) -> Thing:
        """The owner's own, in the adults' room."""
        parties, room, now = self._parties(), self.room(HOSTED), self._cups.clock.now()
        said = messages.say(self._unit, room.id, parties["owner"].id, "own", "I am here.", now)
        return Thing({"slug": HOSTED, "channel_id": room.id, "seq": str(said[0].seq)}, parties)

    def _sanction(self, person: str, kind: str, room: str | None) -> str:
        now = self._cups.clock.now()
        id = new_id(now)
        accounts.add_sanction(
            self._conn,
            id=id,
            person_id=person,
            kind=kind,
            room_id=room,
            at=now,
            until=now + HOUR,
            reason="as said",
            by_id=self._first,
            rule="kindness" if room else None,
            ref=id if room else None,
        )
        return id

    def _ban(self) -> Thing:
        return Thing({"ban_id": self._sanction(self.account("member"), "ban", None)}, {})

    def _banned_person(self) -> Thing:
        someone = self.subject(FORMER, HOSTED)
        return Thing({"name": someone.name, "handle": f"@{someone.name}"}, {})

    def _sanctioned(self) -> Thing:
        """A mute in the adults' room."""
        parties, room = self._parties(), self.room(HOSTED)
        id = self._sanction(parties["owner"].id, "room-mute", room.id)
        return Thing({"sanction_id": id, "decision_id": id, "slug": HOSTED}, parties)

    def _warning(self) -> Thing:
        parties, room, now = self._parties(), self.room(HOSTED), self._cups.clock.now()
        id = new_id(now)
        moderation.insert(
            self._conn,
            id=id,
            person_id=parties["owner"].id,
            room_id=room.id,
            moderator_id=self._first,
            ref=id,
            rule="kindness",
            words="as said",
            message_seq=None,
            at=now,
            counted=True,
            standing=1,
            step="notice",
            until=None,
        )
        return Thing({"warning_id": id, "decision_id": id}, parties)

    def _contest(self) -> Thing:
        warned, now = self._warning(), self._cups.clock.now()
        id = new_id(now)
        moderation.add_contest(
            self._conn,
            id=id,
            kind="warning",
            decision_id=warned.fill["warning_id"],
            person_id=warned.parties["owner"].id,
            text="No.",
            at=now,
        )
        return Thing({"contest_id": id}, warned.parties)

    def _concern(self) -> Thing:
        parties, now = self._parties(), self._cups.clock.now()
        id = new_id(now)
        screening.insert_concern(
            self._conn,
            id=id,
            channel_id=self.room(HOSTED).id,
            person_id=parties["owner"].id,
            seq=None,
            kind="crisis-own",
            rule="en.crisis-own.x",
            at=now,
            last_at=now,
            times=1,
            state="open",
        )
        return Thing({"concern_id": id}, parties)

    def _attempt(self) -> Thing:
        from cups.courses import queries as courses

        parties, now = self._parties(), self._cups.clock.now()
        key, serial, quiz = self._quiz()
        id = new_id(now)
        drawn = quiz | {"statements": quiz["statements"][: quiz["draw"]]}
        text = msgspec.json.encode(drawn).decode()
        courses.add_attempt(
            self._conn, id=id, account_id=parties["owner"].id, course=key, serial=serial, drawn=text, at=now
        )
        answers = msgspec.json.encode([True] * len(drawn["statements"])).decode()
        return Thing({"attempt_id": id, "key": key, "serial": str(serial), "answers": answers}, parties)

    def _quiz(self) -> tuple[str, int, dict[str, Any]]:
        from cups.courses.tables import section

        row = self._conn.execute(section.select().where(section.c.quiz.is_not(None))).first()
        assert row is not None
        quiz: dict[str, Any] = msgspec.json.decode(row.quiz)
        return row.course, row.serial, quiz

    # Tries

    def tries(self, row: Row, wanted: Collection[str]) -> list[Try]:
        return [self._try(row, kind) for kind in [*row.outcomes, FORMER] if not wanted or kind in wanted]

    def _try(self, row: Row, kind: str) -> Try:
        thing = self.thing(row.on)
        room = thing.fill.get("host_of") or thing.fill.get("slug", HOSTED)
        if kind in PARTIES:
            someone = thing.parties[kind]
        elif row.changes or kind == FORMER:
            someone = self.subject(kind, room)
        else:
            key = f"{kind} {room}"
            someone = self._shared.get(key) or self._shared.setdefault(key, self.subject(kind, room))
        observer = thing.parties.get("other" if kind == "owner" else "owner")
        if row.observed and observer is None:
            observer = self.subject("host", room)
        return Try(row, kind, someone, {**thing.fill, "own_name": someone.name, **row.fill}, observer)


async def prepare(settings: Settings, rows: list[Row], wanted: Collection[str] = ()) -> list[Try]:
    """All tries of all rows, each with its people and things; of these subjects, where some are named."""
    async with running(settings) as cups:
        await cups.db.write(demo.load, cups)
        password_hash = await Passwords(1).hash(PASSWORD)

        def make(unit: Unit) -> list[Try]:
            making = Making(cups, unit, password_hash)
            return [one for row in rows for one in making.tries(row, wanted)]

        return await cups.db.write(make)
