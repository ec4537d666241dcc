"""Over sockets, on both reactors: what somebody says in a room does not reach whoever has blocked them, who misses no number because of it; and the
one who is blocked cannot tell.
"""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import trio

from accounts.test_linked import to_listener
from conftest import WIDE, Cast
from cups.wire.frames import PROTOCOL, PROTOCOL_PACKED
from gateway.test_frames import _masked, _raw, _read_until
from harness.person import LiveConnection, Person, new_ref
from harness.server import ServerProcess

SAID = 1200
TOLD = ("message", "changed", "withheld")


class Table:
    """Three in one room: `loud` was blocked, `calm` has blocked them, `third` has nothing to do with it."""

    def __init__(self, loud: Person, calm: Person, third: Person, room: str, slug: str) -> None:
        self.loud, self.calm, self.third, self.room, self.slug = loud, calm, third, room, slug
        self.of: dict[Person, LiveConnection] = {}
        self._looked: dict[Person, int] = {}

    def __getitem__(self, person: Person) -> LiveConnection:
        return self.of[person]

    async def says(self, person: Person, text: str) -> int:
        answer = await self.of[person].say(self.room, text)
        assert answer["type"] == "ack", answer
        return int(answer["seq"])

    async def heard(self, person: Person) -> list[tuple[str, int, str]]:
        """What has come of the room's events since the last look, until nothing comes any more: kind, number, words."""
        live = self.of[person]
        await live.quiet(0.3)
        since, self._looked[person] = self._looked.get(person, 0), len(live.frames)
        return [event(frame) for frame in live.frames[since:] if frame["type"] in TOLD]

    async def begin(self) -> dict[str, Any]:
        """The one blocks the other; what came before is looked at no more. The state that they are told."""
        await block(self.calm, self.loud)
        afresh = await self.of[self.calm].had("subscribed", ref=None)
        for person in self.of:
            await self.heard(person)
        return afresh


def event(frame: dict[str, Any]) -> tuple[str, int, str]:
    message = frame.get("message")
    number = message["seq"] if frame["type"] == "message" else frame["seq"]
    return frame["type"], number, message["text"] if message else ""


@asynccontextmanager
async def table(people: Cast, protocol: str = PROTOCOL) -> AsyncIterator[Table]:
    loud, calm, third = await people.member(), await people.member(), await people.member()
    admin, slug = await people.demo("admin"), new_ref("blocks").lower()
    room = (await admin.post("/api/staff/rooms", {"slug": slug, "title": slug, "age": "adult"}, 201))["id"]
    here = Table(loud, calm, third, room, slug)
    async with AsyncExitStack() as stack:
        for person in (loud, calm, third):
            # The one who speaks does so by JSON, which is what the lane takes.
            spoken = PROTOCOL if person is loud else protocol
            here.of[person] = await stack.enter_async_context(person.live(protocol=spoken))
            await here.of[person].subscribe(room)
        yield here


async def block(by: Person, whom: Person) -> None:
    await by.post("/api/blocks", {"name": whom.name}, 204)


async def unblock(by: Person, whom: Person) -> None:
    await by.call("DELETE", f"/api/blocks/{whom.name}", expect=204)


def words(state: dict[str, Any]) -> list[str]:
    return [message["text"] for message in state["messages"]]


def names(state: dict[str, Any]) -> list[str]:
    return [person["name"] for person in state["present"]]


@pytest.mark.parametrize("protocol", [PROTOCOL, PROTOCOL_PACKED])
async def test_what_is_said_does_not_reach_whoever_blocked_them_and_no_number_is_missing(
    people: Cast, protocol: str
) -> None:
    async with table(people, protocol) as here:
        before = await here.says(here.loud, "before the block")
        await here[here.calm].had("message")
        afresh = await here.begin()
        assert not afresh["recovered"] and "before the block" not in words(afresh) and afresh["seq"] >= before
        assert here.loud.name not in names(afresh) and here.third.name in names(afresh)
        first = await here.says(here.loud, "one")  # by the long way, which finds them free to write
        second = await here.says(here.loud, "two")  # by the lane
        between = await here.says(here.third, "in between")
        third = await here.says(here.loud, "three")
        kept = [("withheld", first, ""), ("withheld", second, "")]
        assert await here.heard(here.calm) == [*kept, ("message", between, "in between"), ("withheld", third, "")]
        assert [words for *_, words in await here.heard(here.third)] == ["one", "two", "in between", "three"]
        await here.heard(here.loud)
        # They cannot tell: they see the one who blocked them, and hear them.
        told = await here.says(here.calm, "and I")
        assert await here.heard(here.loud) == [("message", told, "and I")]
        state = await here[here.loud].subscribe(here.room)
        assert here.calm.name in names(state) and "and I" in words(state)


