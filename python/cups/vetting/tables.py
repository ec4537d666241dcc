"""Applications for a therapist's licence or a listener's background check, and what a therapist writes on their page."""

import sqlalchemy as sa

from cups.store.holding import DUTY, GOES, holds
from cups.store.schema import Id, Millis, metadata, references

vetting = sa.Table(
    "vetting",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("account_id", Id, references("account.id"), nullable=False),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("real_name", sa.String(120), nullable=False, server_default=""),
    sa.Column("number", sa.String(60), nullable=False, server_default=""),
    sa.Column("country", sa.String(2), nullable=False, server_default=""),
    sa.Column("at", Millis, nullable=False),
    sa.Column("until", Millis),
    sa.Column("decided_by", Id, references("account.id")),
    sa.Column("decided_at", Millis),
    sa.Column("words", sa.String(400), nullable=False, server_default=""),
    sa.CheckConstraint("kind in ('licence', 'check', 'verified')", name="kind"),
    sa.CheckConstraint("state in ('applied', 'passed', 'refused', 'ended')", name="state"),
    sa.Index("ix_vetting_account", "account_id", "kind"),
    sa.Index("ix_vetting_state", "kind", "state", "id"),
    sa.Index("ix_vetting_until", "state", "until"),
)
"""Of a check nothing but that there is one, its outcome and its end; of a licence what its holder says of it. No documents. `until` of what was not decided
yet: the end that its holder gives. `words`: what staff say to the person."""
holds(
    vetting,
    "Licences of therapists, background checks and marks of listeners.",
    kept="as long as the account",
    whose={"account_id": GOES, "decided_by": DUTY},
    identifier="id",
    name="real_name",
    contact="number country",
    moderation="kind state until decided_at words",
    activity="at",
)

therapist = sa.Table(
    "therapist",
    metadata,
    sa.Column("account_id", Id, references("account.id"), primary_key=True),
    sa.Column("about", sa.Text, nullable=False, server_default=""),
    sa.Column("opened_at", Millis, nullable=False),
)
"""Whoever opened a therapist's page, and what they say on it."""
holds(
    therapist,
    "What a therapist says on their public page.",
    kept="as long as the account",
    whose={"account_id": GOES},
    words="about",
    activity="opened_at",
)
