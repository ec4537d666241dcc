"""Every statement about talks with bots."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cups.bots.tables import bot_answer, bot_talk
from cups.messages.tables import channel
from cups.requests.tables import request
from cups.screening.tables import concern
from cups.store.schema import Record

KIND = "bot"
"""Of the channel of a talk."""
_of_request = sa.select(bot_talk).where(
    bot_talk.c.request_id == sa.bindparam("request"), bot_talk.c.bot == sa.bindparam("bot")
)
_counts = bot_answer.c.replaced == sa.literal_column("0")
"""Spelled out as in the index `uq_bot_answer_question`."""
_answers = sa.select(bot_answer).where(bot_answer.c.talk_id == sa.bindparam("talk"), _counts).order_by(bot_answer.c.at)
_by_ref = sa.select(bot_answer).where(
    bot_answer.c.talk_id == sa.bindparam("talk"), bot_answer.c.ref == sa.bindparam("ref")
)
_replace = (
    bot_answer.update()
    .where(bot_answer.c.talk_id == sa.bindparam("talk"), bot_answer.c.question == sa.bindparam("asked_for"), _counts)
    .values(replaced=1, asked="", choice="", chosen="", text="")
)
_move = (
    bot_talk.update().where(bot_talk.c.request_id == sa.bindparam("before")).values(request_id=sa.bindparam("after"))
)
_lately = (
    sa.select(
        bot_talk.c.account_id.label("author_id"),
        bot_answer.c.question.label("ref"),
        bot_answer.c.text,
        bot_answer.c.at,
        sa.null().label("removed"),
    )
    .join(bot_talk, bot_talk.c.id == bot_answer.c.talk_id)
    .where(bot_answer.c.talk_id == sa.bindparam("channel"), _counts, bot_answer.c.at >= sa.bindparam("since"))
    .order_by(bot_answer.c.at.desc())
    .limit(sa.bindparam("most"))
)
_old = sa.select(bot_talk.c.id).where(bot_talk.c.opened_at < sa.bindparam("moment"))
_unheard = (
    sa.select(bot_talk.c.id)
    .join(request, request.c.id == bot_talk.c.request_id)
    .where(
        request.c.state == "closed", request.c.reason != "matched", request.c.closed_at <= sa.bindparam("closed_before")
    )
)


def talk_of(conn: Connection, request_id: str, bot: str) -> Record | None:
    return conn.execute(_of_request, {"request": request_id, "bot": bot}).one_or_none()


def talks_among(conn: Connection, channels: list[str]) -> set[str]:
    """Which of these channels are talks with bots: those, too, whose answers are gone."""
    found = sa.select(channel.c.id).where(channel.c.id.in_(channels), channel.c.kind == KIND)
    return set(conn.execute(found).scalars())


def insert_talk(conn: Connection, **values: Any) -> None:
    conn.execute(bot_talk.insert(), values)


def move(conn: Connection, before: str, after: str) -> bool:
    """All that was told for one request is told for another; False if there was nothing."""
    return conn.execute(_move, {"before": before, "after": after}).rowcount > 0


def answers(conn: Connection, talk_id: str) -> list[Record]:
    """Those that count, in the order of their giving."""
    return list(conn.execute(_answers, {"talk": talk_id}))


def by_ref(conn: Connection, talk_id: str, ref: str) -> Record | None:
    return conn.execute(_by_ref, {"talk": talk_id, "ref": ref}).one_or_none()


def put(conn: Connection, talk_id: str, question: str, **values: Any) -> None:
    """In place of the answer that there was, if there was one: its words are gone."""
    conn.execute(_replace, {"talk": talk_id, "asked_for": question})
    conn.execute(bot_answer.insert(), {"talk_id": talk_id, "question": question, "replaced": 0, **values})


def lately(conn: Connection, talk_id: str, since: int, most: int) -> list[Record]:
    """The last answers of a talk, the oldest first, as screening reads messages."""
    return list(conn.execute(_lately, {"channel": talk_id, "since": since, "most": most}))[::-1]


def to_forget(conn: Connection, *, opened_before: int, closed_before: int) -> list[str]:
    """Talks that began before the one moment, and those whose request closed without a listener by the other."""
    old = conn.execute(_old, {"moment": opened_before}).scalars()
    return sorted({*old, *conn.execute(_unheard, {"closed_before": closed_before}).scalars()})


def forget(conn: Connection, talk_id: str) -> int:
    """How many answers went. The channel goes as well, unless somebody is looked after because of what was said in it."""
    gone = conn.execute(bot_answer.delete().where(bot_answer.c.talk_id == talk_id)).rowcount
    conn.execute(bot_talk.delete().where(bot_talk.c.id == talk_id))
    cared = sa.exists().where(concern.c.channel_id == channel.c.id)
    conn.execute(channel.delete().where(channel.c.id == talk_id, ~cared))
    return gone
