"""Letters that are not sent yet."""

import sqlalchemy as sa

from cups.store.holding import GOES, holds
from cups.store.schema import Id, Millis, metadata, references

letter = sa.Table(
    "letter",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("account_id", Id, references("account.id"), nullable=False, index=True),
    sa.Column("kind", sa.String(24), nullable=False),
    sa.Column("sealed", sa.Text, nullable=False),
    sa.Column("due_at", Millis, nullable=False, index=True),
    sa.Column("until", Millis, nullable=False),
    sa.Column("tries", sa.SmallInteger, nullable=False, server_default="0"),
)
"""The outbox. `sealed`: address, subject and text, under a key outside of the database; the row goes when the letter is sent or given up.
`kind`: which text of the catalogue it is. `due_at`: when it is tried next; whoever takes it to send it moves that on by the lease, so that a
process that dies loses none. `until`: given up from then on. `account_id`: whose letter it is, or on whose account it is sent."""
holds(
    letter,
    "A letter that is not sent yet: to the person, or to a parent who is asked for consent.",
    kept="until it is sent or given up, `mail_give_up_hours` at the most",
    whose={"account_id": GOES},
    identifier="id",
    contact="sealed",
    untold="sealed",
    activity="kind due_at until tries",
)
