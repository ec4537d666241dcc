"""One course of events: a process that can crash, a clock that can jump, and people who act by a script, all from one seed."""

import contextlib
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

import trio
import trio.testing

from cups.app import RING_LOOK_S
from cups.errors import Refused
from harness.queueworld.acts import Acts
from harness.queueworld.database import Disk
from harness.queueworld.ending import at_rest
from harness.queueworld.figures import CHATS, HOLD_S, LASTS_S, LEASE_S, QUIET_S, RING_S, WALL
from harness.queueworld.oracle import Oracle
from harness.queueworld.people import people
from harness.queueworld.process import Process
from harness.queueworld.script import script

T = TypeVar("T")


class World:
    def __init__(self, disk: Disk, seed: int) -> None:
        self.disk, self.chance = disk, random.Random(seed)
        self.jumped = 0.0
        self.counts = Counter[str]()
        self.oracle = Oracle(disk, trio.current_time, lease_s=LEASE_S, hold_s=HOLD_S, ring_s=RING_S, chats=CHATS)
        self.began = trio.current_time()
        self.askers: list[str] = []
        self.listeners: list[str] = []
        self.with_connection = set[str]()
        self.process: Process
        self.acts = Acts(self)
        self.up = trio.Event()
        """Set while the process takes calls."""

    # Time

    def monotonic_ns(self) -> int:
        return int(trio.current_time() * 1e9)

    def wall_ns(self) -> int:
        return int((WALL + trio.current_time() - self.began + self.jumped) * 1e9)

    # The course of events

    async def run(self) -> None:
        """Raises `Broken` at the first promise that is not kept."""
        self.disk.empty()
        self.askers = people(self.disk, self.chance, "guest", self.chance.randint(3, 5))
        self.listeners = people(self.disk, self.chance, "listener", self.chance.randint(2, 4))
        acts = script(self)
        with trio.fail_after(LASTS_S + QUIET_S + 60):
            async with trio.open_nursery() as actors:
                self._actors = actors
                await self._boot(actors)
                for at, act in acts:
                    await trio.sleep_until(self.began + at)
                    await self.up.wait()
                    actors.start_soon(act)
                await trio.sleep_until(self.began + LASTS_S)
                await self.up.wait()
                for asker in self.askers:
                    self.acts.here(asker)
                for listener in self.listeners:
                    if listener not in self.process.clients:
                        await self.sit_down(listener)
                await trio.sleep_until(self.began + LASTS_S + QUIET_S)
                await at_rest(self)
                self._note(self.process)
                self.counts += self.oracle.counts
                actors.cancel_scope.cancel()

    # The process

    async def _boot(self, actors: trio.Nursery) -> None:
        self.process = process = Process(self)
        self.oracle.started = trio.current_time()
        await process.keeping.start()
        for client in sorted(self.with_connection):
            process.connect(client)
        await process.personal.start()
        for listener in self.listeners:
            await self.sit_down(listener)
        for loop in (
            process.waiting.run_boards,
            process.waiting.run_places,
            process.waiting.run_holds,
            self._look_at_rings,
        ):
            actors.start_soon(self._within, process, loop)
        self.up.set()

    async def sit_down(self, listener: str) -> None:
        """A listener opens their page."""
        client = self.process.connect(listener)
        with contextlib.suppress(Refused):
            await self.process.waiting.watch(client)  # type: ignore[arg-type]

    async def _look_at_rings(self) -> None:
        while True:
            await self.process.personal.look()
            await trio.sleep(RING_LOOK_S)

    async def _within(self, process: Process, work: Callable[[], Awaitable[T]]) -> T | None:
        """Runs for as long as the process lives; None if it did not live long enough."""
        with trio.CancelScope() as scope:
            process.scopes.add(scope)
            try:
                return await work()
            finally:
                process.scopes.discard(scope)
        return None

    def later(self, work: Callable[..., Awaitable[None]], *args: object) -> None:
        self._actors.start_soon(self._within, self.process, partial(work, *args))

    async def do(self, work: Callable[[], Awaitable[T]]) -> T | None:
        """One call of somebody; refusals are answers, and nobody answers while nothing runs."""
        if not self.up.is_set():
            return None
        try:
            return await self._within(self.process, work)
        except Refused as refused:
            self.counts[refused.code] += 1
            return None

    async def crash(self) -> None:
        if not self.up.is_set():
            return
        self.counts["crash"] += 1
        self.up = trio.Event()
        old = self.process
        for scope in list(old.scopes):
            scope.cancel()
        self._note(old)
        await trio.testing.wait_all_tasks_blocked()
        await self._boot(self._actors)

    def _note(self, process: Process) -> None:
        line = process.requests.line.counts
        self.counts["stale"] += line["stale"]
        self.counts["lost to another"] += line["lost"]

    async def jump(self, hours: int) -> None:
        self.counts["jump"] += 1
        self.jumped += hours * 3600

    async def check(self) -> None:
        self.counts["check"] += 1
        await self.do(self.process.keeping.check)
