"""Parents' consent: how far it is, and what was asked for lately."""

import sqlalchemy as sa

from cups.store.holding import GOES, holds
from cups.store.schema import Id, Millis, metadata, references

consent = sa.Table(
    "consent",
    metadata,
    sa.Column("account_id", Id, references("account.id"), primary_key=True),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("sealed", sa.String(600)),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("token_hash", sa.String(64), unique=True),
    sa.Column("withdraw_hash", sa.String(64), unique=True),
    sa.Column("until", Millis, index=True),
    sa.Column("second_at", Millis, index=True),
    sa.Column("asked_at", Millis, nullable=False),
    sa.Column("given_at", Millis),
    sa.Column("ended_at", Millis),
    sa.CheckConstraint("state in ('asked', 'once', 'given', 'no', 'withdrawn', 'expired')", name="state"),
)
"""`asked`: the first letter is out. `once`: the parent has said yes once. `given`: and a second time, by the second letter. `no`, `withdrawn`: by
the parent. `expired`: nobody answered until `until`. `sealed`: the parent's address, kept only while a letter to it may still be due (`asked`,
`once`). `digest`: a keyed hash of it, by which letters to one parent are counted. `token_hash`: of the link that is open now; `withdraw_hash`: of the
one by which consent is withdrawn. `second_at`: when the second letter goes."""
holds(
    consent,
    "Lets somebody of 13 to 17 talk with others, with a parent's consent.",
    kept="until it is erased with the account; the parent's address only until the parent has answered, `consent_link_days` for each letter at the most",
    whose={"account_id": GOES},
    contact="sealed digest",
    untold="sealed digest",
    security="token_hash withdraw_hash",
    activity="state until second_at asked_at given_at ended_at",
)

consent_ask = sa.Table(
    "consent_ask",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("account_id", Id, references("account.id"), nullable=False, index=True),
    sa.Column("digest", sa.String(64), nullable=False, index=True),
    sa.Column("at", Millis, nullable=False, index=True),
)
"""Parents that were asked lately, by whom: so that no letter box is flooded. `digest`: as in `consent`."""
holds(
    consent_ask,
    "Keeps parents from being asked too often.",
    kept="`consent_window_days`",
    whose={"account_id": GOES},
    identifier="id",
    contact="digest",
    untold="digest",
    activity="at",
)
