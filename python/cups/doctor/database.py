"""The database: that it can be read, fits this version, and keeps what it says it has written."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from cups.accounts.queries import STAFF_SECOND_FACTOR
from cups.doctor.findings import Finding, Setup, fine, look, wrong
from cups.settings import Settings
from cups.store import migrate, opening

LOOK_S = 10.0
"""How long the whole file is read for, at most."""
LEAST_POSTGRES = 15
APART_S = 30


@contextmanager
def reading(settings: Settings) -> Iterator[sa.Connection]:
    """Reads, in a transaction that is not kept, as the server would."""
    if settings.database:
        from cups.store.postgres import engine

        found = engine(settings.database, writes=False, policy={})
    else:
        path = opening.sqlite_path(settings)
        found = sa.create_engine(f"sqlite:///{path}", poolclass=NullPool, hide_parameters=True)
    try:
        with found.connect() as conn:
            if not settings.database:
                conn.exec_driver_sql("PRAGMA query_only=ON")
            yield conn.execution_options(**{STAFF_SECOND_FACTOR: settings.staff_second_factor})
    finally:
        found.dispose()


def there(setup: Setup) -> bool:
    """Whether there is a database to be read by us."""
    return bool(setup.settings.database) or (setup.mine() and opening.sqlite_path(setup.settings).exists())


def database(setup: Setup) -> Iterator[Finding]:
    if not there(setup):
        yield look(database, "There is no database yet, or it is another user's.", "The first start makes it.")
        return
    try:
        with reading(setup.settings) as conn:
            yield from _revision(conn)
            yield from _of_postgres(conn, setup) if setup.settings.database else _of_sqlite(setup)
    except sa.exc.OperationalError as error:
        yield _unreachable(setup, error)
    except sa.exc.DatabaseError:
        yield wrong(database, "The file is no database, or is damaged.", "Restore the last backup (*Backup*).")


def _unreachable(setup: Setup, error: sa.exc.OperationalError) -> Finding:
    if setup.settings.database:
        first = str(error.orig).strip().splitlines()[-1]
        return wrong(
            database,
            f"PostgreSQL does not let us in: {first}",
            "Is it running, and are host, name, user and password of CUPS_DATABASE right?",
        )
    return wrong(
        database,
        f"The file cannot be opened: {error.orig}",
        "Look at who owns it, and whether another program holds it.",
    )


def _revision(conn: sa.Connection) -> Iterator[Finding]:
    known = migrate.newest()
    if not sa.inspect(conn).has_table("alembic_version"):
        yield look(database, "It is empty.", "The first start makes its tables.")
        return
    found = list(conn.exec_driver_sql("select version_num from alembic_version").scalars())
    if found == [known]:
        yield fine(database, "It fits this version.")
    elif len(found) == 1 and found[0] in migrate.known():
        yield look(
            database,
            "It was made by an older version.",
            "The next start brings it up to date. Make a backup first: there is no way back but that.",
        )
    elif conn.dialect.name == "postgresql" and migrate.suits(
        conn.execute(migrate.SUITED).all(), migrate.known(), known
    ):
        yield look(
            database, "It is of a newer version, beside which this one still runs.", "Bring this one up to date."
        )
    else:
        yield wrong(
            database, "It was made by a newer version than this one.", "Start that version, or go back to a backup."
        )


def _of_sqlite(setup: Setup) -> Iterator[Finding]:
    path, until = opening.sqlite_path(setup.settings), time.monotonic() + LOOK_S
    if path.stat().st_mode & 0o077:
        yield wrong(database, f"Others can read {path}.", f"`chmod 600 {path}*`")
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as file:
        file.set_progress_handler(lambda: time.monotonic() > until, 100_000)
        try:
            (said,) = file.execute("pragma quick_check(1)").fetchone()
        except sqlite3.OperationalError:
            yield look(
                database,
                f"It is too big to be read whole in {LOOK_S:.0f} s.",
                "Now and then run `sqlite3 -readonly cups.db 'pragma integrity_check'`.",
            )
            return
    if said == "ok":
        yield fine(database, "The file is whole.")
    else:
        yield wrong(
            database, "The file is damaged.", "Stop the server, keep the files, and restore the last backup (*Backup*)."
        )


def _of_postgres(conn: sa.Connection, setup: Setup) -> Iterator[Finding]:
    from cups.store.postgres import OPTIONS

    def value(name: str) -> str:
        return str(conn.exec_driver_sql("select setting from pg_settings where name = %s", (name,)).scalar())

    problems = 0
    for bad, said, do in (
        (
            int(value("server_version_num")) // 10_000 < LEAST_POSTGRES,
            f"PostgreSQL {value('server_version')} is too old.",
            f"Use version {LEAST_POSTGRES} or later.",
        ),
        (value("fsync") != "on" or value("full_page_writes") != "on", "PostgreSQL does not sync what it writes: a power cut loses messages or all of it.", "Set fsync=on and full_page_writes=on."),
        (value("autovacuum") != "on", "autovacuum is off: what was deleted stays in the files.", "Set autovacuum=on."),
        (bool(conn.exec_driver_sql("select pg_is_in_recovery()").scalar()), "This server is a replica: nothing can be written there.", "Set CUPS_DATABASE to the primary one."),
        (value("server_encoding") != "UTF8", "The database is not in UTF-8.", "Make it anew: `createdb --encoding UTF8 --locale C`."),
        (
            any(value(name) != str(wanted) for name, wanted in OPTIONS.items()),
            "Settings of our connections do not arrive (synchronous_commit and time limits): a pooler in between drops them.",
            "Let cups reach PostgreSQL itself, or let the pooler pass `options` on.",
        ),
        (
            abs(float(conn.exec_driver_sql("select extract(epoch from clock_timestamp())").scalar() or 0) - setup.now()) > APART_S,
            "The clocks of this machine and of PostgreSQL's differ.",
            "Have NTP set both.",
        ),
    ):  # fmt: skip
        if bad:
            problems += 1
            yield wrong(database, said, do)
    if conn.exec_driver_sql("select datcollate from pg_database where datname = current_database()").scalar() not in (
        "C",
        "POSIX",
        "C.UTF-8",
    ):
        yield look(
            database,
            "Names are not sorted as the embedded database does.",
            "For a new database: `createdb --locale C`.",
        )
    if not problems:
        yield fine(database, "PostgreSQL keeps what it has written, and our limits hold.")
