"""The database seam: group commit, savepoints, news after the commit and in order, migrations equal to the tables."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
import trio
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from cups.news import AccountChanged, LocalBus
from cups.store import migrate
from cups.store.database import Unit
from cups.store.sqlite import SqliteDatabase
from cups.tables import metadata


@asynccontextmanager
async def database(path: Path) -> AsyncIterator[tuple[SqliteDatabase, list[str]]]:
    migrate.upgrade_sqlite(path)
    bus, told = LocalBus(), []
    bus.subscribe(AccountChanged, lambda news: told.append(news.account))
    db = SqliteDatabase(path, bus)
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


async def test_many_units_share_a_commit_and_are_told_in_order(tmp_path: Path) -> None:
    async with database(tmp_path / "x.db") as (db, told):
        done: list[int] = []

        async def write(number: int) -> None:
            done.append(await db.write(_insert, number))

        async with trio.open_nursery() as nursery:
            for number in range(200):
                nursery.start_soon(write, number)
        assert sorted(done) == list(range(200)) and await db.read(_count) == 200
        assert len(told) == 200
        assert db.statistics()["commits"] < 100, db.statistics()


async def test_a_unit_that_fails_is_undone_alone_and_tells_nothing(tmp_path: Path) -> None:
    async with database(tmp_path / "x.db") as (db, told):

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


async def test_the_news_come_after_the_commit(tmp_path: Path) -> None:
    """Whoever hears of something can read it."""
    path = tmp_path / "x.db"
    migrate.upgrade_sqlite(path)
    bus, seen = LocalBus(), []
    other = sa.create_engine(f"sqlite:///{path}")

    def look(news: AccountChanged) -> None:
        with other.connect() as conn:
            seen.append((news.account, _count(conn)))

    bus.subscribe(AccountChanged, look)
    db = SqliteDatabase(path, bus)
    async with trio.open_nursery() as nursery:
        await nursery.start(db.run)
        for number in range(5):
            await db.write(_insert, number)
        nursery.cancel_scope.cancel()
    assert seen == [(str(n), n + 1) for n in range(5)]


async def test_a_reader_cannot_write(tmp_path: Path) -> None:
    async with database(tmp_path / "x.db") as (db, _):
        with pytest.raises(sa.exc.OperationalError):
            await db.read(lambda conn: conn.execute(sa.text("delete from section")))


async def test_the_pragmas_that_durability_rests_on(tmp_path: Path) -> None:
    async with database(tmp_path / "x.db") as (db, _):

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
