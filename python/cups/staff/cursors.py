"""Cursors of lists whose reading is logged: signed, and good for the same reader and the same question alone.

So one question is logged once, however many pages it has, and nobody reads on past it by writing a cursor of their own.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping

from cups.accounts.visitor import Visitor


class Cursors:
    def __init__(self, key: str) -> None:
        self._key = key.encode()

    def give(self, visitor: Visitor, question: Mapping[str, str], place: str) -> str:
        return f"{place}.{self._sign(visitor, question, place)}"

    def place(self, visitor: Visitor, question: Mapping[str, str], cursor: str) -> str | None:
        """Where the page before ended; None: this is no cursor of this reader's question."""
        place, _, sign = cursor.rpartition(".")
        right = self._sign(visitor, question, place)
        return place if hmac.compare_digest(sign.encode(), right.encode()) else None

    def _sign(self, visitor: Visitor, question: Mapping[str, str], place: str) -> str:
        told = json.dumps([visitor.id, sorted(question.items()), place]).encode()
        return hmac.new(self._key, told, hashlib.sha256).hexdigest()[:32]
