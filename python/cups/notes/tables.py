"""Notes, sealed."""

import sqlalchemy as sa

from cups.store.holding import GOES, GOES_UNSEEN, holds
from cups.store.schema import Id, Millis, metadata, references

note = sa.Table(
    "note",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("author_id", Id, references("account.id"), nullable=False),
    sa.Column("person_id", Id, references("account.id")),
    sa.Column("chat_id", Id),
    sa.Column("key_id", sa.String(16), nullable=False, index=True),
    sa.Column("nonce", sa.LargeBinary, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("at", Millis, nullable=False),
    sa.Column("edited_at", Millis),
    sa.CheckConstraint("(person_id is null) <> (chat_id is null)", name="about"),
    sa.Index("ix_note_author", "author_id", "person_id", "chat_id"),
    sa.Index("ix_note_person_id", "person_id"),
)
"""About a person or a chat. `sealed` is bound to the row: its id, its author and what it is about (`service.bound`)."""
holds(
    note,
    "What somebody noted for themselves about a person or a chat (SPEC B9). Encrypted; read by nobody else, and never screened.",
    kept="until its author deletes it, or they or the person it is about are erased",
    whose={"author_id": GOES, "person_id": GOES_UNSEEN},
    identifier="id chat_id",
    security="key_id nonce",
    words="sealed",
    untold="sealed",
    activity="at edited_at",
)
