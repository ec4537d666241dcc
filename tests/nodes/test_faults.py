"""What breaks between processes, or ends: nobody loses a word, nobody is taken twice, and what was held is free in time."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import psycopg
import pytest
import trio

from harness.person import LiveConnection, Person, new_ref
from harness.server import ServerProcess
from harness.site import SiteProcesses

if TYPE_CHECKING:
    from conftest import Cast

WORK = ("holds", "rings", "bulk", "retention", "expiry", "mail", "directory", "figures", "calls")


def rows(site: SiteProcesses, statement: str) -> list[Any]:
    with psycopg.connect(site.front.environment()["CUPS_DATABASE"], autocommit=True) as connection:
        return connection.execute(statement.encode()).fetchall()


async def eventually(true: Callable[[], bool], seconds: float) -> float:
    began = time.monotonic()
    with trio.fail_after(seconds):
        while not true():
            await trio.sleep(0.05)
    return time.monotonic() - began


async def a_room(person: Person) -> str:
    found: Any = await person.get("/api/rooms/the-kitchen-table")
    return str(found["id"])


async def crosses(a: LiveConnection, b: LiveConnection, room: str) -> float:
    """Seconds from the ack at one process to the message at the other."""
    sent = await a.say(room, f"does it cross? {new_ref()}")
    began = time.monotonic()
    with trio.fail_after(10):
        while (await b.until("message", channel=room))["message"]["seq"] != sent["seq"]:
            pass
    return time.monotonic() - began


@pytest.fixture
def whole(site: SiteProcesses) -> Iterator[SiteProcesses]:
    """All parts run again afterwards."""
    yield site
    site.redis.signal(signal.SIGCONT)
    for one in site.all.values():
        if not one.runs():
            one.start()


async def test_without_redis_words_come_later_and_all_come(whole: SiteProcesses, people: "Cast") -> None:
    here, there = await people.member(), await people.member()
    room = await a_room(here)
    async with here.live(at=whole.one.base) as a, there.live(at=whole.two.base) as b:
        await a.subscribe(room)
        await b.subscribe(room)
        await crosses(a, b, room)
        whole.redis.kill9()
        assert max([await crosses(a, b, room) for _ in range(5)]) < 2
        whole.redis.start()
        await trio.sleep(2)
        assert max([await crosses(a, b, room) for _ in range(5)]) < 2


async def test_a_redis_that_stands_still_holds_nobody_up(whole: SiteProcesses, people: "Cast") -> None:
    here, there = await people.member(), await people.member()
    room = await a_room(here)
    async with here.live(at=whole.one.base) as a, there.live(at=whole.two.base) as b:
        await a.subscribe(room)
        await b.subscribe(room)
        whole.redis.signal(signal.SIGSTOP)
        began = time.monotonic()
        for step in range(20):
            await a.say(room, f"still {step}")
        assert time.monotonic() - began < 5, "acks wait for no Redis"
        numbers = [f["message"]["seq"] for f in b.frames if f["type"] == "message"]
        while len(numbers) < 20:
            numbers.append((await b.until("message", channel=room))["message"]["seq"])
        assert numbers == list(range(numbers[0], numbers[0] + 20))
        whole.redis.signal(signal.SIGCONT)


async def test_nobody_who_waits_is_taken_for_gone_while_redis_is_down(whole: SiteProcesses, people: "Cast") -> None:
    asker = await people.guest()
    async with asker.live(at=whole.two.base) as waits:
        whole.redis.kill9()
        await asker.ask()
        await waits.had("request")
        await trio.sleep(4)
        assert (await asker.get("/api/requests/mine"))["state"] == "waiting"
        whole.redis.start()
        await asker.call("DELETE", "/api/requests/mine")


async def test_who_was_connected_to_a_dead_gateway_is_seen_to_be_gone(whole: SiteProcesses, people: "Cast") -> None:
    here, there = await people.member(), await people.member()
    room = await a_room(here)
    async with here.live(at=whole.one.base) as a:
        await a.subscribe(room)
        seen = False
        with suppress(Exception):  # whatever a cut connection looks like
            async with there.live(at=whole.two.base) as b:
                await b.subscribe(room)
                await a.had("presence", channel=room)
                whole.two.kill9()
                with trio.fail_after(30):
                    while there.name not in (await a.until("presence", channel=room))["left"]:
                        pass
                seen = True
        assert seen


async def test_its_people_come_back_to_another_and_miss_nothing(whole: SiteProcesses, people: "Cast") -> None:
    here, there = await people.member(), await people.member()
    room = await a_room(here)
    async with here.live(at=whole.one.base) as a:
        await a.subscribe(room)
        with suppress(Exception):  # whatever a cut connection looks like
            async with there.live(at=whole.two.base) as b:
                state = await b.subscribe(room)
                whole.two.kill9()
                await b.next()
                await b.next()
        for step in range(3):
            await a.say(room, f"meanwhile {step}")
        async with there.live(at=whole.one.base) as b:
            again = await b.subscribe(room, {"epoch": state["epoch"], "seq": state["seq"]})
            assert again["recovered"] and [m["text"] for m in again["messages"]] == [f"meanwhile {n}" for n in range(3)]


async def test_the_work_of_a_dead_process_is_taken_over(whole: SiteProcesses) -> None:
    held = dict(rows(whole, "select job, holder from job_lease"))
    assert set(held) == set(WORK)
    first = whole.front if len({*held.values()}) == 1 else whole.worker
    first.kill9()
    others = {name for (name,) in rows(whole, "select name from node")}

    def taken() -> bool:
        now = dict(rows(whole, "select job, holder from job_lease"))
        return all(now[job] != held[job] or (now[job] in others and first is not whole.front) for job in WORK)

    assert await eventually(taken, 10) < 8


async def test_of_two_who_take_at_the_same_moment_one_has_a_yes(whole: SiteProcesses, people: "Cast") -> None:
    """Over REST, at two processes, again and again."""
    listener, other = await people.demo("listener"), await people.member()
    rows(whole, f"update account set kind = 'listener', status = 'online' where name = '{other.name}' returning 1")
    codes = list[int]()

    async def take(who: Person, at: ServerProcess, id: str) -> None:
        token = (await who.http.get(f"{at.base}/api/me")).headers.get("x-csrf-token", "")
        headers = {"x-csrf-token": token} | await who._csrf()
        codes.append((await who.http.post(f"{at.base}/api/queue/{id}/take", headers=headers)).status_code)

    for _ in range(8):
        asker = await people.guest()
        request = await asker.ask()
        codes.clear()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(take, listener, whole.front, request["id"])
            nursery.start_soon(take, other, whole.api, request["id"])
        assert sorted(code < 300 for code in codes) == [False, True], codes
    taken = rows(
        whole, "select chat_id, count(*) from request where chat_id is not null group by 1 having count(*) > 1"
    )
    assert taken == []


async def test_a_database_killed_with_9_loses_no_acked_word(whole: SiteProcesses, people: "Cast") -> None:
    here, there = await people.member(), await people.member()
    room = await a_room(here)
    async with here.live(at=whole.one.base) as a, there.live(at=whole.two.base) as b:
        await a.subscribe(room)
        state = await b.subscribe(room)
        acked = [(await a.say(room, f"before {step}"))["seq"] for step in range(10)]
        whole.postgres.kill9()
        await trio.sleep(0.5)
        whole.postgres.start()
        began = time.monotonic()
        while (answer := await a.say(room, "after"))["type"] == "error":
            await trio.sleep(0.1)
        assert time.monotonic() - began < 5
        acked.append(answer["seq"])
        numbers = [f["message"]["seq"] for f in b.frames if f["type"] == "message"]
        while acked[-1] not in numbers:
            numbers.append((await b.until("message", channel=room))["message"]["seq"])
        assert numbers == list(range(state["seq"] + 1, acked[-1] + 1)) and set(acked) <= set(numbers)


async def test_a_process_that_stood_still_catches_up(whole: SiteProcesses, people: "Cast") -> None:
    here, there = await people.member(), await people.member()
    room = await a_room(here)
    async with here.live(at=whole.one.base) as a, there.live(at=whole.two.base) as b:
        await a.subscribe(room)
        await b.subscribe(room)
        _signal(whole.two, signal.SIGSTOP)
        acked = [(await a.say(room, f"asleep {step}"))["seq"] for step in range(10)]
        await trio.sleep(1)
        _signal(whole.two, signal.SIGCONT)
        numbers: list[int] = []
        while len(numbers) < 10:
            numbers.append((await b.until("message", channel=room))["message"]["seq"])
        assert numbers == acked


async def test_a_stopped_gateway_sends_its_people_elsewhere(whole: SiteProcesses, people: "Cast") -> None:
    person = await people.member()
    await eventually(lambda: _takes(whole.two), 10)  # it may have stood still until a moment ago
    async with person.live(at=whole.two.base) as socket:
        _signal(whole.two, signal.SIGTERM)
        told = await socket.until("go-away")
        assert told["after_ms"] >= 0 if "after_ms" in told else True
    await eventually(lambda: not whole.two.runs(), 30)
    assert whole.two.code() == 0


def _takes(process: ServerProcess) -> bool:
    """Whether it would be sent people, as a proxy asks it."""
    try:
        with urlopen(f"{process.base}/health/ready", timeout=2) as answer:
            return int(answer.status) == 200
    except OSError:
        return False


def _signal(process: ServerProcess, number: int) -> None:
    process.signal(number)
