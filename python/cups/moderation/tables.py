"""Warnings, what was removed, and the audit log."""

import sqlalchemy as sa

from cups.store.schema import Id, Millis, metadata, references

warning = sa.Table(
    "warning",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("person_id", Id, references("account.id"), nullable=False),
    sa.Column("room_id", Id, references("room.id"), nullable=False),
    sa.Column("moderator_id", Id, references("account.id"), nullable=False),
    sa.Column("ref", sa.String(64), nullable=False),
    sa.Column("rule", sa.String(16), nullable=False),
    sa.Column("words", sa.String(500), nullable=False),
    sa.Column("message_seq", sa.BigInteger),
    sa.Column("at", Millis, nullable=False),
    sa.Column("counted", sa.Boolean, nullable=False),
    sa.Column("standing", sa.Integer, nullable=False),
    sa.Column("step", sa.String(8), nullable=False),
    sa.Column("until", Millis),
    sa.Column("seen_at", Millis),
    sa.UniqueConstraint("moderator_id", "ref", name="uq_warning_ref"),
    sa.Index("ix_warning_person", "person_id", "at"),
    sa.Index("ix_warning_at", "at"),
)

removal = sa.Table(
    "removal",
    metadata,
    sa.Column("channel_id", Id, references("channel.id"), primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True),
    sa.Column("moderator_id", Id, references("account.id"), nullable=False),
    sa.Column("rule", sa.String(16), nullable=False),
    sa.Column("note", sa.String(500), nullable=False, server_default=""),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", Millis, nullable=False),
)
"""The words of a removed message, kept for contesting the decision and for nothing else."""

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", Millis, nullable=False),
    sa.Column("actor_id", Id, nullable=False),
    sa.Column("actor", sa.String(32), nullable=False),
    sa.Column("act", sa.String(40), nullable=False),
    sa.Column("subject", sa.String(100), nullable=False),
    sa.Column("details", sa.Text, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)
