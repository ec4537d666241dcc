"""The embedded database: SQLite in WAL mode with synchronous=FULL, one writing connection, group commit.

NORMAL loses acked rows at a power cut; FULL loses none, and many units share one sync. Only the writer's thread ever writes or
checkpoints, since SQLite before 3.51.3 can corrupt a WAL that two connections write and checkpoint.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, TypeVarTuple

import sqlalchemy as sa
import structlog
import trio
from sqlalchemy import event
from sqlalchemy.pool import QueuePool, StaticPool

from cups.news import Bus, News
from cups.store.database import StorageFailed, Unit

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
log = structlog.get_logger()

MAX_BATCH = 256
"""Units in one commit: bounds how long one batch holds the writer."""


@dataclass(slots=True)
class _Job:
    work: Callable[..., Any]
    args: tuple[Any, ...]
    done: trio.Event = field(default_factory=trio.Event)
    result: Any = None
    error: BaseException | None = None
    news: list[News] = field(default_factory=list)


def _engine(path: Path, *, writes: bool) -> sa.Engine:
    engine = sa.create_engine(
        f"sqlite:///{path}",
        poolclass=StaticPool if writes else QueuePool,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "timeout": 5.0},
        **({} if writes else {"pool_size": 4, "max_overflow": 4}),
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = (
            None  # we say BEGIN ourselves: the driver would begin too late and upgrade from read to write
        )
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=5000",
            "secure_delete=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        if not writes:
            cursor.execute("PRAGMA query_only=ON")
            cursor.execute("PRAGMA wal_autocheckpoint=0")
        cursor.close()

    begin = "BEGIN IMMEDIATE" if writes else "BEGIN"

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _of_storage(error: Exception) -> Exception:
    """A full disk or an I/O error is the storage's failure, whichever statement met it."""
    return StorageFailed(type(error.orig).__name__) if isinstance(error, sa.exc.OperationalError) else error


class SqliteDatabase:
    """`Database` over one SQLite file. Tables must be there already, see `cups.store.migrate`."""

    def __init__(self, path: Path, bus: Bus) -> None:
        self._bus = bus
        self._writer = _engine(path, writes=True)
        self._readers = _engine(path, writes=False)
        self._read_limit = trio.CapacityLimiter(8)
        self._write_limit = trio.CapacityLimiter(1)
        self._pending: deque[_Job] = deque()
        self._wake = trio.Event()
        self._closing = False
        self._commits = self._units = self._largest = 0

    async def read(self, work: Callable[[sa.Connection, *Ts], T], *args: *Ts) -> T:
        def run() -> T:
            with self._readers.connect() as conn, conn.begin():
                return work(conn, *args)

        return await trio.to_thread.run_sync(run, limiter=self._read_limit)

    async def write(self, work: Callable[[Unit, *Ts], T], *args: *Ts) -> T:
        if self._closing:
            raise StorageFailed("the database is closing")
        job = _Job(work, args)
        self._pending.append(job)
        self._wake.set()
        await job.done.wait()
        if job.error is not None:
            raise job.error
        result: T = job.result
        return result

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        task_status.started()
        try:
            while True:
                await self._wake.wait()
                self._wake = trio.Event()
                while self._pending:
                    await self._one_batch()
        finally:
            self._closing = True
            with trio.CancelScope(shield=True):
                while self._pending:
                    await self._one_batch()
                await trio.to_thread.run_sync(self._close)

    async def _one_batch(self) -> None:
        batch = [self._pending.popleft() for _ in range(min(len(self._pending), MAX_BATCH))]
        with trio.CancelScope(shield=True):
            await trio.to_thread.run_sync(self._commit, batch, limiter=self._write_limit)
        self._commits += 1
        self._units += len(batch)
        self._largest = max(self._largest, len(batch))
        for job in batch:
            for news in job.news:
                self._bus.publish(news)
            job.done.set()

    def _commit(self, batch: list[_Job]) -> None:
        """In the writer's thread: each unit in a savepoint of its own, then one commit for all."""
        try:
            with self._writer.connect() as conn, conn.begin():
                for job in batch:
                    unit = Unit(conn)
                    try:
                        with conn.begin_nested():
                            job.result = job.work(unit, *job.args)
                        job.news = unit.news
                    except Exception as error:
                        job.error = _of_storage(error)
                        if not conn.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr]
                            # A full disk or an I/O error made SQLite undo everything, not this unit alone: nothing of the batch stands.
                            raise
        except Exception as error:
            log.error("commit failed", error=type(error).__name__, units=len(batch))
            for job in batch:
                job.error, job.news = StorageFailed(type(error).__name__), []

    def _close(self) -> None:
        self._readers.dispose()
        self._writer.dispose()

    async def truncate_log(self) -> None:
        """Empties the write-ahead log, in which deleted text would otherwise stay."""

        def run() -> None:
            raw = self._writer.raw_connection()
            try:
                raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                raw.close()

        await trio.to_thread.run_sync(run, limiter=self._write_limit)

    def statistics(self) -> dict[str, int]:
        return {"commits": self._commits, "units": self._units, "largest_batch": self._largest}
