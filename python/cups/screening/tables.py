"""What staff changed about rules, how often rules were hit, and whom somebody should look after."""

import sqlalchemy as sa

from cups.store.holding import DUTY, GOES, holds
from cups.store.schema import Id, Millis, metadata, references

screening_rule = sa.Table(
    "screening_rule",
    metadata,
    sa.Column("name", sa.String(80), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("enabled", sa.Boolean, nullable=False),
    sa.Column("stage", sa.String(8), nullable=False),
    sa.Column("share", sa.Integer, nullable=False),
    sa.Column("language", sa.String(3), nullable=False),
    sa.Column("body", sa.Text),
    sa.Column("at", Millis, nullable=False),
    sa.Column("by_id", Id, references("account.id"), nullable=False),
)
"""Versions of rules, the highest in force. `body` is None where the text is the shipped file's and only its stage was changed."""
holds(
    screening_rule,
    "What staff changed about the rules by which text is read.",
    whose={"by_id": DUTY},
    none="name version enabled stage share language body at",
)

screening_count = sa.Table(
    "screening_count",
    metadata,
    sa.Column("name", sa.String(80), primary_key=True),
    sa.Column("day", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("seen", sa.BigInteger, nullable=False),
    sa.Column("acted", sa.BigInteger, nullable=False),
)
"""Hits per rule and day (since the epoch, UTC): no text, no names."""
holds(
    screening_count,
    "How often a rule was hit: sums.",
    kept="`screening_counts_days`",
    none="name day seen acted",
)

concern = sa.Table(
    "concern",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("channel_id", Id, references("channel.id"), nullable=False),
    sa.Column("person_id", Id, references("account.id"), nullable=False),
    sa.Column("seq", sa.BigInteger),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("rule", sa.String(80), nullable=False),
    sa.Column("at", Millis, nullable=False),
    sa.Column("last_at", Millis, nullable=False),
    sa.Column("times", sa.Integer, nullable=False),
    sa.Column("state", sa.String(6), nullable=False),
    sa.Column("taken_by", Id, references("account.id")),
    sa.Column("taken_at", Millis),
    sa.Column("closed_at", Millis),
    sa.Column("contact", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("called_at", Millis, nullable=False, server_default="0"),
    sa.Column("calls", sa.Integer, nullable=False, server_default="0"),
    sa.Index("ix_concern_state", "state", "id"),
    sa.Index("ix_concern_person", "person_id", "channel_id"),
    sa.Index("ix_concern_message", "channel_id", "seq"),
)
"""Somebody wrote what may be a sign of danger, or said at the gate that there is one (`declared.py`). `seq` is the message, None where it was not stored; `contact`: contact details came
with it and were covered; `called_at` and `calls`: when, and how often, staff were called. The words are the message's alone: none are kept here."""
holds(
    concern,
    "Whom somebody should look after, because of what they wrote, or said at the gate.",
    kept="`concern_keep_days` after somebody has looked after it",
    whose={"person_id": GOES, "taken_by": DUTY},
    identifier="id channel_id seq",
    health="kind rule contact",
    activity="at last_at times state taken_at closed_at called_at calls",
)
