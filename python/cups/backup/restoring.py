"""`cups restore`: an instance out of one backup, into nothing. Nobody is served from it before it is whole, verified, and rid of who was erased since.

All of it is done in the folder `restoring` inside the data directory; as long as that is there, no server starts. Its last step moves what was made to its place.
"""

import shutil
import time
from pathlib import Path
from typing import BinaryIO

import msgspec
import trio

from cups.app import running, sole_user
from cups.backup import afterwards, emptiness, filling
from cups.backup.key import BackupKey
from cups.backup.making import FILES, Manifest
from cups.backup.parts import unpacked
from cups.backup.problems import BackupUnusable
from cups.backup.sealing import CUT, opened
from cups.clock import Clock
from cups.privacy.erased import ErasedList
from cups.settings import Settings
from cups.store import migrate
from cups.store.opening import sqlite_path
from cups.store.whole import sync_folder, write_whole

MOST_SMALL = 1 << 20
"""Bytes of a part that is held in memory."""


class Restored(msgspec.Struct, frozen=True):
    """`listed_until`: when the list of erasures was last written, in milliseconds since the epoch; 0: there was none."""

    manifest: Manifest
    found: afterwards.Found
    listed_until: int
    seconds: float


class Lists(msgspec.Struct, frozen=True):
    """Where lists of erasures may be: all that are there count. `required`: one of them has to reach back to the backup."""

    paths: tuple[Path, ...] = ()
    required: bool = True


def restore(settings: Settings, file: Path, lists: Lists, clock: Clock) -> Restored:
    """Raises `NotEmpty`, `BackupUnusable`, `BackupFailed`, and what opening a database raises."""
    with file.open("rb") as sealed, sole_user(settings):
        emptiness.require(settings)
        return _restored(settings, sealed, lists, clock)


def _restored(settings: Settings, sealed: BinaryIO, lists: Lists, clock: Clock) -> Restored:
    began, place, filled = time.monotonic(), settings.restoring_path(), False
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(mode=0o700)
    sync_folder(settings.data_path())
    inner = msgspec.structs.replace(settings, data_dir=str(place), erased_list="")
    try:
        manifest = _unpack(settings, place, sealed)
        erased, until = _listed(lists, manifest, clock.now())
        erased.save(inner.erased_path())
        filling.fill(inner, manifest)
        filled = bool(settings.database)
        found = trio.run(_settled, inner, manifest, erased, clock)
        _move(settings, inner)
    except BaseException:
        # A database of PostgreSQL that is filled stays barred until somebody has emptied it: whoever was erased may be in it.
        if not filled:
            shutil.rmtree(place, ignore_errors=True)
        raise
    shutil.rmtree(place)
    sync_folder(settings.data_path())
    return Restored(manifest, found, until, time.monotonic() - began)


async def _settled(inner: Settings, manifest: Manifest, erased: ErasedList, clock: Clock) -> afterwards.Found:
    # Brings the tables to the newest revision, too.
    async with running(inner, clock) as cups:
        return await afterwards.settle(cups, manifest, erased)


def _unpack(settings: Settings, place: Path, sealed: BinaryIO) -> Manifest:
    """Every part as a file. Only when it returns is the backup known to be whole, and what it says to be true."""
    small = {"manifest": b"", **dict.fromkeys(FILES, b"")}
    target = filling.target(place)
    target.touch(mode=0o600)
    with target.open("wb") as database:
        for name, piece in unpacked(opened(sealed, BackupKey.read(settings.backup_key_path()))):
            if name == "database":
                database.write(piece)
            elif name in small and len(small[name]) + len(piece) <= MOST_SMALL:
                small[name] += piece
            else:
                raise BackupUnusable(
                    "the backup holds what this cups does not know: restore it with the version that made it, or a newer one"
                )
    try:
        manifest = msgspec.json.decode(small.pop("manifest"), type=Manifest)
    except msgspec.DecodeError:
        raise BackupUnusable(CUT) from None
    _require_ours(settings, manifest)
    for name, content in small.items():
        if content:
            write_whole(place / name, content)
    return manifest


def _require_ours(settings: Settings, manifest: Manifest) -> None:
    ours = "postgresql" if settings.database else "sqlite"
    if manifest.kind != ours:
        where = (
            "CUPS_DATABASE has to name an empty one"
            if manifest.kind == "postgresql"
            else "CUPS_DATABASE has to be empty"
        )
        raise BackupUnusable(f"this is a backup of a database of the kind {manifest.kind}: {where}")
    if manifest.revision not in migrate.known():
        raise BackupUnusable(
            f"this backup was made by a newer cups (revision {manifest.revision}): restore it with that one"
        )


def _listed(lists: Lists, manifest: Manifest, now: int) -> tuple[ErasedList, int]:
    """All lists together, and when the latest of them was written."""
    found = {path: one for path in lists.paths if (one := ErasedList.read(path)) is not None}
    reaches = any(one.since <= manifest.at for one in found.values())
    if lists.required and not reaches:
        raise BackupUnusable(
            "no list of erasures reaches back to this backup, so it would bring back whoever was erased since. Name one with --erased FILE "
            "(the file `erased` of the data directory, or next to the backups); or say --without-list"
        )
    together = ErasedList(Path(), now, {})
    for one in found.values():
        together.merge(one)
    if not reaches:
        together.since = now
    until = max((path.stat().st_mtime_ns // 1_000_000 for path in found), default=0)
    return together, until


def _move(settings: Settings, inner: Settings) -> None:
    """The database last: whatever happens in between, no server starts on half of it, and no restore takes the folder for empty."""
    restored = ErasedList.read(inner.erased_path())
    assert restored is not None
    restored.save(settings.erased_path())
    database = sqlite_path(inner)
    for name in (*FILES, *([] if settings.database else [database.name])):
        made = inner.data_path() / name
        if made.exists():
            made.rename(settings.data_path() / name)
    sync_folder(settings.data_path())
