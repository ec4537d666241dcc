"""What can be said of the queue as a whole, for staff and for whoever watches the machine."""

from collections.abc import Callable

import msgspec

from cups.clock import Clock
from cups.requests.keeping import Keeping
from cups.requests.line import Line
from cups.wire.staff import PoolStatistics, QueueCheck, QueueStatistics


class QueueFigures:
    """Asked at the moment of the question; nothing is counted twice, and nobody is named."""

    def __init__(self, clock: Clock, line: Line, keeping: Keeping) -> None:
        self._clock, self._line, self._keeping = clock, line, keeping
        self.boards: Callable[[], int] = lambda: 0
        """How many listeners look; the composition root connects the gateway, which ranks above."""

    def now(self) -> QueueStatistics:
        line, now = self._line, self._clock.now()
        sizes = line.index.statistics()
        return QueueStatistics(
            waiting=sizes["waiting"] + sizes["claimed"],
            held=len(line.leases),
            here=line.holds.statistics()["here"],
            boards=self.boards(),
            index_bytes=sizes["bytes"],
            pools=[
                PoolStatistics(
                    pool=pool,
                    waiting=waiting,
                    oldest=oldest,
                    matched=line.rates.lately(pool, now),
                    estimate=line.rates.estimate(pool, waiting + 1, now),
                )
                for pool, waiting, oldest in line.index.occupied()
            ],
            since_start=line.counts | self._keeping.counts,
            check=self.check(),
        )

    def check(self) -> QueueCheck:
        return QueueCheck(**msgspec.structs.asdict(self._keeping.last))
