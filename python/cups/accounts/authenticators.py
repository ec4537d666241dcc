"""Codes of an authenticator app (RFC 6238): made, checked, each taken once.

The secret that the app shares is nowhere stored. It is made from a random nonce, which is, and from the installation's own secret, which
lies outside of the database: a copy of the database alone gives no code.
"""

import base64
import hashlib
import hmac
import secrets

import pyotp
import sqlalchemy as sa
from sqlalchemy import Connection

from cups.accounts import queries
from cups.accounts.tables import second_factor
from cups.clock import Clock, wall_time
from cups.store.database import Unit
from cups.store.schema import Record

STEP_S = 30
DIGITS = 6
DRIFT = 1
"""Steps before and after the present one whose code is taken, for clocks that differ."""


def is_code(text: str) -> bool:
    """Whether it is shaped as an app's code; recovery codes are longer."""
    plain = text.replace(" ", "")
    return len(plain) == DIGITS and plain.isascii() and plain.isdigit()


class Authenticators:
    def __init__(self, secret: str, clock: Clock) -> None:
        self._key, self._clock = secret.encode(), clock

    def shared(self, account_id: str, nonce: str) -> str:
        """The secret as apps take it: 160 bits in base 32."""
        made = hmac.new(self._key, f"{account_id}:{nonce}".encode(), hashlib.sha256).digest()
        return base64.b32encode(made[:20]).decode()

    def begin(self, unit: Unit, account_id: str) -> str:
        """A new secret; it counts for nothing until one of its codes was given back."""
        self.remove(unit, account_id)
        nonce = secrets.token_hex(32)
        values = {"account_id": account_id, "nonce": nonce, "begun_at": self._clock.now()}
        unit.conn.execute(second_factor.insert(), values)
        return self.shared(account_id, nonce)

    def begun(self, conn: Connection, account_id: str) -> str | None:
        """The secret of a set-up that waits for its first code."""
        row = self._row(conn, account_id)
        return None if row is None or row.confirmed_at is not None else self.shared(account_id, row.nonce)

    def confirm(self, unit: Unit, account_id: str, code: str) -> bool:
        """The end of setting up: whether the app gives the right codes."""
        row = self._row(unit.conn, account_id)
        if row is None or row.confirmed_at is not None or not self._take(unit, row, code):
            return False
        where = second_factor.c.account_id == account_id
        unit.conn.execute(second_factor.update().where(where).values(confirmed_at=self._clock.now()))
        return True

    def check(self, unit: Unit, account_id: str, code: str) -> bool:
        """Whether this is a code of now, of an app that was set up, and was not given before."""
        row = self._row(unit.conn, account_id)
        return row is not None and row.confirmed_at is not None and self._take(unit, row, code)

    def remove(self, unit: Unit, account_id: str) -> bool:
        """Whether one was set up until now."""
        there = queries.has_app(unit.conn, account_id)
        queries.remove_app(unit.conn, account_id)
        return there

    def _row(self, conn: Connection, account_id: str) -> Record | None:
        return conn.execute(sa.select(second_factor).where(second_factor.c.account_id == account_id)).one_or_none()

    def _take(self, unit: Unit, row: Record, code: str) -> bool:
        """All codes of the window are compared, whichever is the right one. Of two steps with the same code, both are used up."""
        if not is_code(code):
            return False
        given, app = code.replace(" ", ""), pyotp.TOTP(self.shared(row.account_id, row.nonce), digits=DIGITS)
        now = wall_time(self._clock) // 1000 // STEP_S
        right = [
            step
            for step in range(now - DRIFT, now + DRIFT + 1)
            if hmac.compare_digest(app.at(step * STEP_S), given) and step > row.last_step
        ]
        if not right:
            return False
        where = second_factor.c.account_id == row.account_id
        unit.conn.execute(second_factor.update().where(where).values(last_step=right[-1]))
        return True
