"""The database of many processes: PostgreSQL, with the same group commit in each of them, and one of them writing at a time.

Units of work were written for one writer: they look, decide, and write. So each batch first takes one lock of the database, and what holds
for one process holds for many: numbers without a gap, one yes for each request, a limit that two processes can't both pass. A batch holds
it for a few milliseconds, and takes along all that its process has to write; the server lets go of it when the process, or its connection,
is gone. See docs/decisions/0029-postgresql.md.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from types import TracebackType
from typing import Any
from uuid import uuid4

import psycopg
import sqlalchemy as sa
import structlog
from psycopg.pq import TransactionStatus
from sqlalchemy import event
from sqlalchemy.pool import NullPool, QueuePool

from cups.clock import Clock, SystemClock
from cups.news import Bus, News
from cups.store import news_log
from cups.store.database import EVERYTHING, StorageFailed
from cups.store.following import Following
from cups.store.grouped import MAX_PENDING, READERS, GroupedDatabase
from cups.store.news_log import Entry
from cups.store.tables import news_log as news_log_table
from cups.store.tables import turn

log = structlog.get_logger()

TURN_LOCK = 0x63757073
"""The key of the lock under which one process writes (`cups` in ASCII): other programs on the same database must not take it."""
CONNECT_S = 5
LOCK_MS, STATEMENT_MS, IDLE_MS = 10_000, 30_000, 5_000
"""How long a batch waits for its turn, a statement runs, and a process that stands still keeps its turn. Then the server ends it."""
OPTIONS = {
    "synchronous_commit": "on",  # `off` loses acked rows at a mere kill -9
    "lock_timeout": LOCK_MS,
    "statement_timeout": STATEMENT_MS,
    "idle_in_transaction_session_timeout": IDLE_MS,
}
"""What our promises rest on, for our own connections."""
GONE = {"tcp_user_timeout": 10_000, "keepalives_idle": 10, "keepalives_interval": 3, "keepalives_count": 3}
"""A machine that is gone says nothing: a connection to it is given up after 10 to 20 s (`tcp_user_timeout` in ms, the others in s), by the system's own
settings after a quarter of an hour or two hours."""
PREPARED = 500
"""Statements that a connection keeps prepared: more than there are."""
NEWS_AT_ONCE = 2000
"""Entries that are read at once."""
PRUNE_EVERY_MS = 30_000

_BEGIN = """
    begin; select pg_advisory_xact_lock({lock});
    with took as (update turn set holder = '{name}' where holder <> '{name}') select holder, number from turn
"""
"""What a statement changes it does not see itself: told is who wrote last."""
_UPSET = b"select upset from news_log where number > %s and upset is distinct from ''"
_NOTE = b"""
    with next as (update turn set number = number + 1 returning number)
    insert into news_log (number, holder, at, body, upset) select number, %s, %s, %s, %s from next returning number
