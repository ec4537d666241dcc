"""Brings a database to the present schema. `python -m cups.store.migrate revision "why"` writes a new migration from the tables.

While a release is rolled out, the one before it runs beside it on the new tables. So a migration adds; what it takes away, or asks for, that programs before
a certain revision cannot do without, names that revision as `needs`. See docs/decisions/0034-two-releases-run-side-by-side.md.
"""

import re
import sqlite3
import sys
import tempfile
from collections.abc import Sequence, Set
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
import structlog

if TYPE_CHECKING:
    from alembic.config import Config

log = structlog.get_logger()
MIGRATIONS = Path(__file__).parent / "migrations"


class DatabaseUnusable(Exception):
    """Not a database of ours, damaged, newer than this program, or not to be opened now (a full disk, a lock)."""


def config(connection: sa.Connection) -> "Config":
    # Loading Alembic takes a quarter of a second, and most starts have nothing to migrate.
    from alembic.config import Config

    found = Config()
    found.set_main_option("script_location", str(MIGRATIONS))
    found.attributes["connection"] = connection
    return found


def upgrade(engine: sa.Engine) -> None:
    """Applies what is missing, all of it or nothing; nothing when the database is at the newest revision."""
    from alembic import command

    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            # Python's driver begins no transaction before DDL: each ALTER would stay when the process is killed in the next one.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        command.upgrade(config(connection), "head")
        _note_oldest(connection)


def _named(what: str) -> set[str]:
    text = "\n".join(file.read_text("utf-8") for file in (MIGRATIONS / "versions").glob("*.py"))
    return set(re.findall(rf"^{what} = ['\"](\w+)['\"]", text, re.MULTILINE))


def known() -> set[str]:
    """Every revision that this version has had, or made."""
    return _named("revision")


def newest() -> str:
    """The newest revision: the one that no other follows."""
    head: str
    (head,) = known() - _named("down_revision")
    return head


def oldest() -> str:
    """The oldest revision whose program works with the newest tables: what the latest migration that took something away needs."""
    needs: dict[str, str] = {}
    before: dict[str, str] = {}
    for file in (MIGRATIONS / "versions").glob("*.py"):
        text = file.read_text("utf-8")
        said = dict(re.findall(r"^(revision|down_revision|needs) = ['\"](\w+)['\"]", text, re.MULTILINE))
        before[said["revision"]] = said.get("down_revision", "")
        if "needs" in said:
            needs[said["revision"]] = said["needs"]
    at = newest()
    while at not in needs:
        at = before[at]
    return needs[at]


def _note_oldest(connection: sa.Connection) -> None:
    connection.execute(sa.text("update compatibility set oldest = :oldest"), {"oldest": oldest()})


SUITED = sa.text("select version_num, (select max(oldest) from compatibility) from alembic_version")
"""For `suits`."""


def suits(there: Sequence[Sequence[str]], own: Set[str], newest: str) -> bool:
    """Whether a program that has the revisions `own` works with the tables that `SUITED` tells of: they are its own, or those of a newer release that
    it may run beside."""
    if len(there) != 1:
        return False
    revision, oldest = there[0]
    return revision == newest or (revision not in own and oldest in own)


def _is_newest(path: Path) -> bool:
    if not path.exists():
        return False
    with closing(sqlite3.connect(path)) as database:
        try:
            return database.execute("select version_num from alembic_version").fetchall() == [(newest(),)]
        except sqlite3.DatabaseError:
            return False


def upgrade_sqlite(path: Path) -> None:
    """Creates or upgrades the file at `path`, and its directory."""
    if _is_newest(path):
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = sa.create_engine(f"sqlite:///{path}")
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
            # What a migration copies to another table must not stay behind in the pages that the old one had.
            connection.exec_driver_sql("PRAGMA secure_delete=ON")
        upgrade(engine)
    except sa.exc.OperationalError as error:
        raise DatabaseUnusable(f"{path}: {error.orig}") from error
    except Exception as error:
        raise DatabaseUnusable(f"{path} is damaged, or was made by a newer cups: {type(error).__name__}") from error
    finally:
        engine.dispose()
    path.chmod(0o600)


MIGRATION_LOCK = 0x63757074
"""The key of the lock under which one process migrates: others that start at the same time wait for it."""
MIGRATION_WAIT_MS = 600_000


def upgrade_postgres(url: str) -> None:
    """Creates or upgrades the tables in the database at this address, which must be there and belong to the user in the address."""
    from cups.store.postgres import address

    engine = sa.create_engine(address(url), hide_parameters=True, connect_args={"connect_timeout": 5})
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"set local lock_timeout = {MIGRATION_WAIT_MS}")
            connection.exec_driver_sql(f"select pg_advisory_xact_lock({MIGRATION_LOCK})")
            there = connection.exec_driver_sql("select to_regclass('alembic_version')").scalar()
            found = there and connection.exec_driver_sql("select version_num from alembic_version").scalars().all()
            if found and _runs_beside(connection, found):
                log.warning("the tables are of a newer release", revision=found[0])
            elif found != [newest()]:
                from alembic import command

                command.upgrade(config(connection), "head")
                _note_oldest(connection)
    except sa.exc.OperationalError as error:
        raise DatabaseUnusable(f"{engine.url}: {str(error.orig).strip()}") from error
    except Exception as error:
        raise DatabaseUnusable(
            f"{engine.url} is damaged, or was made by a newer cups: {type(error).__name__}"
        ) from error
    finally:
        engine.dispose()


def _runs_beside(connection: sa.Connection, found: Sequence[str]) -> bool:
    own = known()
    newer = not own.issuperset(found) and sa.inspect(connection).has_table("compatibility")
    return newer and suits(connection.execute(SUITED).all(), own, newest())


def _revision(message: str) -> None:
    from alembic import command

    with tempfile.TemporaryDirectory() as folder:
        engine = sa.create_engine(f"sqlite:///{folder}/new.db")
        upgrade(engine)
        with engine.begin() as connection:
            command.revision(config(connection), message=message, autogenerate=True)


if __name__ == "__main__":
    _revision(sys.argv[2])
