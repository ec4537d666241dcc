"""Small files that are there whole or not at all, whenever the power goes."""

import os
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """For its owner alone, and on disk before it takes the old one's place."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f"{path.name}.new")
    beside.touch(mode=0o600)
    with beside.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    beside.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Names that were given or taken in it last."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
