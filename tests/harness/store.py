"""Which database the tests are on: SQLite, or PostgreSQL with CUPS_TEST_DATABASE=postgresql. Each data directory has one of its own."""

import hashlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from cups.news import Bus
from cups.settings import Settings
from cups.store import migrate
from cups.store.grouped import GroupedDatabase
from cups.store.holding import holding
from cups.store.postgres import PostgresDatabase, address
from cups.store.sqlite import SqliteDatabase
from cups.tables import metadata
from harness import postgres

ON_POSTGRES = os.environ.get("CUPS_TEST_DATABASE") == "postgresql"
sqlite_only = pytest.mark.skipif(ON_POSTGRES, reason="about SQLite's own files, or its own words")


def database_of(folder: Path, on_postgres: bool = ON_POSTGRES) -> str:
    """The setting `database` for this data directory."""
    if not on_postgres:
        return ""
    name = "of_" + hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:24]
    return postgres.shared().made(name)


def opened(kind: str, folder: Path, bus: Bus, **choices: Any) -> GroupedDatabase:
    """The database of a data directory, with its tables; `kind` is sqlite or postgresql, whatever this run is on."""
    if kind == "sqlite":
        migrate.upgrade_sqlite(folder / "cups.db")
        return SqliteDatabase(folder / "cups.db", bus, **choices)
    return PostgresDatabase(database_of(folder, on_postgres=True), bus, **choices)


def settings_at(folder: Path, **settings: Any) -> Settings:
    """Settings for a data directory, as given, on the database of this run."""
    return Settings(data_dir=str(folder), database=database_of(folder), **settings)


class Rows(Protocol):
    """A connection as these tests use it; parameters are marked by `?`. Each statement commits itself."""

    def execute(self, statement: str, parameters: Sequence[object] = (), /) -> Any: ...


class _OfPostgres:
    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def execute(self, statement: str, parameters: Sequence[object] = ()) -> Any:
        return self._connection.execute(statement.replace("?", "%s").encode(), tuple(parameters) or None)


@contextmanager
def rows_at(folder: Path) -> Iterator[Rows]:
    """Into the database of a data directory past its server, to see what is stored, or to plant something."""
    if ON_POSTGRES:
        with psycopg.connect(database_of(folder), autocommit=True) as connection:
            yield _OfPostgres(connection)
        return
    with closing(sqlite3.connect(folder / "cups.db", timeout=20, isolation_level=None)) as database:
        yield database


def engine_of(folder: Path) -> sa.Engine:
    """For SQLAlchemy's own words; not pooled."""
    url = address(database_of(folder)) if ON_POSTGRES else f"sqlite:///{folder / 'cups.db'}"
    return sa.create_engine(url, poolclass=NullPool)


def sql(folder: Path, statement: str, *values: object) -> list[Any]:
    """One statement, and what it finds."""
    with rows_at(folder) as rows:
        done = rows.execute(statement, values)
        return list(done.fetchall()) if done.description else []


def counts(folder: Path) -> dict[str, int]:
    """How many rows there are in every table."""
    with rows_at(folder) as rows:
        return {
            table.name: rows.execute(f'select count(*) from "{table.name}"').fetchone()[0]
            for table in metadata.sorted_tables
        }


def everything(folder: Path) -> bytes:
    """All that is stored: of SQLite every byte of its files, what was deleted and is not gone yet too; of PostgreSQL what anybody can read, but for what
    passes within minutes."""
    if not ON_POSTGRES:
        return b"".join(file.read_bytes() for file in folder.rglob("cups.db*"))
    with rows_at(folder) as rows:
        lasting = [table for table in metadata.sorted_tables if (held := holding(table)) is None or not held.passing]
        found = [rows.execute(f'select * from "{table.name}"').fetchall() for table in lasting]
    return repr(found).encode()