async def test_changing_and_taking_back_say_nothing_either(people: Cast) -> None:
    async with table(people) as here:
        await here.begin()
        said = await here.says(here.loud, "first words")
        edit = await here[here.loud].answer(type="edit", channel=here.room, seq=said, text="other words")
        gone = await here[here.loud].answer(type="delete", channel=here.room, seq=said)
        assert edit["type"] == gone["type"] == "ack"
        numbers = [said, edit["seq"], gone["seq"]]
        assert await here.heard(here.calm) == [("withheld", number, "") for number in numbers]
        assert [seq for _, seq, _ in await here.heard(here.third)] == numbers


async def test_no_history_and_no_return_gives_it_away(people: Cast) -> None:
    async with table(people) as here:
        earlier = await here.says(here.third, "older words")
        afresh = await here.begin()
        assert afresh["seq"] == earlier
        since = {"epoch": afresh["epoch"], "seq": afresh["seq"]}
        said = [await here.says(here.loud, f"loud {n}") for n in range(3)]
        last = await here.says(here.third, "quiet words")
        async with here.calm.live() as back:
            resumed = await back.subscribe(here.room, since)
            assert resumed["recovered"] and words(resumed) == ["quiet words"] and resumed["seq"] == last
            whole = await back.subscribe(here.room)
            assert not {"loud 0", "loud 1", "loud 2"} & set(words(whole)) and "quiet words" in words(whole)
            assert here.loud.name not in names(whole)
            assert whole["present_count"] == len(names(whole))
        page = await here.calm.get(f"/api/channels/{here.room}/messages?limit=200")
        assert here.loud.name not in {message["author"]["name"] for message in page["messages"]}
        # A page is full of what one may read: nobody reads on through empty ones.
        for limit in (1, 2):
            short = await here.calm.get(f"/api/channels/{here.room}/messages?limit={limit}")
            assert len(short["messages"]) == limit and short["messages"][-1]["text"] == "quiet words"
        shown = (await here.calm.call("GET", f"/rooms/{here.slug}")).text
        assert "quiet words" in shown and "loud 0" not in shown and here.loud.name not in shown
        everybody = await here.third.get(f"/api/channels/{here.room}/messages?limit=200")
        assert {message["seq"] for message in everybody["messages"]} >= set(said)


async def test_typing_coming_and_going_are_not_told(people: Cast) -> None:
    async with table(people) as here:
        await here.begin()
        await here[here.loud].send(type="typing", channel=here.room)
        assert (await here[here.third].had("types"))["name"] == here.loud.name
        assert not [frame for frame in await here[here.calm].quiet(0.3) if frame["type"] == "types"]
        await here[here.loud].answer(type="unsubscribe", channel=here.room)
        await here[here.third].had("presence", left=[here.loud.name])
        await here[here.loud].subscribe(here.room)
        came = await here[here.third].until("presence")
        assert [person["name"] for person in came["came"]] == [here.loud.name]
        told = [frame for frame in await here[here.calm].quiet(0.3) if frame["type"] == "presence"]
        assert here.loud.name not in json.dumps(told)
        # Whoever is blocked sees that the other types.
        await here[here.calm].send(type="typing", channel=here.room)
        assert (await here[here.loud].had("types"))["name"] == here.calm.name


