"""Messages left for a listener, at the service: who may, what is screened, one of each pair, and what becomes of them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from cups.accounts import queries as accounts
from cups.accounts.making import make_member
from cups.accounts.visitor import Visitor
from cups.app import Cups, running
from cups.clock import ManualClock
from cups.errors import Refused
from cups.ids import new_id
from cups.messages import queries as messages
from cups.messages.tables import channel
from cups.requests.topics import topics
from cups.screening import queries as screening
from cups.store.database import Unit
from cups.wire.chats import EndIn
from cups.wire.requests import LeaveIn, LeftMessage, RequestIn, Taken
from harness.store import settings_at

TOPICS = frozenset(topics())
DAY = 86_400_000
WORDS = "I would like to go on where we stopped."


class Scene:
    def __init__(self, cups: Cups, clock: ManualClock) -> None:
        self.cups, self.clock = cups, clock
        self.refs = 0

    async def make(self, name: str, kind: str = "member", age: str = "adult", persona_of: str | None = None) -> str:
        def work(unit: Unit) -> str:
            now = self.clock.now()
            return make_member(
                unit.conn, name=name, password_hash=None, age=age, now=now, kind=kind, persona_of=persona_of
            )

        return await self.cups.db.write(work)

    async def visitor(self, id: str) -> Visitor:
        found = await self.cups.accounts.visitor(await self.cups.accounts.open_session(id))
        assert found is not None
        return found

    async def leave(self, id: str, to: str = "warmOne", text: str = WORDS, **more: str) -> LeftMessage | str:
        self.refs += 1
        self.clock.advance(1)
        form = LeaveIn(**{"ref": f"r{self.refs}", "listener": to, "text": text, "topic": "grief"} | more)
        try:
            return await self.cups.left.leave(await self.visitor(id), form, TOPICS)
        except Refused as refused:
            return refused.code

    async def waiting(self, id: str) -> list[str]:
        return [one.text for one in (await self.cups.left.waiting(await self.visitor(id))).messages]

    async def answer(self, listener: str, id: str) -> Taken | str:
        try:
            return await self.cups.left.answer(await self.visitor(listener), id)
        except Refused as refused:
            return refused.code

    async def state(self, id: str) -> tuple[str, str, str | None]:
        one = (await self.cups.left.sent(await self.visitor(id))).messages[0]
        return one.state, one.text, one.chat


@asynccontextmanager
async def scene(folder: Path, **settings: object) -> AsyncIterator[Scene]:
    clock = ManualClock()
    wide = {"pace_new_leave_message_burst": 100, "pace_guest_leave_message_burst": 100, "consent": ("*=none",)}
    async with running(settings_at(folder, **(wide | settings)), clock) as cups:
        yield Scene(cups, clock)


async def test_left_read_and_answered_it_is_the_first_message_of_a_chat(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        member, listener = await one.make("softOne"), await one.make("warmOne", "listener")
        left = await one.leave(member)
        assert isinstance(left, LeftMessage) and left.person.name == "warmOne" and left.help == ""
        assert left.until - left.at == 14 * DAY
        assert await one.waiting(listener) == [WORDS]
        assert (await one.cups.accounts.me(listener)).messages_left == 1
        assert (await one.cups.accounts.me(member)).messages_left == 0
        taken = await one.answer(listener, left.id)
        assert isinstance(taken, Taken) and await one.answer(listener, left.id) == taken, "sent again, it is the same"
        said = await one.cups.db.read(messages.page, taken.chat, 1 << 60, 10)
        assert [(message.author.name, message.text) for message in said.messages] == [("softOne", WORDS)]
        assert await one.state(member) == ("answered", "", taken.chat), "the words stand in the chat alone"
        assert (await one.cups.accounts.me(listener)).messages_left == 0 and await one.waiting(listener) == []
        state = await one.cups.requests.mine(member)
        assert state is not None and (state.state, state.chat) == ("matched", taken.chat)
        one.clock.advance(3600_000)
        assert await one.cups.taking.return_overdue() == 0, "nobody who is away comes into the queue by it"


async def test_the_same_ref_leaves_one_and_a_pair_has_one_at_a_time(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        member, listener = await one.make("softOne"), await one.make("warmOne", "listener")
        for name in ("warmTwo", "warmThree", "warmFour"):
            await one.make(name, "listener")
        left = await one.leave(member, ref="same")
        assert await one.leave(member, ref="same") == left and await one.waiting(listener) == [WORDS]
        assert await one.leave(member) == "already-left"
        assert isinstance(await one.leave(member, "warmTwo"), LeftMessage)
        assert isinstance(await one.leave(member, "warmThree"), LeftMessage)
        assert await one.leave(member, "warmFour") == "too-many-left"
        assert isinstance(left, LeftMessage)
        await one.cups.left.withdraw(await one.visitor(member), left.id)
        await one.cups.left.withdraw(await one.visitor(member), left.id)
        assert await one.waiting(listener) == [] and await one.answer(listener, left.id) == "not-asking"
        assert isinstance(await one.leave(member), LeftMessage)


async def test_whoever_may_not_reach_the_listener_is_refused_alike(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        listener, member = await one.make("warmOne", "listener"), await one.make("softOne")
        teen, blocked = await one.make("youngOne", age="teen"), await one.make("farOne")
        other = await one.make("otherOne", "listener")
        own = await one.make("ownOne", "listener", persona_of=member)
        await one.cups.accounts.block(await one.visitor(listener), "farOne")
        refused = [await one.leave(id) for id in (teen, blocked)] + [await one.leave(member, "nobodyHere")]
        refused += [await one.leave(member, "farOne"), await one.leave(member, "ownOne")]
        await one.cups.db.write(lambda unit: accounts.update(unit.conn, listener, refused_topics="grief"))
        refused.append(await one.leave(member))
        await one.cups.db.write(lambda unit: accounts.update(unit.conn, listener, refused_topics=""))
        await one.cups.accounts.set_status(await one.visitor(listener), "break")
        refused.append(await one.leave(member))
        assert refused == ["listener-unavailable"] * 7
        assert await one.leave(other) == "not-allowed" and own
        assert await one.leave(member, "otherOne", language="fr") == "other-language"


async def test_what_becomes_impossible_meanwhile_is_not_shown_and_not_answered(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        member, listener = await one.make("softOne"), await one.make("warmOne", "listener")
        left = await one.leave(member)
        assert isinstance(left, LeftMessage)
        await one.cups.accounts.block(await one.visitor(member), "warmOne")
        assert await one.waiting(listener) == [] and (await one.cups.accounts.me(listener)).messages_left == 0
        assert await one.answer(listener, left.id) == "not-asking"
        await one.cups.accounts.unblock(await one.visitor(member), "warmOne")
        await one.cups.db.write(lambda unit: accounts.set_age(unit.conn, [member], "teen"))
        assert await one.waiting(listener) == [] and await one.answer(listener, left.id) == "not-asking"


async def ban(one: Scene, account: str) -> None:
    def work(unit: Unit) -> None:
        values = {"kind": "ban", "room_id": None, "at": one.clock.now(), "until": None, "reason": "other"}
        accounts.add_sanction(unit.conn, id=new_id(one.clock.now()), person_id=account, by_id=account, **values)

    await one.cups.db.write(work)


async def wait_for_a_parent(one: Scene, account: str) -> None:
    await one.cups.db.write(lambda unit: accounts.update(unit.conn, account, consent=""))


async def go(one: Scene, account: str) -> None:
    await one.cups.db.write(lambda unit: accounts.update(unit.conn, account, left_at=one.clock.now()))


@pytest.mark.parametrize("parts", [ban, wait_for_a_parent, go])
@pytest.mark.parametrize("who", ["member", "listener"])
async def test_a_ban_a_parents_consent_and_leaving_part_the_two(
    tmp_path: Path, parts: Callable[[Scene, str], Awaitable[None]], who: str
) -> None:
    async with scene(tmp_path, consent=("*=double-link",)) as one:
        pair = {
            "member": await one.make("softOne", age="teen"),
            "listener": await one.make("warmOne", "listener", "teen"),
        }
        for id in pair.values():
            await one.cups.db.write(lambda unit, id=id: accounts.update(unit.conn, id, consent="double-link"))  # type: ignore[misc]
        visitors = {name: await one.visitor(id) for name, id in pair.items()}
        left = await one.leave(pair["member"])
        assert isinstance(left, LeftMessage) and await one.cups.db.read(one.cups.left.count, pair["listener"]) == 1
        await parts(one, pair[who])
        assert await one.cups.db.read(one.cups.left.count, pair["listener"]) == 0
        with pytest.raises(Refused, match="not-asking"):
            await one.cups.left.answer(visitors["listener"], left.id)
        await one.cups.left.withdraw(visitors["member"], left.id)
        with pytest.raises(Refused):
            await one.cups.left.leave(
                visitors["member"], LeaveIn(ref="again", listener="warmOne", text=WORDS, topic="grief"), TOPICS
            )


async def test_nobody_else_reads_answers_or_withdraws_it(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        member, listener = await one.make("softOne"), await one.make("warmOne", "listener")
        other = await one.make("otherOne", "listener")
        left = await one.leave(member)
        assert isinstance(left, LeftMessage)
        assert await one.waiting(other) == [] and await one.answer(other, left.id) == "not-found"
        for who in (listener, other):
            with pytest.raises(Refused, match="not-found"):
                await one.cups.left.withdraw(await one.visitor(who), left.id)
        with pytest.raises(Refused, match="not-found"):
            await one.cups.left.decline(await one.visitor(member), left.id)


async def test_whoever_waits_or_talks_elsewhere_or_a_listener_without_room_opens_none(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        member, listener = await one.make("softOne"), await one.make("warmOne", "listener")
        second = await one.make("secondOne")
        left, late = await one.leave(member), await one.leave(second)
        assert isinstance(left, LeftMessage) and isinstance(late, LeftMessage)
        await one.cups.requests.ask(await one.visitor(member), RequestIn(ref="q", topic="grief"), TOPICS)
        assert await one.answer(listener, left.id) == "asker-busy"
        taken = await one.answer(listener, late.id)
        assert isinstance(taken, Taken)
        await one.cups.requests.cancel(await one.visitor(member))
        assert await one.answer(listener, left.id) == "at-capacity"
        await one.cups.chats.end(await one.visitor(listener), taken.chat, EndIn())
        assert isinstance(await one.answer(listener, left.id), Taken)


async def test_it_is_over_at_its_named_time_and_its_words_are_gone(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        member, listener = await one.make("softOne"), await one.make("warmOne", "listener")
        left = await one.leave(member)
        assert isinstance(left, LeftMessage)
        one.clock.advance(14 * DAY - 1)
        assert await one.waiting(listener) == [WORDS]
        one.clock.advance(1)
        assert await one.waiting(listener) == [] and await one.answer(listener, left.id) == "not-asking"
        assert (await one.state(member))[0] == "expired", "before anything has noticed"
        assert await one.cups.db.write(one.cups.left.expire) == 1
        assert await one.state(member) == ("expired", "", None)
        again = await one.leave(member)
        assert isinstance(again, LeftMessage)
        one.clock.advance(30 * DAY)
        await one.cups.db.write(one.cups.left.expire)
        one.clock.advance(15 * DAY)
        await one.cups.db.write(one.cups.left.expire)
        assert (await one.cups.left.sent(await one.visitor(member))).messages == []


async def test_a_listener_who_cannot_answer_says_so_and_the_other_is_told(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        member, listener = await one.make("softOne"), await one.make("warmOne", "listener")
        left = await one.leave(member)
        assert isinstance(left, LeftMessage)
        await one.cups.left.decline(await one.visitor(listener), left.id)
        await one.cups.left.decline(await one.visitor(listener), left.id)
        assert await one.state(member) == ("declined", "", None) and await one.waiting(listener) == []


async def test_contact_details_are_held_and_danger_is_heard_even_where_the_message_is_refused(tmp_path: Path) -> None:
    async with scene(tmp_path, pace_new_leave_message_burst=2, pace_new_leave_message_period_ms=1_000_000) as one:
        member, listener = await one.make("softOne"), await one.make("warmOne", "listener")
        await one.make("warmTwo", "listener")

        def concerns(conn: Connection) -> int:
            return len(screening.concerns(conn, "open", "", 10))

        assert await one.leave(member, text="write to anna.b@example.com") == "held-contact"
        assert await one.waiting(listener) == [] and await one.cups.db.read(concerns) == 0
        left = await one.leave(member, text="I want to kill myself tonight")
        assert isinstance(left, LeftMessage) and left.help == "own" and await one.cups.db.read(concerns) == 1
        assert await one.leave(member, "warmTwo", text="I am going to end my life") == "too-fast"
        assert await one.cups.db.read(concerns) == 2, "refused, and heard all the same"


async def test_nothing_of_its_channel_is_left(tmp_path: Path) -> None:
    """But while somebody is looked after who spoke of danger there."""
    async with scene(tmp_path, pace_new_leave_message_burst=3) as one:
        member, _ = await one.make("softOne"), await one.make("warmOne", "listener")
        await one.make("warmTwo", "listener")
        assert isinstance(await one.leave(member), LeftMessage)
        assert await one.leave(member) == "already-left"
        assert isinstance(await one.leave(member, "warmTwo", text="I want to kill myself tonight"), LeftMessage)

        def channels(conn: Connection) -> int:
            return len(conn.execute(sa.select(channel.c.id).where(channel.c.kind == "left")).all())

        assert await one.cups.db.read(channels) == 3
        await one.cups.retention.tidy()
        assert await one.cups.db.read(channels) == 2, "a refused message has left nothing"
        for _ in range(2):
            one.clock.advance(one.cups.settings.left_keep_days * DAY + 1)
            await one.cups.retention.tidy()
        assert await one.cups.db.read(channels) == 1
