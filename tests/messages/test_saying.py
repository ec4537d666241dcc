"""Saying at speed keeps what saying one by one promised: once per ref, numbers without a gap, rights as of the commit."""

import random
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
import trio
import trio.testing

from cups.accounts import queries as accounts
from cups.accounts.making import make_member
from cups.accounts.visitor import Visitor
from cups.app import Cups, running
from cups.clock import ManualClock
from cups.errors import Refused
from cups.messages import queries, recent, service
from cups.messages.saying import Said
from cups.messages.statements import versions
from cups.news import AccountChanged, MessageSaid, News, Sanctioned
from cups.rooms import state
from cups.store.database import Unit
from cups.wire.chats import EndIn
from cups.wire.rooms import RoomIn
from cups.wire.staff import BanIn
from harness.store import settings_at

WIDE = {
    f"pace_{who}_message_{what}": value
    for who in ("guest", "member", "chat", "room")
    for what, value in (("burst", 100_000), ("period_ms", 1))
} | {"trust_days": 0, "staff_second_factor": False}


class Stage:
    """Some people, a room, a room of listeners, a chat; and the writer, which can be held."""

    def __init__(self, cups: Cups) -> None:
        self.cups = cups
        self.clock: Any = cups.clock
        self.visitors: dict[str, Visitor] = {}
        self.checked: list[tuple[str, str]] = []
        self.said: list[MessageSaid] = []
        cups.bus.subscribe(MessageSaid, self.said.append)
        checks = {"room": self._counted(cups.rooms.check_writer), "chat": self._counted(cups.chats.check_writer)}
        cups.sayings._checks = checks  # the same, but counted

    def _counted(self, check: Any) -> Any:
        def counted(conn: Any, account: str, channel: str, now: int) -> Any:
            self.checked.append((account, channel))
            return check(conn, account, channel, now)

        return counted

    def set_up(self, unit: Unit) -> None:
        def make(name: str, **more: Any) -> str:
            return make_member(unit.conn, name=name, password_hash=None, age="adult", now=self.clock.now(), **more)

        self.writer, self.other = make("someWriter"), make("someOther")
        self.listener = make("someListener", kind="listener")
        self.linked = make("otherSelf", kind="listener", persona_of=self.writer)
        self.admin = make("someAdmin", role="admin")

        def room(slug: str, audience: Any) -> str:
            form = RoomIn(slug=slug, title=slug, about="", language="en", age="adult", audience=audience)
            return self.cups.rooms.create(unit, form).id

        self.room, self.closed = room("open-room", "members"), room("listeners-room", "listeners")
        accounts.add_role(unit.conn, self.writer, "room-moderator", self.closed, self.admin, self.clock.now())
        self.chat = self.cups.chats.open(
            unit,
            request_id="r" * 26,
            member=self.writer,
            listener=self.listener,
            topic="anxiety",
            language="en",
            first_at=self.clock.now(),
        )

    async def visitor(self, account: str) -> Visitor:
        found = await self.cups.accounts.visitor(await self.cups.accounts.open_session(account))
        assert found is not None
        return found

    @contextmanager
    def held(self) -> Any:
        """The writer waits meanwhile, so that what is handed in is committed together, in the order of handing in."""
        free = threading.Event()
        self.cups.db.submit(lambda _unit, items: free.wait(10) and items, None, lambda _: None)
        yield
        free.set()

    def say(self, channel: str, ref: str, *, author: str | None = None, **more: Any) -> list[Any]:
        """The outcome will be the one entry of what this returns."""
        kind = "chat" if channel == self.chat else "room"
        outcome: list[Any] = []
        text, reply_to = more.get("text", ref), more.get("reply_to")
        self.cups.sayings.say(kind, channel, author or self.writer, ref, text, reply_to, None, outcome.append)
        return outcome

    async def settled(self, outcome: list[Any]) -> Any:
        with trio.fail_after(10):
            while not outcome:
                await trio.sleep(0.002)
        return outcome[0]

    async def say_now(self, channel: str, ref: str, **more: Any) -> Any:
        return await self.settled(self.say(channel, ref, **more))


