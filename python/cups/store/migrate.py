"""Brings a database to the present schema. `python -m cups.store.migrate revision "why"` writes a new migration from the tables."""

import sys
import tempfile
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"


def config(connection: sa.Connection) -> Config:
    found = Config()
    found.set_main_option("script_location", str(MIGRATIONS))
    found.attributes["connection"] = connection
    return found


def upgrade(engine: sa.Engine) -> None:
    """Applies what is missing; nothing when the database is at the newest revision."""
    with engine.begin() as connection:
        command.upgrade(config(connection), "head")


def upgrade_sqlite(path: Path) -> None:
    """Creates or upgrades the file at `path`, and its directory."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = sa.create_engine(f"sqlite:///{path}")
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        upgrade(engine)
    finally:
        engine.dispose()
    path.chmod(0o600)


def _revision(message: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = sa.create_engine(f"sqlite:///{folder}/new.db")
        upgrade(engine)
        with engine.begin() as connection:
            command.revision(config(connection), message=message, autogenerate=True)


if __name__ == "__main__":
    _revision(sys.argv[2])
