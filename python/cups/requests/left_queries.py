"""Every statement about messages that are left for a listener."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cups.requests.tables import left_message
from cups.store.schema import Record

WAITING = "waiting"
SHOWN = 20
"""Messages of one person that their page lists."""
_by_id = sa.select(left_message).where(left_message.c.id == sa.bindparam("id"))
_by_ref = sa.select(left_message).where(
    left_message.c.from_id == sa.bindparam("sender"), left_message.c.ref == sa.bindparam("ref")
)
_waits = left_message.c.state == sa.literal_column("'waiting'")
"""Spelled out as in the indexes."""
_alive = sa.and_(_waits, left_message.c.expires_at > sa.bindparam("now"))
_waiting_at = (
    sa.select(left_message).where(left_message.c.to_id == sa.bindparam("listener"), _alive).order_by(left_message.c.id)
)
_waiting_of = sa.select(left_message).where(left_message.c.from_id == sa.bindparam("sender"), _alive)
_sent = (
    sa.select(left_message)
    .where(left_message.c.from_id == sa.bindparam("sender"))
    .order_by(left_message.c.id.desc())
    .limit(SHOWN)
)
_close = (
    left_message.update()
    .where(left_message.c.id == sa.bindparam("this"), _waits)
    .values(state=sa.bindparam("how"), text="", closed_at=sa.bindparam("now"), chat_id=sa.bindparam("chat"))
)
_expire = (
    left_message.update()
    .where(_waits, left_message.c.expires_at <= sa.bindparam("now"))
    .values(state="expired", text="", closed_at=sa.bindparam("now"))
    .returning(left_message.c.to_id)
)
_forget = left_message.delete().where(left_message.c.closed_at <= sa.bindparam("before"))


def insert(conn: Connection, **values: Any) -> None:
    conn.execute(left_message.insert(), values)


def by_id(conn: Connection, id: str) -> Record | None:
    return conn.execute(_by_id, {"id": id}).one_or_none()


def by_ref(conn: Connection, sender: str, ref: str) -> Record | None:
    return conn.execute(_by_ref, {"sender": sender, "ref": ref}).one_or_none()


def waiting_at(conn: Connection, listener: str, now: int) -> list[Record]:
    """Those that wait for this listener, the longest waiting first."""
    return list(conn.execute(_waiting_at, {"listener": listener, "now": now}))


def waiting_of(conn: Connection, sender: str, now: int) -> list[Record]:
    return list(conn.execute(_waiting_of, {"sender": sender, "now": now}))


def sent(conn: Connection, sender: str) -> list[Record]:
    """The last ones of this person, the newest first."""
    return list(conn.execute(_sent, {"sender": sender}))


def close(conn: Connection, id: str, how: str, now: int, chat: str | None = None) -> bool:
    """False if it waited no more. The words go."""
    return conn.execute(_close, {"this": id, "how": how, "now": now, "chat": chat}).rowcount == 1


def expire(conn: Connection, now: int) -> list[str]:
    """Those whose time is over; whom they were left for."""
    return list(conn.execute(_expire, {"now": now}).scalars())


def forget(conn: Connection, before: int) -> int:
    """Those that were closed until then."""
    return conn.execute(_forget, {"before": before}).rowcount
