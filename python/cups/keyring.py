"""The keys by which records are encrypted at rest, one in use and, while they are being changed, older ones.

A key is made by HKDF from the installation's secret file and a random salt; the salts are in a file beside it. Neither file alone, nor the database,
gives a key away; and a salt that is taken out of the file ends its key for good.
"""

import os
import secrets
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cups import secret
from cups.settings import Settings
from cups.store.whole import make_whole, write_whole

NONCE = 12
"""Bytes: random for each record, as often as it is written."""


class KeyGone(Exception):
    """The key of a record is not there (any more)."""


class _File(msgspec.Struct):
    current: str
    salts: dict[str, str]


class Keyring:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._path: Path = settings.data_path() / "keys"
        self._made: dict[str, AESGCM] = {}
        self._file: _File | None = None

    @property
    def file(self) -> _File:
        """As it is on disk; made with a first key where there is none."""
        if self._file is None:
            if not self._path.exists():
                # Other processes of the site may do the same at this moment: the first one's holds for all.
                make_whole(self._path, msgspec.json.encode(_with_another({})))
            self._file = msgspec.json.decode(self._path.read_bytes(), type=_File)
        return self._file

    @staticmethod
    def salts_in(content: bytes) -> frozenset[str]:
        """Of such a file, by name; of an empty one none."""
        return frozenset(msgspec.json.decode(content, type=_File).salts) if content else frozenset()

    @property
    def current(self) -> str:
        return self.file.current

    @property
    def older(self) -> list[str]:
        """Keys from before, of records that are not written anew yet."""
        return sorted(self.file.salts.keys() - {self.current})

    def add(self) -> str:
        """A new key, in use from now on. While nobody else uses the file."""
        self._write(_with_another(self.file.salts))
        return self.current

    def remove_older(self) -> None:
        """Nothing that was encrypted with them can be read any more, by anybody."""
        self._write(_File(self.current, {self.current: self.file.salts[self.current]}))
        self._made = {name: key for name, key in self._made.items() if name == self.current}

    def seal(self, text: str, bound_to: str) -> tuple[str, bytes, bytes]:
        """Key id, nonce, and the sealed text, which opens only where it belongs."""
        nonce = os.urandom(NONCE)
        return self.current, nonce, self._key(self.current).encrypt(nonce, text.encode(), bound_to.encode())

    def open(self, key: str, nonce: bytes, sealed: bytes, bound_to: str) -> str:
        """KeyGone; or cryptography's InvalidTag, where something was changed or stands in another row."""
        return self._key(key).decrypt(nonce, sealed, bound_to.encode()).decode()

    def _key(self, name: str) -> AESGCM:
        if name not in self._made:
            salt = self.file.salts.get(name)
            if salt is None:
                raise KeyGone(name)
            from_ = secret.key(self._settings, "records").encode()
            derived = HKDF(SHA256(), 32, bytes.fromhex(salt), f"cups records {name}".encode()).derive(from_)
            self._made[name] = AESGCM(derived)
        return self._made[name]

    def _write(self, file: _File) -> None:
        """Whole and on disk before it takes the old one's place: a lost salt is a lost key."""
        write_whole(self._path, msgspec.json.encode(file))
        self._file = file


def _with_another(salts: dict[str, str]) -> _File:
    name = secrets.token_hex(4)
    return _File(name, salts | {name: secrets.token_hex(32)})
