"""Each act of a moderator has a pace of its own: so much at once, then one at a time, and the refusal says when."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import get_args

import pytest

from conftest import Cast
from cups.clock import ManualClock
from cups.limits.figures import LIMITS
from cups.moderation.guard import ModeratorAct
from cups.settings import Settings
from cups.wire.rooms import ClosureIn, RemoveIn, SanctionIn, SlowIn, WarnIn
from cups.wire.staff import BanIn, FigureIn
from harness.server import ServerProcess
from rooms.world import SLUG, Place, place, refused

BURST, PERIOD = 2, 60_000
ACTS = (*get_args(ModeratorAct), "site-ban")


async def prepared(here: Place, act: str, by: str) -> Callable[[int], Awaitable[object]]:
    """Does the act once, about somebody or something else for each number."""
    cups, seqs, given = here.cups, [], []
    for number in range(4):
        name = f"{by}Person{number}"
        await here.somebody(name)
        seqs.append(await here.say(name))
        if act == "lift":
            given.append((await here.give("admin", name, "mute")).id)
    moderator = await here.visitor(by)

    async def do(number: int) -> object:
        name = f"{by}Person{number}"
        match act:
            case "remove-message":
                return await cups.moderation.remove(moderator, SLUG, seqs[number], RemoveIn(rule="spam"))
            case "warn":
                warned = WarnIn(ref=here.ref(), name=name, rule="spam", words="Slower.")
                return await cups.moderation.warn(moderator, SLUG, warned)
            case "mute" | "remove" | "ban":
                return await here.give(by, name, act)
            case "lift":
                return await cups.sanctions.lift(moderator, SLUG, given[number])
            case "set-room":
                if number % 2:
                    return await cups.hosting.slow(moderator, SLUG, SlowIn(slowness="light" if number == 1 else "firm"))
                return await cups.hosting.close(moderator, SLUG, ClosureIn())
            case "pin":
                return await cups.hosting.pin(moderator, SLUG, seqs[number])
            case "site-ban":
                return await cups.staff.ban(moderator, BanIn(name=name, reason="sold things"))
        raise AssertionError(act)

    return do


def test_each_act_has_a_limit() -> None:
    """Acts on many have their own, tested in `staff/test_bulk.py`."""
    assert {f"act-{act}" for act in ACTS} == {name for name in LIMITS if name.startswith("act-")} - {"act-bulk"}


@pytest.mark.parametrize("act", ACTS)
async def test_so_much_at_once_then_when_it_says(tmp_path: Path, act: str) -> None:
    clock, name = ManualClock(), f"pace_act_{act.replace('-', '_')}"
    by, other = ("admin", "manager") if act == "site-ban" else ("moderator", "overseer")
    async with place(tmp_path, clock, **{f"{name}_burst": BURST, f"{name}_period_ms": PERIOD}) as here:
        do, others = await prepared(here, act, by), await prepared(here, act, other)
        if act == "pin":
            await here.cups.limits_desk.set_figure(await here.visitor("admin"), "room_most_pins", FigureIn(value=10))
        for number in range(BURST):
            await do(number)
        before = await entries(here)
        no = await refused(do(2))
        assert (no.code, no.retry_at) == ("too-fast", clock.now() + PERIOD)
        assert await entries(here) == before, "nothing was done, and nothing is said to have been"
        await others(0)
        clock.advance(PERIOD - 1)
        assert (await refused(do(2))).code == "too-fast"
        clock.advance(1)
        await do(2)


async def entries(here: Place) -> int:
    return len(await here.cups.auditing.entries(0, 200))


async def test_what_is_done_already_or_refused_costs_nothing(tmp_path: Path) -> None:
    wide = {"pace_act_mute_burst": 1, "pace_act_remove_message_burst": 1, "pace_act_lift_burst": 1}
    async with place(tmp_path, **wide) as here:
        moderator, seq = await here.visitor("moderator"), await here.say("member")
        for _ in range(3):
            assert (await refused(here.give("moderator", "nobody", "mute"))).code == "not-found"
            assert (await refused(here.cups.sanctions.lift(moderator, SLUG, "x" * 26))).code == "not-found"
        form = SanctionIn(ref="same", name="member", act="mute", length="short", rule="spam", words="Slower.")
        for _ in range(3):
            given = await here.cups.sanctions.give(moderator, SLUG, form)
            await here.cups.moderation.remove(moderator, SLUG, seq, RemoveIn(rule="spam"))
        await here.cups.sanctions.lift(moderator, SLUG, given.id)
        assert (await refused(here.give("moderator", "member", "mute"))).code == "too-fast"


def test_nobody_puts_a_whole_site_away_in_a_minute() -> None:
    settings = Settings()
    for act, most in (("ban", 15), ("site_ban", 12), ("remove", 30), ("mute", 30), ("warn", 30)):
        burst = getattr(settings, f"pace_act_{act}_burst")
        assert burst + 60_000 // getattr(settings, f"pace_act_{act}_period_ms") <= most, act


async def test_over_rest_the_refusal_says_when(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, pace_act_pin_burst=1, pace_act_pin_period_ms=60_000).start()
    try:
        people = Cast(server)
        guest, moderator = await people.guest(), await people.demo("moderator")
        room = str((await guest.get("/api/rooms/the-kitchen-table"))["id"])
        async with guest.live() as live:
            await live.subscribe(room)
            first, second = [(await live.say(room, word))["seq"] for word in ("one", "two")]
        await moderator.call("PUT", f"/api/rooms/the-kitchen-table/pins/{first}", {}, expect=204)
        answer = await moderator.call("PUT", f"/api/rooms/the-kitchen-table/pins/{second}", {}, expect=429)
        told = answer.json()
        assert told["code"] == "too-fast" and told["retry_at"] > 0
        for person in people.all:
            await person.aclose()
    finally:
        server.close()
