"""Letters that are not sent yet."""

import sqlalchemy as sa

from cups.store.schema import Id, Millis, metadata

letter = sa.Table(
    "letter",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("kind", sa.String(24), nullable=False),
    sa.Column("sealed", sa.Text, nullable=False),
    sa.Column("due_at", Millis, nullable=False, index=True),
    sa.Column("until", Millis, nullable=False),
    sa.Column("tries", sa.SmallInteger, nullable=False, server_default="0"),
)
"""The outbox. `sealed`: address, subject and text, under a key outside of the database; the row goes when the letter is sent or given up.
`kind`: which text of the catalogue it is. `due_at`: when it is tried next; whoever takes it to send it moves that on by the lease, so that a
process that dies loses none. `until`: given up from then on."""
