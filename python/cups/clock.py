"""Time, as an argument: everything that needs the time is given a `Clock`."""

import time
from collections.abc import Callable
from typing import Protocol


class Clock(Protocol):
    def now(self) -> int:
        """Milliseconds since the epoch, UTC. Never goes back, whatever happens to the machine's wall clock."""


class SystemClock:
    """The wall clock as it was at start, moved on by the monotonic clock: a jump of the wall clock changes no order and ends no lease."""

    def __init__(
        self, wall: Callable[[], int] = time.time_ns, monotonic: Callable[[], int] = time.monotonic_ns
    ) -> None:
        self._monotonic = monotonic
        self._anchor = wall() - monotonic()

    def now(self) -> int:
        return (self._anchor + self._monotonic()) // 1_000_000


def wall_time(clock: Clock) -> int:
    """Milliseconds since the epoch as the machine's wall clock has them now: for what another machine's clock must agree with.

    A `SystemClock` stands still while the machine sleeps, and keeps for good what the wall clock had wrong at the start.
    """
    return time.time_ns() // 1_000_000 if isinstance(clock, SystemClock) else clock.now()


class ManualClock:
    """A clock moved by hand, for tests."""

    def __init__(self, start: int = 1_800_000_000_000) -> None:
        self.time = start

    def now(self) -> int:
        return self.time

    def advance(self, ms: int) -> None:
        self.time += ms
