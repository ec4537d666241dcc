"""What staff do that has to be remembered for a while: the keys of their requests."""

import sqlalchemy as sa

from cups.store.holding import DUTY, GOES, GOES_UNSEEN, holds
from cups.store.schema import Id, Millis, metadata, references

act_key = sa.Table(
    "act_key",
    metadata,
    sa.Column("account_id", Id, references("account.id"), primary_key=True),
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("answer", sa.LargeBinary, nullable=False),
    sa.Column("at", Millis, nullable=False, index=True),
)
"""Requests of staff that were done under an `Idempotency-Key`: whose, a hash of route and body, and the answer, as it was sent. The answer can name
the person an act was about; the row goes after `idempotency_hours`."""
holds(
    act_key,
    "Requests of staff that are done once.",
    kept="for `idempotency_hours`",
    whose={"account_id": GOES_UNSEEN},
    identifier="key",
    activity="at",
    security="digest",
    moderation="answer",
)

bulk = sa.Table(
    "bulk",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("by_id", Id, references("account.id"), nullable=False, index=True),
    sa.Column("act", sa.String(20), nullable=False),
    sa.Column("reason", sa.String(200), nullable=False),
    sa.Column("days", sa.Integer),
    sa.Column("role", sa.String(32)),
    sa.Column("hours", sa.Integer),
    sa.Column("at", Millis, nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("expires_at", Millis, nullable=False),
    sa.Column("done_at", Millis),
    sa.Column("undo_by", Id, references("account.id")),
    sa.Column("lease_until", Millis, nullable=False, server_default="0"),
    sa.Column("fence", sa.Integer, nullable=False, server_default="0"),
    sa.CheckConstraint("state in ('planned', 'running', 'done', 'undoing', 'undone')", name="state"),
    sa.Index("ix_bulk_state", "state", "lease_until"),
)
"""An act on many people: a preview until it is done. `lease_until` and `fence`: which worker carries it out; one that lost its lease writes nothing more."""
holds(
    bulk,
    "Acts of staff on many people at once.",
    whose={"by_id": DUTY, "undo_by": DUTY},
    none="lease_until fence",
    identifier="id",
    moderation="act reason days role hours state",
    activity="at expires_at done_at",
)

bulk_item = sa.Table(
    "bulk_item",
    metadata,
    sa.Column("bulk_id", Id, references("bulk.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("account_id", Id, references("account.id"), index=True),
    sa.Column("name", sa.String(32), nullable=False),
    sa.Column("will", sa.String(8), nullable=False),
    sa.Column("why", sa.String(40), nullable=False, server_default=""),
    sa.Column("size", sa.Integer, nullable=False, server_default="0"),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("changed", sa.Text, nullable=False, server_default=""),
    sa.CheckConstraint("state in ('waiting', 'done', 'skipped', 'undone', 'kept')", name="state"),
)
"""One person of it. `changed`: JSON of exactly what was changed, by which it is undone: ids and times, no words. `account_id` None: nobody has the name."""
holds(
    bulk_item,
    "Whom an act of staff on many people was about, and what it changed.",
    whose={"account_id": GOES},
    identifier="bulk_id",
    none="number",
    name="name",
    moderation="will why size state changed",
)
