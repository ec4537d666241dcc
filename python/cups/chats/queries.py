"""Every statement about chats, marks, ratings and reports."""

from collections.abc import Sequence
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import Connection

from cups.accounts import queries as accounts
from cups.accounts.tables import account
from cups.chats.tables import chat, mark, rating, report
from cups.messages.tables import message
from cups.store.schema import Record
from cups.wire.chats import Chat, Mark
from cups.wire.people import Person

HELPED_AT = 30
"""Messages of one chat that count its member among the people helped (SPEC C6)."""
_chat = sa.select(chat).where(chat.c.id == sa.bindparam("id"))
_mine = sa.or_(chat.c.member_id == sa.bindparam("account"), chat.c.listener_id == sa.bindparam("account"))
_open = sa.select(chat).where(_mine, chat.c.ended_at.is_(None)).order_by(chat.c.opened_at)
_recent = sa.select(chat).where(_mine).order_by(chat.c.ended_at.is_not(None), chat.c.opened_at.desc()).limit(20)

_of_listener = chat.c.listener_id == sa.bindparam("listener")
_taken = sa.select(sa.literal(1)).where(_of_listener).limit(sa.bindparam("most")).subquery()
_load = sa.select(
    sa.select(sa.func.count()).select_from(_taken).scalar_subquery().label("taken"),
    sa.select(sa.func.count()).select_from(chat).where(_of_listener, chat.c.ended_at.is_(None)).scalar_subquery(),
)
_taken_by = (
    sa.select(sa.literal(1))
    .where(chat.c.listener_id == account.c.id)
    .limit(sa.bindparam("most"))
    .correlate(account)
    .subquery()
)
_running_of = sa.select(sa.func.count()).where(chat.c.listener_id == account.c.id, chat.c.ended_at.is_(None))
_loads = sa.select(
    account.c.id,
    sa.select(sa.func.count()).select_from(_taken_by).scalar_subquery(),
    _running_of.correlate(account).scalar_subquery(),
).where(account.c.id.in_(sa.bindparam("ids", expanding=True)))
_insert = chat.insert()
_said = sa.select(sa.func.count()).where(message.c.channel_id == chat.c.id).scalar_subquery()
_end = (
    chat.update()
    .where(chat.c.id == sa.bindparam("this"), chat.c.ended_at.is_(None))
    .values(
        ended_at=sa.bindparam("now"),
        ended_by=sa.bindparam("by"),
        end_reason=sa.bindparam("why"),
        helped=_said >= HELPED_AT,
    )
)
_running = sa.select(chat).where(chat.c.ended_at.is_(None))


def find(conn: Connection, id: str) -> Record | None:
    return conn.execute(_chat, {"id": id}).one_or_none()


def insert(conn: Connection, **values: Any) -> None:
    conn.execute(_insert, values)


def end(conn: Connection, id: str, *, by: str | None, reason: str, now: int) -> bool:
    """False if it had ended already."""
    return conn.execute(_end, {"this": id, "now": now, "by": by, "why": reason}).rowcount == 1


def open_of(conn: Connection, account_id: str) -> list[Record]:
    return list(conn.execute(_open, {"account": account_id}))


def running(conn: Connection) -> list[Record]:
    """Every chat that has not ended."""
    return list(conn.execute(_running))


def recent_of(conn: Connection, account_id: str) -> list[Record]:
    """The open ones first, then the last ones ended."""
    return list(conn.execute(_recent, {"account": account_id}))


def load_of(conn: Connection, listener: str, *, most: int) -> tuple[int, int]:
    """How many chats this listener has ever had, counted up to `most`, and how many of them run now."""
    taken, running = conn.execute(_load, {"listener": listener, "most": most}).one()
    return int(taken), int(running)


def loads_of(conn: Connection, listeners: Sequence[str], *, most: int) -> dict[str, tuple[int, int]]:
    """As `load_of`, of many."""
    if not listeners:
        return {}
    found = conn.execute(_loads, {"ids": list(listeners), "most": most})
    return {id: (int(taken), int(running)) for id, taken, running in found}


def marks(conn: Connection, chat_id: str) -> dict[str, tuple[int, int]]:
    rows = conn.execute(sa.select(mark.c.account_id, mark.c.delivered, mark.c.read).where(mark.c.chat_id == chat_id))
    return {row.account_id: (row.delivered, row.read) for row in rows}


def move_mark(conn: Connection, chat_id: str, account_id: str, delivered: int, read: int) -> tuple[int, int] | None:
    """Both only rise. The new mark, or None if nothing moved."""
    before = marks(conn, chat_id).get(account_id)
    delivered, read = max(delivered, read), read
    if before is None:
        conn.execute(
            mark.insert(), {"chat_id": chat_id, "account_id": account_id, "delivered": delivered, "read": read}
        )
        return delivered, read
    after = max(before[0], delivered), max(before[1], read)
    if after == before:
        return None
    where = sa.and_(mark.c.chat_id == chat_id, mark.c.account_id == account_id)
    conn.execute(mark.update().where(where).values(delivered=after[0], read=after[1]))
    return after


def wire_marks(conn: Connection, row: Record) -> list[Mark]:
    people = accounts.people(conn, [row.member_id, row.listener_id])
    return [Mark(name=people[id].name, delivered=d, read=r) for id, (d, r) in marks(conn, row.id).items()]


def rated(conn: Connection, chat_id: str) -> bool:
    return conn.execute(sa.select(rating.c.chat_id).where(rating.c.chat_id == chat_id)).first() is not None


def rate(conn: Connection, **values: Any) -> None:
    conn.execute(rating.insert(), values)


def add_report(conn: Connection, **values: Any) -> None:
    conn.execute(report.insert(), values)


def reports(conn: Connection, *, after: str, limit: int) -> list[Record]:
    return list(conn.execute(sa.select(report).where(report.c.id > after).order_by(report.c.id).limit(limit)))


def to_wire(
    row: Record,
    viewer: str,
    people: dict[str, Person],
    *,
    rated: bool,
    quotable: bool,
    can_requeue: bool,
    silence: Literal["", "asked", "offered"] = "",
) -> Chat:
    """The chat as one of its two people sees it. Whether it was rated is shown to the member alone."""
    is_member = row.member_id == viewer
    by = row.ended_by
    ended_by: Literal["", "you", "other", "system"] = (
        "" if row.ended_at is None else "system" if by is None else "you" if by == viewer else "other"
    )
    return Chat(
        id=row.id,
        member=people[row.member_id],
        listener=people[row.listener_id],
        you="member" if is_member else "listener",
        topic=row.topic,
        language=row.language,
        opened_at=row.opened_at,
        ended_at=row.ended_at,
        ended_by=ended_by,
        rated=rated and is_member,
        quotable=quotable and is_member,
        can_requeue=can_requeue and is_member,
        silence=silence,
    )
