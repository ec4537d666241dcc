"""The database seam: what features see of whichever database holds the truth.

A unit of work is one synchronous function. Reads run in a worker thread on a read-only connection. Writes are handed to one writer,
which commits many of them at once; `write` returns, and the news is told, only after that commit.
"""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar, TypeVarTuple

import sqlalchemy as sa
import trio

from cups.news import News

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Unit:
    """One unit of work that writes: its connection, inside a transaction, and the news to tell once it is committed."""

    def __init__(self, conn: sa.Connection) -> None:
        self.conn = conn
        self.news: list[News] = []

    def announce(self, news: News) -> None:
        """Told to the bus after the commit, in the order of commits; never told if the unit fails."""
        self.news.append(news)


class Database(Protocol):
    async def read(self, work: Callable[[sa.Connection, *Ts], T], *args: *Ts) -> T:
        """Runs `work(conn, *args)` on a consistent snapshot; it cannot write."""

    async def write(self, work: Callable[[Unit, *Ts], T], *args: *Ts) -> T:
        """Runs `work(unit, *args)`; returns after its commit is on disk. If it raises, it is undone and the exception comes out here.

        A caller that is cancelled while waiting does not undo the work: it may or may not have been done.
        """

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> Any:
        """The writer's task: runs until cancelled, then finishes what was handed in."""

    def statistics(self) -> dict[str, int]:
        """commits, units, largest_batch."""


class StorageFailed(Exception):
    """The commit itself failed (disk full, I/O error): nothing of the batch was stored or told."""
