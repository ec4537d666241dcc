"""Every statement about requests. The table is the truth; taking is one conditional statement."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cups.requests.tables import request
from cups.store.schema import Record

_by_id = sa.select(request).where(request.c.id == sa.bindparam("id"))
_open = sa.select(request).where(request.c.asker_id == sa.bindparam("asker"), request.c.state != "closed")
_latest = (
    sa.select(request)
    .where(request.c.asker_id == sa.bindparam("asker"))
    .order_by(request.c.opened_at.desc(), request.c.id.desc())
    .limit(1)
)


def by_id(conn: Connection, id: str) -> Record | None:
    return conn.execute(_by_id, {"id": id}).one_or_none()


def open_of(conn: Connection, asker: str) -> Record | None:
    return conn.execute(_open, {"asker": asker}).one_or_none()


def latest_of(conn: Connection, asker: str) -> Record | None:
    return conn.execute(_latest, {"asker": asker}).one_or_none()


def by_ref(conn: Connection, asker: str, ref: str) -> Record | None:
    return conn.execute(sa.select(request).where(request.c.asker_id == asker, request.c.ref == ref)).one_or_none()


def insert(conn: Connection, **values: Any) -> None:
    conn.execute(request.insert(), values)


def take(conn: Connection, id: str, *, listener: str, until: int) -> int | None:
    """Waiting to held, if it still waits; the new fencing token, or None: another was quicker."""
    done = conn.execute(
        request.update()
        .where(request.c.id == id, request.c.state == "waiting")
        .values(state="held", held_by=listener, held_until=until, fence=request.c.fence + 1)
        .returning(request.c.fence)
    ).scalar_one_or_none()
    return None if done is None else int(done)


def attach_chat(conn: Connection, id: str, chat_id: str) -> None:
    conn.execute(request.update().where(request.c.id == id), {"chat_id": chat_id})


def settle(conn: Connection, id: str, fence: int, now: int) -> bool:
    """Held to closed, for the holder of the present token alone: a late owner is refused."""
    done = conn.execute(
        request.update()
        .where(request.c.id == id, request.c.state == "held", request.c.fence == fence)
        .values(state="closed", reason="matched", closed_at=now, held_by=None, held_until=None)
    )
    return done.rowcount == 1


def give_back(conn: Connection, id: str) -> bool:
    """Held to waiting, at the old rank."""
    done = conn.execute(
        request.update()
        .where(request.c.id == id, request.c.state == "held")
        .values(state="waiting", held_by=None, held_until=None, chat_id=None)
    )
    return done.rowcount == 1


def close(conn: Connection, id: str, reason: str, now: int, *, only: str | None = None) -> bool:
    """Closed with a reason; False if it was closed (or, with `only`, is in another state)."""
    where = request.c.state == only if only else request.c.state != "closed"
    done = conn.execute(
        request.update()
        .where(request.c.id == id, where)
        .values(state="closed", reason=reason, closed_at=now, held_by=None, held_until=None)
    )
    return done.rowcount == 1


def overdue(conn: Connection, now: int) -> list[Record]:
    """Held requests whose lease has ended."""
    return list(conn.execute(sa.select(request).where(request.c.state == "held", request.c.held_until <= now)))


def all_open(conn: Connection) -> list[Record]:
    """Everyone who waits or is held, in rank order."""
    return list(
        conn.execute(
            sa.select(request)
            .where(request.c.state != "closed")
            .order_by(request.c.severity.desc(), request.c.first_at, request.c.id)
        )
    )


def page_open(conn: Connection, *, after: str, limit: int) -> list[Record]:
    return list(
        conn.execute(
            sa.select(request)
            .where(request.c.state != "closed", request.c.id > after)
            .order_by(request.c.id)
            .limit(limit)
        )
    )


def matched_since(conn: Connection, moment: int) -> list[tuple[str, int]]:
    rows = conn.execute(
        sa.select(request.c.pool, request.c.closed_at)
        .where(request.c.closed_at >= moment, request.c.reason == "matched")
        .order_by(request.c.closed_at)
    )
    return [(row.pool, row.closed_at) for row in rows]
