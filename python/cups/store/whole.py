"""Small files that are there whole or not at all, whenever the power goes."""

import os
import secrets
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """For its owner alone, and on disk before it takes the old one's place."""
    beside = _beside(path, "new")
    _put(beside, content)
    beside.replace(path)
    sync_folder(path.parent)


def make_whole(path: Path, content: bytes) -> bool:
    """As `write_whole`, but only where there is none: of several processes that make one in the same moment, all find that of the first. Whether it is this one."""
    # A name of its own: what two wrote into one file would be neither's.
    beside = _beside(path, secrets.token_hex(8))
    try:
        _put(beside, content)
        os.link(beside, path)
    except FileExistsError:
        return False
    finally:
        beside.unlink(missing_ok=True)
    sync_folder(path.parent)
    return True


def sync_folder(folder: Path) -> None:
    """Names that were given or taken in it last."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _beside(path: Path, ending: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path.with_name(f"{path.name}.{ending}")


def _put(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    with path.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
