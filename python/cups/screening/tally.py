"""What screening has done since the process began, for its metrics: no text, no names. Written on the writer's thread, read on the loop's."""

from bisect import bisect_left
from collections import Counter

from cups._core import ScreeningVerdict


class Tally:
    BOUNDS_S = (0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.002, 0.005, 0.01)
    """2 ms is what a check may take at its 99th percentile (docs/screening.md)."""

    def __init__(self) -> None:
        self.verdicts: Counter[tuple[str, str]] = Counter()
        """By class (`none` where nothing acted) and what became of the text: pass, help, hide, hold, block."""
        self.shadow: Counter[str] = Counter()
        """Hits that only counted, by class."""
        self.times = [0] * (len(self.BOUNDS_S) + 1)
        self.seconds = 0.0
        self.called_again = 0

    def checked(self, verdict: ScreeningVerdict, seconds: float, *, hidden: bool = False) -> None:
        decisive = verdict.decisive
        kind = "none" if decisive is None else decisive.kind
        self.verdicts[("contact", "hide") if hidden else (kind, verdict.action)] += 1
        for hit in verdict.hits:
            if not hit.acts:
                self.shadow[hit.kind] += 1
        self._took(seconds)

    def plain(self, seconds: float) -> None:
        """Nothing at all was found, as in most messages."""
        self.verdicts["none", "pass"] += 1
        self._took(seconds)

    def many_plain(self, count: int, seconds: float) -> None:
        """As `plain`, of several that took so long together."""
        self.verdicts["none", "pass"] += count
        self.seconds += seconds
        self.times[bisect_left(self.BOUNDS_S, seconds / count)] += count

    def _took(self, seconds: float) -> None:
        self.seconds += seconds
        self.times[bisect_left(self.BOUNDS_S, seconds)] += 1
