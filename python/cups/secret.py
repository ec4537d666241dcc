"""The one secret of an installation, kept in its data directory, and the keys made from it: one for each purpose."""

import hashlib
import secrets
from pathlib import Path

from cups.settings import Settings


def key(settings: Settings, purpose: str) -> str:
    """64 hexadecimal digits: the same after a restart, different for each purpose."""
    path: Path = settings.data_path() / "secret"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32))
    return hashlib.sha256(path.read_bytes() + purpose.encode()).hexdigest()
