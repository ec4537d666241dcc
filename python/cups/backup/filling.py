"""The database of a backup, as a file, becomes the database of an instance: checked, or refused by what reads it in."""

import sqlite3
import subprocess
from pathlib import Path

from cups.backup import dumping
from cups.backup.making import Manifest
from cups.backup.problems import BackupUnusable
from cups.settings import Settings
from cups.store.opening import sqlite_path

NAME = "database"


def target(place: Path) -> Path:
    """Where the part `database` goes."""
    return place / NAME


def fill(inner: Settings, manifest: Manifest) -> None:
    """Raises `BackupUnusable` where it is not sound, and `BackupFailed`. PostgreSQL: all of it or nothing."""
    file = target(inner.data_path())
    if manifest.kind == "postgresql":
        _restore_dump(inner, file, manifest)
        file.unlink()
        return
    try:
        dumping.check_sqlite(file)
    except sqlite3.Error as error:
        raise BackupUnusable(f"the database in the backup is not sound: {error}") from error
    file.rename(sqlite_path(inner))


def _restore_dump(inner: Settings, file: Path, manifest: Manifest) -> None:
    tool = dumping.program("pg_restore")
    # An older pg_restore cannot read what a newer pg_dump wrote, and says so itself.
    dumping.require_fit(tool, dumping.version_of_postgres(inner))
    url, environment = dumping.address(inner.database)
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--dbname", url]
    done = subprocess.run([tool, *options, file], env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        raise BackupUnusable(f"pg_restore: {said[0] if said else 'failed'}")
    with dumping.connected(inner.database) as connection:
        # Without it the first hours are served by plans for empty tables.
        connection.exec_driver_sql("analyze")
