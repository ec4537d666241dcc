"""An honest estimate of the wait: from how many people were taken lately, per pool, as a range; unknown when that says nothing.

With n people of a pool taken in the last window of length W, the rate is n / W, and the one in place k waits about k * W / n.
The spread of a count is about its square root, so the range is k * W / (n + sqrt n) to k * W / (n - sqrt n), widened by k's own spread.
Below four people in the window the range would be wider than it is useful: unknown.
"""

import bisect
import math
from collections import deque

from cups.wire.requests import Estimate

MIN_TAKEN = 4
MOST_TAKEN = 1000
"""Remembered per pool; with more than that in the window the estimate only errs on the side of a longer wait."""


class Rates:
    def __init__(self, window_ms: int) -> None:
        self._window = window_ms
        self._taken: dict[str, deque[int]] = {}

    def taken(self, pool: str, at: int) -> None:
        times = self._taken.setdefault(pool, deque(maxlen=MOST_TAKEN))
        times.append(at)

    def lately(self, pool: str, now: int) -> int:
        """How many of this pool were taken in the window."""
        times = list(self._taken.get(pool, ()))
        return len(times) - bisect.bisect_left(times, now - self._window)

    def estimate(self, pool: str, place: int, now: int) -> Estimate:
        n = self.lately(pool, now)
        if n < MIN_TAKEN:
            return Estimate()
        minutes = self._window / 60_000
        low = max(place - math.sqrt(place), 0.5) * minutes / (n + math.sqrt(n))
        high = (place + math.sqrt(place)) * minutes / (n - math.sqrt(n))
        return Estimate(low_minutes=max(0, math.floor(low)), high_minutes=max(1, math.ceil(high)))
