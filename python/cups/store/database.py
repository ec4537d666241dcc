"""The database seam: what features see of whichever database holds the truth.

A unit of work is one synchronous function. Reads run in a worker thread on a read-only connection. Writes are handed to one writer,
which commits many of them at once; whoever handed them in is answered, and the news is told, only after that commit.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Protocol, TypeVar, TypeVarTuple

import sqlalchemy as sa
import trio

from cups.news import News

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
N = TypeVar("N", bound=News)
Hook = Callable[["Unit", Any], None]
Statistics = dict[str, int | dict[str, int]]
EVERYTHING = "*"
Caught = Callable[[dict[str, Any], Any, Collection[str]], None]
"""`caught(memory, driver, upset)`, inside the transaction: other processes wrote, and upset these."""


class Unit:
    """One unit of work that writes: its connection, inside a transaction, and the news to tell once it is committed."""

    __slots__ = ("_hooks", "_memory", "conn", "driver", "later", "news", "remembers", "upset")

    def __init__(
        self, conn: sa.Connection, driver: Any, hooks: Mapping[type[News], Hook], memory: dict[str, Any]
    ) -> None:
        self.conn = conn
        self.driver = driver
        """The same connection as its driver has it, for the few statements that run for every message."""
        self._memory, self.remembers = memory, False
        self.news: list[News] = []
        self.later: list[Callable[[Unit], object]] = []
        self.upset: set[str] = set()
        """Accounts and channels of which other processes' memory may not hold any more; `EVERYTHING` for all of it."""
        self._hooks = hooks

    @property
    def memory(self) -> dict[str, Any]:
        """What units remember of the database for those after them. Emptied when one that looked here is undone, and where it is not known what other
        processes wrote. A unit that changes what is remembered says so in `upset`."""
        self.remembers = True
        return self._memory

    def announce(self, news: News) -> None:
        """Told to the bus after the commit, in the order of commits; never told if the unit fails."""
        self.news.append(news)
        hook = self._hooks.get(type(news))
        if hook is not None:
            hook(self, news)

    def afterwards(self, work: "Callable[[Unit], object]") -> None:
        """Another unit, run after this one's commit and answers: housekeeping that nobody should wait for. Never run if the unit fails."""
        self.later.append(work)


class Transactions(Protocol):
    """What most services need of a database."""

    async def read(self, work: Callable[[sa.Connection, *Ts], T], *args: *Ts) -> T:
        """Runs `work(conn, *args)` on a consistent snapshot; it cannot write."""

    async def write(self, work: Callable[[Unit, *Ts], T], *args: *Ts) -> T:
        """Runs `work(unit, *args)`; returns after its commit is on disk. If it raises, it is undone and the exception comes out here.

        A caller that is cancelled while waiting does not undo the work: it may or may not have been done.
        Refused with busy-try-later when twice as much waits as `Database.submit` takes: what people write gives way to what helps or protects them.
        """


class Database(Transactions, Protocol):
    """All of it, with the way that many messages take together."""

    def submit(
        self,
        work: Callable[[Unit, Sequence[Any]], Sequence[Any]],
        item: Any,
        done: Callable[[Any], None],
        *,
        weight: int = 1,
    ) -> None:
        """Hands one item in and returns at once; called on the loop's thread. Order among all units is kept.

        Items handed in one after the other with the very same `work` object run as one call, `work(unit, items)`, which gives one
        result per item; an exception among the results refuses that item alone, and must have changed nothing. After the commit, and
        after the news, `done(result)` is called on the loop's thread for each item in order, with the result or the exception.
        If the call raises, it is undone and the items run one by one. When too much waits, `done` gets busy-try-later at once.
        `weight`: for how many an item counts that stands for several.
        """

    def on_announce(self, kind: type[N], hook: Callable[[Unit, N], None]) -> None:
        """`hook(unit, news)` runs inside the transaction of every unit that announces news of this kind, in the order in which the hooks were given."""

    def on_others(self, caught: Caught) -> None:
        """For whoever keeps something in `Unit.memory`: called on the writer's thread where other processes wrote since, before anything else of the batch."""

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> Any:
        """The writer's task: runs until cancelled, then finishes what was handed in."""

    def statistics(self) -> Statistics:
        """See `Backlog.statistics`."""


class Truncatable(Database, Protocol):
    """For whoever deletes for good."""

    async def truncate_log(self) -> bool:
        """Empties what still holds deleted text beside the database itself; False if it has to be tried again."""


class StorageFailed(Exception):
    """The commit itself failed (disk full, I/O error): nothing of the batch was stored or told."""
