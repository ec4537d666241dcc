"""What is known of somebody who comes: read once, and good until news concern them.

The first frames of a connection, a return by ticket and the entry into a room all rest on it, so that a storm of returns reads nothing twice.
"""

from collections.abc import Mapping

import msgspec
from sqlalchemy import Connection

from cups.accounts import queries as account_queries
from cups.accounts.service import Accounts
from cups.accounts.visitor import Visitor
from cups.chats.service import Chats
from cups.clock import Clock
from cups.errors import Refused
from cups.moderation.sanctions import Sanctions
from cups.moderation.service import Moderation
from cups.reach import Withheld
from cups.store.database import Database
from cups.wire.chats import Chat
from cups.wire.rooms import Warning
from cups.wire.standing import Decision

STALE_MS = 12 * 3_600_000
"""What was read is read again after this, whatever the news said: some of it fades with time alone."""
MOST_CHANGES = 100_000
"""Accounts whose last change is remembered; beyond that, all older arrivals count as old."""


class Arrival(msgspec.Struct, frozen=True):
    """Who came, their open chats, unseen warnings and decisions, as of `at` and of the changes up to `epoch`."""

    visitor: Visitor
    chats: tuple[Chat, ...]
    warnings: tuple[Warning, ...]
    decisions: tuple[Decision, ...]
    at: int
    epoch: int
    withheld: Mapping[str, Withheld] = {}
    """Whom this person has blocked."""


class Arrivals:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        accounts: Accounts,
        chats: Chats,
        moderation: Moderation,
        sanctions: Sanctions,
    ) -> None:
        self._db, self._clock = db, clock
        self._accounts, self._chats, self._moderation, self._sanctions = accounts, chats, moderation, sanctions
        self._epoch = self._floor = 0
        self._changed: dict[str, int] = {}

    def touch(self, account: str) -> None:
        """News about somebody: what was read of them, or of their other account, is not so any more."""
        self._epoch += 1
        if len(self._changed) >= MOST_CHANGES:
            self._changed.clear()
            self._floor = self._epoch
        self._changed[account] = self._epoch

    def touch_everybody(self) -> None:
        """News about all: nothing that was read of anybody holds any more."""
        self._epoch += 1
        self._changed.clear()
        self._floor = self._epoch

    def current(self, arrival: Arrival | None) -> bool:
        """Whether it still holds. True promises: no news of a commit that this process has heard concern this person since it was read."""
        if arrival is None or arrival.epoch < self._floor or self._clock.now() - arrival.at > STALE_MS:
            return False
        visitor, changed = arrival.visitor, self._changed
        if changed.get(visitor.id, 0) > arrival.epoch:
            return False
        return visitor.linked is None or changed.get(visitor.linked, 0) <= arrival.epoch

    async def arrive(self, token_hash: str) -> Arrival:
        """Reads it, as often as news come in between. not-signed-in: there is no such session (any more)."""
        while True:
            arrival = await self._db.read(self._read, token_hash, self._epoch)
            if arrival is None:
                raise Refused("not-signed-in")
            if self.current(arrival):
                return arrival

    def _read(self, conn: Connection, token_hash: str, epoch: int) -> Arrival | None:
        visitor = self._accounts.seen_by_session(conn, token_hash)
        if visitor is None:
            return None
        chats = tuple(self._chats.open_views(conn, visitor.id))
        warnings = tuple(self._moderation.unseen_now(conn, visitor.id))
        decisions = tuple(self._sanctions.unseen_now(conn, visitor.id))
        now = self._clock.now()
        withheld = account_queries.withheld(conn, visitor.id, now)
        return Arrival(visitor, chats, warnings, decisions, now, epoch, withheld)
