"""Every statement about passkeys and what they are to sign."""

import sqlalchemy as sa
from sqlalchemy import Connection

from cups.accounts.tables import passkey, passkey_challenge
from cups.store.schema import Record

_of = sa.select(passkey).where(passkey.c.account_id == sa.bindparam("account")).order_by(passkey.c.id)
_by_credential = sa.select(passkey).where(passkey.c.credential == sa.bindparam("credential"))


def of(conn: Connection, account_id: str) -> list[Record]:
    """The oldest first."""
    return list(conn.execute(_of, {"account": account_id}))


def by_credential(conn: Connection, credential: str) -> Record | None:
    return conn.execute(_by_credential, {"credential": credential}).one_or_none()


def add(conn: Connection, **values: str | int | bytes) -> None:
    conn.execute(passkey.insert(), values)


def remove(conn: Connection, account_id: str, id: str) -> bool:
    """Whether it was there, and this account's."""
    return conn.execute(passkey.delete().where(passkey.c.account_id == account_id, passkey.c.id == id)).rowcount == 1


def used(conn: Connection, id: str, sign_count: int, hour: int) -> None:
    conn.execute(passkey.update().where(passkey.c.id == id).values(sign_count=sign_count, used_at=hour))


def doubt(conn: Connection, id: str, now: int) -> None:
    conn.execute(passkey.update().where(passkey.c.id == id).values(doubted_at=now))


def ask(conn: Connection, bound_to: str, purpose: str, challenge: str, until: int) -> None:
    """In place of what was asked before."""
    _end(conn, bound_to, purpose)
    values = {"bound_to": bound_to, "purpose": purpose, "challenge": challenge, "expires_at": until}
    conn.execute(passkey_challenge.insert(), values)


def asked(conn: Connection, bound_to: str, purpose: str, now: int) -> str | None:
    """What was to be signed, which from now on nobody can sign again."""
    where = sa.and_(passkey_challenge.c.bound_to == bound_to, passkey_challenge.c.purpose == purpose)
    row = conn.execute(sa.select(passkey_challenge).where(where)).one_or_none()
    if row is None or not _end(conn, bound_to, purpose) or row.expires_at <= now:
        return None
    challenge: str = row.challenge
    return challenge


def _end(conn: Connection, bound_to: str, purpose: str) -> bool:
    where = sa.and_(passkey_challenge.c.bound_to == bound_to, passkey_challenge.c.purpose == purpose)
    return conn.execute(passkey_challenge.delete().where(where)).rowcount == 1


def expire(conn: Connection, now: int) -> None:
    conn.execute(passkey_challenge.delete().where(passkey_challenge.c.expires_at <= now))
