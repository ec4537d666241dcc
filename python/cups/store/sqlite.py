"""The embedded database: SQLite in WAL mode with synchronous=FULL, one writing connection, group commit.

NORMAL loses acked rows at a power cut; FULL loses none, and many units share one sync. Only the writer's thread ever writes or
checkpoints, since SQLite before 3.51.3 can corrupt a WAL that two connections write and checkpoint.
"""

import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, TypeVarTuple

import sqlalchemy as sa
import structlog
import trio
from sqlalchemy import event
from sqlalchemy.pool import QueuePool, StaticPool

from cups.clock import Clock, SystemClock
from cups.news import Bus, News
from cups.store.backlog import Backlog, Entry, Way
from cups.store.database import Hook, Statistics, StorageFailed, Unit
from cups.store.writer import Outcome, Writer

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
N = TypeVar("N", bound=News)
log = structlog.get_logger()

MAX_PENDING = 4096


def _engine(path: Path, *, writes: bool, policy: Mapping[str, object]) -> sa.Engine:
    engine = sa.create_engine(
        f"sqlite:///{path}",
        poolclass=StaticPool if writes else QueuePool,
        hide_parameters=True,
        execution_options=policy,
        connect_args={"check_same_thread": False, "timeout": 5.0},
        **({} if writes else {"pool_size": 4, "max_overflow": 4}),
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
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
            "temp_store=MEMORY",  # else every savepoint that changes more than a little opens a file and deletes it
        ):
            cursor.execute(f"PRAGMA {pragma}")
        if writes:
            # The writer checkpoints between batches, when nobody's answer waits for it; this is for a unit that writes a great deal.
            cursor.execute("PRAGMA wal_autocheckpoint=16000")
        else:
            cursor.execute("PRAGMA query_only=ON")
            cursor.execute("PRAGMA wal_autocheckpoint=0")
        cursor.close()

    if not writes:

        @event.listens_for(engine, "begin")
        def _begin(connection: sa.Connection) -> None:
            connection.exec_driver_sql("BEGIN")

    return engine


class SqliteDatabase:
    """`Database` over one SQLite file. Tables must be there already, see `cups.store.migrate`."""

    def __init__(
        self,
        path: Path,
        bus: Bus,
        *,
        clock: Clock | None = None,
        max_pending: int = MAX_PENDING,
        policy: Mapping[str, object] | None = None,
    ) -> None:
        """`policy`: choices of the installation that statements ask their connection for, as execution options."""
        self._bus = bus
        self._writing = _engine(path, writes=True, policy=policy or {})
        self._readers = _engine(path, writes=False, policy=policy or {})
        self._read_limit = trio.CapacityLimiter(8)
        self._backlog = Backlog(clock or SystemClock(), max_pending)
        self._hooks: dict[type[News], Hook] = {}
        self.around: Callable[[Callable[[], None]], None] = lambda tell: tell()
        """Runs, on the loop's thread, what tells the news and answers after a commit: whoever writes what that leads to can do so at once."""

    async def read(self, work: Callable[[sa.Connection, *Ts], T], *args: *Ts) -> T:
        def run() -> T:
            with self._readers.connect() as conn, conn.begin():
                return work(conn, *args)

        return await trio.to_thread.run_sync(run, limiter=self._read_limit)

    async def write(self, work: Callable[[Unit, *Ts], T], *args: *Ts) -> T:
        return await self._answer(work, args, Way.ALONE)

    async def _answer(self, work: Callable[..., T], args: tuple[Any, ...], way: Way) -> T:
        if self._backlog.closing:
            raise StorageFailed("the database is closing")
        answered, answer = trio.Event(), []

        def done(result: Any) -> None:
            answer.append(result)
            answered.set()

        self._backlog.put(Entry(work, args, done, way), share=2)
        await answered.wait()
        (result,) = answer
        if isinstance(result, Exception):
            raise result
        value: T = result
        return value

    def submit(
        self,
        work: Callable[[Unit, Sequence[Any]], Sequence[Any]],
        item: Any,
        done: Callable[[Any], None],
        *,
        weight: int = 1,
    ) -> None:
        if self._backlog.closing:
            done(StorageFailed("the database is closing"))
            return
        try:
            self._backlog.put(Entry(work, item, done, Way.TOGETHER, weight), share=1)
        except Exception as refused:
            done(refused)

    def on_announce(self, kind: type[N], hook: Callable[[Unit, N], None]) -> None:
        before = self._hooks.get(kind)
        if before is None:
            self._hooks[kind] = hook
            return

        def both(unit: Unit, news: Any) -> None:
            before(unit, news)
            hook(unit, news)

        self._hooks[kind] = both

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """The writer has a thread of its own: handing a batch to a pool of them costs more than the batch."""
        token, ended = trio.lowlevel.current_trio_token(), trio.Event()
        writer = Writer(
            self._writing,
            self._backlog,
            self._hooks,
            lambda outcomes: token.run_sync_soon(self.around, partial(self._tell, outcomes)),
        )

        def work() -> None:
            try:
                writer.run()
            finally:
                token.run_sync_soon(ended.set)

        threading.Thread(target=work, name="writer", daemon=True).start()
        task_status.started()
        try:
            await ended.wait()
            raise StorageFailed("the writer has ended by itself")
        finally:
            self._backlog.close()
            with trio.CancelScope(shield=True):
                await ended.wait()
                await trio.to_thread.run_sync(self._close)

    def _tell(self, outcomes: list[Outcome]) -> None:
        """On the loop's thread, after the commit: the news of each unit, then its answers."""
        for outcome in outcomes:
            for news in outcome.news:
                self._bus.publish(news)
            for entry, result in zip(outcome.entries, outcome.results, strict=True):
                try:
                    entry.done(result)
                except Exception:
                    # One broken caller must not keep the others from their answers.
                    log.exception("answer failed", work=getattr(entry.work, "__qualname__", repr(entry.work)))

    def _close(self) -> None:
        self._readers.dispose()
        self._writing.dispose()

    async def truncate_log(self) -> bool:
        """Empties the write-ahead log, in which deleted text would otherwise stay. False where somebody still reads from it: try again later."""
        return await self._answer(Writer.truncate_log, (), Way.BETWEEN)

    def statistics(self) -> Statistics:
        return self._backlog.statistics()
