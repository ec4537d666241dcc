"""Whether a process lives and whether it is ready for people: what a balancer asks before it sends anybody, and what an operator reads.

Alive is whoever answers: the answer comes from the loop. Ready is whose database has answered of late, is of this version, or of a newer one that this may
run beside, and who is not about to stop. The public is told yes or no, from memory, at no cost; why stands on the port of the metrics.
"""

from collections.abc import Callable, Sequence
from typing import Any, Literal

import trio

from cups.store import migrate
from cups.store.database import Transactions

LIVE, READY = "/health/live", "/health/ready"
Why = Literal["draining", "database", "migrations", "starting"]


class Health:
    """One process's. `run` looks at the database again and again; nothing else here waits for it."""

    def __init__(self, db: Transactions, *, every_s: float, patience_s: float) -> None:
        self._db, self._every_s, self._patience_s = db, every_s, patience_s
        self._wanted, self._own = migrate.newest(), migrate.known()
        self._there: Sequence[Sequence[str]] = ()
        """The revision of the tables, and the oldest whose program works with them."""
        self._asked_at: float | None = None
        """Since when the database has been asked and has not answered."""
        self._answered_at: float | None = None
        self._failed = False
        self.draining = False
        """Set by whoever stops the process, before its port closes: balancers send nobody new meanwhile."""

    async def run(self) -> None:
        while True:
            await self.look()
            await trio.sleep(self._every_s)

    async def look(self) -> None:
        """Asks the database once, however long that takes: one question is under way at a time."""
        self._asked_at = trio.current_time()
        try:
            self._there = await self._db.read(lambda conn: conn.execute(migrate.SUITED).all())
            self._failed = False
            self._answered_at = trio.current_time()
        except Exception:
            # Whoever needs the database for more than this logs it.
            self._failed = True
        finally:
            self._asked_at = None

    def why_not(self) -> list[Why]:
        """What keeps this process from being ready. Called on the loop's thread."""
        found: list[Why] = ["draining"] if self.draining else []
        late = self._asked_at is not None and trio.current_time() - self._asked_at > self._patience_s
        if self._failed or late:
            found.append("database")
        elif self._answered_at is None:
            found.append("starting")
        elif not migrate.suits(self._there, self._own, self._wanted):
            found.append("migrations")
        return found

    def detail(self) -> dict[str, Any]:
        """For the port of the metrics."""
        since = None if self._answered_at is None else round(trio.current_time() - self._answered_at, 3)
        return {
            "ready": not self.why_not(),
            "why_not": self.why_not(),
            "database_answered_s_ago": since,
            "migrations": {"there": [revision for revision, _ in self._there], "wanted": self._wanted},
        }


def answered(app: Any, why_not: Callable[[], list[Why]]) -> Any:
    """The same ASGI application, which answers balancers before anything else is looked at: they name no host, and bring no cookie."""

    async def asked(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"] not in (LIVE, READY):
            await app(scope, receive, send)
            return
        if scope["method"] not in ("GET", "HEAD"):
            await _say(send, 405, b"no\n", [(b"allow", b"GET, HEAD")])
        elif scope["path"] == READY and why_not():
            await _say(send, 503, b"no\n", [(b"retry-after", b"1")])
        else:
            await _say(send, 200, b"yes\n", [])

    return asked


async def _say(send: Any, status: int, body: bytes, more: list[tuple[bytes, bytes]]) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode()), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