async def test_a_pin_of_their_message_is_not_shown(people: Cast) -> None:
    async with table(people) as here:
        moderator = await people.demo("moderator")
        await here.begin()
        said = await here.says(here.loud, "pinned words")
        await moderator.call("PUT", f"/api/rooms/{here.slug}/pins/{said}", expect=204)
        try:
            assert (await here[here.third].had("pinned"))["pin"]["message"]["text"] == "pinned words"
            await here[here.loud].answer(type="edit", channel=here.room, seq=said, text="pinned anew")
            await here[here.third].until("pinned")
            assert not [frame for frame in await here[here.calm].quiet(0.3) if frame["type"] == "pinned"]
            async with here.calm.live() as again:
                assert (await again.subscribe(here.room))["pins"] == []
            assert "pinned anew" not in (await here.calm.call("GET", f"/rooms/{here.slug}")).text
            async with here.third.live() as again:
                assert [pin["message"]["seq"] for pin in (await again.subscribe(here.room))["pins"]] == [said]
        finally:
            await moderator.call("DELETE", f"/api/rooms/{here.slug}/pins/{said}", expect=204)


async def test_taken_back_they_are_heard_at_once_and_what_was_kept_is_shown(people: Cast) -> None:
    async with table(people) as here:
        await here.begin()
        await here.says(here.loud, "kept away")
        listed = (await here.calm.get("/api/blocks"))["blocks"]
        assert [one["person"]["name"] for one in listed] == [here.loud.name]
        await here.heard(here.calm)
        await unblock(here.calm, here.loud)
        afresh = await here[here.calm].until("subscribed", ref=None)
        assert "kept away" in words(afresh) and here.loud.name in names(afresh)
        said = await here.says(here.loud, "heard again")
        assert await here.heard(here.calm) == [("message", said, "heard again")]
        assert (await here.calm.get("/api/blocks"))["blocks"] == []


async def test_moderators_are_heard_and_hear_all_where_they_are_on_duty(people: Cast) -> None:
    async with table(people) as here:
        admin = await people.demo("admin")
        await here.begin()
        # The one who is blocked becomes a moderator of this room: what they say is part of their duty.
        await admin.call("PUT", f"/api/staff/rooms/{here.slug}/moderators/{here.loud.name}", expect=204)
        afresh = await here[here.calm].until("subscribed", ref=None)
        assert here.loud.name in names(afresh)
        await here.heard(here.calm)
        said = await here.says(here.loud, "a word from the moderator")
        assert ("message", said, "a word from the moderator") in await here.heard(here.calm)
        await admin.call("DELETE", f"/api/staff/rooms/{here.slug}/moderators/{here.loud.name}", expect=204)
        assert "a word from the moderator" not in words(await here[here.calm].until("subscribed", ref=None))
        # The one who has blocked becomes one: they have to see all there.
        await admin.call("PUT", f"/api/staff/rooms/{here.slug}/moderators/{here.calm.name}", expect=204)
        assert "a word from the moderator" in words(await here[here.calm].until("subscribed", ref=None))
        said = await here.says(here.loud, "seen on duty")
        assert ("message", said, "seen on duty") in await here.heard(here.calm)
        await admin.call("DELETE", f"/api/staff/rooms/{here.slug}/moderators/{here.calm.name}", expect=204)
        await here[here.calm].until("subscribed", ref=None)
        said = await here.says(here.loud, "and no more")
        assert await here.heard(here.calm) == [("withheld", said, "")]


async def test_it_holds_for_both_accounts_of_both_and_tells_of_no_link(tmp_path: Path) -> None:
    """Whoever comes back by their other account is not heard either; but nothing of what that one said before, nor that they are there, goes with the
    block: who saw two names vanish at once would know whose they are."""
    wide = WIDE | {"pace_attempt_burst": 1000, "linger_least_s": 60, "linger_most_s": 60}
    server = ServerProcess(tmp_path, reactor=ServerProcess.reactor, **wide).start()
    try:
        people = Cast(server)
        async with table(people) as here:
            said = await here.says(here.loud, "as a member")
            await to_listener(here.loud, "kindAlder")
            async with here.loud.live() as speaking:
                await speaking.subscribe(here.room)
                earlier = await speaking.say(here.room, "as a listener, before")
                assert earlier["type"] == "ack", earlier
                member = next(
                    frame["message"]["author"]["name"]
                    for frame in here[here.third].frames + await here[here.third].quiet(0.3)
                    if frame["type"] == "message" and frame["message"]["seq"] == said
                )
                await here.calm.post("/api/blocks", {"name": member}, 204)
                afresh = await here[here.calm].had("subscribed", ref=None)
                assert "as a listener, before" in words(afresh) and "kindAlder" in names(afresh)
                assert "as a member" not in words(afresh) and member not in names(afresh)
                await here.heard(here.calm)
                later = await speaking.say(here.room, "as a listener, after")
                assert await here.heard(here.calm) == [("withheld", later["seq"], "")]
                # What was there to be read is taken back before the eyes of everybody who read it.
                gone = await speaking.answer(type="delete", channel=here.room, seq=earlier["seq"])
                assert await here.heard(here.calm) == [("changed", gone["seq"], "")]
        for person in people.all:
            await person.aclose()
    finally:
        server.close()


