"""Many messages in a row, among frames of other kinds: in order, without a gap, and the same for whoever hears them live, later, or again."""

import random
from pathlib import Path

import pytest
import trio

from conftest import Cast
from cups.wire.frames import PROTOCOL_PACKED
from harness.person import Json, LiveConnection, Person, new_ref
from harness.server import ServerProcess

pytestmark = pytest.mark.usefixtures("reactor_kind")


async def _talk(people: Cast) -> tuple[Person, Person, str]:
    asker, listener = await people.guest(), await people.demo("listener")
    asked = await asker.ask()
    return asker, listener, (await listener.post(f"/api/queue/{asked['id']}/take"))["chat"]


async def _room(people: Cast) -> str:
    admin, slug = await people.demo("admin"), new_ref("quick").lower()
    room: str = (await admin.post("/api/staff/rooms", {"slug": slug, "title": slug, "age": "adult"}, 201))["id"]
    return room


async def _acked(live: LiveConnection, refs: list[str]) -> list[int]:
    """The numbers under which these were stored, in the order of their acks, which is that of their sending."""
    wanted, order = set(refs), []
    for frame in live.frames:
        if frame["type"] == "ack" and frame["ref"] in wanted:
            order.append(frame)
    while len(order) < len(refs):
        frame = await live.next()
        if frame["type"] == "ack" and frame["ref"] in wanted:
            order.append(frame)
    assert [frame["ref"] for frame in order] == refs
    return [frame["seq"] for frame in order]


async def _burst(live: LiveConnection, channel: str, texts: list[str]) -> list[str]:
    refs = [new_ref("burst") for _ in texts]
    for ref, text in zip(refs, texts, strict=True):
        await live.send(type="send", channel=channel, text=text, ref=ref)
    return refs


async def test_who_hears_it_live_later_or_again_hears_the_same(people: Cast) -> None:
    asker, listener, chat = await _talk(people)
    async with asker.live() as asking, listener.live(protocol=PROTOCOL_PACKED) as hearing, listener.live() as second:
        for live in (asking, hearing, second):
            await live.subscribe(chat)
        assert (await asking.say(chat, "first"))["seq"] == 1
        mine = [f'line {number} "quoted" \\ ü 😀' for number in range(35)]
        theirs = [f"answer {number}\n\twith lines" for number in range(35)]
        said, heard = await _burst(asking, chat, mine), await _burst(second, chat, theirs)
        numbers = await _acked(asking, said), await _acked(second, heard)
        assert sorted(numbers[0] + numbers[1]) == [*range(2, 72)]
        told: dict[int, Json] = {}
        for live in (asking, hearing, second):
            while len([1 for frame in live.frames if frame["type"] == "message"]) < 71:
                await live.next()
            seen = [frame["message"] for frame in live.frames if frame["type"] == "message"]
            assert [message["seq"] for message in seen] == [*range(1, 72)]
            told = told or {message["seq"]: message for message in seen}
            assert all(told[message["seq"]] == message for message in seen)
        assert [told[number]["text"] for number in numbers[0]] == mine
        assert [told[number]["text"] for number in numbers[1]] == theirs
        assert {told[number]["author"]["name"] for number in numbers[1]} == {listener.name}
        async with asker.live() as later:
            state = await later.subscribe(chat)
            assert state["messages"] == [told[seq] for seq in range(22, 72)] and state["more"]
        async with asker.live() as again:
            state = await again.subscribe(chat, since={"epoch": state["epoch"], "seq": 60})
            assert state["recovered"] and state["messages"] == [told[seq] for seq in range(61, 72)]
            state = await again.subscribe(chat, since={"epoch": state["epoch"], "seq": 10})
            assert not state["recovered"] and len(state["messages"]) == 50
        # The same refs once more are the same messages.
        again_refs = [(await asking.say(chat, text, ref=ref))["seq"] for ref, text in zip(said[:3], mine, strict=False)]
        assert again_refs == numbers[0][:3]
        # Changed and taken back, whatever way they came.
        edited = await asking.answer(type="edit", channel=chat, seq=numbers[0][-1], text="changed")
        assert (await hearing.had("changed"))["message"]["text"] == "changed"
        taken = await asking.answer(type="delete", channel=chat, seq=numbers[0][-2])
        assert (edited["seq"], taken["seq"]) == (72, 73)
        assert (await asking.say(chat, "last"))["seq"] == 74
        async with listener.live() as later:
            changed = {message["seq"]: message for message in (await later.subscribe(chat))["messages"]}
        assert changed[numbers[0][-1]]["text"] == "changed" and changed[numbers[0][-2]]["removed"] == "author"
        assert changed[74]["text"] == "last"


