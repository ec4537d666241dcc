"""Every statement about warnings and removals."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cups.moderation.tables import removal, warning
from cups.rooms.tables import room
from cups.store.schema import Record
from cups.wire.rooms import Warning

_ROOM = sa.select(warning, room.c.title.label("room_title")).join(room, room.c.id == warning.c.room_id)


def by_ref(conn: Connection, moderator: str, ref: str) -> Record | None:
    return conn.execute(_ROOM.where(warning.c.moderator_id == moderator, warning.c.ref == ref)).one_or_none()


def insert(conn: Connection, **values: Any) -> None:
    conn.execute(warning.insert(), values)


def by_id(conn: Connection, id: str) -> Record | None:
    return conn.execute(_ROOM.where(warning.c.id == id)).one_or_none()


def of_person(conn: Connection, person: str, *, limit: int = 50) -> list[Record]:
    """The counted ones: an uncounted warning was heard already, as part of its incident."""
    return list(
        conn.execute(
            _ROOM.where(warning.c.person_id == person, warning.c.counted.is_(True))
            .order_by(warning.c.at.desc())
            .limit(limit)
        )
    )


def unseen_of(conn: Connection, person: str) -> list[Record]:
    return list(
        conn.execute(
            _ROOM.where(
                warning.c.person_id == person, warning.c.counted.is_(True), warning.c.seen_at.is_(None)
            ).order_by(warning.c.at)
        )
    )


def count_unseen(conn: Connection, person: str) -> int:
    return len(unseen_of(conn, person))


def see(conn: Connection, id: str, person: str, now: int) -> bool:
    done = conn.execute(
        warning.update()
        .where(warning.c.id == id, warning.c.person_id == person, warning.c.seen_at.is_(None))
        .values(seen_at=now)
    )
    return done.rowcount == 1


def since(conn: Connection, people: list[str], moment: int) -> list[Record]:
    """Everything the ladder has to remember of one person, oldest first."""
    found = sa.select(warning).where(warning.c.person_id.in_(people), warning.c.at >= moment)
    return list(conn.execute(found.order_by(warning.c.at, warning.c.id)))


def keep_removed(conn: Connection, **values: Any) -> None:
    conn.execute(removal.insert(), values)


def to_wire(row: Record) -> Warning:
    return Warning(
        id=row.id,
        room=row.room_title,
        rule=row.rule,
        words=row.words,
        step=row.step,
        count=row.standing,
        at=row.at,
        until=row.until,
        seen=row.seen_at is not None,
    )
