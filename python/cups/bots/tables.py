"""What people told bots. Personal data: it goes with the request that it was told for (SPEC B8)."""

import sqlalchemy as sa

from cups.store.holding import GOES, holds
from cups.store.schema import Id, Millis, metadata, references

bot_talk = sa.Table(
    "bot_talk",
    metadata,
    sa.Column("id", Id, references("channel.id"), primary_key=True),
    sa.Column("bot", sa.String(20), nullable=False),
    sa.Column("account_id", Id, references("account.id"), nullable=False),
    sa.Column("request_id", Id, references("request.id"), nullable=False),
    sa.Column("opened_at", Millis, nullable=False),
    sa.UniqueConstraint("request_id", "bot", name="uq_bot_talk_request"),
    sa.Index("ix_bot_talk_opened_at", "opened_at"),
)
"""It begins with the first answer. A channel of the kind `bot`, so that a concern can say where it was raised; nobody can enter it. The
request is the one that waits or waited last: a talk goes along when its person is put back into the queue."""
holds(
    bot_talk,
    "What somebody told Noni while they waited, for the listener who takes them.",
    kept="`chat_keep_days`; `bot_unheard_s` after a request that nobody took",
    whose={"account_id": GOES},
    identifier="id request_id",
    none="bot",
    activity="opened_at",
)

bot_answer = sa.Table(
    "bot_answer",
    metadata,
    sa.Column("talk_id", Id, references("bot_talk.id"), primary_key=True),
    sa.Column("ref", sa.String(64), primary_key=True),
    sa.Column("question", sa.String(40), nullable=False),
    sa.Column("asked", sa.String(200), nullable=False),
    sa.Column("choice", sa.String(40), nullable=False),
    sa.Column("chosen", sa.String(200), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("skipped", sa.Boolean, nullable=False),
    sa.Column("help", sa.String(5), nullable=False),
    sa.Column("hidden", sa.Boolean, nullable=False),
    sa.Column("at", Millis, nullable=False),
    sa.Column("replaced", sa.SmallInteger, nullable=False, server_default="0"),
    sa.Index(
        "uq_bot_answer_question",
        "talk_id",
        "question",
        unique=True,
        sqlite_where=sa.text("replaced = 0"),
        postgresql_where=sa.text("replaced = 0"),
    ),
)
"""One answer that counts per question. One that was `replaced` has lost its words and keeps its ref alone, so that sending it again, late,
takes nothing back. `asked` and `chosen` are the words as they were shown: a script may be edited meanwhile."""
holds(
    bot_answer,
    "The answers themselves.",
    kept="as their talk",
    whose={"talk_id>bot_talk.id.account_id": GOES},
    identifier="ref",
    none="question asked replaced",
    health="choice chosen skipped help hidden",
    words="text",
    activity="at",
)
