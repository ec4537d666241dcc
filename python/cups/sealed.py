"""Texts that lie in the database sealed: AES-GCM, a nonce each, under a key outside of it, and bound to the row they belong to."""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12


class Sealer:
    """`key`: 64 hexadecimal digits, as `cups.secret.key` makes them. Used from any thread."""

    def __init__(self, key: str) -> None:
        self._cipher = AESGCM(bytes.fromhex(key))

    def seal(self, text: str, row: str) -> str:
        """`row` names where it lies: in another place it cannot be opened."""
        nonce = os.urandom(NONCE)
        return base64.b64encode(nonce + self._cipher.encrypt(nonce, text.encode(), row.encode())).decode()

    def open(self, sealed: str, row: str) -> str | None:
        """None: sealed with another secret, for another row, or changed since."""
        held = base64.b64decode(sealed)
        try:
            return self._cipher.decrypt(held[:NONCE], held[NONCE:], row.encode()).decode()
        except InvalidTag:
            return None
