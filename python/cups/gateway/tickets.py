"""Coming back by a short way: a ticket names one connection of one process, and is sealed for it and for its session.

It needs no memory while that connection lives. It signs in, without a cookie, once, at its own process, until `resume_s` after the connection's
end. Later, or at another process of the same secret, it only spares the long handshake: then the cookie says who comes.
"""

import hashlib
import hmac
import secrets
from collections import OrderedDict

import msgspec

from cups.clock import Clock
from cups.gateway.arrivals import Arrival


class Gone(msgspec.Struct, frozen=True):
    """A connection that has ended: its session, and what was known of its person."""

    token_hash: str
    arrival: Arrival
    until: int


class Tickets:
    def __init__(self, clock: Clock, secret: str, *, resume_s: int, most: int) -> None:
        self._clock, self._resume_ms, self._most = clock, resume_s * 1000, most
        self._key = hashlib.blake2b(secret.encode(), person=b"cups.ticket").digest()
        self._process = secrets.token_hex(4)
        self._gone: OrderedDict[int, Gone] = OrderedDict()

    def __len__(self) -> int:
        """How many ended connections can still be resumed."""
        return len(self._gone)

    def ticket(self, conn: int, token_hash: str) -> str:
        return self._sealed(f"{self._process}-{conn:x}", token_hash)

    def _sealed(self, name: str, token_hash: str) -> str:
        return f"{name}.{hashlib.blake2b(f'{name}.{token_hash}'.encode(), key=self._key, digest_size=16).hexdigest()}"

    def number(self, ticket: str) -> int | None:
        """The connection that a ticket names, sealed or not; None for a ticket of another process."""
        process, _, conn = ticket.partition(".")[0].partition("-")
        if process != self._process or not 0 < len(conn) <= 15 or any(c not in "0123456789abcdef" for c in conn):
            return None
        return int(conn, 16)

    def genuine(self, ticket: str, token_hash: str) -> bool:
        """Whether it was made, by this process or another with the same secret, for a connection of this session."""
        expected = self._sealed(ticket.rpartition(".")[0], token_hash)
        return hmac.compare_digest(ticket.encode(), expected.encode())

    def left(self, conn: int, arrival: Arrival) -> None:
        """A connection has ended, and may come back. The oldest give way when there are too many."""
        now = self._clock.now()
        while self._gone and (len(self._gone) >= self._most or next(iter(self._gone.values())).until <= now):
            self._gone.popitem(last=False)
        self._gone[conn] = Gone(arrival.visitor.token_hash, arrival, now + self._resume_ms)

    def peek(self, conn: int) -> Gone | None:
        return self._gone.get(conn)

    def take(self, conn: int) -> Gone | None:
        """What is known of an ended connection, once: nobody else comes back by it."""
        gone = self._gone.pop(conn, None)
        return gone if gone is not None and gone.until > self._clock.now() else None
