"""`cups backup`: one sealed file of the database, the secret and the keys of notes, made while the server runs. It takes no lock that the server needs.

The file has its name only once it is whole, on disk, and was read back from there; only then are older ones removed, and the keys of their days destroyed.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from cups.backup import dumping, keeping
from cups.backup.key import DAY, BackupKey
from cups.backup.parts import packed
from cups.backup.problems import BackupFailed
from cups.backup.sealing import Sealing, opened
from cups.clock import Clock
from cups.keyring import Keyring
from cups.privacy.erased import ErasedList
from cups.settings import Settings
from cups.store.whole import sync_folder, write_whole

UNFINISHED = ".unfinished"
FILES = ("secret", "keys")
"""Of the data directory, beside the database."""
LIST = "erased"
"""The name of the list of erasures next to the backups."""


class Manifest(msgspec.Struct, frozen=True):
    """What a backup says of itself. `kind`: sqlite or postgresql. `revision`: of the tables."""

    kind: str
    revision: str
    at: int


class Made(msgspec.Struct, frozen=True):
    """`new_key`: whether this was the first backup, and its key was made."""

    path: Path
    size: int
    removed: list[Path]
    new_key: bool


class LastBackup(msgspec.Struct, frozen=True):
    """The last good one, for the metrics."""

    at: int
    bytes: int


def last_backup(settings: Settings) -> LastBackup | None:
    try:
        return msgspec.json.decode((settings.data_path() / "last-backup").read_bytes(), type=LastBackup)
    except (OSError, msgspec.DecodeError):
        return None


def make(settings: Settings, folder: Path, clock: Clock) -> Made:
    """Raises `BackupFailed`, and OSError (a full disk, say); what was there before is as it was."""
    with _alone(settings), _scratch(settings) as scratch:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _sweep(folder)
        at = clock.now()
        key, new_key = _key(settings, at // DAY)
        path = _free_name(folder, at)
        beside = path.with_name(path.name + UNFINISHED)
        try:
            _write(settings, beside, scratch, key, at)
            beside.rename(path)
        finally:
            beside.unlink(missing_ok=True)
        sync_folder(folder)
        _copy_list(settings, folder, at)
        removed = _keep(settings, path, key, at)
        size = path.stat().st_size
        write_whole(settings.data_path() / "last-backup", msgspec.json.encode(LastBackup(at, size)))
        return Made(path, size, removed, new_key)


@contextlib.contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """One backup at a time. The lock is not the server's."""
    if not settings.data_path().is_dir():
        raise BackupFailed(f"{settings.data_path()} is not there: there is nothing to back up")
    if settings.restoring_path().exists():
        raise BackupFailed(f"a restore into {settings.data_path()} is not finished")
    with (settings.data_path() / "backup-lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupFailed("another backup is being made just now") from None
        yield


@contextlib.contextmanager
def _scratch(settings: Settings) -> Iterator[Path]:
    """For what is not sealed: in the data directory, where the same lies anyway. One that was killed leaves it, and the next clears it away."""
    scratch = settings.data_path() / "backing-up"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(mode=0o700)
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _sweep(folder: Path) -> None:
    """What a backup that was killed has left."""
    for path in folder.glob(f"cups-*{keeping.SUFFIX}{UNFINISHED}"):
        path.unlink()


def _key(settings: Settings, day: int) -> tuple[BackupKey, bool]:
    path = settings.backup_key_path()
    if path.exists():
        return BackupKey.read(path), False
    return BackupKey.make(path, day), True


def _free_name(folder: Path, at: int) -> Path:
    while (path := folder / keeping.name_of(at)).exists():
        at += 1000
    return path


def _write(settings: Settings, path: Path, scratch: Path, key: BackupKey, at: int) -> None:
    # By a clock that went back the key's own day is the earliest there is.
    day, written = max(at // DAY, key.day), hashlib.sha256()
    path.touch(mode=0o600, exist_ok=False)
    with path.open("r+b") as out:
        sealing = Sealing(out, key, at, day)
        for piece in packed(_parts(settings, scratch, at)):
            written.update(piece)
            sealing.write(piece)
        sealing.finish()
        _read_back(out, key, written.hexdigest())


def _read_back(out: BinaryIO, key: BackupKey, written: str) -> None:
    """From the disk, as far as the system lets go of what it still holds in memory."""
    os.posix_fadvise(out.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    out.seek(0)
    found = hashlib.sha256()
    for piece in opened(out, key):
        found.update(piece)
    if found.hexdigest() != written:
        raise BackupFailed("what was read back is not what was written: look at the disk")


def _parts(settings: Settings, scratch: Path, at: int) -> Iterator[tuple[str, Iterator[bytes]]]:
    before = _files(settings)
    if settings.database:
        dumping.require_fit(dumping.program("pg_dump"), dumping.version_of_postgres(settings))
        manifest = Manifest("postgresql", dumping.revision_of_postgres(settings), at)
        database = dumping.dump_postgres(settings)
    else:
        copy = scratch / "cups.db"
        manifest = Manifest("sqlite", dumping.copy_sqlite(settings, copy), at)
        database = dumping.pieces_of(copy)
    yield "manifest", iter([msgspec.json.encode(manifest)])
    yield "database", database
    for name, content in _files_after(settings, before).items():
        yield name, iter([content])


def _files(settings: Settings) -> dict[str, bytes]:
    return {name: file.read_bytes() for name in FILES if (file := settings.data_path() / name).exists()}


def _files_after(settings: Settings, before: dict[str, bytes]) -> dict[str, bytes]:
    """The small files, which have to open all that the database holds: so none of their keys may have gone while that was copied."""
    after = _files(settings)
    lost = "keys" in before and not Keyring.salts_in(before["keys"]) <= Keyring.salts_in(after.get("keys", b""))
    if lost or before.get("secret", b"") not in (b"", after.get("secret")):
        raise BackupFailed("keys were changed while the database was copied: once more, please")
    return after


def _copy_list(settings: Settings, folder: Path, at: int) -> None:
    """With whom the copy had before: a list that was lost and began anew would take them out of it."""
    found, before = ErasedList.read(settings.erased_path()), ErasedList.read(folder / LIST)
    if found is not None:
        together = ErasedList(folder / LIST, found.since, before.known if before is not None else {})
        together.merge(found)
        together.save(folder / LIST)
        together.forget_before(at // DAY - settings.erased_days())


def _keep(settings: Settings, made: Path, key: BackupKey, at: int) -> list[Path]:
    backups = keeping.of_folder(made.parent)
    gone = keeping.over(backups, made, settings.backup_daily, settings.backup_weekly)
    for path in gone:
        path.unlink()
    if gone:
        sync_folder(made.parent)
    key.destroy_before(at // DAY - settings.backup_days())
    return gone
