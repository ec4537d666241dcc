"""PostgreSQL: several processes write one after the other, what each remembers holds, and a server that dies loses nothing that was answered."""

import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
import trio
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from cups.news import LocalBus
from cups.settings import load
from cups.store import migrate
from cups.store.database import StorageFailed, Unit
from cups.store.postgres import GONE, IDLE_MS, PostgresDatabase, address, engine
from cups.tables import metadata
from harness.postgres import Postgres

section = metadata.tables["section"]


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """One of its own: it is killed here."""
    made = Postgres()
    yield made
    made.close()


@pytest.fixture
def url(server: Postgres, request: pytest.FixtureRequest) -> str:
    return server.made(f"t{abs(hash(request.node.name)):x}")


@asynccontextmanager
async def databases(url: str, count: int) -> AsyncIterator[list[PostgresDatabase]]:
    """As many processes would have them."""
    made = [PostgresDatabase(url, LocalBus()) for _ in range(count)]
    async with trio.open_nursery() as nursery:
        for db in made:
            await nursery.start(db.run)
        yield made
        nursery.cancel_scope.cancel()


def _next(unit: Unit) -> int:
    """Looks, decides and writes, as units do: right only if nobody comes in between."""
    number = int(unit.conn.execute(sa.select(sa.func.coalesce(sa.func.max(section.c.serial), 0))).scalar_one()) + 1
    row = {"course": "c", "serial": number, "title": "t", "kind": "section", "html": "", "source": f"{number}.md"}
    unit.conn.execute(section.insert(), row | {"imported_at": 0})
    return number


def _stored(conn: sa.Connection) -> list[int]:
    return list(conn.execute(sa.select(section.c.serial).order_by(section.c.serial)).scalars())


async def test_numbers_have_no_gap_however_many_write(url: str) -> None:
    async with databases(url, 4) as all_:
        given: list[int] = []

        async def take(db: PostgresDatabase) -> None:
            for _ in range(25):
                given.append(await db.write(_next))

        async with trio.open_nursery() as nursery:
            for db in all_:
                nursery.start_soon(take, db)
                nursery.start_soon(take, db)
        assert sorted(given) == list(range(1, 201)) == await all_[0].read(_stored)


async def test_what_a_writer_remembers_is_forgotten_when_another_has_written(url: str) -> None:
    def remember(unit: Unit) -> list[str]:
        before = list(unit.memory)
        unit.memory["seen"] = True
        return before

    async with databases(url, 2) as (one, other):
        assert await one.write(remember) == []
        assert await one.write(remember) == ["seen"], "alone, it keeps it"
        await other.write(_next)
        assert await one.write(remember) == []


async def test_what_was_answered_outlives_the_server_and_writing_goes_on(server: Postgres, url: str) -> None:
    async with databases(url, 2) as (one, other):
        answered: list[int] = []
        failures: list[Exception] = []

        async def write(db: PostgresDatabase) -> None:
            while len(answered) < 400:
                try:
                    answered.append(await db.write(_next))
                except StorageFailed as error:
                    failures.append(error)
                    await trio.sleep(0.05)

        async def kill() -> None:
            for enough in (60, 160, 260):
                while len(answered) < enough:
                    await trio.sleep(0.01)
                server.kill9()
                await trio.to_thread.run_sync(server.start)

        with trio.fail_after(60):
            async with trio.open_nursery() as nursery:
                nursery.start_soon(write, one)
                nursery.start_soon(write, other)
                nursery.start_soon(kill)
        stored = await one.read(_stored)
        assert failures, "the server was never missed"
        assert set(answered) <= set(stored) and len(set(answered)) == len(answered)
        assert stored == list(range(1, len(stored) + 1))


async def test_reading_goes_on_after_the_server_was_away(server: Postgres, url: str) -> None:
    async with databases(url, 1) as (db,):
        await db.write(_next)
        assert await db.read(_stored) == [1]
        server.kill9()
        with pytest.raises(sa.exc.OperationalError):
            await db.read(_stored)
        await trio.to_thread.run_sync(server.start)
        assert await db.read(_stored) == [1]


