"""Background work that outlives its failures: one bad turn, or one bad job, must never end the server that people are talking through."""

from collections.abc import Awaitable, Callable
from typing import TypeVarTuple

import structlog
import trio

log = structlog.get_logger()
Ts = TypeVarTuple("Ts")


async def every(seconds: float, turn: Callable[[], Awaitable[None]]) -> None:
    """Runs a turn again and again, this long apart. A turn that fails is logged, and the next comes all the same."""
    while True:
        await trio.sleep(seconds)
        await once(turn)


async def once(job: Callable[[*Ts], Awaitable[None]], *args: *Ts) -> None:
    """Runs a job; a failure is logged and goes no further."""
    try:
        await job(*args)
    except Exception:
        log.exception("background work failed", work=name_of(job))


def name_of(job: object) -> str:
    """For the log: never with the arguments that a partial or a bound object would show."""
    return str(getattr(job, "__qualname__", type(job).__qualname__))