async def test_what_a_listener_has_blocked_is_kept_from_their_member_account_too(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, reactor=ServerProcess.reactor, **WIDE | {"pace_attempt_burst": 1000}).start()
    try:
        people = Cast(server)
        async with table(people) as here:
            await block(here.calm, here.loud)
            await to_listener(here.calm, "kindAlder")
            async with here.calm.live() as listening:
                state = await listening.subscribe(here.room)
                assert here.loud.name not in names(state)
                said = await here.says(here.loud, "again")
                assert [event(one) for one in await listening.quiet(0.3) if one["type"] in TOLD] == [
                    ("withheld", said, "")
                ]
        for person in people.all:
            await person.aclose()
    finally:
        server.close()


async def test_a_block_in_mid_flight_takes_back_what_still_waits(tmp_path: Path) -> None:
    """Somebody who reads slowly has much on its way to them: what has not left the server when the block is answered never does."""
    wide = WIDE | {
        "outbox_bytes": 64_000_000,
        "send_timeout_s": 60,
        "room_keep_messages": 2000,
        "pace_frames_burst": 9000,
    }
    server = ServerProcess(tmp_path, reactor=ServerProcess.reactor, **wide).start()
    try:
        people = Cast(server)
        loud, calm = await people.member(), await people.member()
        room = (await calm.get("/api/rooms/night-owls"))["id"]
        stream = await _raw(calm)
        await _read_until(stream, b'"ref":"early"')
        subscribe = {"type": "subscribe", "ref": "s", "channel": room}
        await stream.send_all(_masked(0x81, json.dumps(subscribe).encode()))
        await _read_until(stream, b'"type":"subscribed"')
        async with loud.live() as live:
            await live.subscribe(room)
            for n in range(SAID):
                assert (await live.say(room, f"loud {n} " + "é" * 3900))["type"] == "ack"
            await block(calm, loud)
        got = await _read_to_the_end(stream)
        heard = got.count(b'"text":"loud ')
        assert 0 < heard < SAID, "some had left before, and the rest never did"
        async with calm.live() as back:
            state = await back.subscribe(room, {"epoch": "", "seq": 0})
            assert state["seq"] == SAID and words(state) == []
        for person in people.all:
            await person.aclose()
    finally:
        server.close()


async def _read_to_the_end(stream: trio.SocketStream) -> bytes:
    """What comes until nothing does, or the connection is cut."""
    got = bytearray()
    with suppress(trio.BrokenResourceError), trio.move_on_after(30):
        while True:
            with trio.move_on_after(2) as quiet:
                more = await stream.receive_some()
            if quiet.cancelled_caught or not more:
                break
            got += more
    await trio.aclose_forcefully(stream)
    return bytes(got)


async def test_there_is_a_limit_to_how_many_one_blocks(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, reactor=ServerProcess.reactor, max_blocks=2, **WIDE).start()
    try:
        people = Cast(server)
        calm, others = await people.guest(), [await people.guest() for _ in range(3)]
        for one in others[:2]:
            await block(calm, one)
            await block(calm, one)
        refused = (await calm.call("POST", "/api/blocks", {"name": others[2].name}, expect=409)).json()
        assert refused["code"] == "too-many-blocks" and "2" in refused["detail"]
        await unblock(calm, others[0])
        await block(calm, others[2])
        assert len((await calm.get("/api/blocks"))["blocks"]) == 2
        for person in people.all:
            await person.aclose()
    finally:
        server.close()
