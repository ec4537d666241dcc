"""Two processes of one site say things in turn: what each remembers stays true, and is not looked up again for what the other merely said."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trio

from cups.app import running
from cups.clock import ManualClock
from cups.errors import Refused
from cups.messages import recent, service
from cups.messages.saying import Said
from cups.news import RoomChanged
from cups.settings import Settings
from cups.store.database import Unit
from harness import postgres
from messages.test_saying import CASES, WIDE, Act, Stage

SAME = ("writer", "other", "listener", "linked", "admin", "room", "closed", "chat")


@asynccontextmanager
async def two(folder: Path, **settings: object) -> AsyncIterator[tuple[Stage, Stage]]:
    """The same people, room and chat at both."""
    url = postgres.shared().made(f"two_{secrets.token_hex(8)}")
    given = Settings(data_dir=str(folder), database=url, consent=("*=none",), **(WIDE | settings))  # type: ignore[arg-type]
    clock = ManualClock()
    async with running(given, clock) as here, running(given, clock) as there:
        one, other = Stage(here), Stage(there)
        await here.db.write(one.set_up)
        for name in SAME:
            setattr(other, name, getattr(one, name))
        for stage in (one, other):
            stage.visitors = {who: await stage.visitor(getattr(stage, who)) for who in ("admin", "listener")}
        yield one, other


async def test_nobody_is_looked_up_again_for_what_others_said_elsewhere(tmp_path: Path) -> None:
    async with two(tmp_path) as (here, there):
        for step in range(6):
            assert isinstance(await here.say_now(here.room, f"here {step}"), Said)
            assert isinstance(await there.say_now(there.room, f"there {step}", author=there.other), Said)
        assert len(here.checked) == len(there.checked) == 1


async def test_numbers_go_on_and_a_ref_is_said_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "SETTLE_AT", 7)
    async with two(tmp_path) as (here, there):
        numbers = []
        for step in range(20):
            at = (here, there)[step % 2]
            numbers.append((await at.say_now(at.room, f"r{step}")).message.seq)
        assert numbers == list(range(numbers[0], numbers[0] + 20))
        for at in (here, there):
            again = [await at.say_now(at.room, f"r{step}") for step in range(20)]
            assert all(one.known for one in again) and [one.message.seq for one in again] == numbers


async def test_other_numbers_that_were_taken_elsewhere_are_not_given_again(tmp_path: Path) -> None:
    async with two(tmp_path) as (here, there):
        first = (await here.say_now(here.room, "first")).message.seq
        await there.say_now(there.room, "second", author=there.other)

        def edit(unit: Unit) -> int:
            return service.edit(
                unit,
                here.room,
                first,
                here.writer,
                "changed",
                here.clock.now(),
                within_ms=10_000,
                origin=None,
                screen=None,
            )

        assert await there.cups.db.write(edit) == first + 2
        assert (await here.say_now(here.room, "third")).message.seq == first + 3


async def test_a_slow_room_counts_what_was_said_elsewhere(tmp_path: Path) -> None:
    async with two(tmp_path) as (here, there):
        await here.say_now(here.room, "before")

        def slow(unit: Unit) -> None:
            unit.conn.exec_driver_sql("update room set slow_s = 30 where id = %s", (here.room,))
            unit.announce(RoomChanged(channel=here.room))

        await there.cups.db.write(slow)
        here.clock.advance(40_000)
        assert isinstance(await there.say_now(there.room, "there"), Said)
        refused = await here.say_now(here.room, "here")
        assert isinstance(refused, Refused) and refused.code == "room-slow"


ONE_OF_EACH = list({case[0]: case for case in CASES}.values())


@pytest.mark.parametrize(("act", "place", "code"), [c[1:] for c in ONE_OF_EACH], ids=[c[0] for c in ONE_OF_EACH])
async def test_what_is_decided_elsewhere_counts_here_at_once(tmp_path: Path, act: Act, place: str, code: str) -> None:
    async with two(tmp_path) as (here, there):
        channel = getattr(here, place)
        assert isinstance(await here.say_now(channel, "first"), Said)
        with trio.fail_after(20):
            await act(there)
        refused = await here.say_now(channel, "second")
        assert isinstance(refused, Refused) and refused.code == code