@asynccontextmanager
async def stage(path: Path, **settings: Any) -> AsyncIterator[Stage]:
    async with running(settings_at(path, consent=("*=none",), **(WIDE | settings)), ManualClock()) as cups:
        made = Stage(cups)
        await cups.db.write(made.set_up)
        yield made


Act = Callable[[Stage], Awaitable[object]]


def _sanction(kind: str, who: str = "writer") -> Act:
    """As a moderator's step of the ladder writes and tells it."""

    async def act(it: Stage) -> None:
        now, person = it.clock.now(), getattr(it, who)
        room = it.room if kind in ("removal", "room-mute", "room-ban") else None

        def work(unit: Unit) -> None:
            accounts.add_sanction(
                unit.conn,
                id=f"{now:026}",
                person_id=person,
                kind=kind,
                room_id=room,
                at=now,
                until=now + 3_600_000,
                reason="kindness",
                by_id=it.admin,
            )
            unit.announce(Sanctioned(person=person, kind=kind, channel=room, until=now + 3_600_000))

        await it.cups.db.write(work)

    return act


def _age(who: str) -> Act:
    async def act(it: Stage) -> None:
        def work(unit: Unit) -> None:
            accounts.update(unit.conn, getattr(it, who), age_class="teen")
            unit.announce(AccountChanged(account=getattr(it, who)))

        await it.cups.db.write(work)

    return act


async def _ban(it: Stage) -> None:
    await it.cups.staff.ban(it.visitors["admin"], BanIn(name="someWriter", reason="spam"))


async def _retire(it: Stage) -> None:
    await it.cups.staff.retire_room(it.visitors["admin"], "open-room")


async def _close(it: Stage) -> None:
    await it.cups.db.write(lambda unit: state.close(unit, it.room, None, "", it.clock.now()))


async def _dismiss(it: Stage) -> None:
    await it.cups.staff.dismiss(it.visitors["admin"], "listeners-room", "someWriter")


async def _end(it: Stage) -> None:
    await it.cups.chats.end(it.visitors["listener"], it.chat, EndIn())


async def _end_and_block(it: Stage) -> None:
    await it.cups.chats.end(it.visitors["listener"], it.chat, EndIn(block=True))


async def _block(it: Stage) -> None:
    await it.cups.accounts.block(it.visitors["listener"], "someWriter")


async def _block_the_other_self(it: Stage) -> None:
    await it.cups.accounts.block(it.visitors["listener"], "otherSelf")


CASES: list[tuple[str, Act, str, str]] = [
    ("mute", _sanction("mute"), "room", "muted"),
    ("mute", _sanction("mute"), "chat", "muted"),
    ("mute of the other self", _sanction("mute", "linked"), "room", "muted"),
    ("mute of the other self", _sanction("mute", "linked"), "chat", "muted"),
    ("removal", _sanction("removal"), "room", "removed-from-room"),
    ("removal of the other self", _sanction("removal", "linked"), "room", "removed-from-room"),
    ("mute in the room", _sanction("room-mute"), "room", "muted-in-room"),
    ("mute in the room of the other self", _sanction("room-mute", "linked"), "room", "muted-in-room"),
    ("ban from the room", _sanction("room-ban"), "room", "banned-from-room"),
    ("closing", _close, "room", "room-closed"),
    ("ban from rooms", _sanction("rooms-ban"), "room", "banned"),
    ("ban of the other party", _sanction("ban", "listener"), "chat", "not-found"),
    ("ban by staff", _ban, "room", "banned"),
    ("ban by staff", _ban, "chat", "chat-ended"),
    ("age", _age("writer"), "room", "not-found"),
    ("age", _age("writer"), "chat", "not-allowed"),
    ("age of the other party", _age("listener"), "chat", "not-allowed"),
    ("the room's end", _retire, "room", "room-retired"),
    ("loss of a role", _dismiss, "closed", "not-found"),
    ("the chat's end", _end, "chat", "chat-ended"),
    ("the chat's end with a block", _end_and_block, "chat", "chat-ended"),
    ("a block", _block, "chat", "chat-ended"),
    ("a block of the other self", _block_the_other_self, "chat", "chat-ended"),
]


