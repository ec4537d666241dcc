"""Warnings over restarts, against a slow, obvious model: never more than the rule, never none when the first is due, and what is overturned undone.

Each example is a history of acts on a real database: moderators warn in rooms, time passes, the process ends and starts again, somebody contests
and staff overturn. The model is a list.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import trio
from hypothesis import given, settings
from hypothesis import strategies as st

from cups.accounts import names
from cups.accounts import queries as accounts
from cups.accounts.making import make_member
from cups.accounts.visitor import Visitor
from cups.app import Cups, running
from cups.clock import ManualClock
from cups.errors import Refused
from cups.messages import service as messages
from cups.store.database import Unit
from cups.wire.rooms import RoomIn, WarnIn
from cups.wire.standing import ContestDecisionIn, ContestIn
from harness.store import settings_at

ROOMS, MODERATORS = 2, 3
HOUR = 3_600_000
FADE, INCIDENT, OWN = 24 * HOUR, 30_000, 60_000
MUTE, REMOVAL, BAN = HOUR, 24 * HOUR, 7 * 24 * HOUR


class Given(NamedTuple):
    """One warning as the model keeps it."""

    room: int
    moderator: int
    at: int
    counted: bool
    overturned: bool = False


class Model:
    def __init__(self) -> None:
        self.given: list[Given] = []

    def standing(self, at: int) -> list[Given]:
        return [one for one in self.given if one.counted and not one.overturned and at - FADE < one.at <= at]

    def warn(self, room: int, moderator: int, now: int) -> tuple[str, int] | None:
        """The step and the count; None where the moderator has to wait."""
        if any(one.moderator == moderator and now - one.at < OWN for one in self.given):
            return None
        incidents = [one for one in self.given if one.room == room and one.counted and not one.overturned]
        running = incidents and now - incidents[-1].at < INCIDENT and incidents[-1].moderator != moderator
        self.given.append(Given(room, moderator, now, not running))
        return self.step(incidents[-1].at if running else now, len(self.given) - 1 if not running else None), len(
            self.standing(now)
        )

    def step(self, at: int, _index: int | None = None) -> str:
        count = len(self.standing(at))
        return "ban" if count >= 5 else "remove" if count >= 3 else "mute" if count >= 2 else "notice"

    def steps(self) -> list[str]:
        """Of all counted ones that stand, oldest first, as if the others had never been."""
        found = []
        for one in self.given:
            if one.counted and not one.overturned:
                found.append(self.step(one.at))
        return found

    def muted(self, now: int) -> bool:
        return any(
            self.step(one.at) == "mute" and now < one.at + MUTE
            for one in self.given
            if one.counted and not one.overturned
        )


acts = st.lists(
    st.one_of(
        st.tuples(st.just("warn"), st.integers(0, ROOMS - 1), st.integers(0, MODERATORS - 1)),
        st.tuples(st.just("warn"), st.integers(0, ROOMS - 1), st.integers(0, MODERATORS - 1)),
        st.tuples(
            st.just("wait"),
            st.sampled_from([1, 1_000, INCIDENT - 1, INCIDENT, OWN - 1, OWN, HOUR, 5 * HOUR, FADE - HOUR, FADE]),
            st.just(0),
        ),
        st.tuples(st.just("overturn"), st.integers(0, 5), st.just(0)),
        st.tuples(st.just("restart"), st.just(0), st.just(0)),
    ),
    min_size=4,
    max_size=22,
)


class World:
    """The people and rooms of one example; found again by name after a restart."""

    def __init__(self, cups: Cups) -> None:
        self.cups = cups

    async def set_up(self) -> None:
        def make(unit: Unit) -> None:
            now = self.cups.clock.now()
            person = make_member(unit.conn, name="somebody", password_hash=None, age="adult", now=now)
            for number in range(MODERATORS):
                make_member(
                    unit.conn, name=f"moderator{number}", password_hash=None, age="adult", now=now, role="moderator"
                )
            make_member(unit.conn, name="someAdmin", password_hash=None, age="adult", now=now, role="admin")
            for number in range(ROOMS):
                room = self.cups.rooms.create(unit, RoomIn(slug=f"room-{number}", title=f"Room {number}", age="adult"))
                messages.say(unit, room.id, person, f"r{number}", "something", now)

        await self.cups.db.write(make)

    async def visitor(self, name: str) -> Visitor:
        row = await self.cups.db.read(accounts.by_key, names.key(name))
        assert row is not None
        found = await self.cups.accounts.visitor(await self.cups.accounts.open_session(row.id))
        assert found is not None
        return found


async def play(folder: Path, history: list[tuple[str, int, int]]) -> None:
    clock, model, refs = ManualClock(), Model(), 0
    left = list(history)
    first = True
    while first or left:
        async with running(settings_at(folder, staff_second_factor=False), clock) as cups:
            world = World(cups)
            if first:
                await world.set_up()
                first = False
            person = await world.visitor("somebody")
            moderators = [await world.visitor(f"moderator{number}") for number in range(MODERATORS)]
            admin = await world.visitor("someAdmin")
            while left:
                act, one, two = left.pop(0)
                if act == "restart":
                    break
                if act == "wait":
                    clock.advance(one)
                elif act == "warn":
                    refs += 1
                    await warn(world, model, moderators[two], one, two, refs, clock.now())
                    clock.advance(1)  # no two at the same moment: which of them was first would be told by nothing
                elif act == "overturn":
                    await overturn(world, model, person, admin, one)
                await agree(world, model, person, clock.now())


async def warn(world: World, model: Model, who: Visitor, room: int, moderator: int, ref: int, now: int) -> None:
    form = WarnIn(ref=f"w{ref}", name="somebody", rule="kindness", words="Gently, please.")
    expected = model.warn(room, moderator, now)
    try:
        got = await world.cups.moderation.warn(who, f"room-{room}", form)
    except Refused as refused:
        assert refused.code == "wait-before-warning"
        assert expected is None, "refused although it was due"
        return
    assert expected is not None, "counted although the moderator has to wait"
    assert got.counted == model.given[-1].counted
    assert got.count == expected[1]
    if got.counted:
        assert got.step == model.step(now)


async def overturn(world: World, model: Model, person: Visitor, admin: Visitor, which: int) -> None:
    standing = [index for index, one in enumerate(model.given) if one.counted and not one.overturned]
    if not standing:
        return
    index = standing[which % len(standing)]
    decisions = (await world.cups.standings.of(person.id)).decisions
    wanted = model.given[index]
    decision = next(
        one
        for one in decisions
        if one.at == wanted.at and one.room == f"Room {wanted.room}" and one.state != "overturned" and one.can_contest
    )
    await world.cups.standings.contest(person, decision.id, ContestIn(text="It was not like that."))
    (case, *_) = (await world.cups.standings.cases(admin, "open", "", 200)).contests
    await world.cups.standings.decide(admin, case.id, ContestDecisionIn(outcome="overturned", answer="You are right."))
    model.given[index] = wanted._replace(overturned=True)


async def agree(world: World, model: Model, person: Visitor, now: int) -> None:
    """What is stored and what it amounts to is what the list says."""
    standing = await world.cups.standings.of(person.id)
    assert standing.counting == len(model.standing(now))
    kept = [one for one in standing.decisions if one.state != "overturned"]
    steps = [one.what for one in sorted(kept, key=lambda one: (one.at, one.id))]
    assert steps == model.steps(), "each step is what its count leads to"
    assert (standing.muted_until is not None and standing.muted_until > now) == model.muted(now)


@settings(max_examples=20, deadline=None)
@given(acts)
def test_the_ladder_over_restarts_is_the_list(history: list[tuple[str, int, int]]) -> None:
    with TemporaryDirectory() as folder:
        trio.run(play, Path(folder), history)
