"""`Transactions` over one SQLite connection in memory: commits one unit at a time, takes its time, and outlives the process that uses it."""

import contextlib
import random
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TypeVar, TypeVarTuple, cast

import sqlalchemy as sa
import trio
from sqlalchemy.pool import StaticPool

import cups.tables  # noqa: F401  all tables are known from here on
from cups.accounts.queries import TEEN_CONSENT
from cups.news import Bus, News
from cups.store.database import Unit
from cups.store.schema import metadata
from harness.queueworld.direct import Direct

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
USED = ("bot_answer", "bot_talk", "request", "chat", "channel", "block", "sanction", "role", "account")
"""What a course of events writes, in the order in which it can be emptied."""


class Disk:
    """The one connection of this process, emptied for every seed: making tables costs more than a whole course of events."""

    def __init__(self) -> None:
        engine = sa.create_engine(
            "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}, isolation_level="AUTOCOMMIT"
        )
        metadata.create_all(engine)
        # Young people need nobody's consent here: what becomes of those who wait for one is tested in `tests/consent`.
        conn = engine.connect().execution_options(**{TEEN_CONSENT: False})
        self.driver: sqlite3.Connection = conn.connection.dbapi_connection  # type: ignore[assignment]
        self.conn = cast(sa.Connection, Direct(conn, self.driver))

    def empty(self) -> None:
        for table in USED:
            self.driver.execute(f"delete from {table}")


class MemoryDatabase:
    def __init__(self, disk: Disk, bus: Bus, chance: random.Random, committed: Callable[[list[News]], None]) -> None:
        self._disk, self._bus, self._chance, self._committed = disk, bus, chance, committed
        self._turn = trio.Lock()

    async def _take_time(self) -> None:
        if self._chance.random() < 0.4:
            await trio.sleep(self._chance.choice((0.001, 0.01, 0.05)))
        else:
            await trio.lowlevel.checkpoint()

    async def read(self, work: Callable[[sa.Connection, *Ts], T], *args: *Ts) -> T:
        await self._take_time()
        found = work(self._disk.conn, *args)
        await self._take_time()
        return found

    async def write(self, work: Callable[[Unit, *Ts], T], *args: *Ts) -> T:
        """In the order of asking. A crash can come before the commit, and between the commit and its news."""
        async with self._in_turn():
            await self._take_time()
            unit = Unit(self._disk.conn, self._disk.driver, {}, {})
            with self._transaction():
                result = work(unit, *args)
            self._committed(unit.news)
            await self._take_time()
            for news in unit.news:
                self._bus.publish(news)
            return result

    @contextlib.asynccontextmanager
    async def _in_turn(self) -> AsyncIterator[None]:
        try:
            self._turn.acquire_nowait()
        except trio.WouldBlock:
            await self._turn.acquire()
        try:
            yield
        finally:
            self._turn.release()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        driver = self._disk.driver
        driver.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            driver.execute("ROLLBACK")
            raise
        driver.execute("COMMIT")
