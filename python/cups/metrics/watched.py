"""Figures that only the database knows, asked of it now and then, so that a scrape never waits for it."""

import sqlalchemy as sa

from cups import steady
from cups.accounts.queries import count_staff
from cups.mail import service as mail
from cups.requests import queries as requests
from cups.screening import queries as screening
from cups.store.database import Transactions


class Watched:
    def __init__(self, db: Transactions, *, every_s: float) -> None:
        self._db, self._every_s = db, every_s
        self.concerns: dict[bool, tuple[int, int]] = {}
        """Of those that nobody has taken, by whether they are urgent: how many, and when the oldest was raised."""
        self.oldest: dict[str, int] = {}
        """When the one who waits the longest in each pool first asked."""
        self.letters = (0, 0)
        """How many wait, and when the first of them was to be sent."""
        self.staff = (0, 0)
        """How many hold a role of staff, and of how many it counts."""

    async def run(self) -> None:
        await steady.once(self.look)
        await steady.every(self._every_s, self.look)

    async def look(self) -> None:
        self.concerns, self.oldest, self.letters, self.staff = await self._db.read(_ask)


def _ask(conn: sa.Connection) -> tuple[dict[bool, tuple[int, int]], dict[str, int], tuple[int, int], tuple[int, int]]:
    return screening.untaken(conn), requests.longest_waiting(conn), mail.waiting(conn), count_staff(conn)