@pytest.mark.parametrize("seed", range(3))
async def test_frames_of_one_person_are_taken_in_order(people: Cast, seed: int) -> None:
    """Sending, leaving, coming back, asking for an answer, in any order and all at once: each is answered in its turn."""
    chance, room = random.Random(seed), await _room(people)
    guest, other = await people.guest(), await people.guest()
    async with guest.live() as live, other.live() as hearing:
        await live.subscribe(room)
        await hearing.subscribe(room)
        assert (await live.say(room, "hello"))["type"] == "ack"
        refs, texts = list[str](), dict[str, str]()
        for number in range(90):
            ref, kind = new_ref("any"), chance.choices(("send", "ping", "away", "note"), (20, 3, 1, 2))[0]
            if kind == "send":
                texts[ref] = f"line {number}"
                await live.send(type="send", channel=room, text=texts[ref], ref=ref)
            elif kind == "ping":
                await live.send(type="ping", ref=ref)
            elif kind == "note":
                await live.send(type="typing", channel=room)
                continue
            else:
                await live.send(type="unsubscribe", channel=room, ref=ref)
                refs.append(ref)
                ref = new_ref("back")
                await live.send(type="subscribe", channel=room, ref=ref)
            refs.append(ref)
        answered = list[str]()
        while len(answered) < len(refs):
            frame = await live.next()
            if frame.get("ref") in set(refs):
                answered.append(frame["ref"])
        # What is written down is answered after its commit, all else at once: within each of the two, in order.
        stored = [frame["ref"] for frame in live.frames if frame["type"] == "ack" and frame.get("seq")][1:]
        assert stored == [ref for ref in refs if ref in set(stored)]
        # Some were too fast, and are told so; nobody hears those.
        refused = {frame["ref"] for frame in live.frames if frame.get("code") == "too-fast"}
        assert set(texts) == set(stored) | (refused & set(texts)) and len(stored) >= 30
        while len(heard := [frame for frame in hearing.frames if frame["type"] == "message"]) <= len(stored):
            await hearing.next()
        assert [frame["message"]["text"] for frame in heard] == ["hello", *(texts[ref] for ref in stored)]
        assert [frame["message"]["seq"] for frame in heard] == [*range(1, len(stored) + 2)]


async def test_who_leaves_at_once_has_said_it(people: Cast) -> None:
    """The last to leave takes the channel's history out of memory: whoever comes then reads it, or hears it, once."""
    room = await _room(people)
    guest, other = await people.guest(), await people.guest()
    for _round in range(5):
        async with guest.live() as live, other.live() as coming:
            await live.subscribe(room)
            before = (await live.say(room, "here"))["seq"]
            refs = await _burst(live, room, ["one", "two", "three"])
            await live.send(type="unsubscribe", channel=room, ref="away")
            state = await coming.subscribe(room)
            assert await _acked(live, refs) == [before + 1, before + 2, before + 3]
            seen = [message["seq"] for message in state["messages"]]
            while seen[-1] < before + 3:
                seen.append((await coming.until("message"))["message"]["seq"])
            assert seen == [*range(1, before + 4)][-len(seen) :]
            assert not [frame for frame in await coming.quiet(0.1) if frame["type"] == "message"]


async def test_what_is_held_stands_in_nobodys_way(people: Cast) -> None:
    asker, listener, chat = await _talk(people)
    async with asker.live() as asking, listener.live() as hearing:
        await asking.subscribe(chat)
        await hearing.subscribe(chat)
        await asking.say(chat, "first")
        texts = ["a quiet evening", "write me at someone@example.org", "I want to kill myself", "and a walk"]
        refs = await _burst(asking, chat, texts)
        answers = {ref: await asking.had("ack", ref=ref) for ref in (refs[0], refs[2], refs[3])}
        held = await asking.had("error", ref=refs[1])
        assert held["code"] == "held-contact"
        assert [answers[ref]["seq"] for ref in (refs[0], refs[2], refs[3])] == [2, 3, 4]
        await hearing.had("message")
        while len(heard := [f["message"]["text"] for f in hearing.frames if f["type"] == "message"]) < 4:
            await hearing.next()
        assert heard == ["first", texts[0], texts[2], texts[3]]


async def test_acked_is_stored(tmp_path: Path, reactor_kind: str) -> None:
    """kill -9 in the middle of a burst: whatever was acked is there afterwards, once, under its number."""
    wide = {"pace_guest_message_burst": 10_000, "pace_guest_chat_message_burst": 10_000, "pace_frames_burst": 10_000}
    server = ServerProcess(tmp_path, **wide, chat_keep_messages=10_000).start()
    try:
        people = Cast(server)
        asker, listener, chat = await _talk(people)
        acked = dict[str, int]()
        async with asker.live() as asking:
            await asking.subscribe(chat)
            await asking.say(chat, "first")

            async def flood() -> None:
                with pytest.raises(Exception):  # noqa: B017  # the server is killed under it, in whatever way that shows
                    while True:
                        await _burst(asking, chat, ["a line"] * 20)

            with trio.move_on_after(30):
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(flood)
                    try:
                        while True:
                            frame = await asking.next()
                            if frame["type"] == "ack" and frame.get("seq"):
                                acked[frame["ref"]] = frame["seq"]
                            if len(acked) == 300:
                                server.kill9()
                    except Exception:
                        nursery.cancel_scope.cancel()
        assert len(acked) >= 300 and sorted(acked.values()) == [*range(min(acked.values()), max(acked.values()) + 1)]
        server.start()
        async with asker.live() as again:
            state = await again.subscribe(chat)
            assert state["seq"] >= max(acked.values())
            for ref in [*acked][-20:]:
                assert (await again.say(chat, "a line", ref=ref))["seq"] == acked[ref]
        await listener.aclose()
    finally:
        server.close()
