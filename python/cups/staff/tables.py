"""What staff do that has to be remembered for a while: the keys of their requests."""

import sqlalchemy as sa

from cups.store.holding import GOES_UNSEEN, holds
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
