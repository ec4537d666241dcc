"""Running seeds: deterministic to the last task switch, and each failure says its seed."""

import random
import secrets
from collections import Counter
from types import SimpleNamespace

import structlog
import trio
from trio.testing import MockClock

import cups.ids
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
        self.seed = seed


def run_seed(seed: int) -> Counter[str]:
    """What happened, by kind. `Failed` with the seed if a promise was broken, or if the world stood still."""
    core = trio._core._run
    core._ALLOW_DETERMINISTIC_SCHEDULING = True  # type: ignore[attr-defined]
    core._r.seed(seed)
    random_bits = random.Random(seed)
    cups.ids.secrets = SimpleNamespace(randbits=random_bits.getrandbits)  # type: ignore[assignment]
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
    return worlds[0].counts


def first_of(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def run_seeds(first: int, count: int) -> Counter[str]:
    """Many seeds in this process."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    total = Counter[str]()
    for seed in range(first, first + count):
        total += run_seed(seed)
    return total
