"""Reviews: what members say of listeners, and allow to be shown; read by staff first, published in batches, without author, time or order (SPEC A8, C4)."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cups.chats.tables import chat, rating
from cups.store.schema import Record

BATCH = 5
"""Good ones that are published together, and before which none are: of fewer the listener might tell who wrote them."""
SHOWN = 20
"""On one profile. Which of them, where there are more, is chance, and stays."""

_review = (
    sa.select(rating.c.review_id, rating.c.review, rating.c.comment, chat.c.listener_id, chat.c.member_id)
    .join(chat, chat.c.id == rating.c.chat_id)
    .where(rating.c.review_id.is_not(None))
)
_by_id = _review.where(rating.c.review_id == sa.bindparam("id"))
_page = (
    _review.where(rating.c.review == sa.bindparam("state"), rating.c.review_id > sa.bindparam("after"))
    .order_by(rating.c.review_id)
    .limit(sa.bindparam("most"))
)
_shown = (
    sa.select(rating.c.comment)
    .join(chat, chat.c.id == rating.c.chat_id)
    .where(chat.c.listener_id == sa.bindparam("listener"), rating.c.review == "shown")
    .order_by(rating.c.review_id)
    .limit(SHOWN)
)
_ready = (
    sa.select(chat.c.listener_id)
    .join(rating, rating.c.chat_id == chat.c.id)
    .where(rating.c.review == "good")
    .group_by(chat.c.listener_id)
    .having(sa.func.count() >= BATCH)
)
_publish = (
    rating.update()
    .where(
        rating.c.review == "good",
        rating.c.chat_id.in_(sa.select(chat.c.id).where(chat.c.listener_id == sa.bindparam("listener"))),
    )
    .values(review="shown")
)
_change = (
    rating.update()
    .where(rating.c.review_id == sa.bindparam("this"), rating.c.review == sa.bindparam("was"))
    .values(review=sa.bindparam("to"))
)


def by_id(conn: Connection, id: str) -> Record | None:
    return conn.execute(_by_id, {"id": id}).one_or_none()


def page(conn: Connection, state: str, *, after: str, limit: int) -> list[Record]:
    """In the order of their ids, which are chance."""
    return list(conn.execute(_page, {"state": state, "after": after, "most": limit}))


def change(conn: Connection, id: str, was: str, to: str) -> bool:
    """False: it is not in this state any more."""
    values: dict[str, Any] = {"this": id, "was": was, "to": to}
    return conn.execute(_change, values).rowcount == 1


def shown(conn: Connection, listener: str) -> list[str]:
    """What stands on this listener's profile."""
    return list(conn.execute(_shown, {"listener": listener}).scalars())


def ready(conn: Connection) -> list[str]:
    """Listeners of whom so many good ones wait that they can be published."""
    return list(conn.execute(_ready).scalars())


def publish(conn: Connection, listener: str) -> None:
    conn.execute(_publish, {"listener": listener})
