"""The truth about who waits."""

import sqlalchemy as sa

from cups.store.holding import GOES, NOBODY, holds
from cups.store.schema import Id, Millis, metadata, references

request = sa.Table(
    "request",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("asker_id", Id, references("account.id"), nullable=False),
    sa.Column("ref", sa.String(64), nullable=False),
    sa.Column("topic", sa.String(40), nullable=False),
    sa.Column("language", sa.String(12), nullable=False),
    sa.Column("pool", sa.String(32), nullable=False),
    sa.Column("severity", sa.SmallInteger, nullable=False),
    sa.Column("first_at", Millis, nullable=False),
    sa.Column("opened_at", Millis, nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("fence", sa.Integer, nullable=False, server_default="0"),
    sa.Column("held_by", Id, references("account.id")),
    sa.Column("held_until", Millis),
    sa.Column("chat_id", Id),
    sa.Column("closed_at", Millis),
    sa.Column("reason", sa.String(32), nullable=False, server_default=""),
    sa.Column("listener_id", Id, references("account.id")),
    sa.Column("rings_until", Millis),
    sa.CheckConstraint("state in ('ringing', 'waiting', 'held', 'closed')", name="state"),
    sa.UniqueConstraint("asker_id", "ref", name="uq_request_ref"),
    sa.Index(
        "ix_request_open",
        "asker_id",
        unique=True,
        sqlite_where=sa.text("state <> 'closed'"),
        postgresql_where=sa.text("state <> 'closed'"),
    ),
    sa.Index(
        "ix_request_ringing",
        "listener_id",
        unique=True,
        sqlite_where=sa.text("state = 'ringing'"),
        postgresql_where=sa.text("state = 'ringing'"),
    ),
    sa.Index("ix_request_state", "state", "first_at"),
    sa.Index("ix_request_closed_at", "closed_at"),
)
"""`waiting` in the queue; `held` by a listener under a lease until they are in the chat; `closed` with a reason. One open request a person.

A personal request names its `listener_id`, and is `ringing` until they answer or `rings_until` has come; one of these at a time for each listener.
Given back by a listener who never came, it is a general one, and names nobody any more."""
holds(
    request,
    "Who waits for somebody to talk to, and how it ended.",
    kept="`request_keep_days` after it was closed",
    whose={"asker_id": GOES, "held_by": NOBODY, "listener_id": NOBODY},
    identifier="id ref chat_id",
    health="topic severity",
    age="pool",
    activity="language first_at opened_at state held_until closed_at reason rings_until",
    none="fence",
)

_WAITING = sa.text("state = 'waiting'")
left_message = sa.Table(
    "left_message",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("from_id", Id, references("account.id"), nullable=False),
    sa.Column("to_id", Id, references("account.id"), nullable=False),
    sa.Column("channel_id", Id, references("channel.id"), nullable=False),
    sa.Column("ref", sa.String(64), nullable=False),
    sa.Column("topic", sa.String(40), nullable=False),
    sa.Column("language", sa.String(12), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", Millis, nullable=False),
    sa.Column("expires_at", Millis, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("closed_at", Millis),
    sa.Column("chat_id", Id),
    sa.CheckConstraint("state in ('waiting', 'answered', 'declined', 'withdrawn', 'expired')", name="state"),
    sa.UniqueConstraint("from_id", "ref", name="uq_left_message_ref"),
    sa.Index("ix_left_message_pair", "from_id", "to_id", unique=True, sqlite_where=_WAITING, postgresql_where=_WAITING),
    sa.Index("ix_left_message_waiting", "to_id", sqlite_where=_WAITING, postgresql_where=_WAITING),
    sa.Index("ix_left_message_expires_at", "expires_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
    sa.Index("ix_left_message_closed_at", "closed_at"),
)
"""For a listener who is busy or away. `text` is empty once it waits no more: answered, it is the first message of the chat. `channel_id`: a channel of the kind `left`, so
that a concern can say where it was raised; nobody can enter it. One of each pair waits at a time."""
holds(
    left_message,
    "A few words that somebody left for a listener.",
    kept="until it is answered, withdrawn, or `left_keep_days` old; that there was one, as long again",
    whose={"from_id": GOES, "to_id": GOES},
    named="from_id to_id",
    identifier="id channel_id ref chat_id",
    words="text",
    health="topic",
    activity="language at expires_at state closed_at",
)
