"""The one secret of an installation, kept in its data directory, and the keys made from it: one for each purpose."""

import hashlib
import secrets
from pathlib import Path

from cups.settings import Settings
from cups.store.whole import make_whole

LEAST = 16
"""Bytes: what is shorter was never written whole, and could be guessed."""


class SecretUnusable(Exception):
    """The file is there, but nothing that keys may be made from."""


def key(settings: Settings, purpose: str) -> str:
    """64 hexadecimal digits: the same after a restart, different for each purpose."""
    path: Path = settings.data_path() / "secret"
    if not path.exists():
        _make(path)
    try:
        held = path.read_bytes()
    except FileNotFoundError:
        raise SecretUnusable(
            f"{path} leads to a file that is not there: see that what it leads to can be read"
        ) from None
    if len(held.strip()) < LEAST:
        raise SecretUnusable(
            f"{path} is empty or cut short. Put your copy of it back. Without one, take the file away: a new one is made, and no recovery code "
            "and no second factor is good any more"
        )
    return hashlib.sha256(held + purpose.encode()).hexdigest()


def _make(path: Path) -> None:
    """Whole and on disk before it has its name: half a secret would be taken for one, and what was made from a lost one is no good again. Where another
    process was quicker its secret holds; and where a link leads nowhere, it stays what it is."""
    make_whole(path, secrets.token_hex(32).encode())