async def test_a_unit_that_breaks_a_rule_of_the_tables_is_undone_alone(url: str) -> None:
    """There, any error ends the whole transaction: the savepoint brings it back."""

    def twice(unit: Unit) -> None:
        row = {"course": "c", "serial": 7, "title": "t", "kind": "section", "html": "", "source": "x", "imported_at": 0}
        unit.conn.execute(section.insert(), row)
        unit.conn.execute(section.insert(), row)

    async with databases(url, 1) as (db,):
        results: list[object] = []

        async def attempt(*work: object) -> None:
            try:
                results.append(await db.write(*work))  # type: ignore[arg-type]
            except sa.exc.IntegrityError as error:
                results.append(error)

        async with trio.open_nursery() as nursery:
            for work in (_next, twice, _next, twice, _next):
                nursery.start_soon(attempt, work)
        assert await db.read(_stored) == [1, 2, 3]
        assert sorted(type(result).__name__ for result in results) == ["IntegrityError"] * 2 + ["int"] * 3


STANDS_STILL = """
import sys, time, trio
from cups.news import LocalBus
from cups.store.postgres import PostgresDatabase

async def main():
    db = PostgresDatabase(sys.argv[1], LocalBus())
    async with trio.open_nursery() as nursery:
        await nursery.start(db.run)
        def hold(unit):
            print("mine", flush=True)
            time.sleep(600)
        await db.write(hold)

trio.run(main)
"""


def _holder(url: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", STANDS_STILL, url], stdout=subprocess.PIPE)


@pytest.mark.parametrize("how", ["stands still", "is killed"])
async def test_a_process_in_its_turn_keeps_the_others_waiting_a_moment_at_most(url: str, how: str) -> None:
    other = _holder(url)
    try:
        assert other.stdout is not None and await trio.to_thread.run_sync(other.stdout.readline) == b"mine\n"
        other.send_signal(signal.SIGSTOP if how == "stands still" else signal.SIGKILL)
        began = trio.current_time()
        async with databases(url, 1) as (db,):
            assert await db.write(_next) == 1
        assert trio.current_time() - began < IDLE_MS / 1000 + 5
    finally:
        other.kill()
        other.wait()


async def test_an_answer_has_been_synced(url: str) -> None:
    async with databases(url, 1) as (db,):
        assert await db.write(lambda unit: unit.conn.exec_driver_sql("show synchronous_commit").scalar()) == "on"


def test_migrations_make_exactly_the_tables_there_too(server: Postgres) -> None:
    engine = sa.create_engine(address(server.create("compared")))
    try:
        migrate.upgrade(engine)
        with engine.connect() as conn:
            assert compare_metadata(MigrationContext.configure(conn, opts={"compare_type": True}), metadata) == []
        with engine.begin() as conn:
            command.downgrade(migrate.config(conn), "base")
        with engine.connect() as conn:
            left = conn.exec_driver_sql("select tablename from pg_tables where schemaname = 'public'").scalars().all()
        assert left == ["alembic_version"]
        migrate.upgrade(engine)
    finally:
        engine.dispose()


async def test_several_that_start_at_once_migrate_once(server: Postgres) -> None:
    made = server.create("raced")
    async with trio.open_nursery() as nursery:
        for _ in range(4):
            nursery.start_soon(trio.to_thread.run_sync, migrate.upgrade_postgres, made)
    with psycopg.connect(made) as connection:
        assert connection.execute("select version_num from alembic_version").fetchall() == [(migrate.newest(),)]


def test_an_address_that_leads_nowhere_is_named_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(migrate.DatabaseUnusable, match=r"@/gone") as refused:
        migrate.upgrade_postgres(f"postgresql://postgres:hushhush@/gone?host={tmp_path}")
    assert "hushhush" not in str(refused.value)
    with pytest.raises(ValueError, match="CUPS_DATABASE"):
        load({"CUPS_DATABASE": "mysql://x"})


def test_a_connection_to_a_machine_that_is_gone_is_given_up(url: str) -> None:
    """Within seconds, where the system's own settings wait for a quarter of an hour: such a machine refuses nothing, it is silent."""
    with engine(url, writes=True, policy={}).connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        had = driver.info.get_parameters()
    assert {name: int(had[name]) for name in GONE} == GONE and GONE["tcp_user_timeout"] <= 10_000
