"""Which listeners are connected, and which were a moment ago: a lost connection is given a short grace (SPEC D4).

And the order in which they are shown: everybody who looks begins at another place of one circle, and at another each hour, so that nobody is always
the first to be asked. Whoever has gone is still seen for a while, as somebody who cannot be asked now: listeners have another account, and nobody is to see
the one go as the other comes. Told the time; changed from the loop's thread, read from others too.
"""

import bisect
import hashlib
from collections.abc import Callable
from typing import NamedTuple

from cups.clock import Clock
from cups.limits.live import Limits

HOUR = 3_600_000


class Seat(NamedTuple):
    """A listener's place in the circle."""

    key: str
    account: str


def place_of(account: str) -> str:
    """Where in the circle somebody has their seat."""
    return _key(account)


def _key(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


class Here:
    def __init__(self, clock: Clock, limits: Limits, linger_ms: Callable[[], int] = lambda: 0) -> None:
        self._clock, self._limits, self._linger_ms = clock, limits, linger_ms
        self._seen_until: dict[str, int] = {}
        """Of those who are away."""
        self._away: dict[str, int | None] = {}
        """Everyone who counts as connected: None, or since when they are away."""
        self._circle: list[Seat] = []

    def __len__(self) -> int:
        return len(self._away)

    def came(self, account: str) -> None:
        if account not in self._away:
            bisect.insort(self._circle, Seat(_key(account), account))
        self._away[account] = None
        self._seen_until.pop(account, None)

    def left(self, account: str) -> None:
        """Their last connection is gone."""
        if account in self._away and self._away[account] is None:
            self._away[account] = now = self._clock.now()
            self._seen_until[account] = now + self._linger_ms()

    def awaited(self, account: str) -> None:
        """Somebody whom a restart cut off: as if they had left just now."""
        self.came(account)
        self.left(account)

    def is_connected(self, account: str) -> bool:
        return self._away.get(account, 0) is None

    def is_here(self, account: str) -> bool:
        """Connected, or not gone for longer than the grace."""
        try:
            since = self._away[account]
        except KeyError:
            return False
        return since is None or self._clock.now() - since <= self._limits.figure("listener_grace_s") * 1000

    def is_seen(self, account: str) -> bool:
        """As `is_here`, or gone so lately that others still see them: as busy."""
        return self.is_here(account) or self._clock.now() < self._seen_until.get(account, 0)

    def forget_gone(self) -> None:
        """Takes out whoever is not seen any more."""
        for account, since in list(self._away.items()):
            if since is not None and not self.is_seen(account):
                del self._away[account]
                self._seen_until.pop(account, None)
                seat = Seat(_key(account), account)
                at = bisect.bisect_left(self._circle, seat)
                if self._circle[at : at + 1] == [seat]:
                    del self._circle[at]

    def everyone(self) -> list[str]:
        return list(self._away)

    # The circle

    def start_for(self, viewer: str) -> str:
        """Where somebody who looks begins, for the next hour."""
        return _key(f"{viewer}:{self._clock.now() // HOUR}")

    def around(self, start: str, after: str | None, most: int) -> list[Seat]:
        """The next ones in the circle from `start` (or those behind `after`, a key), until it is closed again."""
        circle = self._circle
        first = bisect.bisect_left(circle, Seat(start, ""))
        if after is None:
            at, left = first, len(circle)
        else:
            at = bisect.bisect_left(circle, Seat(after, "~"))
            left = first - at if after < start else len(circle) - at + first
        return [circle[(at + step) % len(circle)] for step in range(max(0, min(left, most)))]