@pytest.mark.parametrize("mine_first", [False, True], ids=["act first", "message first"])
@pytest.mark.parametrize(("act", "place", "code"), [c[1:] for c in CASES], ids=[f"{c[0]}, {c[2]}" for c in CASES])
async def test_what_is_handed_in_before_a_message_counts_for_it_and_what_comes_after_does_not(
    tmp_path: Path, act: Act, place: str, code: str, mine_first: bool
) -> None:
    async with stage(tmp_path) as it:
        it.visitors = {who: await it.visitor(getattr(it, who)) for who in ("admin", "listener")}
        channel = getattr(it, place)
        await it.say_now(channel, "first")
        checks = len(it.checked)
        trusted = await it.say_now(channel, "second")
        assert len(it.checked) == checks, "looked up again for nothing"
        async with trio.open_nursery() as nursery:
            with it.held():
                before = it.say(channel, "before") if mine_first else None
                nursery.start_soon(act, it)
                await trio.testing.wait_all_tasks_blocked()
                after = it.say(channel, "after")
        if before is not None:
            assert isinstance(await it.settled(before), Said)
        refused = await it.settled(after)
        assert isinstance(refused, Refused) and refused.code == code
        again = await it.say_now(channel, "again")
        assert isinstance(again, Refused) and again.code == code
        with pytest.raises(Refused, match=code):
            service = it.cups.chats if place == "chat" else it.cups.rooms
            await service.say(it.writer, channel, "awaited", "x", None, None)
        known = await it.say_now(channel, "second")
        assert known.known and known.message.seq == trusted.message.seq, (
            "what is stored is acked again, whatever came since"
        )


async def test_every_kind_of_news_about_rights_raises_what_it_concerns(tmp_path: Path) -> None:
    """A kind of news that somebody adds is either named here as harmless, or raises a version."""
    harmless = {
        *("MessageSaid", "MessagesSaid", "MessageChanged", "MarkMoved", "MessagesExpired", "WarningGiven"),
        *("ConcernRaised", "ConcernWaits", "ConcernTaken"),
        *("MessagePinned", "MessageUnpinned", "DecisionTaken"),
        "BlocksChanged",  # a block changes who hears somebody, not what they may say; that it parts two is told as AccountChanged
        *(
            "RequestOpened",
            "RequestRings",
            "RequestHeld",
            "RequestClosed",
            "LimitsChanged",
            "LimitsSpent",
            "BotTold",
            "AgreementPublished",
            "NameWordChanged",
        ),
    }
    async with stage(tmp_path) as it:
        people = {"person": it.writer, "account": it.writer, "member": it.writer, "listener": it.listener}
        for kind in News.__subclasses__():
            if kind.__name__ in harmless:
                continue
            fields = {f.name for f in msgspec.structs.fields(kind)}
            channel = it.chat if kind.__name__.startswith("Chat") else it.room
            values = {name: people.get(name, channel) for name in fields & {*people, "id", "channel"}}
            values |= {
                name: value
                for name, value in (("kind", "mute"), ("until", None), ("ended", True), ("at", 1))
                if name in fields
            }
            of_account = "person" in fields or "account" in fields
            concerned = {it.writer, it.linked} if of_account else {channel}
            before = await it.cups.db.write(lambda unit: _versions(unit, it))
            await it.cups.db.write(lambda unit, kind=kind, values=values: unit.announce(kind(**values)))
            after = await it.cups.db.write(lambda unit: _versions(unit, it))
            assert {id for id in after if after[id] != before.get(id)} == concerned, kind


def _versions(unit: Unit, it: Stage) -> dict[str, int]:
    return versions(unit.driver, [it.writer, it.linked, it.listener, it.other, it.room, it.closed, it.chat])


