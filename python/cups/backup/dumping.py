"""One consistent state of the database, as a stream of bytes, while others go on writing.

SQLite: `VACUUM INTO`, in one shot; a backup by steps begins anew with every write and never ends. PostgreSQL: pg_dump, whose snapshot is one transaction.
"""

import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import sqlalchemy as sa

from cups.backup.problems import BackupFailed
from cups.settings import Settings
from cups.store.opening import sqlite_path

PIECE = 1 << 20
PASSING = ("news_log", "node", "job_lease")
"""Tables that hold nothing but what the processes of a moment tell each other."""


# SQLite


def copy_sqlite(settings: Settings, target: Path) -> str:
    """A sound copy of all that was committed before; the revision of its tables."""
    source = sqlite_path(settings)
    if not source.exists():
        raise BackupFailed(f"{source} is not there: there is nothing to back up")
    target.touch(mode=0o600)
    try:
        # Read only: besides the server's writer nobody may ever write, or copy the log into the database.
        with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=20)) as database:
            database.execute("VACUUM INTO ?", (str(target),))
        return check_sqlite(target)
    except sqlite3.Error as error:
        raise BackupFailed(f"{source}: {error}") from error


def check_sqlite(path: Path) -> str:
    """Its revision. Raises `sqlite3.DatabaseError` where anything in it is not as it has to be."""
    with closing(sqlite3.connect(path)) as database:
        found = [row[0] for row in database.execute("PRAGMA integrity_check(3)")]
        if found != ["ok"]:
            raise sqlite3.DatabaseError("the database is damaged: " + "; ".join(found))
        if (loose := database.execute("PRAGMA foreign_key_check").fetchone()) is not None:
            raise sqlite3.DatabaseError(f"a row of {loose[0]} points to one that is not there")
        return str(database.execute("select version_num from alembic_version").fetchone()[0])


def pieces_of(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


# PostgreSQL


def program(name: str) -> Path:
    """The newest there is: it reads older servers, too. Debian keeps them off PATH."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda at: int(at.parts[-3]))
    found = str(installed[-1]) if installed else shutil.which(name)
    if found is None:
        raise BackupFailed(f"{name} is not installed: it comes with PostgreSQL's client programs")
    return Path(found)


def address(url: str) -> tuple[str, dict[str, str]]:
    """For PostgreSQL's own programs; a password goes by the environment, since everybody on the machine may read their arguments."""
    found = sa.make_url(url)
    bare = sa.URL.create("postgresql", found.username, None, found.host, found.port, found.database, found.query)
    secret = {} if found.password is None else {"PGPASSWORD": str(found.password)}
    return bare.render_as_string(hide_password=False), {**os.environ, **secret}


@contextmanager
def connected(url: str) -> Iterator[sa.Connection]:
    """For looking. Raises `BackupFailed` where the server cannot be had."""
    from cups.store.postgres import address as with_driver

    engine = sa.create_engine(
        with_driver(url), hide_parameters=True, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 5}
    )
    try:
        with engine.connect() as connection:
            yield connection
    except sa.exc.OperationalError as error:
        raise BackupFailed(f"{engine.url}: {str(error.orig).strip()}") from error
    finally:
        engine.dispose()


def version_of_postgres(settings: Settings) -> int:
    """The server's, its first number."""
    with connected(settings.database) as connection:
        return int(connection.exec_driver_sql("show server_version_num").scalar_one()) // 10000


def revision_of_postgres(settings: Settings) -> str:
    with connected(settings.database) as connection:
        if connection.exec_driver_sql("select to_regclass('alembic_version')").scalar() is None:
            raise BackupFailed("the database holds no tables of cups: there is nothing to back up")
        return str(connection.exec_driver_sql("select version_num from alembic_version").scalar_one())


def require_fit(tool: Path, server: int) -> None:
    """pg_dump and pg_restore serve servers of their own version and older ones."""
    told = subprocess.run([tool, "--version"], capture_output=True, text=True, check=True).stdout
    version = re.search(r"(\d+)(?:\.\d+)?", told)
    if version is None or int(version[1]) < server:
        raise BackupFailed(
            f"{tool} is of version {version[1] if version else '?'}, the server of {server}: install the client programs of PostgreSQL {server}"
        )


def dump_postgres(settings: Settings) -> Iterator[bytes]:
    tool = program("pg_dump")
    url, environment = address(settings.database)
    # Not compressed twice. `--no-owner`, `--no-privileges`: the restored one belongs to whoever restores it.
    command = [str(tool), "--format=custom", "--compress=0", "--no-owner", "--no-privileges", "--dbname", url]
    command += [f"--exclude-table-data={table}" for table in PASSING]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as dump:
        assert dump.stdout is not None and dump.stderr is not None
        try:
            while piece := dump.stdout.read(PIECE):
                yield piece
            said = dump.stderr.read().decode(errors="replace").strip()
            if dump.wait() != 0:
                raise BackupFailed(f"pg_dump: {said.splitlines()[-1] if said else 'failed'}")
        finally:
            dump.kill()
