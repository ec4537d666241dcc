"""Counting into a few fixed buckets: cheap enough for every batch, and what a histogram of a metrics endpoint is made of."""

from bisect import bisect_left
from collections.abc import Sequence

SECONDS = (1.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 14_400.0)
"""What people wait."""
MILLIS = (0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 1000.0)
SIZES = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0)


class Histogram:
    """How many values fell at or below each bound and above the one before; the last bucket has no bound."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def add(self, value: float) -> None:
        self._counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    def buckets(self) -> dict[str, int]:
        """By upper bound as text, not cumulated; `+Inf` for what is above all."""
        names = [f"{bound:g}" for bound in self.bounds] + ["+Inf"]
        return dict(zip(names, self._counts, strict=True))
