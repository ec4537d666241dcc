"""What is done to one account inside a transaction, and what has to be known to undo it: the same for a single act and for many at once."""

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from cups.accounts import queries as accounts
from cups.accounts import sessions
from cups.accounts.queries import CLEARED
from cups.accounts.tables import role as role_table
from cups.accounts.tables import sanction
from cups.chats.service import Chats
from cups.errors import Refused
from cups.ids import new_id
from cups.news import AccountChanged
from cups.reach import is_of_staff, may_be_cleared
from cups.requests.service import Requests
from cups.store.database import Unit
from cups.store.schema import Record


class Held(NamedTuple):
    """A role as its row says."""

    by: str
    at: int
    until: int | None


def held(conn: Connection, account: str, role: str) -> Held | None:
    found = sa.select(role_table.c.granted_by, role_table.c.at, role_table.c.until).where(
        role_table.c.account_id == account, role_table.c.role == role, role_table.c.scope == ""
    )
    row = conn.execute(found).one_or_none()
    return None if row is None else Held(*row)


def bans_in_force(conn: Connection, account: str, now: int) -> list[str]:
    """Ids of the bans of this very account that hold now."""
    found = sa.select(sanction.c.id).where(
        sanction.c.person_id == account,
        sanction.c.kind == "ban",
        sanction.c.lifted_at.is_(None),
        sa.or_(sanction.c.until.is_(None), sanction.c.until > now),
    )
    return list(conn.execute(found).scalars())


class Deeds:
    def __init__(self, chats: Chats, requests: Requests) -> None:
        self._chats, self._requests = chats, requests

    # Bans

    def check_bannable(self, conn: Connection, row: Record, now: int) -> None:
        """Staff are not banned: whoever holds a role is an admin's to decide about, also without their second factor. Refused: not-allowed."""
        if accounts.any_persona(conn, row.id, is_of_staff, now):
            raise Refused("not-allowed", field="name", says="role-first")

    def ban(self, unit: Unit, row: Record, *, reason: str, until: int | None, by: str, now: int) -> str:
        """The ban's id. Ends the person's sessions, chats and request at once, under both of their accounts. Refused: not-allowed."""
        self.check_bannable(unit.conn, row, now)
        id = new_id(now)
        accounts.add_sanction(
            unit.conn,
            id=id,
            person_id=row.id,
            kind="ban",
            room_id=None,
            at=now,
            until=until,
            reason=reason,
            by_id=by,
        )
        for persona in accounts.personas(unit.conn, row.id):
            self._chats.end_all_of(unit, persona, reason="banned")
            self._requests.close_of(unit, persona, "banned")
            sessions.end_all(unit, persona, "banned")
        return id

    def lift(self, unit: Unit, ban: str, now: int) -> bool:
        """False: there is no such ban, or it was lifted already."""
        return accounts.lift_sanctions(unit.conn, sa.and_(sanction.c.id == ban, sanction.c.kind == "ban"), now) > 0

    def ban_again(self, unit: Unit, row: Record, ban: str, lifted_at: int, now: int) -> bool:
        """Puts a lifted ban back in force as it was; False: somebody changed it since, or it would have ended."""
        self.check_bannable(unit.conn, row, now)
        done = unit.conn.execute(
            sanction.update()
            .where(
                sanction.c.id == ban,
                sanction.c.lifted_at == lifted_at,
                sa.or_(sanction.c.until.is_(None), sanction.c.until > now),
            )
            .values(lifted_at=None)
        )
        if not done.rowcount:
            return False
        for persona in accounts.personas(unit.conn, row.id):
            self._chats.end_all_of(unit, persona, reason="banned")
            self._requests.close_of(unit, persona, "banned")
            sessions.end_all(unit, persona, "banned")
        return True

    # Roles

    def give(self, unit: Unit, row: Record, role: str, *, by: str, now: int) -> bool:
        """False: it was there. Whoever has another role signs in again: no session, and no copy of its token, goes over from one role into the
        next. Refused: not-allowed (a guest)."""
        if row.kind == "guest":
            raise Refused("not-allowed", field="name")
        if not accounts.add_role(unit.conn, row.id, role, "", by, now):
            return False
        self.signs_in_again(unit, row.id)
        return True

    def take(self, unit: Unit, row: Record, role: str) -> bool:
        """False: it was not there."""
        if not accounts.remove_role(unit.conn, row.id, role, ""):
            return False
        self.signs_in_again(unit, row.id)
        return True

    def signs_in_again(self, unit: Unit, account: str) -> None:
        unit.announce(AccountChanged(account=account))
        sessions.end_all(unit, account)

    # Clearances

    def end_clearance(self, unit: Unit, row: Record) -> bool:
        """Ends the chats that rested on it, too. False: there was none."""
        if not accounts.remove_role(unit.conn, row.id, CLEARED, ""):
            return False
        self.part(unit, row.id)
        return True

    def clear_again(self, unit: Unit, row: Record, was: Held, now: int) -> bool:
        """Gives a clearance back as it was; False: there is another one, it would have ended, or they can have none any more."""
        facts = accounts.facts(unit.conn, row, now)
        over = was.until is not None and was.until <= now
        if over or held(unit.conn, row.id, CLEARED) is not None or not may_be_cleared(facts).ok:
            return False
        accounts.add_role(unit.conn, row.id, CLEARED, "", was.by, was.at, until=was.until)
        unit.announce(AccountChanged(account=row.id))
        return True

    def part(self, unit: Unit, account: str) -> None:
        """Ends the chats in which the two may not meet any more."""
        self._chats.part_unreachable(unit, account)
        unit.announce(AccountChanged(account=account))
