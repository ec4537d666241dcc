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
