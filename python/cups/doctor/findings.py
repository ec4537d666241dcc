"""What a check is given, and what it says."""

import os
import resource
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal

import msgspec

from cups.settings import Settings

State = Literal["fine", "look", "wrong"]


class Finding(msgspec.Struct, frozen=True):
    """`look`: nothing has to be done, but whoever runs this should know. `do` says what helps; empty where all is fine."""

    check: str
    state: State
    said: str
    do: str = ""


class Setup(msgspec.Struct, frozen=True):
    """What is looked at: the settings, and the machine as far as checks ask it. Facts of the machine are arguments, so that each check can be shown to fail."""

    settings: Settings
    url: str = ""
    """Where the public finds it, if that is to be tried."""
    now: Callable[[], float] = time.time
    mounts: Path = Path("/proc/self/mounts")
    user: int = msgspec.field(default_factory=os.geteuid)
    space: Callable[[Path], tuple[int, int]] = lambda path: shutil.disk_usage(path)[::2]
    """Bytes in all, and bytes free."""
    descriptors: int = msgspec.field(default_factory=lambda: resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    """As many files as the process may have open at the most."""
    sqlite: tuple[int, ...] = sqlite3.sqlite_version_info

    def folder(self) -> Path:
        return self.settings.data_path()

    def mine(self) -> bool:
        """Whether the data folder is there and belongs to whoever runs this: another user's SQLite would leave files behind that the server cannot open."""
        return self.folder().is_dir() and self.folder().stat().st_uid == self.user


Check = Callable[[Setup], Iterable[Finding]]


def name_of(check: Check) -> str:
    return check.__name__.replace("_", " ")


def fine(check: Check, said: str) -> Finding:
    return Finding(name_of(check), "fine", said)


def look(check: Check, said: str, do: str) -> Finding:
    return Finding(name_of(check), "look", said, do)


def wrong(check: Check, said: str, do: str) -> Finding:
    return Finding(name_of(check), "wrong", said, do)


def examine(setup: Setup, checks: Iterable[Check]) -> list[Finding]:
    """All of them, one after the other. A check that fails itself is a finding, too: what could not be looked at is not fine."""
    found: list[Finding] = []
    for check in checks:
        try:
            found += check(setup)
        except Exception as error:
            found.append(wrong(check, f"This could not be looked at: {type(error).__name__}.", "Please report this."))
    return found