"""
_AFTER = b"select number, holder, body from news_log where number > %s order by number limit %s"

_ALIVE = frozenset({TransactionStatus.INTRANS, TransactionStatus.INERROR, TransactionStatus.ACTIVE})


@cache
def address(url: str) -> sa.URL:
    """The same with the driver that is in use. What the address leaves open the usual PG… variables and files say."""
    return sa.make_url(url).set(drivername="postgresql+psycopg")


def engine(url: str, *, writes: bool, policy: Mapping[str, object]) -> sa.Engine:
    pool: dict[str, Any] = {"poolclass": NullPool}
    if not writes:
        policy = {**policy, "isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        pool = {"poolclass": QueuePool, "pool_size": READERS // 2, "max_overflow": READERS // 2}
    found = sa.create_engine(
        address(url),
        hide_parameters=True,
        execution_options=policy,
        connect_args={
            "connect_timeout": CONNECT_S,
            **GONE,
            "application_name": "cups",
            "options": " ".join(f"-c {name}={value}" for name, value in OPTIONS.items()),
        },
        **pool,
    )

    @event.listens_for(found, "connect")
    def _prepare(connection: psycopg.Connection[Any], _record: Any) -> None:
        connection.prepared_max = PREPARED

    return found


class PostgresHand:
    """`Hand` over PostgreSQL: connects anew after the server was away."""

    conn: sa.Connection
    driver: psycopg.Connection[Any]

    def __init__(self, engine: sa.Engine, following: Following, clock: Clock, keep_s: int) -> None:
        self._engine, self._following, self._clock, self._keep_ms = engine, following, clock, keep_s * 1000
        self._name = following.name
        self._connected = False
        self._number = self._heard = self._looked = 0
        """Of the last entry there is, of the last that was handed on from here, and of the last after which memory was put right."""
        self._looked_at = 0
        self._begin = _BEGIN.format(lock=TURN_LOCK, name=self._name)
        self._noted: Entry | None = None
        self._pruned_at = 0

    def __enter__(self) -> "PostgresHand":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._let_go()

    def _let_go(self) -> None:
        if self._connected:
            self._connected = False
            try:
                self.conn.invalidate()
            except sa.exc.SQLAlchemyError as error:
                log.info("connection was gone", error=type(error).__name__)
            self.conn.close()

    def _reach(self) -> None:
        if self._connected and not self.driver.closed:
            return
        self._let_go()
        self.conn = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        driver: Any = self.conn.connection.dbapi_connection
        self.driver, self._connected = driver, True

    @property
    def in_transaction(self) -> bool:
        return self._connected and self.driver.info.transaction_status in _ALIVE

    def begin(self) -> bool:
        self._reach()
        # One way to the server and back. What follows the lock sees all that was committed before it was had.
        cursor = self.driver.execute(self._begin)
        while cursor.nextset():
            pass
        holder, self._number = cursor.fetchone() or (None, 0)
        self._noted = None
        if holder == self._name:
            self._looked, self._looked_at = self._number, self._clock.now()
            return False
        return True

    def upset(self) -> Collection[str] | None:
        looked, looked_at, now = self._looked, self._looked_at, self._clock.now()
        self._looked, self._looked_at = self._number, now
        if not looked or now - looked_at > self._keep_ms / 2:
            return None  # entries may be gone
        found: set[str] = set()
        for (upset,) in self.driver.execute(_UPSET, (looked,)).fetchall():
            if upset is None:
                return None  # by a release that does not say
            found.update(upset.split())
        return None if EVERYTHING in found else found

    def missed(self) -> Sequence[Entry]:
        heard = max(self._heard, self._following.applied)
        if self._number <= heard or not self._following.begun:
            return ()
        found = news_log.rows(self.driver.execute(_AFTER, (heard, self._number - heard)).fetchall())
        self._heard = self._number
        return found

    def note(self, news: Sequence[News], upset: Collection[str]) -> Entry | None:
        if not news and not upset:
            return None
        values = (self._name, self._clock.now(), news_log.encode(news), " ".join(sorted(upset)))
        (number,) = self.driver.execute(_NOTE, values).fetchone() or (0,)
        body = values[2]
        self._noted = Entry(int(number), self._name, body)
        return self._noted

    def commit(self) -> None:
        self.driver.execute("commit")
        if self._noted is not None:
            # Only now: of a commit that failed nobody knows, and what it noted is read again if it is there.
            self._heard = self._noted.number

    def committed(self, items: int) -> None:
        """Old entries go; of everything else the server takes care."""
        now = self._clock.now()
        if now - self._pruned_at >= PRUNE_EVERY_MS:
            self._pruned_at = now
            try:
                self.driver.execute("delete from news_log where at < %s", (now - self._keep_ms,))
            except psycopg.Error as error:
                log.warning("old news were not deleted", error=type(error).__name__)

    def rollback(self) -> None:
        self.driver.execute("rollback")

    def savepoint(self) -> None:
        self.driver.execute("savepoint unit")

    def rollback_to_savepoint(self) -> None:
        self.driver.execute("rollback to unit")
        self.driver.execute("release unit")

    def release_savepoint(self) -> None:
        self.driver.execute("release unit")

    def truncate_log(self) -> bool:
        """Deleted rows are gone for every reader at once; the server writes over them in its own time (see docs/operating.md)."""
        return True

    def of_storage(self, error: Exception) -> Exception:
        known = isinstance(error, sa.exc.OperationalError | sa.exc.InternalError | sa.exc.InterfaceError)
        if known:
            assert isinstance(error, sa.exc.DBAPIError)
            return StorageFailed(type(error.orig).__name__)
        ours = (psycopg.OperationalError, psycopg.InternalError, psycopg.InterfaceError)
        return StorageFailed(type(error).__name__) if isinstance(error, ours) else error

    def close(self) -> None:
        self._engine.dispose()


class PostgresDatabase(GroupedDatabase):
    """`Database` over PostgreSQL."""

    def __init__(
        self,
        url: str,
        bus: Bus,
        *,
        clock: Clock | None = None,
        max_pending: int = MAX_PENDING,
        policy: Mapping[str, object] | None = None,
        news_keep_s: int = 600,
    ) -> None:
        """`policy`: see `SqliteDatabase`; `news_keep_s`: how long other processes find here what happened."""
        clock = clock or SystemClock()
        following = Following(bus, uuid4().hex)
        super().__init__(
            PostgresHand(engine(url, writes=True, policy=policy or {}), following, clock, news_keep_s),
            engine(url, writes=False, policy=policy or {}),
            bus,
            clock,
            max_pending,
            following,
        )

    async def begin_following(self) -> None:
        """Before memory is filled from the tables: from here on what other processes do is heard."""
        self.following.begin(await self.read(_last_number))

    async def catch_up(self) -> None:
        """Raises `TooFarBehind` where some of it is gone already."""
        heard = self.following.applied
        entries = await self.read(_entries_after, heard)
        if entries and entries[0].number > heard + 1 and self.following.applied == heard:
            self.too_far_behind = TooFarBehind(f"news {heard + 1} is gone, the first left is {entries[0].number}")
            raise self.too_far_behind
        self.following.caught_up(entries)


class TooFarBehind(Exception):
    """This process stood still for longer than news are kept: what it holds in memory is not to be trusted, and it has to start anew."""


def _last_number(conn: sa.Connection) -> int:
    return int(conn.execute(sa.select(turn.c.number)).scalar_one())


def _entries_after(conn: sa.Connection, number: int) -> list[Entry]:
    c = news_log_table.c
    found = conn.execute(
        sa.select(c.number, c.holder, c.body).where(c.number > number).order_by(c.number).limit(NEWS_AT_ONCE)
    )
    return news_log.rows(found.fetchall())
