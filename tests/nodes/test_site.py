"""Several processes are one site: whoever talks, waits, listens or moderates notices nothing of where the others are connected."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
import trio
from trio_websocket import ConnectionClosed

from harness.person import Person
from harness.site import SiteProcesses

if TYPE_CHECKING:
    from conftest import Cast


async def a_room(person: Person) -> str:
    found: Any = await person.get("/api/rooms/the-kitchen-table")
    return str(found["id"])


async def test_a_room_is_one_room(site: SiteProcesses, people: "Cast") -> None:
    here, there = await people.member(), await people.member()
    room = await a_room(here)
    async with here.live(at=site.one.base) as a, there.live(at=site.two.base) as b:
        await a.subscribe(room)
        state = await b.subscribe(room)
        seen = {p["name"] for p in state["present"]}
        with trio.fail_after(5):
            # Who came to another process a moment ago is in this state, or told right after it.
            while not seen >= {here.name, there.name}:
                seen |= {p["name"] for p in (await b.until("presence", channel=room))["came"]}
        sent = await a.say(room, "hello from here")
        got = await b.until("message", channel=room)
        assert got["message"]["text"] == "hello from here" and got["message"]["seq"] == sent["seq"]
        answer = await b.say(room, "hello from there")
        assert answer["seq"] == sent["seq"] + 1
        got = [(await a.until("message", channel=room))["message"]["text"] for _ in range(2)]
        assert got == ["hello from here", "hello from there"]


async def test_who_comes_goes_and_types_is_seen_everywhere(site: SiteProcesses, people: "Cast") -> None:
    here, there = await people.member(), await people.member()
    room = await a_room(here)
    async with here.live(at=site.one.base) as a:
        await a.subscribe(room)
        async with there.live(at=site.two.base) as b:
            await b.subscribe(room)
            with trio.fail_after(5):
                while there.name not in [p["name"] for p in (await a.until("presence", channel=room))["came"]]:
                    pass
            await b.send(type="typing", channel=room)
            assert (await a.until("types", channel=room))["name"] == there.name
        with trio.fail_after(5):
            while there.name not in (await a.until("presence", channel=room))["left"]:
                pass


async def test_numbers_have_no_gap_wherever_people_write(site: SiteProcesses, people: "Cast") -> None:
    writers = [await people.member() for _ in range(4)]
    room = await a_room(writers[0])
    places = [site.one.base, site.two.base, site.front.base, site.one.base]
    seen: dict[int, list[int]] = {}

    async def write(at: int) -> None:
        async with writers[at].live(at=places[at]) as socket:
            state = await socket.subscribe(room)
            for step in range(15):
                await socket.say(room, f"word {at} of {step}")
            numbers = [f["message"]["seq"] for f in socket.frames if f["type"] == "message"]
            while state["seq"] + len(numbers) < began + 60:
                numbers.append((await socket.until("message", timeout=20, channel=room))["message"]["seq"])
            seen[at] = numbers

    async with writers[0].live(at=site.one.base) as first:
        began = (await first.subscribe(room))["seq"]
    async with trio.open_nursery() as nursery:
        for at in range(4):
            nursery.start_soon(write, at)
    for numbers in seen.values():
        assert numbers == list(range(numbers[0], began + 61))


async def test_somebody_waits_at_one_and_is_taken_at_the_other(site: SiteProcesses, people: "Cast") -> None:
    asker, listener = await people.guest(), await people.demo("listener")
    async with asker.live(at=site.one.base) as waits, listener.live(at=site.two.base) as takes:
        await takes.answer(type="watch-board")
        request = await asker.ask()
        await takes.had("board-changed")
        taken = await listener.post("/api/queue/next", {}, (200, 201))
        assert taken["request"] == request["id"]
        await waits.until("chat", timeout=10)
        chat = taken["chat"]
        await takes.subscribe(chat)
        await waits.subscribe(chat)
        await takes.say(chat, "I am here.")
        assert (await waits.until("message", channel=chat))["message"]["text"] == "I am here."


async def signs_out(person: Person, _admin: Person) -> None:
    await person.post("/api/sign-out", {}, 204)


async def changes_the_password(person: Person, _admin: Person) -> None:
    """On another device, which goes on."""
    other = await Person(person.base).sign_in(person.name)
    change = {"current": "a long enough one", "password": "some other long one"}
    await other.call("PUT", "/api/me/password", change, expect=204)
    await other.aclose()


async def is_banned(person: Person, admin: Person) -> None:
    await admin.post("/api/staff/bans", {"name": person.name, "reason": "threats", "days": 1}, 201)


async def has_another_age(person: Person, admin: Person) -> None:
    body = {"age": "teen", "reason": "said so in a chat"}
    await admin.call("PUT", f"/api/staff/people/{person.name}/age", body, expect=204)


@pytest.mark.parametrize("end", [signs_out, changes_the_password, is_banned, has_another_age])
async def test_a_session_ends_everywhere(
    site: SiteProcesses, people: "Cast", end: Callable[[Person, Person], Awaitable[None]]
) -> None:
    person, admin = await people.member(), await people.demo("admin")
    async with person.live(at=site.two.base) as socket:
        await end(person, admin)
        with trio.fail_after(2), suppress(ConnectionClosed):
            while True:
                await socket.next(5)


def test_keys_are_not_changed_under_those_who_use_them(site: SiteProcesses) -> None:
    """A process that runs would seal notes with a key that is gone."""
    before = (site.front.data.parent / "data" / "keys").read_bytes() if _has_keys(site) else b""
    done = site.front.command("keys", "rotate")
    assert done.returncode == 1 and "other processes" in done.stderr, done.stderr
    assert ((site.front.data.parent / "data" / "keys").read_bytes() if _has_keys(site) else b"") == before


def _has_keys(site: SiteProcesses) -> bool:
    return (site.front.data.parent / "data" / "keys").exists()
