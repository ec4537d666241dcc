"""What changes between the look at the index and the claim: the transaction that claims asks everything again.

The writer is held by a unit that makes the change, so that the change always comes after the listener's look and before the claim.
"""

import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trio

from cups.accounts import queries as accounts
from cups.accounts.tables import account
from cups.accounts.visitor import Visitor
from cups.app import Cups, running
from cups.clock import ManualClock
from cups.errors import Refused
from cups.ids import new_id
from cups.reach import Facts
from cups.requests import queries
from cups.store.database import Unit
from cups.wire.people import Me, Person
from cups.wire.requests import RequestIn, Taken
from harness.store import settings_at

HOUR = 3_600_000


class Scene:
    """A listener of two languages, and people who wait about grief."""

    def __init__(self, cups: Cups, listener: str, askers: list[str], requests: list[str]) -> None:
        self.cups, self.listener, self.askers, self.requests = cups, listener, askers, requests

    async def take_next(self) -> Taken:
        return await self.cups.taking.take_next(visitor(self.listener, "listener"))

    async def pick(self) -> Taken:
        return await self.cups.taking.take(visitor(self.listener, "listener"), self.requests[0])

    async def meanwhile(self, change: "Change", take: Callable[["Scene"], Awaitable[Taken]]) -> Taken | str:
        """`take`, with `change` committed after the look and before the claim: what was taken, or the code of the refusal."""
        begun, go = trio.Event(), threading.Event()
        token = trio.lowlevel.current_trio_token()
        outcome: list[Taken | str] = []

        def held(unit: Unit) -> None:
            trio.from_thread.run_sync(begun.set, trio_token=token)
            assert go.wait(20)
            change(unit, self)

        async def taking() -> None:
            try:
                outcome.append(await take(self))
            except Refused as refused:
                outcome.append(refused.code)

        with trio.fail_after(20):
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self.cups.db.write, held)
                await begun.wait()
                nursery.start_soon(taking)
                while self.claimed() == 0:
                    await trio.sleep(0.001)
                go.set()
        return outcome[0]

    def claimed(self) -> int:
        """How many the index keeps from others, because somebody decides about them."""
        return self.cups.requests.line.index.statistics()["claimed"]


Change = Callable[[Unit, Scene], None]


def visitor(id: str, kind: str) -> Visitor:
    me = Me(person=Person(name="x", kind=kind), gated=True)  # type: ignore[arg-type]
    facts = Facts(id=id, kind=kind, age="adult")
    return Visitor(id=id, name="x", kind=kind, me=me, facts=facts, token_hash="", signed_up=False)


@asynccontextmanager
async def scene(folder: Path, waiting: tuple[tuple[str, str], ...] = (("grief", "nl"),)) -> AsyncIterator[Scene]:
    """`waiting`: topic and language of each who waits, the first first."""
    clock = ManualClock()
    async with running(settings_at(folder, consent=("*=none",), listener_chats_first=1), clock) as cups:

        def seed(unit: Unit) -> tuple[str, list[str]]:
            ids = []
            for number, kind in enumerate(("listener", *("guest" for _ in waiting))):
                ids.append(new_id(clock.now()))
                values = {"id": ids[-1], "name": f"{kind}{number}", "name_key": f"{kind}{number}", "kind": kind}
                more = {"age_class": "adult", "created_at": clock.now(), "languages": "en,nl"}
                unit.conn.execute(account.insert(), values | more)
            return ids[0], ids[1:]

        listener, askers = await cups.db.write(seed)
        requests = []
        for asker, (topic, language) in zip(askers, waiting, strict=True):
            clock.advance(1)
            form = RequestIn(ref="r", topic=topic, language=language)
            state = await cups.requests.ask(visitor(asker, "guest"), form, frozenset({"grief", "anxiety"}))
            requests.append(state.id)
        yield Scene(cups, listener, askers, requests)


