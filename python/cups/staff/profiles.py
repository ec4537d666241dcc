"""What staff take out of somebody's profile: the picture, or the words. Its owner reads why."""

from collections.abc import Callable
from typing import Literal

from sqlalchemy import Connection

from cups.accounts.visitor import Visitor
from cups.clock import Clock
from cups.errors import Refused
from cups.news import AccountChanged
from cups.profiles import queries
from cups.staff.acting import act, somebody
from cups.store.database import Database, Unit
from cups.wire.profiles import TakeOutIn

What = Literal["picture", "about"]


class ProfileStaff:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock
        self.screen_words: Callable[[str, str], None] = lambda _text, _field: None
        """Refuses words, of this field, with contact details in them (SPEC B7)."""

    async def take_out(self, visitor: Visitor, name: str, what: What, form: TakeOutIn) -> None:
        """Refused: not-allowed, not-found (nobody of that name, or there is nothing to take out)."""
        self.screen_words(form.reason, "reason")
        now = self._clock.now()

        def work(unit: Unit) -> None:
            row = somebody(unit.conn, name)
            if not _DROPS[what](unit.conn, row.id):
                raise Refused("not-found")
            queries.put(unit.conn, row.id, removed_at=now, removed_what=what, removed_why=form.reason)
            unit.announce(AccountChanged(account=row.id))

        await act(self._db, visitor, f"profile.{what}.remove", name, {"reason": form.reason}, work, now=now)


def _drop_about(conn: Connection, account_id: str) -> bool:
    row = queries.of(conn, account_id)
    if row is None or not row.about:
        return False
    queries.put(conn, account_id, about="")
    return True


_DROPS: dict[What, Callable[[Connection, str], bool]] = {"picture": queries.drop_picture, "about": _drop_about}
