"""Warnings, what was removed, what decisions rest on, and the audit log."""

import sqlalchemy as sa

from cups.store.holding import DUTY, GOES, holds, stays
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
    sa.Column("overturned_at", Millis),
    sa.UniqueConstraint("moderator_id", "ref", name="uq_warning_ref"),
    sa.Index("ix_warning_person", "person_id", "at"),
    sa.Index("ix_warning_at", "at"),
    sa.Index("ix_warning_room", "room_id", "at"),
)
holds(
    warning,
    "What a moderator warned somebody for, so that they can read it and contest it (SPEC E6, L2).",
    kept="`decision_keep_days` after it has ended",
    whose={"person_id": GOES, "moderator_id": DUTY},
    identifier="id room_id ref message_seq",
    words="words",
    moderation="rule at counted standing step until seen_at overturned_at",
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
    sa.Column("id", Id),
    sa.Column("person_id", Id),
    sa.Column("overturned_at", Millis),
    sa.Index("ix_removal_id", "id", unique=True),
    sa.Index("ix_removal_person", "person_id", "at"),
)
"""The words of a removed message, kept for as long as the decision can be contested and for nothing else. `id` and `person_id` (the author) are
None for removals of before decisions could be contested."""
holds(
    removal,
    "What a moderator removed, so that its author can read it and contest it.",
    kept="`decision_keep_days`; its text `contest_days`",
    whose={"person_id": GOES, "moderator_id": DUTY},
    identifier="channel_id seq id",
    words="text note",
    moderation="rule at overturned_at",
)

evidence = sa.Table(
    "evidence",
    metadata,
    sa.Column("decision_id", Id, primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", Millis, nullable=False),
    sa.Index("ix_evidence_at", "at"),
)
"""The words that a warning, or a moderator's decision by hand, rests on, as they were when it was decided: what their author changes
afterwards changes nothing of it. Kept for as long as the decision can be contested or is being decided about, and then deleted."""
holds(
    evidence,
    "The words that a decision rests on, as they were.",
    kept="`contest_days`, and while somebody decides about a contest",
    whose={
        "decision_id>warning.id.person_id": GOES,
        "decision_id>sanction.id.person_id": GOES,
        "decision_id>removal.id.person_id": GOES,
    },
    words="text",
    moderation="at",
)

contest = sa.Table(
    "contest",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("decision_id", Id, nullable=False),
    sa.Column("person_id", Id, references("account.id"), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", Millis, nullable=False),
    sa.Column("state", sa.String(10), nullable=False, server_default="open"),
    sa.Column("decided_by", Id, references("account.id")),
    sa.Column("decided_at", Millis),
    sa.Column("answer", sa.Text, nullable=False, server_default=""),
    sa.Column("seen_at", Millis),
    sa.CheckConstraint("kind in ('warning', 'removal', 'ban', 'sanction')", name="kind"),
    sa.CheckConstraint("state in ('open', 'upheld', 'overturned')", name="state"),
    sa.UniqueConstraint("decision_id", name="uq_contest_decision"),
    sa.Index("ix_contest_state", "state", "id"),
    sa.Index("ix_contest_person", "person_id"),
)
"""What a person says against a decision about them: once for each. `decision_id` is a warning's, a removal's or a sanction's (a ban's) id."""
holds(
    contest,
    "What somebody said against a decision, and what was answered.",
    kept="`decision_keep_days` after it was decided",
    whose={"person_id": GOES, "decided_by": DUTY},
    identifier="id decision_id",
    words="text answer",
    moderation="kind at state decided_at seen_at",
)

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
    sa.Index("ix_audit_at", "at"),
)
_CHAIN = stays("the log of what staff and moderators do is a chain in which nothing can be changed (SPEC L9)")
holds(
    audit,
    "What staff and moderators did, so that nobody's power goes unseen (SPEC L9).",
    whose={"actor_id": _CHAIN},
    identifier="subject",
    name="actor",
    moderation="at act details",
    none="number hash",
)