async def test_a_standing_is_trusted_for_a_while_only(tmp_path: Path) -> None:
    async with stage(tmp_path, standing_s=60) as it:
        with it.held():
            burst = [it.say(it.room, ref) for ref in ("a", "b", "c")]
        for outcome in burst:
            await it.settled(outcome)
        assert len(it.checked) == 1, "many in a row are looked up once"
        it.clock.advance(59_999)
        await it.say_now(it.room, "d")
        assert len(it.checked) == 1
        it.clock.advance(1)
        await it.say_now(it.room, "e")
        assert len(it.checked) == 2
        it.clock.advance(59_999)
        await it.say_now(it.room, "f")
        assert len(it.checked) == 2
        it.clock.advance(-60_000)
        await it.say_now(it.room, "g")
        assert len(it.checked) == 3, "a clock that was set back says nothing about how old this is"


async def test_a_standing_of_another_channel_or_person_is_worth_nothing_after_a_change(tmp_path: Path) -> None:
    async with stage(tmp_path) as it:
        await it.say_now(it.room, "a")
        refused = await it.say_now("0" * 26, "b")
        assert isinstance(refused, Refused) and refused.code == "not-found"
        stranger = await it.say_now(it.chat, "c", author=it.other)
        assert isinstance(stranger, Refused) and stranger.code == "not-found"


async def test_what_was_said_for_somebody_vouches_for_nothing_they_say(tmp_path: Path) -> None:
    """The place itself can say something for a person, unasked; whether they may is asked all the same when they write."""
    async with stage(tmp_path) as it:
        await _sanction("room-mute")(it)
        await it.cups.db.write(lambda unit: service.say(unit, it.room, it.writer, "for them", "x", it.clock.now()))
        refused = await it.say_now(it.room, "by them")
        assert isinstance(refused, Refused) and refused.code == "muted-in-room"


async def test_names_and_badges_are_those_of_the_commit(tmp_path: Path) -> None:
    async with stage(tmp_path) as it:
        it.visitors = {"admin": await it.visitor(it.admin)}
        said = await it.say_now(it.room, "a")
        assert said.message.author.badge == ""
        await it.cups.staff.grant(it.visitors["admin"], "someWriter", "moderator")
        assert (await it.say_now(it.room, "b")).message.author.badge == "moderator"


async def test_the_pace_counts_what_is_new_alone(tmp_path: Path) -> None:
    async with stage(tmp_path, pace_member_message_burst=3, pace_member_message_period_ms=1000) as it:
        with it.held():
            outcomes = [it.say(it.room, ref) for ref in ("a", "a", "b", "a", "b", "c", "d", "a")]
        results = [await it.settled(outcome) for outcome in outcomes]
        assert [getattr(r, "known", None) for r in results] == [False, True, False, True, True, False, None, True]
        assert results[6].code == "too-fast" and results[6].retry_at == it.clock.now() + 1000
        it.clock.advance(1000)
        assert not (await it.say_now(it.room, "d")).known


