"""The database seam: group commit, savepoints, news after the commit and in order, migrations equal to the tables."""

import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
import trio
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from cups import ids
from cups.app import DataInUse, running
from cups.messages import statements
from cups.news import AccountChanged, LocalBus
from cups.store import migrate
from cups.store.database import StorageFailed, Unit
from cups.store.grouped import GroupedDatabase
from cups.tables import metadata
from harness.store import opened, settings_at


@asynccontextmanager
async def database(kind: str, folder: Path) -> AsyncIterator[tuple[GroupedDatabase, list[str]]]:
    bus, told = LocalBus(), []
    bus.subscribe(AccountChanged, lambda news: told.append(news.account))
    db = opened(kind, folder, bus)
    async with trio.open_nursery() as nursery:
        await nursery.start(db.run)
        yield db, told
        nursery.cancel_scope.cancel()


def _insert(unit: Unit, number: int) -> int:
    row = {
        "course": "c",
        "serial": number,
        "title": "t",
        "kind": "section",
        "html": "",
        "source": f"{number}.md",
        "imported_at": 0,
    }
    unit.conn.execute(metadata.tables["section"].insert(), row)
    unit.announce(AccountChanged(account=str(number)))
    return number


def _count(conn: sa.Connection) -> int:
    return int(conn.execute(sa.select(sa.func.count()).select_from(metadata.tables["section"])).scalar_one())


