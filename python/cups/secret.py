"""The one secret of an installation, kept in its data directory, and the keys made from it: one for each purpose."""

import hashlib
import os
import secrets
from pathlib import Path

from cups.settings import Settings

LEAST = 16
"""Bytes: what is shorter was never written whole, and could be guessed."""


class SecretUnusable(Exception):
    """The file is there, but nothing that keys may be made from."""


def key(settings: Settings, purpose: str) -> str:
    """64 hexadecimal digits: the same after a restart, different for each purpose."""
    path: Path = settings.data_path() / "secret"
    if not path.exists():
        _make(path)
    held = path.read_bytes()
    if len(held.strip()) < LEAST:
        raise SecretUnusable(
            f"{path} is empty or cut short. Put your copy of it back. Without one, take the file away: a new one is made, and no recovery code "
            "and no second factor is good any more"
        )
    return hashlib.sha256(held + purpose.encode()).hexdigest()


def _make(path: Path) -> None:
    """Whole and on disk before it has its name: half a secret would be taken for one, and what was made from a lost one is no good again."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f"{path.name}.new")
    beside.touch(mode=0o600)
    with beside.open("w") as file:
        file.write(secrets.token_hex(32))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
