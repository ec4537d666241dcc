"""What all acts of staff share: the right is checked inside the transaction, and the audit entry is written in it."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from sqlalchemy import Connection

from cups.accounts import names
from cups.accounts import queries as accounts
from cups.accounts.visitor import Visitor
from cups.errors import Refused
from cups.moderation import audit
from cups.reach import Facts, is_staff
from cups.staff import permissions
from cups.store.database import Database, Unit
from cups.store.schema import Record
from cups.wire.directory import Permission

T = TypeVar("T")


async def act(
    db: Database,
    visitor: Visitor,
    name: str,
    subject: str,
    details: Mapping[str, str],
    work: Callable[[Unit], T],
    *,
    now: int,
    permission: Permission | None = None,
) -> T:
    """Does something and logs it, or neither. `permission`: what it takes beyond being of staff. Refused: not-allowed, and whatever the work refuses."""

    def both(unit: Unit) -> T:
        require_now(unit.conn, visitor.id, permission, now)
        result = work(unit)
        audit.write(unit.conn, visitor, name, subject, details, now)
        return result

    return await db.write(both)


def require_now(conn: Connection, id: str, permission: Permission | None, now: int) -> Facts:
    """What is known of somebody who acts as staff, as of this transaction. Refused: not-allowed."""
    me = accounts.facts_by_id(conn, id, now)
    if me is None or not is_staff(me) or not (permission is None or permissions.allows(me, permission)):
        raise Refused("not-allowed")
    return me


def somebody(conn: Connection, name: str) -> Record:
    """The account of this name, with or without its @; not-found."""
    row = accounts.by_key(conn, names.key(name.removeprefix("@")))
    if row is None:
        raise Refused("not-found", field="name")
    return row
