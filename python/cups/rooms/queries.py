"""Every statement about rooms."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cups.rooms.tables import room
from cups.store.schema import Record

_by_id = sa.select(room).where(room.c.id == sa.bindparam("id"))
_by_slug = sa.select(room).where(room.c.slug == sa.bindparam("slug"))


def by_id(conn: Connection, id: str) -> Record | None:
    return conn.execute(_by_id, {"id": id}).one_or_none()


def by_slug(conn: Connection, slug: str) -> Record | None:
    return conn.execute(_by_slug, {"slug": slug}).one_or_none()


def all_open(conn: Connection) -> list[Record]:
    return list(conn.execute(sa.select(room).where(room.c.retired_at.is_(None)).order_by(room.c.title)))


def insert(conn: Connection, **values: Any) -> None:
    conn.execute(room.insert(), values)


def update(conn: Connection, id: str, **values: Any) -> None:
    conn.execute(room.update().where(room.c.id == id), values)