def _sanction(unit: Unit, scene: Scene, person: str, kind: str) -> None:
    now = scene.cups.clock.now()
    accounts.add_sanction(
        unit.conn,
        id=new_id(now),
        person_id=person,
        kind=kind,
        room_id=None,
        at=now,
        until=now + HOUR,
        reason="other",
        by_id=person,
    )


def refuses_the_topic(unit: Unit, scene: Scene) -> None:
    accounts.update(unit.conn, scene.listener, refused_topics="anxiety,grief")


def speaks_it_no_more(unit: Unit, scene: Scene) -> None:
    accounts.update(unit.conn, scene.listener, languages="en")


def has_another_chat(unit: Unit, scene: Scene) -> None:
    scene.cups.chats.open(
        unit,
        request_id="another",
        member=scene.askers[-1],
        listener=scene.listener,
        topic="grief",
        language="en",
        first_at=0,
    )


def goes_on_a_break(unit: Unit, scene: Scene) -> None:
    accounts.update(unit.conn, scene.listener, status="break")


def is_blocked(unit: Unit, scene: Scene) -> None:
    accounts.add_block(unit.conn, scene.askers[0], scene.listener, scene.cups.clock.now())


def is_corrected(unit: Unit, scene: Scene) -> None:
    accounts.update(unit.conn, scene.listener, age_class="teen")


def the_asker_is_corrected(unit: Unit, scene: Scene) -> None:
    accounts.update(unit.conn, scene.askers[0], age_class="teen")


def is_banned(unit: Unit, scene: Scene) -> None:
    _sanction(unit, scene, scene.listener, "ban")


def is_muted(unit: Unit, scene: Scene) -> None:
    _sanction(unit, scene, scene.listener, "mute")


def the_asker_is_banned(unit: Unit, scene: Scene) -> None:
    _sanction(unit, scene, scene.askers[0], "ban")


CHANGES: dict[Change, str] = {
    refuses_the_topic: "nobody-waiting",
    speaks_it_no_more: "nobody-waiting",
    has_another_chat: "at-capacity",
    goes_on_a_break: "on-break",
    is_blocked: "nobody-waiting",
    is_corrected: "nobody-waiting",
    the_asker_is_corrected: "nobody-waiting",
    is_banned: "banned",
    is_muted: "muted",
    the_asker_is_banned: "nobody-waiting",
}
"""Each with what *take the next* then says, when nobody else waits."""


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
async def test_take_the_next_asks_again(tmp_path: Path, change: Change) -> None:
    async with scene(tmp_path) as one:
        assert await one.meanwhile(change, Scene.take_next) == CHANGES[change]
        await _still_waits(one)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
async def test_picking_asks_again(tmp_path: Path, change: Change) -> None:
    async with scene(tmp_path) as one:
        told = await one.meanwhile(change, Scene.pick)
        assert told == ("at-capacity" if change is has_another_chat else "already-taken")
        await _still_waits(one)


async def _still_waits(one: Scene) -> None:
    row = await one.cups.db.read(queries.by_id, one.requests[0])
    assert row is not None and (row.state, row.fence, row.chat_id) == ("waiting", 0, None)
    assert one.claimed() == 0, "nothing is kept back"
    assert one.requests[0] in one.cups.requests.line.index.ids()


async def test_whoever_may_not_take_the_first_any_more_gets_the_next_they_may(tmp_path: Path) -> None:
    waiting = (("grief", "en"), ("grief", "en"), ("anxiety", "en"), ("anxiety", "nl"))

    def changes(unit: Unit, one: Scene) -> None:
        accounts.update(unit.conn, one.listener, refused_topics="grief", languages="nl")

    async with scene(tmp_path, waiting) as one:
        taken = await one.meanwhile(changes, Scene.take_next)
        assert isinstance(taken, Taken) and taken.request == one.requests[3]
        assert one.cups.requests.line.counts["lost"] == 1, "the one that was looked at, and no other was tried in vain"


async def test_without_a_change_the_first_is_taken(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        taken = await one.meanwhile(lambda _unit, _scene: None, Scene.take_next)
        assert isinstance(taken, Taken) and taken.request == one.requests[0]
