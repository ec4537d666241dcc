"""The key of backups: one file, with the key of one day. The key of each day after it is made from it, that of a day before cannot be made any more.

So a copy that is kept elsewhere opens every later backup, too; and where all copies have moved on past a day, the backups of that day are
destroyed, wherever their files lie.
"""

import secrets
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cups.backup.problems import BackupUnusable
from cups.store.whole import write_whole

DAY = 86_400_000
MOST_DAYS = 36_600
"""A hundred years: no honest file is of a day beyond that, and each day costs a step."""


class _File(msgspec.Struct):
    day: int
    key: str


def derive(key: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, None, purpose).derive(key)


class BackupKey:
    """`day` counts days since the epoch, UTC."""

    def __init__(self, path: Path, day: int, key: bytes) -> None:
        self._path, self.day, self._key = path, day, key

    @classmethod
    def read(cls, path: Path) -> "BackupKey":
        """Raises `BackupUnusable` where it is not there, or no key."""
        try:
            found = msgspec.json.decode(path.read_bytes(), type=_File)
            key = bytes.fromhex(found.key)
        except FileNotFoundError:
            raise BackupUnusable(f"{path} is not there: without the key of backups none can be opened") from None
        except (msgspec.DecodeError, ValueError):
            raise BackupUnusable(f"{path} is no key of backups, or damaged") from None
        if len(key) != 32:
            raise BackupUnusable(f"{path} is no key of backups, or damaged")
        return cls(path, found.day, key)

    @classmethod
    def make(cls, path: Path, day: int) -> "BackupKey":
        made = cls(path, day, secrets.token_bytes(32))
        made._write()
        return made

    def of(self, day: int) -> bytes:
        """Raises `BackupUnusable` for a day whose key was destroyed."""
        if day < self.day:
            raise BackupUnusable(
                "the key of that day was destroyed: what was erased since then was to be gone from this backup, too"
            )
        if day - self.day > MOST_DAYS:
            raise BackupUnusable("the file says that it is of a day far ahead: it is damaged, or no backup")
        key = self._key
        for _ in range(day - self.day):
            key = derive(key, b"cups backup: the next day")
        return key

    def destroy_before(self, day: int) -> bool:
        """No backup of an earlier day can be opened with this file any more. False if that was so already."""
        if day <= self.day:
            return False
        self._key, self.day = self.of(day), day
        self._write()
        return True

    def _write(self) -> None:
        write_whole(self._path, msgspec.json.encode(_File(self.day, self._key.hex())))