async def test_many_units_share_a_commit_and_are_told_in_order(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as (db, told):
        done: list[int] = []

        async def write(number: int) -> None:
            done.append(await db.write(_insert, number))

        async with trio.open_nursery() as nursery:
            for number in range(200):
                nursery.start_soon(write, number)
        assert sorted(done) == list(range(200)) and await db.read(_count) == 200
        assert len(told) == 200
        assert db.statistics()["commits"] < 100, db.statistics()


async def test_a_unit_that_fails_is_undone_alone_and_tells_nothing(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as (db, told):

        def fails(unit: Unit) -> None:
            _insert(unit, 1)
            raise ValueError("no")

        results: list[object] = []

        async def attempt(work: str) -> None:
            try:
                results.append(await (db.write(fails) if work == "bad" else db.write(_insert, 2)))
            except ValueError as error:
                results.append(error)

        async with trio.open_nursery() as nursery:
            nursery.start_soon(attempt, "bad")
            nursery.start_soon(attempt, "good")
        assert await db.read(_count) == 1 and told == ["2"]
        assert {type(r) for r in results} == {int, ValueError}


async def test_the_news_come_after_the_commit(kind: str, tmp_path: Path) -> None:
    """Whoever hears of something can read it."""
    bus, seen = LocalBus(), []
    db = opened(kind, tmp_path, bus)

    def look(news: AccountChanged) -> None:
        with db._readers.connect() as conn:
            seen.append((news.account, _count(conn)))

    bus.subscribe(AccountChanged, look)
    async with trio.open_nursery() as nursery:
        await nursery.start(db.run)
        for number in range(5):
            await db.write(_insert, number)
        nursery.cancel_scope.cancel()
    assert seen == [(str(n), n + 1) for n in range(5)]


async def test_a_reader_cannot_write(kind: str, tmp_path: Path) -> None:
    async with database(kind, tmp_path) as (db, _):
        with pytest.raises(sa.exc.DBAPIError):
            await db.read(lambda conn: conn.execute(sa.text("delete from section")))


async def test_the_pragmas_that_durability_rests_on(tmp_path: Path) -> None:
    async with database("sqlite", tmp_path) as (db, _):

        def pragmas(unit: Unit) -> dict[str, object]:
            names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
            return {name: unit.conn.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names}

        assert await db.write(pragmas) == {
            "journal_mode": "wal",
            "synchronous": 2,
            "foreign_keys": 1,
            "secure_delete": 1,
        }


def test_migrations_make_exactly_the_tables(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    migrate.upgrade_sqlite(path)
    migrate.upgrade_sqlite(path)
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.connect() as conn:
        assert compare_metadata(MigrationContext.configure(conn), metadata) == []


def test_messages_of_the_first_tables_are_kept_and_their_refs_known(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'x.db'}")
    with engine.begin() as conn:
        command.upgrade(migrate.config(conn), "754fad1a4192")
        conn.exec_driver_sql(
            "insert into account (id, name, name_key, kind, created_at) values ('a', 'a', 'a', 'member', 1)"
        )
        conn.exec_driver_sql("insert into channel (id, kind, epoch, seq) values ('c', 'room', 'e', 3)")
        for seq in (2, 1):
            conn.exec_driver_sql(
                f"insert into message values ('c', {seq}, {seq}, 'a', 'r{seq}', 't{seq}', {seq}, null, null, null)"
            )
    migrate.upgrade(engine)
    kept = "select seq, rev, author_id, ref, text, at from message order by seq"
    with engine.connect() as conn:
        assert [tuple(row) for row in conn.exec_driver_sql(kept)] == [(n, n, "a", f"r{n}", f"t{n}", n) for n in (1, 2)]
        driver = conn.connection.dbapi_connection
        assert statements.known(driver, ["c", "a", "r1", "c", "a", "r9"]) == {("c", "a", "r1"): 1}
        assert statements.tails(driver, ["c"]) == {"c": 3} and statements.unsettled(driver) == ([], 2)
    with engine.begin() as conn:
        command.downgrade(migrate.config(conn), "754fad1a4192")
        assert conn.exec_driver_sql(kept).all()[1].ref == "r2"
    migrate.upgrade(engine)


def test_an_upgrade_that_stops_half_way_is_undone_whole_and_done_again(tmp_path: Path) -> None:
    path, before = tmp_path / "x.db", "2f8b6ad4c915"
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as conn:
        command.upgrade(migrate.config(conn), before)
        run = conn.exec_driver_sql
        run("insert into account (id, name, name_key, kind, created_at) values ('a', 'a', 'a', 'member', 1)")
        run("insert into session (token_hash, account_id, created_at, expires_at) values ('t', 'a', 1, 2)")

    def stops(_at: int) -> str:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(ids, "new_id", stops)
        migrate.upgrade(engine)
    with engine.connect() as conn:
        assert conn.exec_driver_sql("select version_num from alembic_version").scalar() == before
        columns = {column["name"] for column in sa.inspect(conn).get_columns("session")}
        assert columns == {"token_hash", "account_id", "created_at", "expires_at"}
    migrate.upgrade_sqlite(path)
    with engine.connect() as conn:
        assert compare_metadata(MigrationContext.configure(conn), metadata) == []
        assert conn.exec_driver_sql("select count(*) from session where length(id) = 26").scalar() == 1


async def test_when_the_database_is_full_nothing_of_the_batch_is_told_or_lost(tmp_path: Path) -> None:
    """SQLite undoes the whole transaction by itself when a unit meets a full disk: what came before it in the batch must not be acked."""
    async with database("sqlite", tmp_path) as (db, told):
        pages = await db.write(lambda unit: int(unit.conn.exec_driver_sql("PRAGMA page_count").scalar() or 0))
        await db.write(lambda unit: unit.conn.exec_driver_sql(f"PRAGMA max_page_count={pages + 4}"))
        acked: list[int] = []

        def large(unit: Unit) -> None:
            row = {
                "course": "c",
                "serial": 999,
                "title": "t",
                "kind": "section",
                "html": "x" * 100_000,
                "source": "l.md",
            }
            unit.conn.execute(metadata.tables["section"].insert(), row | {"imported_at": 0})

        async def small(number: int) -> None:
            with contextlib.suppress(StorageFailed, sa.exc.OperationalError):
                acked.append(await db.write(_insert, number))

        async def fails() -> None:
            with pytest.raises((StorageFailed, sa.exc.OperationalError)):
                await db.write(large)

        for round_ in range(10):
            async with trio.open_nursery() as nursery:
                for number in range(3):
                    nursery.start_soon(small, round_ * 10 + number)
                nursery.start_soon(fails)
                for number in range(3, 6):
                    nursery.start_soon(small, round_ * 10 + number)
        stored = await db.read(lambda conn: set(conn.execute(sa.select(metadata.tables["section"].c.serial)).scalars()))
        assert set(acked) == stored == {int(t) for t in told}


async def test_one_process_at_a_time_works_on_a_data_directory(tmp_path: Path) -> None:
    settings = settings_at(tmp_path)
    async with running(settings):
        with pytest.raises(DataInUse):
            async with running(settings):
                pass
    async with running(settings):
        pass


async def test_a_file_that_is_no_database_of_ours_is_named(tmp_path: Path) -> None:
    (tmp_path / "cups.db").write_bytes(b"not a database at all" * 500)
    with pytest.raises(migrate.DatabaseUnusable, match=r"cups\.db"):
        async with running(settings_at(tmp_path)):
            pass
