"""What guests and new people do at once, where it has a limit of its own: changes, blocks, edits, marks, and the rooms that they are in."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import trio

from conftest import Cast
from harness.person import LiveConnection, Person
from harness.server import ServerProcess

HOUR = 3_600_000
Site = Callable[..., Cast]


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    made: list[Cast] = []

    def start(**settings: Any) -> Cast:
        made.append(Cast(ServerProcess(tmp_path, **settings).start()))
        return made[-1]

    yield start
    for cast in made:
        for person in cast.all:
            await person.aclose()
        cast.server.close()


def burst(limit: str, most: int) -> dict[str, int]:
    return {f"pace_{limit}_burst": most, f"pace_{limit}_period_ms": HOUR}


async def changes(person: Person, count: int) -> list[int]:
    await person.get("/api/me")  # a session is counted as itself once it was seen to be one
    body = {"languages": ["en"]}
    return [(await person.call("PUT", "/api/me/languages", body)).status_code for _ in range(count)]


async def test_a_guest_changes_less_at_once_than_a_member(site: Site) -> None:
    people = site(**burst("guest_changes", 3))
    guest, member = await people.guest(), await people.member()
    answers = await changes(guest, 4)
    assert answers[-1] == 429 and 429 not in answers[:3]
    assert 429 not in await changes(member, 6)


async def test_frames_that_change_something_count_with_changes_over_every_connection(site: Site) -> None:
    people = site(**burst("guest_changes", 4))
    guest = await people.guest()
    room = str((await guest.get("/api/rooms/the-kitchen-table"))["id"])
    codes = []
    for _ in range(2):
        async with guest.live() as live:
            await live.subscribe(room)
            seq = (await live.say(room, "one"))["seq"]
            codes += [(await live.answer(type="edit", channel=room, seq=seq, text="two")).get("code")]
            codes += [(await live.answer(type="delete", channel=room, seq=seq)).get("code")]
            codes += [(await live.answer(type="see-warning", id="0" * 26)).get("code")]
    assert "too-fast" not in codes[:3] and codes[-1] == "too-fast"


async def test_blocking_is_wide_and_not_without_end(site: Site) -> None:
    people = site(**burst("guest_block", 2), **burst("block", 3))
    others = [(await people.member()).name for _ in range(4)]

    async def block(person: Person) -> list[int]:
        return [(await person.call("POST", "/api/blocks", {"name": name})).status_code for name in others]

    assert await block(await people.guest()) == [204, 204, 429, 429]
    assert await block(await people.member()) == [204, 204, 204, 429]


async def talking(people: Cast) -> tuple[Person, Person, str]:
    guest, listener = await people.guest(), await people.demo("listener")
    await guest.ask()
    return guest, listener, str((await listener.post("/api/queue/next"))["chat"])


async def test_an_edit_in_a_chat_counts_as_a_message(site: Site) -> None:
    people = site(**burst("guest_chat_message", 2))
    guest, listener, chat = await talking(people)
    async with listener.live() as there, guest.live() as live:
        await there.subscribe(chat)
        await live.subscribe(chat)
        seq = (await live.say(chat, "one"))["seq"]
        edits = [(await live.answer(type="edit", channel=chat, seq=seq, text=text)).get("code") for text in "abc"]
        assert edits == [None, "too-fast", "too-fast"]
        assert (await live.answer(type="delete", channel=chat, seq=seq))["type"] == "ack", "taking back shows less"


async def test_marks_that_come_too_fast_come_later_and_none_is_lost(site: Site) -> None:
    people = site(pace_guest_mark_burst=1, pace_guest_mark_period_ms=700)
    guest, listener, chat = await talking(people)
    async with listener.live() as there, guest.live() as live:
        await there.subscribe(chat)
        await live.subscribe(chat)
        seqs = [(await there.say(chat, text))["seq"] for text in ("one", "two", "three")]
        began = trio.current_time()
        for seq in seqs:
            await live.send(type="mark", channel=chat, delivered=seq, read=seq)
            await live.answer(type="ping")
            await trio.sleep(0.05)
        told = [await read(there)]
        while told[-1] != seqs[-1]:
            told.append(await read(there))
        assert trio.current_time() - began > 0.5
        assert told[0] == seqs[0] and len(told) == 2, "those in between go with the last"


async def read(there: LiveConnection) -> int:
    return int((await there.until("receipt"))["mark"]["read"])


async def test_a_guest_is_in_so_many_rooms_at_once_over_all_connections(site: Site) -> None:
    people = site(guest_rooms=2, new_rooms=3)
    guest, admin = await people.guest(), await people.demo("admin")
    rooms = [room["id"] for room in (await guest.get("/api/rooms"))["rooms"]]
    async with guest.live() as one, guest.live() as two:
        await one.subscribe(rooms[0])
        await two.subscribe(rooms[1])
        refused = await two.answer(type="subscribe", channel=rooms[2], since=None)
        assert (refused["code"], refused["field"]) == ("too-large", "channel") and "2" in refused["detail"]
        await two.subscribe(rooms[0])  # in it already, on the other connection
        await one.answer(type="unsubscribe", channel=rooms[0])
        assert (await two.answer(type="subscribe", channel=rooms[2], since=None))["type"] == "error"
        await two.answer(type="unsubscribe", channel=rooms[0])
        await two.subscribe(rooms[2])
        change = {"value": 4}
        assert (await admin.call("PUT", "/api/staff/figures/guest_rooms", change)).json()["code"] == "bad-input"
        await admin.call("PUT", "/api/staff/figures/new_rooms", change, expect=200)
        await admin.call("PUT", "/api/staff/figures/guest_rooms", change, expect=200)
        await one.subscribe(rooms[0])
