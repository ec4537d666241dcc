"""How busy the loop is, and what is refused because of it: the newest first, never those who are here."""

from bisect import bisect_left

from cups.clock import Clock


class Load:
    """Told how late the loop is at each beat; the last ones decide."""

    BUCKETS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
    """Upper bounds, in seconds, that lateness is counted by."""

    def __init__(self, clock: Clock, *, full_lag_s: float, busy_lag_s: float, behind_s: float = 0.05) -> None:
        self._clock, self._full, self._busy, self._behind = clock, full_lag_s, busy_lag_s, behind_s
        self._behind_since: float | None = None
        self.swamped = False
        """For so long more has been coming in than the loop can take: what people write now is refused, so that they hear of it soon, and
        what was taken keeps its pace."""
        self.lag = 0.0
        """Seconds the loop was late: the last beats count most."""
        self.counts = [0] * (len(self.BUCKETS) + 1)
        self.total = 0.0
        self.refused = 0
        self.dropped = 0
        self.shed = 0
        """Messages refused because of `swamped`."""

    def late(self, seconds: float) -> None:
        self.lag += (seconds - self.lag) * 0.2 if seconds < self.lag else (seconds - self.lag) * 0.5
        self.counts[bisect_left(self.BUCKETS, seconds)] += 1
        self.total += seconds

    def left(self, now: float, more: bool) -> None:
        """A turn at `now` has left something unread, or all was taken: so nothing unread is older than the last turn that took all."""
        if not more:
            self._behind_since, self.swamped = None, False
        elif self._behind_since is None:
            self._behind_since = now
        else:
            self.swamped = now - self._behind_since > self._behind

    def full(self) -> int | None:
        """None, or when to come back: no more connections while those that are here wait too long."""
        if self.lag < self._full:
            return None
        self.refused += 1
        return self._clock.now() + 2000

    def busy(self) -> bool:
        """Whether what nobody would miss is left out for now: typing."""
        if self.lag < self._busy:
            return False
        self.dropped += 1
        return True
