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


def take(conn: Connection, id: str, *, listener: str, until: int, pool: str) -> int | None:
    """Waiting to held, if it still waits and in this pool; the new fencing token, or None: another was quicker."""
    done = conn.execute(
        request.update()
        .where(request.c.id == id, request.c.state == "waiting", request.c.pool == pool)
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


def give_back(conn: Connection, id: str, fence: int) -> bool:
    """Held to waiting, at the old rank, if this is still the holding that is meant."""
    done = conn.execute(
        request.update()
        .where(request.c.id == id, request.c.state == "held", request.c.fence == fence)
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


def rank(head_start_ms: int) -> tuple[sa.ColumnElement[int], sa.ColumnElement[str]]:
    """The order of the queue as columns, ascending: the formula of rust/requests/src/rank.rs."""
    return request.c.first_at - request.c.severity * head_start_ms, request.c.id


def in_rank_order(conn: Connection, head_start_ms: int) -> list[Record]:
    """Everyone who waits, the first in rank first."""
    return list(conn.execute(sa.select(request).where(request.c.state == "waiting").order_by(*rank(head_start_ms))))


def page_waiting(conn: Connection, *, after: str, limit: int) -> list[Record]:
    """Some of those who wait, by asker: the index that keeps one open request a person holds no closed ones."""
    return list(
        conn.execute(
            sa.select(request)
            .where(request.c.state != "closed", request.c.state == "waiting", request.c.asker_id > after)
            .order_by(request.c.asker_id)
            .limit(limit)
        )
    )


def latest_open(conn: Connection) -> int:
    """The latest moment at which an open request entered; 0 for none."""
    return int(
        conn.execute(sa.select(sa.func.max(request.c.opened_at)).where(request.c.state != "closed")).scalar_one() or 0
    )


def renew_leases(conn: Connection, until: int) -> int:
    """All leases end at this moment; how many there are."""
    return conn.execute(request.update().where(request.c.state == "held").values(held_until=until)).rowcount


def count_held(conn: Connection) -> int:
    return int(
        conn.execute(sa.select(sa.func.count()).select_from(request).where(request.c.state == "held")).scalar_one()
    )


def repool(conn: Connection, id: str, pool: str) -> bool:
    """Another pool at the same rank, for whoever waits."""
    done = conn.execute(request.update().where(request.c.id == id, request.c.state == "waiting").values(pool=pool))
    return done.rowcount == 1


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
