"""Accounts made on the server itself: the first admin, and demo data. No door of the public leads here."""

from sqlalchemy import Connection

from cups.accounts import agreements, names, queries
from cups.errors import Refused
from cups.ids import new_id


def make_member(
    conn: Connection,
    *,
    name: str,
    password_hash: str | None,
    age: str,
    now: int,
    role: str | None = None,
    kind: str = "member",
    persona_of: str | None = None,
) -> str:
    """An account with all agreements accepted, for set-up on the server itself. name-taken if somebody has the name."""
    if queries.by_key(conn, names.key(name)) is not None:
        raise Refused("name-taken", field="name")
    account_id = new_id(now)
    queries.insert(
        conn,
        id=account_id,
        name=name,
        name_key=names.key(name),
        kind=kind,
        age_class=age,
        password_hash=password_hash,
        persona_of=persona_of,
        created_at=now,
    )
    for required in agreements.REQUIRED[kind]:
        queries.accept(conn, account_id, required, agreements.current(required).version, now)
    if role:
        queries.add_role(conn, account_id, role, "", account_id, now)
    return account_id
