"""Running seeds: deterministic to the last task switch, and each failure says its seed."""

import gc
import random
import secrets
import time
from collections import Counter
from types import SimpleNamespace

import structlog
import trio
from trio.testing import MockClock

import cups.ids
from cups.gateway import boards, waiting
from harness.queueworld.database import Disk
from harness.queueworld.world import World

_disk: list[Disk] = []


def disk() -> Disk:
    """One a process."""
    if not _disk:
        _disk.append(Disk())
    return _disk[0]


class Failed(AssertionError):
    def __init__(self, seed: int, error: BaseException) -> None:
        super().__init__(f"seed {seed}: {type(error).__name__}: {error}")

    def __reduce__(self) -> tuple[type[AssertionError], tuple[str]]:
        """Its words travel from one process to another, and that is all that is needed there."""
        return AssertionError, (str(self),)


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


def run_seeds(first: int, count: int) -> Counter[str]:
    """Many seeds in this process."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    total = Counter[str]()
    # Worlds are small and short: looking for garbage in the middle of them costs a fifth of the time.
    gc.freeze()
    gc.disable()
    try:
        for seed in range(first, first + count):
            total += run_seed(seed)
            if seed % 25 == 0:
                gc.collect()
    finally:
        gc.enable()
    return total
