"""Running seeds: deterministic to the last task switch, and each failure says its seed."""

import gc
import random
import secrets
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from types import SimpleNamespace

import structlog
import trio
from trio.testing import MockClock

import cups.ids
from cups.gateway import boards, waiting
from harness.queueworld.database import Disk
from harness.queueworld.figures import FAULTS
from harness.queueworld.world import World

_disk: list[Disk] = []
SHARE = 50
"""Seeds that a process runs before it says how it went."""


@dataclass
class Tally:
    """What came of many seeds."""

    seeds: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        self.seeds, self.counts = self.seeds + other.seeds, self.counts + other.counts
        self.failed += other.failed

    @property
    def never(self) -> list[str]:
        """Faults that happened in no course of events: their checks proved nothing."""
        return [fault for fault in FAULTS if not self.counts[fault]]


def disk() -> Disk:
    """One a process."""
    if not _disk:
        _disk.append(Disk())
    return _disk[0]


class Failed(AssertionError):
    """A course of events that broke a promise: its words name the seed, and the command that runs it again."""

    def __init__(self, seed: int, error: BaseException) -> None:
        super().__init__(f"seed {seed}: {type(error).__name__}: {error} (again: make simulation SEED={seed})")


def run_seed(seed: int) -> Counter[str]:
    """What happened, by kind. `Failed` with the seed if a promise was broken, or if the world stood still."""
    core = trio._core._run
    core._ALLOW_DETERMINISTIC_SCHEDULING = True  # type: ignore[attr-defined]
    core._r.seed(seed)
    random_bits = random.Random(seed)
    cups.ids.secrets = SimpleNamespace(randbits=random_bits.getrandbits)  # type: ignore[assignment]
    slices = random.Random(seed)
    # Work in slices looks at the machine's clock: here, chance says when a slice is over.
    boards.perf_counter = waiting.perf_counter = lambda: slices.random() * 4 * boards.SLICE_S  # type: ignore[assignment]
    worlds: list[World] = []

    async def main() -> None:
        world = World(disk(), seed)
        worlds.append(world)
        await world.run()

    try:
        trio.run(main, clock=MockClock(autojump_threshold=0))
    except BaseException as error:
        raise Failed(seed, first_of(error)) from error
    finally:
        cups.ids.secrets = secrets
        boards.perf_counter = waiting.perf_counter = time.perf_counter
    return worlds[0].counts


def first_of(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def run_seeds(first: int, count: int) -> Tally:
    """Many seeds in this process, to the last one, whatever fails."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    tally = Tally()
    # Worlds are small and short: looking for garbage in the middle of them costs a fifth of the time.
    gc.freeze()
    gc.disable()
    try:
        for seed in range(first, first + count):
            try:
                tally.counts += run_seed(seed)
            except Failed as failed:
                tally.failed.append(str(failed))
            tally.seeds += 1
            if seed % 25 == 0:
                gc.collect()
    finally:
        gc.enable()
    return tally


def simulate(first: int, count: int, *, processes: int) -> Iterator[Tally]:
    """The same in so many processes; what has come together so far, after each share."""
    total = Tally()
    shares = range(first, first + count, SHARE)
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for part in pool.map(run_seeds, shares, [min(SHARE, first + count - at) for at in shares]):
            total.add(part)
            yield total
