"""`cups backup --verify FILE`: proves a file by restoring it into a place that is thrown away."""

import contextlib
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import sqlalchemy as sa

from cups.backup import dumping
from cups.backup.problems import BackupFailed
from cups.backup.restoring import Lists, Restored, restore
from cups.clock import Clock
from cups.settings import Settings


def verify(settings: Settings, file: Path, clock: Clock) -> Restored:
    """Works while the server runs. Raises as `restore`."""
    with _place(settings) as place, _database(settings) as database:
        there = msgspec.structs.replace(
            settings, data_dir=str(place), database=database, erased_list="", backup_key=str(settings.backup_key_path())
        )
        return restore(there, file, Lists(required=False), clock)


@contextlib.contextmanager
def _place(settings: Settings) -> Iterator[Path]:
    place = settings.data_path() / "verifying"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True, mode=0o700)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


@contextlib.contextmanager
def _database(settings: Settings) -> Iterator[str]:
    """Of PostgreSQL: one of its own on the same server."""
    if not settings.database:
        yield ""
        return
    name = f"cups_verify_{secrets.token_hex(6)}"
    with dumping.connected(settings.database) as connection:
        try:
            connection.exec_driver_sql(f"create database {name} template template0 encoding utf8 locale 'C'")
        except sa.exc.ProgrammingError as error:
            raise BackupFailed(
                f"no database can be made to try the backup in ({str(error.orig).strip()}): let the user make some (alter role … createdb)"
            ) from error
    try:
        url = sa.make_url(settings.database).set(database=name)
        yield url.render_as_string(hide_password=False)
    finally:
        with dumping.connected(settings.database) as connection:
            connection.exec_driver_sql(f"drop database {name} with (force)")
