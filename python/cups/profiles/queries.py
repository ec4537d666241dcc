"""Every statement about profiles and pictures."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cups.accounts.tables import account
from cups.chats.tables import chat, rating
from cups.ids import chance_id
from cups.profiles.tables import picture, profile
from cups.store.schema import Record

_profile = sa.select(profile).where(profile.c.account_id == sa.bindparam("account"))
_ids: sa.BindParameter[list[str]] = sa.bindparam("ids", expanding=True)
_profiles = sa.select(profile).where(profile.c.account_id.in_(_ids))
_picture = sa.select(picture.c.account_id, picture.c.large, picture.c.small).where(picture.c.id == sa.bindparam("id"))
_picture_of = sa.select(picture).where(picture.c.account_id == sa.bindparam("account"))
_drop_picture = picture.delete().where(picture.c.account_id == sa.bindparam("account"))
_MARKS = ("helpfulness", "empathy", "professionalism", "responsiveness")
_rated = (
    sa.select(
        chat.c.listener_id,
        sa.func.count().label("ratings"),
        sum((sa.func.sum(rating.c[name]) for name in _MARKS), start=sa.literal(0)).label("sum"),
    )
    .join(chat, chat.c.id == rating.c.chat_id)
    .group_by(chat.c.listener_id)
)
_helped = (
    sa.select(chat.c.listener_id, sa.func.count(chat.c.member_id.distinct()).label("helped"))
    .where(chat.c.helped == sa.true())
    .group_by(chat.c.listener_id)
)
_figures = sa.select(profile.c.account_id, profile.c.ratings, profile.c.helped).where(
    sa.or_(profile.c.ratings > 0, profile.c.helped > 0)
)


def of(conn: Connection, account_id: str) -> Record | None:
    return conn.execute(_profile, {"account": account_id}).one_or_none()


def of_many(conn: Connection, ids: Sequence[str]) -> dict[str, Record]:
    """By account; who has none is left out."""
    return {row.account_id: row for row in conn.execute(_profiles, {"ids": list(ids)})}


def put(conn: Connection, account_id: str, **values: Any) -> None:
    """Writes some of a profile, which begins with it if there was none."""
    done = conn.execute(profile.update().where(profile.c.account_id == account_id).values(**values))
    if done.rowcount == 0:
        conn.execute(profile.insert(), {"account_id": account_id} | values)


def picture_by_id(conn: Connection, id: str) -> Record | None:
    return conn.execute(_picture, {"id": id}).one_or_none()


def picture_of(conn: Connection, account_id: str) -> Record | None:
    return conn.execute(_picture_of, {"account": account_id}).one_or_none()


def drop_picture(conn: Connection, account_id: str) -> bool:
    """False if there was none."""
    conn.execute(account.update().where(account.c.id == account_id).values(picture=""))
    return conn.execute(_drop_picture, {"account": account_id}).rowcount > 0


def put_picture(conn: Connection, account_id: str, large: bytes, small: bytes, now: int) -> str:
    """In place of the one before; its new id."""
    drop_picture(conn, account_id)
    id = chance_id()
    conn.execute(picture.insert(), {"id": id, "account_id": account_id, "large": large, "small": small, "at": now})
    conn.execute(account.update().where(account.c.id == account_id).values(picture=id))
    return id


def counted(conn: Connection) -> dict[str, tuple[int, int, int]]:
    """For each listener who was rated or has helped somebody, as of now: how many ratings, the sum of their stars in quarters, how many people."""
    found = {row.listener_id: (int(row.ratings), int(row.sum), 0) for row in conn.execute(_rated)}
    for row in conn.execute(_helped):
        ratings, sum_, _ = found.get(row.listener_id, (0, 0, 0))
        found[row.listener_id] = (ratings, sum_, int(row.helped))
    return found


def published(conn: Connection) -> dict[str, tuple[int, int]]:
    """The figures that are shown: how many ratings, how many people."""
    return {row.account_id: (row.ratings, row.helped) for row in conn.execute(_figures)}
