"""What waits for the writer: units of work in the order in which they were handed in, bounded, with the figures of how it goes.

The loop's thread appends, the writer's thread takes: a deque is safe for that, and nothing else is shared but single numbers.
"""

import queue
from collections import deque
from collections.abc import Callable
from enum import IntEnum
from time import perf_counter
from typing import Any

from cups.clock import Clock
from cups.errors import Refused
from cups.store.database import Statistics
from cups.store.figures import MILLIS, SIZES, Histogram

LEAST = 512
"""So many may wait however slow the writer was of late: a few slow units say little about the next."""
LEAST_WAIT_MS = 250
"""Nobody who is refused is asked back sooner: a storm of retries would be the next overload."""


class Way(IntEnum):
    TOGETHER = 0
    """May run in one call with its neighbours of the same work."""
    ALONE = 1
    """A unit of its own."""
    BETWEEN = 2
    """Not in a transaction: between two batches."""


class Entry:
    """One thing handed in, and whom to tell when it is done."""

    __slots__ = ("at", "done", "item", "way", "weight", "work")

    def __init__(
        self, work: Callable[..., Any], item: Any, done: Callable[[Any], None], way: Way, weight: int = 1
    ) -> None:
        self.work, self.item, self.done, self.way, self.weight = work, item, done, way, weight
        self.at = perf_counter()


class Backlog:
    def __init__(self, clock: Clock, most: int, most_wait_s: float = 0.1) -> None:
        """`most` items may wait; and no more than are done in `most_wait_s` as things go, but LEAST if `most` allows."""
        self._clock, self._most, self._most_wait_s = clock, most, most_wait_s
        self._entries: deque[Entry] = deque()
        self._put = self._taken = 0
        """What was handed in and taken since the start, by weight: each is written by one thread alone."""
        self._signal: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._idle = False
        self._closing = False
        self._rate = 0.0
        """Items a second while the writer was busy: the last batches count most."""
        self._bound: float = most
        """So many may wait: as many as are done in `most_wait_s`, judging by the last batches."""
        self.refused = self.commits = self.units = self.items = self.largest = self.failures = 0
        self._sizes, self._commit_ms, self._wait_ms = Histogram(SIZES), Histogram(MILLIS), Histogram(MILLIS)

    # The loop's side

    def put(self, entry: Entry, *, share: int) -> None:
        """Refused with busy-try-later when `share` times the bound waits already."""
        waiting = len(self)
        if waiting >= self._bound * share:
            self.refused += 1
            raise Refused("busy-try-later", retry_at=self._clock.now() + self._wait_for(waiting))
        self._put += entry.weight
        self._entries.append(entry)
        if self._idle:
            self._idle = False
            self._signal.put(None)

    def _wait_for(self, waiting: int) -> int:
        """Milliseconds after which what waits now will be done."""
        return max(LEAST_WAIT_MS, int(waiting / self._rate * 1000) if self._rate else LEAST_WAIT_MS)

    def close(self) -> None:
        """The writer finishes what is here, and ends."""
        self._closing = True
        self._signal.put(None)

    @property
    def closing(self) -> bool:
        return self._closing

    def __len__(self) -> int:
        return self._put - self._taken

    # The writer's side

    def wait(self) -> bool:
        """Until there is something to take; False when there is nothing more to come."""
        while not self._entries:
            if self._closing:
                return False
            self._idle = True
            # Whatever came before `idle` was seen to be set gave no signal: look once more before sleeping.
            if not self._entries and not self._closing:
                self._signal.get()
            self._idle = False
        return True

    def next_way(self) -> Way | None:
        return self._entries[0].way if self._entries else None

    def take(self, most: int) -> list[Entry]:
        """The next unit: one entry, or as many neighbours as may run together."""
        entries = self._entries
        first = entries.popleft()
        taken, weight = [first], first.weight
        if first.way is Way.TOGETHER:
            work = first.work
            while weight < most and entries and entries[0].work is work and entries[0].way is Way.TOGETHER:
                taken.append(entries.popleft())
                weight += taken[-1].weight
        self._taken += weight
        return taken

    def count(self, *, units: int, items: int, waited: float, busy: float, commit: float, failed: bool) -> None:
        """One batch is done. Times in seconds: the longest wait, the whole of its work, the commit alone."""
        self.commits += 1
        self.failures += failed
        self.units += units
        self.items += items
        self.largest = max(self.largest, items)
        self._sizes.add(items)
        self._wait_ms.add(waited * 1000)
        self._commit_ms.add(commit * 1000)
        rate = items / max(busy, 1e-6)
        self._rate = rate if not self._rate else self._rate + (rate - self._rate) * 0.1
        self._bound = min(self._most, max(LEAST, self._rate * self._most_wait_s))

    def statistics(self) -> Statistics:
        """Totals since the start, and buckets: items per batch, milliseconds of each commit, of the longest wait in each batch.

        A unit is one savepoint: one `write`, or neighbours of the same work. An item is what was handed in.
        """
        return {
            "commits": self.commits,
            "failed_commits": self.failures,
            "units": self.units,
            "items": self.items,
            "largest_batch": self.largest,
            "pending": len(self),
            "refused": self.refused,
            "items_per_s": int(self._rate),
            "batch_items": self._sizes.buckets(),
            "commit_ms": self._commit_ms.buckets(),
            "wait_ms": self._wait_ms.buckets(),
            "batch_items_sum": int(self._sizes.total),
            "commit_ms_sum": int(self._commit_ms.total),
            "wait_ms_sum": int(self._wait_ms.total),
        }
