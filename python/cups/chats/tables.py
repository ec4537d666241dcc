"""Chats, marks, ratings, reports."""

import sqlalchemy as sa

from cups.store.holding import GOES, GOES_UNSEEN, NOBODY, holds, stays
from cups.store.schema import Id, Millis, metadata, references

chat = sa.Table(
    "chat",
    metadata,
    sa.Column("id", Id, references("channel.id"), primary_key=True),
    sa.Column("request_id", Id, nullable=False),
    sa.Column("member_id", Id, references("account.id"), nullable=False),
    sa.Column("listener_id", Id, references("account.id"), nullable=False),
    sa.Column("topic", sa.String(40), nullable=False),
    sa.Column("language", sa.String(12), nullable=False),
    sa.Column("first_at", Millis, nullable=False),
    sa.Column("opened_at", Millis, nullable=False),
    sa.Column("ended_at", Millis),
    sa.Column("ended_by", Id),
    sa.Column("end_reason", sa.String(16), nullable=False, server_default=""),
    sa.Column("helped", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("ix_chat_member", "member_id", "ended_at"),
    sa.Index("ix_chat_listener", "listener_id", "ended_at"),
)
"""`helped`: it ended with thirty messages or more, and counts its member among the people helped (SPEC C6)."""
holds(
    chat,
    "Who talked with whom, so that both find it again, and a block or a transfer knows of it.",
    kept="for as long as its listener's chats count; whom it was with, `chat_trace_days` after its end",
    whose={"member_id": NOBODY, "listener_id": NOBODY, "ended_by": NOBODY},
    named="member_id listener_id",
    identifier="id request_id",
    health="topic",
    activity="language first_at opened_at ended_at end_reason helped",
)

mark = sa.Table(
    "mark",
    metadata,
    sa.Column("chat_id", Id, references("chat.id"), primary_key=True),
    sa.Column("account_id", Id, references("account.id"), primary_key=True),
    sa.Column("delivered", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("read", sa.BigInteger, nullable=False, server_default="0"),
)
holds(
    mark,
    "How far somebody has read.",
    kept="as the chat",
    whose={"account_id": GOES},
    identifier="chat_id",
    activity="delivered read",
)

rating = sa.Table(
    "rating",
    metadata,
    sa.Column("chat_id", Id, references("chat.id"), primary_key=True),
    sa.Column("helpfulness", sa.SmallInteger, nullable=False),
    sa.Column("empathy", sa.SmallInteger, nullable=False),
    sa.Column("professionalism", sa.SmallInteger, nullable=False),
    sa.Column("responsiveness", sa.SmallInteger, nullable=False),
    sa.Column("comment", sa.Text, nullable=False, server_default=""),
    sa.Column("review", sa.String(8), nullable=False, server_default=""),
    sa.Column("review_id", Id),
    sa.Index("ix_rating_review", "review", "review_id"),
    sa.Index("uq_rating_review_id", "review_id", unique=True),
)
"""No time and no author: which listener it is about is known through the chat, and shown to nobody by the piece. `review`: of a comment whose author allows it to be
published, `waits` for staff, is found `good`, is `shown` on the profile, or was `refused`; empty: it stays with the rating. `review_id` is chance, and the order in
which reviews stand."""
holds(
    rating,
    "How a member found a listener.",
    kept="until one of the two is erased",
    whose={
        "chat_id>chat.id.member_id": GOES,
        "chat_id>chat.id.listener_id": GOES_UNSEEN,
    },
    identifier="review_id",
    activity="helpfulness empathy professionalism responsiveness",
    moderation="review",
    words="comment",
)

report = sa.Table(
    "report",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("channel_id", Id, references("channel.id")),
    sa.Column("reporter_id", Id, references("account.id"), nullable=False),
    sa.Column("about_id", Id, references("account.id"), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("evidence", sa.Text, nullable=False),
    sa.Column("at", Millis, nullable=False),
    sa.Column("state", sa.String(8), nullable=False, server_default="open"),
    sa.Column("until", Millis, nullable=False, server_default="0", index=True),
)
"""`until`: when it is deleted, whatever became of it. `evidence` is the retained window of both sides, frozen as JSON when the report was made. A
report of a profile has no channel: its evidence is the words and the picture as they were then."""
holds(
    report,
    "What somebody told the moderators of, with what was said before it (SPEC L14).",
    kept="`report_keep_days`, a date of its own",
    whose={
        "reporter_id": stays("the case needs it until its own end", exported=True),
        "about_id": stays("the case needs it until its own end"),
    },
    named="about_id",
    identifier="id channel_id",
    words="text evidence",
    untold="evidence",
    moderation="at state until",
)