@pytest.mark.parametrize("seed", range(6))
async def test_any_batches_give_what_one_by_one_would(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once per ref, numbers without a gap, answers to what is there alone: against a slow, obvious model."""
    chance = random.Random(seed)
    monkeypatch.setattr(recent, "SETTLE_AT", chance.choice([1, 10, 40, 1024]))
    async with stage(tmp_path) as it:
        places = [(it.room, it.writer), (it.room, it.other), (it.chat, it.writer), (it.chat, it.listener)]
        tails = {it.room: 0, it.chat: 0}
        stored: dict[tuple[str, str, str], tuple[int, int | None]] = {}
        for _ in range(25):
            expected, outcomes = [], []
            with it.held():
                for _ in range(chance.choice([1, 2, 3, 7, 30])):
                    channel, author = chance.choice(places)
                    ref, reply_to = f"r{chance.randrange(200)}", chance.choice([None, None, chance.randrange(1, 60)])
                    key = (channel, author, ref)
                    known = key in stored
                    if not known:
                        there = reply_to if reply_to is not None and reply_to <= tails[channel] else None
                        tails[channel] += 1
                        stored[key] = (tails[channel], there)
                    expected.append((known, *stored[key]))
                    outcomes.append(it.say(channel, ref, author=author, reply_to=reply_to))
                if chance.random() < 0.2:
                    it.cups.db.submit(_fails, None, lambda _: None)
            results = []
            for outcome in outcomes:
                said = await it.settled(outcome)
                results.append((said.known, said.message.seq, said.message.reply_to))
            assert results == expected
        for channel, tail in tails.items():
            rows = await it.cups.db.read(lambda conn, c=channel: queries.last(conn, c, before=1 << 60, limit=10_000))
            assert [row.seq for row in rows] == list(range(1, tail + 1))
            assert {(channel, row.author_id, row.ref): (row.seq, row.reply_to) for row in rows} == {
                key: value for key, value in stored.items() if key[0] == channel
            }
            told = [news.message for news in it.said if news.channel == channel]
            assert told == await it.cups.db.read(lambda conn, rows=rows: queries.to_wire(conn, rows)), (
                "told otherwise than stored"
            )


def _fails(unit: Unit, _items: object) -> list[object]:
    """Says something and is undone: nothing of it may be remembered."""
    channel = unit.conn.exec_driver_sql("select id from channel where kind = 'room'").scalars().first()
    author = unit.conn.exec_driver_sql("select id from account").scalars().first()
    service.say(unit, channel, author, "never", "never", 1)
    raise ValueError("undone")


async def test_refs_are_known_after_a_restart_settled_or_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "SETTLE_AT", 4)
    first: dict[str, int] = {}
    async with stage(tmp_path) as it:
        for ref in "abcdef":
            first[ref] = (await it.say_now(it.room, ref)).message.seq
        room, writer = it.room, it.writer
    async with running(settings_at(tmp_path), ManualClock()) as cups:

        def again(unit: Unit) -> dict[str, int]:
            refs = recent.of(unit).refs
            unsettled = {ref for ref in "abcdefg" if refs.get(room, writer, ref) is not None}
            assert unsettled == {"e", "f"}, "the check would check one of the two kinds alone"
            said = {ref: service.say(unit, room, writer, ref, "again", 2) for ref in "abcdefg"}
            assert [ref for ref, (_, known) in said.items() if not known] == ["g"]
            return {ref: message.seq for ref, (message, _) in said.items()}

        assert await cups.db.write(again) == first | {"g": 7}


async def test_what_retention_took_is_said_anew(tmp_path: Path) -> None:
    """A ref that is remembered, of a message that is gone, is nobody's: the message is stored, not lost."""
    async with stage(tmp_path) as it:
        await it.say_now(it.room, "a")
        await it.say_now(it.room, "b")
        assert await it.cups.db.write(lambda unit: service.expire(unit, "room", keep=1, older_than=0)) == 1
        again = await it.say_now(it.room, "a")
        assert not again.known and again.message.seq == 3


async def test_numbers_go_on_after_everything_was_deleted(tmp_path: Path) -> None:
    """A channel's number lives in its messages: retention that takes the last one keeps it."""
    async with stage(tmp_path) as it:
        for ref in "abc":
            await it.say_now(it.room, ref)
        it.clock.advance(1000)
        now = it.clock.now()
        assert await it.cups.db.write(lambda unit: service.expire(unit, "room", keep=100, older_than=now)) == 3
        channel = await it.cups.db.read(queries.find_channel, it.room)
        assert channel is not None and channel.seq == 3
        assert (await it.say_now(it.room, "d")).message.seq == 4


async def test_refs_stay_known_after_retention_took_the_newest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the newest rows gone their ids are given again: the index of refs must still take what comes after them."""
    monkeypatch.setattr(recent, "SETTLE_AT", 4)
    async with stage(tmp_path) as it:
        for ref in "abcdefgh":
            await it.say_now(it.room, ref)
        it.clock.advance(1000)
        later = it.clock.now() + 1
        gone = await it.cups.db.write(lambda unit: service.expire(unit, "room", keep=100, older_than=later))
        assert gone == 8
        first = {ref: (await it.say_now(it.room, ref)).message.seq for ref in "ijklmn"}
        again = {ref: await it.say_now(it.room, ref) for ref in "ijklmn"}
        assert {ref: said.message.seq for ref, said in again.items()} == first
        assert all(said.known for said in again.values())
