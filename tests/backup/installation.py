"""An installation with its backups: data directory, database and key, and new places to restore into, by the commands as an operator gives them."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from cups.accounts import names
from cups.accounts import queries as accounts
from cups.accounts.making import make_member
from cups.backup.making import Made, make
from cups.backup.restoring import Lists, Restored, restore
from cups.clock import ManualClock
from cups.privacy.erased import ErasedList
from cups.settings import Settings
from cups.store import opening
from cups.store.database import Unit
from harness import postgres

Done = subprocess.CompletedProcess[str]
DEMO = {"staff_second_factor": False}
either = pytest.mark.parametrize("here", ["sqlite"], indirect=True)
"""What does not depend on which database it is."""


def new_database(kind: str) -> str:
    """The setting `database`; there is nothing in it."""
    if kind == "sqlite":
        return ""
    return postgres.shared().create(f"backup_{uuid4().hex[:16]}")


class Installation:
    def __init__(self, kind: str, folder: Path) -> None:
        self.kind, self.folder = kind, folder
        self.backups = folder / "backups"
        self.settings = self.at("data", new_database(kind))
        self.clock = ManualClock()

    def at(self, name: str, database: str, **choices: Any) -> Settings:
        return Settings(data_dir=str(self.folder / name / "data"), database=database, **{**DEMO, **choices})

    def elsewhere(self, **choices: Any) -> Settings:
        """A new place, with the key of backups: as an operator who starts on another machine."""
        there = self.at(f"there-{uuid4().hex[:8]}", new_database(self.kind), **choices)
        there.data_path().mkdir(parents=True)
        if not there.backup_key:
            there.backup_key_path().write_bytes(self.settings.backup_key_path().read_bytes())
        return there

    def prepare(self) -> None:
        self.settings.data_path().mkdir(parents=True)
        opening.prepare(self.settings)
        ErasedList.at(self.settings.erased_path(), self.clock.now())

    @property
    def lists(self) -> Lists:
        return Lists((self.settings.erased_path(), self.backups / "erased"))

    # In this process, by a clock moved by hand

    def make(self) -> Made:
        return make(self.settings, self.backups, self.clock)

    def back_up(self) -> Path:
        return self.make().path

    def restore(self, file: Path, into: Settings, lists: Lists | None = None) -> Restored:
        return restore(into, file, lists or self.lists, self.clock)

    # The commands

    def run(self, *args: object, settings: Settings | None = None, **more: Any) -> Done:
        return subprocess.run(
            command(*args),
            env=environment(settings or self.settings),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            **more,
        )

    def sealed(self) -> list[Path]:
        return sorted(self.backups.glob("*.backup")) if self.backups.exists() else []


def command(*args: object) -> list[str]:
    return [sys.executable, "-m", "cups", *(str(arg) for arg in args)]


def environment(settings: Settings) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CUPS_")}
    chosen = {"data_dir": settings.data_dir, "database": settings.database, "backup_key": settings.backup_key}
    return clean | {f"CUPS_{name.upper()}": value for name, value in chosen.items()}


def files_up_to(size: int) -> Callable[[], None]:
    """For a process to be: no file that it writes may be longer, as on a disk that is nearly full."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    return limit


def member(unit: Unit, name: str, now: int) -> str:
    row = accounts.by_key(unit.conn, names.key(name))
    return str(row.id) if row else make_member(unit.conn, name=name, password_hash=None, age="adult", now=now)
