"""Every statement about notes."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cups.notes.tables import note
from cups.store.schema import Record

_count = sa.select(sa.func.count()).select_from(note).where(note.c.author_id == sa.bindparam("author"))
_of = sa.select(note).where(note.c.author_id == sa.bindparam("author")).order_by(note.c.id)


def count(conn: Connection, author: str) -> int:
    return int(conn.execute(_count, {"author": author}).scalar_one())


def of(conn: Connection, author: str, *, person: str | None = None, chat: str | None = None) -> list[Record]:
    """All of somebody's notes, or those about one person or chat."""
    found = _of
    if person is not None:
        found = found.where(note.c.person_id == person)
    if chat is not None:
        found = found.where(note.c.chat_id == chat)
    return list(conn.execute(found, {"author": author}))


def find(conn: Connection, author: str, id: str) -> Record | None:
    return conn.execute(sa.select(note).where(note.c.id == id, note.c.author_id == author)).one_or_none()


def insert(conn: Connection, **values: Any) -> None:
    conn.execute(note.insert(), values)


def change(conn: Connection, id: str, **values: Any) -> None:
    conn.execute(note.update().where(note.c.id == id).values(**values))


def delete(conn: Connection, author: str, id: str) -> bool:
    return conn.execute(note.delete().where(note.c.id == id, note.c.author_id == author)).rowcount == 1


def sealed_by_another(conn: Connection, key: str, most: int) -> list[Record]:
    return list(conn.execute(sa.select(note).where(note.c.key_id != key).limit(most)))
