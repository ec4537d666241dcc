"""Which database an installation has, by its settings: brought to the present schema, and opened."""

from collections.abc import Mapping
from pathlib import Path

from cups.clock import Clock
from cups.news import Bus
from cups.settings import Settings
from cups.store import migrate
from cups.store.grouped import GroupedDatabase
from cups.store.sqlite import SqliteDatabase


def sqlite_path(settings: Settings) -> Path:
    """Of the embedded database."""
    return settings.data_path() / "cups.db"


def prepare(settings: Settings) -> None:
    """Creates the tables, or brings them to the newest revision. Raises `DatabaseUnusable`."""
    if settings.database:
        migrate.upgrade_postgres(settings.database)
    else:
        migrate.upgrade_sqlite(sqlite_path(settings))


def open_database(settings: Settings, bus: Bus, clock: Clock, policy: Mapping[str, object]) -> GroupedDatabase:
    if settings.database:
        # Whoever stays with the embedded database need not load the other's driver.
        from cups.store.postgres import PostgresDatabase

        return PostgresDatabase(
            settings.database, bus, clock=clock, policy=policy, news_keep_s=settings.news_log_keep_s
        )
    return SqliteDatabase(sqlite_path(settings), bus, clock=clock, policy=policy)
