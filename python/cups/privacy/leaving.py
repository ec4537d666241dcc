"""Closing the account, coming back to it, and asking to be erased: what happens at once. What takes longer is `erasing`'s."""

import secrets
from collections.abc import Callable
from typing import Any

import structlog
import trio

from cups.accounts import queries as accounts
from cups.accounts import sessions
from cups.accounts.safety import Safety
from cups.accounts.sessions import require_alive
from cups.accounts.visitor import Visitor
from cups.chats.service import Chats
from cups.clock import Clock
from cups.errors import Refused
from cups.news import AccountChanged
from cups.privacy import queries
from cups.privacy.erased import ErasedList
from cups.requests.service import Requests
from cups.settings import Settings
from cups.store.database import Database, Unit
from cups.wire.privacy import CloseIn, EraseIn, Posts

log = structlog.get_logger()
DAY = 86_400_000


class Leaving:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        settings: Settings,
        safety: Safety,
        chats: Chats,
        requests: Requests,
        erased: ErasedList,
    ) -> None:
        self._db, self._clock, self._settings = db, clock, settings
        self._safety, self._chats, self._requests, self._erased = safety, chats, requests, erased
        self.on_leave: Callable[[Unit, str], None] = lambda _unit, _account: None
        """Called inside the transaction of leaving, for what rings at a listener."""
        self.wake: Callable[[], None] = lambda: None
        """Called after somebody asked to be erased: it begins at once."""

    async def close(self, visitor: Visitor, form: CloseIn) -> None:
        """Nobody meets or finds this person any more, under either account; signing in within `close_days` brings them back.

        Refused: confirm-first, not-allowed (a guest could not come back), bad-input (not sure).
        """
        self._safety.require_confirmed(visitor)
        if not visitor.signed_up:
            raise Refused("not-allowed")
        _require_sure(form)
        now = self._clock.now()
        erase_at = now + self._settings.close_days * DAY
        await self._db.write(self._leave, visitor, True, "closed", form.posts, now, erase_at)

    async def erase(self, visitor: Visitor, form: EraseIn) -> None:
        """The account is empty from the answer on; what it wrote and all else follows at once. Nothing brings it back. Refused: confirm-first, bad-input (not sure)."""
        self._safety.require_confirmed(visitor)
        _require_sure(form)
        now = self._clock.now()
        both = not (form.only and visitor.kind == "listener")
        gone = await self._db.write(self._leave, visitor, both, "erasing", form.posts, now, now)
        try:
            # After the commit, so that nobody is listed who is still there; before the answer, so that no backup brings back who was told that they are gone.
            await trio.to_thread.run_sync(self._erased.add, gone, form.posts, now)
        except OSError as error:
            # Erasing goes on, and is not over before they are listed.
            log.error("the list of erasures cannot be written", error=type(error).__name__)
        self.wake()

    def _leave(
        self, unit: Unit, visitor: Visitor, both: bool, state: str, posts: Posts, now: int, erase_at: int
    ) -> list[str]:
        """Which accounts."""
        require_alive(unit, visitor)
        leaving = list(accounts.personas(unit.conn, visitor.id)) if both else [visitor.id]
        for id in leaving:
            row = accounts.by_id(unit.conn, id)
            assert row is not None
            begun: dict[str, Any] = {"account_id": id, "state": state, "posts": posts, "name": row.name, "at": now}
            if state == "erasing" and id != visitor.id:
                # Two that vanish in one moment belong to one person, for whoever watches both.
                later = secrets.randbelow(self._settings.linked_erase_spread_s * 1000 + 1)
                queries.begin(unit.conn, **begun, erase_at=now + later)
                accounts.update(unit.conn, id, password_hash=None)
                sessions.end_all(unit, id)
                continue
            queries.begin(unit.conn, **begun, erase_at=erase_at)
            self.part(unit, id, now)
            if state == "erasing":
                self.empty(unit, id, now)
        return leaving

    def erase_again(self, unit: Unit, id: str, posts: Posts, now: int) -> bool:
        """Somebody who was erased, and is there once more since a backup was restored. False if there is nothing left of them."""
        row = accounts.by_id(unit.conn, id)
        if row is None or (row.name == "" and queries.departure_of(unit.conn, id) is None):
            return False
        if row.name:
            queries.begin(unit.conn, account_id=id, state="erasing", posts=posts, name=row.name, at=now, erase_at=now)
            self.part(unit, id, now)
            self.empty(unit, id, now)
        return True

    def part(self, unit: Unit, id: str, now: int) -> None:
        """Out of everything: no request, chat or session is open any more, and nobody is shown or given this person."""
        self._requests.close_of(unit, id, "gone")
        for chat in self._chats.open_rows(unit.conn, id):
            self._chats.end_now(unit, chat, by=id, reason="ended")
        # Whoever rests is hidden wherever listeners are shown.
        accounts.update(unit.conn, id, left_at=now, status="break", break_until=None)
        self.on_leave(unit, id)
        sessions.end_all(unit, id)
        unit.announce(AccountChanged(account=id))

    def empty(self, unit: Unit, id: str, now: int) -> None:
        """No name, no password, nothing: from here on it is nobody's."""
        queries.add_nobody(unit.conn)
        queries.unlink(unit.conn, id)
        queries.empty(unit.conn, id, now)
        unit.announce(AccountChanged(account=id))

    def came_back(self, unit: Unit, account: str) -> None:
        """A session opens: whoever had closed the account has it again, and the linked one."""
        row = accounts.by_id(unit.conn, account)
        found = queries.departure_of(unit.conn, account)
        if row is None or (row.left_at is None and found is None):
            return
        if found is None or found.state != "closed":
            raise Refused("wrong-credentials")
        for id in accounts.personas(unit.conn, account):
            queries.end(unit.conn, id)
            accounts.update(unit.conn, id, left_at=None, status="offline")
            unit.announce(AccountChanged(account=id))


def _require_sure(form: CloseIn | EraseIn) -> None:
    if not form.sure:
        raise Refused("bad-input", field="sure")
