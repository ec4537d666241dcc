"""The embedded database: SQLite in WAL mode with synchronous=FULL, one writing connection, group commit.

NORMAL loses acked rows at a power cut; FULL loses none, and many units share one sync. Only the writer's thread ever writes or
checkpoints, since SQLite before 3.51.3 can corrupt a WAL that two connections write and checkpoint.
"""

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy import event
from sqlalchemy.pool import QueuePool, StaticPool

from cups.clock import Clock, SystemClock
from cups.news import Bus, News
from cups.store.database import StorageFailed
from cups.store.grouped import MAX_PENDING, READERS, GroupedDatabase
from cups.store.news_log import Entry

log = structlog.get_logger()

BUSY_MS, TRUNCATE_WAIT_MS = 5000, 20
"""How long the writer waits for a lock that another process holds, and for readers when the log is emptied."""
CHECKPOINT_ITEMS, CHECKPOINT_COMMITS = 8192, 1024
"""After so much the log is copied into the database, between two batches."""


def _engine(path: Path, *, writes: bool, policy: Mapping[str, object]) -> sa.Engine:
    engine = sa.create_engine(
        f"sqlite:///{path}",
        poolclass=StaticPool if writes else QueuePool,
        hide_parameters=True,
        execution_options=policy,
        connect_args={"check_same_thread": False, "timeout": 5.0},
        **({} if writes else {"pool_size": READERS // 2, "max_overflow": READERS // 2}),
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
        # We say BEGIN ourselves: the driver would begin too late and upgrade from read to write.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_MS}",
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


class SqliteHand:
    """`Hand` over one SQLite file. Nobody else ever writes to it."""

    conn: sa.Connection
    driver: sqlite3.Connection

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._items = self._commits = 0
        """Since the last checkpoint."""

    def __enter__(self) -> "SqliteHand":
        self.conn = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        driver: Any = self.conn.connection.dbapi_connection
        self.driver = driver
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.conn.close()

    @property
    def in_transaction(self) -> bool:
        return self.driver.in_transaction

    def begin(self) -> bool:
        self.driver.execute("BEGIN IMMEDIATE")
        return False

    def missed(self) -> Sequence[Entry]:
        return ()

    def upset(self) -> Collection[str] | None:
        return None

    def note(self, news: Sequence[News], upset: Collection[str]) -> Entry | None:
        return None

    def commit(self) -> None:
        self.driver.execute("COMMIT")

    def committed(self, items: int) -> None:
        self._items += items
        self._commits += 1
        if self._items >= CHECKPOINT_ITEMS or self._commits >= CHECKPOINT_COMMITS:
            try:
                self.driver.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            except sqlite3.Error as error:
                # The log holds everything still: the next time will do.
                log.error("checkpoint failed", error=type(error).__name__)
            self._items = self._commits = 0

    def rollback(self) -> None:
        self.driver.execute("ROLLBACK")

    def savepoint(self) -> None:
        self.driver.execute("SAVEPOINT unit")

    def rollback_to_savepoint(self) -> None:
        self.driver.execute("ROLLBACK TO unit")
        self.driver.execute("RELEASE unit")

    def release_savepoint(self) -> None:
        self.driver.execute("RELEASE unit")

    def truncate_log(self) -> bool:
        """Copies the log without waiting for anybody, then empties it, for which nobody may be reading: waits for that so briefly that nobody notices."""
        self.driver.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        self.driver.execute(f"PRAGMA busy_timeout={TRUNCATE_WAIT_MS}")
        try:
            ((busy, _, _),) = self.driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            self.driver.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        self._items = self._commits = 0
        return not busy

    def of_storage(self, error: Exception) -> Exception:
        if isinstance(error, sa.exc.OperationalError):
            return StorageFailed(type(error.orig).__name__)
        return StorageFailed(type(error).__name__) if isinstance(error, sqlite3.OperationalError) else error

    def close(self) -> None:
        self._engine.dispose()


class SqliteDatabase(GroupedDatabase):
    """`Database` over one SQLite file."""

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
        super().__init__(
            SqliteHand(_engine(path, writes=True, policy=policy or {})),
            _engine(path, writes=False, policy=policy or {}),
            bus,
            clock or SystemClock(),
            max_pending,
        )
