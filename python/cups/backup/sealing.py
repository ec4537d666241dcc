"""The file of a backup: a head that anybody can read, then chunks that nobody can read, change, reorder, cut or lengthen without the key.

The key is the day's, with a random salt and the head bound into it, so each file has its own. Chunks are sealed one by one with AES-256-GCM; the nonce is the
chunk's number and whether it is the last (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, as `age` has it).
"""

import hmac
import os
import secrets
from collections.abc import Iterator
from typing import BinaryIO

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cups.backup.key import BackupKey, derive
from cups.backup.problems import BackupUnusable

MAGIC = b"cups backup 1\n"
CHUNK = 1 << 20
TAG = 16
MOST_HEAD = 1024
CUT = "the file is damaged or cut short: nothing of it can be trusted"


class Head(msgspec.Struct, frozen=True):
    """`at`: milliseconds since the epoch. `day`: whose key it is sealed with. `check`: tells a wrong key from a damaged file."""

    at: int
    day: int
    salt: str
    check: str


def _check(key: bytes, salt: str) -> str:
    return derive(key, b"cups backup: check " + salt.encode()).hex()[:16]


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11) + bytes([last])


class Sealing:
    """Writes one file; nothing in it counts before `finish`."""

    def __init__(self, out: BinaryIO, key: BackupKey, at: int, day: int) -> None:
        of_day, salt = key.of(day), secrets.token_hex(16)
        head = msgspec.json.encode(Head(at, day, salt, _check(of_day, salt)))
        out.write(MAGIC + len(head).to_bytes(4) + head)
        self._out, self._cipher = out, AESGCM(derive(of_day, head))
        self._waiting, self._number = bytearray(), 0

    def write(self, data: bytes) -> None:
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]

    def finish(self) -> None:
        """All of it is on disk when this returns."""
        self._seal(bytes(self._waiting), last=True)
        self._out.flush()
        os.fsync(self._out.fileno())

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        self._out.write(self._cipher.encrypt(_nonce(self._number, last), chunk, None))
        self._number += 1


def _head(file: BinaryIO) -> tuple[Head, bytes]:
    if file.read(len(MAGIC)) != MAGIC:
        raise BackupUnusable("this is no backup of cups")
    length = int.from_bytes(file.read(4))
    text = file.read(length) if length <= MOST_HEAD else b""
    try:
        return msgspec.json.decode(text, type=Head), text
    except msgspec.DecodeError:
        raise BackupUnusable(CUT) from None


def read_head(file: BinaryIO) -> Head:
    """As it says of itself: true only once the file was opened with the key."""
    return _head(file)[0]


def opened(file: BinaryIO, key: BackupKey) -> Iterator[bytes]:
    """What was sealed, piece by piece. Whoever uses a piece before the last one has come may have to undo that: only then is the file known to be whole."""
    head, text = _head(file)
    of_day = key.of(head.day)
    if not hmac.compare_digest(_check(of_day, head.salt), head.check):
        raise BackupUnusable("this backup was sealed with another key, or its head is damaged")
    cipher, number = AESGCM(derive(of_day, text)), 0
    sealed = file.read(CHUNK + TAG)
    while True:
        following = file.read(CHUNK + TAG)
        try:
            yield cipher.decrypt(_nonce(number, not following), sealed, None)
        except (InvalidTag, ValueError):
            raise BackupUnusable(CUT) from None
        if not following:
            return
        sealed, number = following, number + 1
