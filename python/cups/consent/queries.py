"""Every statement about consent."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cups.consent.tables import consent, consent_ask
from cups.store.schema import Record

_of = sa.select(consent).where(consent.c.account_id == sa.bindparam("id"))
_by_token = sa.select(consent).where(consent.c.token_hash == sa.bindparam("hash"))
_by_withdraw = sa.select(consent).where(consent.c.withdraw_hash == sa.bindparam("hash"))
_second = (
    sa.select(consent)
    .where(consent.c.state == "once", consent.c.second_at <= sa.bindparam("now"))
    .order_by(consent.c.second_at)
    .limit(sa.bindparam("most"))
)
_asks = sa.select(consent_ask.c.at).order_by(consent_ask.c.at)
_asks_of = _asks.where(consent_ask.c.account_id == sa.bindparam("id"), consent_ask.c.at > sa.bindparam("since"))
_asks_to = _asks.where(consent_ask.c.digest == sa.bindparam("digest"), consent_ask.c.at > sa.bindparam("since"))


def of(conn: Connection, account: str) -> Record | None:
    return conn.execute(_of, {"id": account}).one_or_none()


def by_token(conn: Connection, token_hash: str) -> Record | None:
    return conn.execute(_by_token, {"hash": token_hash}).one_or_none()


def by_withdraw(conn: Connection, token_hash: str) -> Record | None:
    return conn.execute(_by_withdraw, {"hash": token_hash}).one_or_none()


def replace(conn: Connection, account: str, **values: Any) -> None:
    conn.execute(consent.delete().where(consent.c.account_id == account))
    conn.execute(consent.insert(), {"account_id": account} | values)


def update(conn: Connection, account: str, **values: Any) -> None:
    conn.execute(consent.update().where(consent.c.account_id == account).values(**values))


def second_due(conn: Connection, now: int, most: int) -> list[Record]:
    return list(conn.execute(_second, {"now": now, "most": most}))


def expire(conn: Connection, now: int) -> int:
    """Nobody has answered in time: the address goes."""
    over = sa.and_(consent.c.until <= now, consent.c.state.in_(("asked", "once")))
    gone = {"state": "expired", "sealed": None, "token_hash": None, "until": None, "ended_at": now}
    return conn.execute(consent.update().where(over).values(**gone)).rowcount


def asks(conn: Connection, account: str, digest: str, since: int) -> tuple[list[int], list[int]]:
    """When this account asked any parent, and when anybody asked this parent; oldest first."""
    own = conn.execute(_asks_of, {"id": account, "since": since}).scalars()
    same = conn.execute(_asks_to, {"digest": digest, "since": since}).scalars()
    return list(own), list(same)


def add_ask(conn: Connection, **values: Any) -> None:
    conn.execute(consent_ask.insert(), values)


def forget_asks(conn: Connection, before: int) -> int:
    return conn.execute(consent_ask.delete().where(consent_ask.c.at <= before)).rowcount
