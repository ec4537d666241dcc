"""Every statement about requests. The table is the truth; taking is one conditional statement."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cups.accounts.tables import account
from cups.requests.tables import request
from cups.store.schema import Record

_by_id = sa.select(request).where(request.c.id == sa.bindparam("id"))
_is_open = request.c.state != sa.literal_column("'closed'")
"""Spelled out as in the index `ix_request_open`: with a parameter SQLite plans the statement again at each use, or passes the index over."""
_open = sa.select(request).where(request.c.asker_id == sa.bindparam("asker"), _is_open)
_latest = (
    sa.select(request)
    .where(request.c.asker_id == sa.bindparam("asker"))
    .order_by(_is_open.desc(), request.c.opened_at.desc(), request.c.id.desc())
    .limit(1)
)
"""The one that is open, if there is one: after a clock was set back an older one may have come later."""
_by_ref = sa.select(request).where(request.c.asker_id == sa.bindparam("asker"), request.c.ref == sa.bindparam("ref"))
_insert = request.insert()
_this = request.c.id == sa.bindparam("request")
_held = request.c.state == "held"
_waits = request.c.state == "waiting"
_token = request.c.fence == sa.bindparam("token")
_take = (
    request.update()
    .where(_this, _waits, request.c.pool == sa.bindparam("among"))
    .values(state="held", held_by=sa.bindparam("by"), held_until=sa.bindparam("end"), fence=request.c.fence + 1)
    .returning(request.c.fence)
)
_attach = request.update().where(_this).values(chat_id=sa.bindparam("chat"))
_closed: dict[str, Any] = {"state": "closed", "closed_at": sa.bindparam("now"), "held_by": None, "held_until": None}
_settle = request.update().where(_this, _held, _token).values(reason="matched", **_closed)
_close = request.update().where(_this, _is_open).values(reason=sa.bindparam("why"), **_closed)
_close_in = (
    request.update().where(_this, request.c.state == sa.bindparam("only")).values(reason=sa.bindparam("why"), **_closed)
)
_general: dict[str, Any] = {"listener_id": None, "rings_until": None}
_give_back = (
    request.update()
    .where(_this, _held, _token)
    .values(state="waiting", held_by=None, held_until=None, chat_id=None, **_general)
)
_rings = request.c.state == sa.literal_column("'ringing'")
"""Spelled out as in the index `ix_request_ringing`."""
_answer = (
    request.update()
    .where(
        _this,
        _rings,
        request.c.listener_id == sa.bindparam("by"),
        request.c.rings_until > sa.bindparam("now"),
        request.c.pool == sa.bindparam("among"),
    )
    .values(state="held", held_by=sa.bindparam("by"), held_until=sa.bindparam("end"), fence=request.c.fence + 1)
    .returning(request.c.fence)
)
_miss = (
    request.update()
    .where(_this, _rings, request.c.rings_until <= sa.bindparam("now"))
    .values(reason="missed", **_closed)
)
_ringing = sa.select(request).where(_rings)
_ringing_at = _ringing.where(request.c.listener_id == sa.bindparam("listener"))
_ringing_at_any = sa.select(request.c.listener_id).where(
    _rings, request.c.listener_id.in_(sa.bindparam("ids", expanding=True))
)
_ringing_for = _ringing.where(request.c.asker_id == sa.bindparam("asker"), _is_open)
_ring_anew = request.update().where(_rings).values(rings_until=sa.bindparam("end"))
_overdue = sa.select(request).where(_held, request.c.held_until <= sa.bindparam("now"))
_page_open = (
    sa.select(request)
    .where(_is_open, request.c.asker_id > sa.bindparam("after"))
    .order_by(request.c.asker_id)
    .limit(sa.bindparam("most"))
)
"""Held ones too: asked for those who wait alone, SQLite sorts all of them for each page."""
_matched = (
    sa.select(request.c.pool, request.c.closed_at)
    .where(
        request.c.closed_at >= sa.bindparam("moment"),
        request.c.reason == "matched",
        request.c.listener_id.is_(None),
    )
    .order_by(request.c.closed_at)
)
"""Taken from the queue: a personal request says nothing about how fast that moves."""
_latest_open = sa.select(sa.func.max(request.c.opened_at)).where(_is_open)
_renew = request.update().where(_held).values(held_until=sa.bindparam("end")).returning(request.c.id)
_leases = sa.select(request.c.id, request.c.held_until).where(_held)
_count_held = sa.select(sa.func.count()).select_from(request).where(_held)
_misplaced = (
    sa.select(request.c.id)
    .join(account, account.c.id == request.c.asker_id)
    .where(_is_open, _waits, request.c.pool != account.c.age_class + ":" + request.c.language)
)
_misplaced_one = _misplaced.where(request.c.asker_id == sa.bindparam("asker"))
_repool = request.update().where(_this, _waits).values(pool=sa.bindparam("among"))


def by_id(conn: Connection, id: str) -> Record | None:
    return conn.execute(_by_id, {"id": id}).one_or_none()


def open_of(conn: Connection, asker: str) -> Record | None:
    return conn.execute(_open, {"asker": asker}).one_or_none()


def latest_of(conn: Connection, asker: str) -> Record | None:
    return conn.execute(_latest, {"asker": asker}).one_or_none()


def by_ref(conn: Connection, asker: str, ref: str) -> Record | None:
    return conn.execute(_by_ref, {"asker": asker, "ref": ref}).one_or_none()


def insert(conn: Connection, **values: Any) -> None:
    conn.execute(_insert, values)


def take(conn: Connection, id: str, *, listener: str, until: int, pool: str) -> int | None:
    """Waiting to held, if it still waits and in this pool; the new fencing token, or None: another was quicker."""
    values = {"request": id, "by": listener, "end": until, "among": pool}
    done = conn.execute(_take, values).scalar_one_or_none()
    return None if done is None else int(done)


def attach_chat(conn: Connection, id: str, chat_id: str) -> None:
    conn.execute(_attach, {"request": id, "chat": chat_id})


def settle(conn: Connection, id: str, fence: int, now: int) -> bool:
    """Held to closed, for the holder of the present token alone: a late owner is refused."""
    return conn.execute(_settle, {"request": id, "token": fence, "now": now}).rowcount == 1


def give_back(conn: Connection, id: str, fence: int) -> bool:
    """Held to waiting, at the old rank, if this is still the holding that is meant; a personal request is a general one from now on."""
    return conn.execute(_give_back, {"request": id, "token": fence}).rowcount == 1


def close(conn: Connection, id: str, reason: str, now: int, *, only: str | None = None) -> bool:
    """Closed with a reason; False if it was closed (or, with `only`, is in another state)."""
    values = {"request": id, "why": reason, "now": now}
    if only is None:
        return conn.execute(_close, values).rowcount == 1
    return conn.execute(_close_in, values | {"only": only}).rowcount == 1


def overdue(conn: Connection, now: int) -> list[Record]:
    """Held requests whose lease has ended."""
    return list(conn.execute(_overdue, {"now": now}))


def rank(head_start_ms: int) -> tuple[sa.ColumnElement[int], sa.ColumnElement[str]]:
    """The order of the queue as columns, ascending: the formula of rust/requests/src/rank.rs."""
    return request.c.first_at - sa.cast(request.c.severity, sa.BigInteger) * head_start_ms, request.c.id


def in_rank_order(conn: Connection, head_start_ms: int) -> list[Record]:
    """Everyone who waits, the first in rank first."""
    return list(conn.execute(sa.select(request).where(request.c.state == "waiting").order_by(*rank(head_start_ms))))


def page_by_asker(conn: Connection, *, after: str, limit: int) -> list[Record]:
    """Some of the open ones, waiting or held, by asker: read along the index that keeps one open request a person, and holds no closed ones."""
    return list(conn.execute(_page_open, {"after": after, "most": limit}))


def latest_open(conn: Connection) -> int:
    """The latest moment at which an open request entered; 0 for none."""
    return int(conn.execute(_latest_open).scalar_one() or 0)


def renew_leases(conn: Connection, until: int) -> list[str]:
    """All leases end at this moment; whose they are."""
    return list(conn.execute(_renew, {"end": until}).scalars())


def leases(conn: Connection) -> dict[str, int]:
    """When the lease of each held request ends."""
    return {row.id: row.held_until for row in conn.execute(_leases)}


def count_held(conn: Connection) -> int:
    return int(conn.execute(_count_held).scalar_one())


def misplaced(conn: Connection, asker: str | None) -> list[str]:
    """Who waits in a pool of another age class than their own: this person, or all of them."""
    if asker is None:
        return list(conn.execute(_misplaced).scalars())
    return list(conn.execute(_misplaced_one, {"asker": asker}).scalars())


def repool(conn: Connection, id: str, pool: str) -> bool:
    """Another pool at the same rank, for whoever waits."""
    return conn.execute(_repool, {"request": id, "among": pool}).rowcount == 1


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
    return [(row.pool, row.closed_at) for row in conn.execute(_matched, {"moment": moment})]


# Personal requests


def answer(conn: Connection, id: str, *, listener: str, now: int, until: int, pool: str) -> int | None:
    """Ringing to held, for the very listener asked, before its time is over; the new fencing token, or None."""
    values = {"request": id, "by": listener, "now": now, "end": until, "among": pool}
    done = conn.execute(_answer, values).scalar_one_or_none()
    return None if done is None else int(done)


def miss(conn: Connection, id: str, now: int) -> bool:
    """Ringing to closed, once its time is over; False if it was answered or ended before."""
    return conn.execute(_miss, {"request": id, "now": now}).rowcount == 1


def ringing(conn: Connection) -> list[Record]:
    """Every personal request that rings."""
    return list(conn.execute(_ringing))


def ringing_at(conn: Connection, listener: str) -> Record | None:
    """The one that rings at this listener."""
    return conn.execute(_ringing_at, {"listener": listener}).one_or_none()


def ringing_at_any(conn: Connection, listeners: Sequence[str]) -> frozenset[str]:
    """Those of these listeners at whom one rings."""
    return frozenset(conn.execute(_ringing_at_any, {"ids": list(listeners)}).scalars()) if listeners else frozenset()


def ringing_for(conn: Connection, asker: str) -> Record | None:
    """The one of this asker."""
    return conn.execute(_ringing_for, {"asker": asker}).one_or_none()


def ring_anew(conn: Connection, until: int) -> None:
    """All that ring have time until this moment."""
    conn.execute(_ring_anew, {"end": until})


_longest = (
    sa.select(request.c.pool, sa.func.min(request.c.first_at))
    .where(request.c.state == "waiting")
    .group_by(request.c.pool)
)


def longest_waiting(conn: Connection) -> dict[str, int]:
    """When the one who waits the longest in each pool first asked."""
    return {pool: int(since) for pool, since in conn.execute(_longest)}
