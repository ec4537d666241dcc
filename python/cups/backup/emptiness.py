"""Restoring writes over nothing: into an empty data directory and an empty database only."""

from cups.backup.dumping import connected
from cups.backup.problems import NotEmpty
from cups.settings import Settings

MAY_BE_THERE = {"lock", "backup-lock", "backup-key", "last-backup", "erased", "erased.lock", "restoring", "verifying"}
"""In a data directory that counts as empty."""


def require(settings: Settings) -> None:
    """Raises `NotEmpty`."""
    found = sorted(path.name for path in settings.data_path().iterdir() if path.name not in MAY_BE_THERE)
    if found:
        raise NotEmpty(f"{settings.data_path()} is in use ({found[0]} is there): restore into an empty one")
    if settings.database and (table := _a_table(settings.database)):
        raise NotEmpty(f"the database is in use (it has a table {table}): restore into a new one, as createdb makes it")


def _a_table(url: str) -> str:
    ours = "schemaname not in ('pg_catalog', 'information_schema')"
    with connected(url) as connection:
        return str(connection.exec_driver_sql(f"select min(tablename) from pg_tables where {ours}").scalar() or "")
