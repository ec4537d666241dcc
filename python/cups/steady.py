"""Background work that outlives its failures: one bad turn, or one bad job, must never end the server that people are talking through."""

from collections.abc import Awaitable, Callable
from time import perf_counter, time
from typing import TypeVarTuple

import structlog
import trio

log = structlog.get_logger()
Ts = TypeVarTuple("Ts")


class Run:
    """How a job has gone since the start."""

    __slots__ = ("failures", "last_good", "seconds")

    def __init__(self) -> None:
        self.last_good = 0.0
        """In seconds since the epoch; 0 before the first."""
        self.failures = 0
        self.seconds = 0.0


runs: dict[str, Run] = {}
"""By the job's name in the code, for the metrics."""


async def every(seconds: float, turn: Callable[[], Awaitable[None]]) -> None:
    """Runs a turn again and again, this long apart. A turn that fails is logged, and the next comes all the same."""
    while True:
        await trio.sleep(seconds)
        await once(turn)


async def once(job: Callable[[*Ts], Awaitable[None]], *args: *Ts) -> None:
    """Runs a job; a failure is logged and goes no further."""
    name = name_of(job)
    run, began = runs.setdefault(name, Run()), perf_counter()
    try:
        await job(*args)
        run.last_good = time()
    except Exception:
        run.failures += 1
        log.exception("background work failed", work=name)
    finally:
        run.seconds += perf_counter() - began


def name_of(job: object) -> str:
    """For the log: never with the arguments that a partial or a bound object would show."""
    return str(getattr(job, "__qualname__", type(job).__qualname__))
