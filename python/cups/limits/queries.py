"""Every statement about what staff have set."""

import sqlalchemy as sa
from sqlalchemy import Connection

from cups.limits.tables import live_setting
from cups.store.schema import Record


def every(conn: Connection) -> list[Record]:
    return list(conn.execute(sa.select(live_setting)))


def put(conn: Connection, name: str, value: int, by: str, now: int) -> None:
    drop(conn, [name])
    conn.execute(live_setting.insert(), {"name": name, "value": value, "by_id": by, "at": now})


def drop(conn: Connection, names: list[str]) -> int:
    return conn.execute(live_setting.delete().where(live_setting.c.name.in_(names))).rowcount
