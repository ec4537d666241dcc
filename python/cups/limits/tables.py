"""What staff have set in place of what the process was started with."""

import sqlalchemy as sa

from cups.store.holding import DUTY, holds
from cups.store.schema import Id, Millis, metadata, references

live_setting = sa.Table(
    "live_setting",
    metadata,
    sa.Column("name", sa.String(48), primary_key=True),
    sa.Column("value", sa.BigInteger, nullable=False),
    sa.Column("by_id", Id, references("account.id"), nullable=False),
    sa.Column("at", Millis, nullable=False),
)
"""`name` is a field of `Settings`. A row that is not there: the process's own setting holds."""
holds(
    live_setting,
    "Which limits staff have changed.",
    whose={"by_id": DUTY},
    none="name value at",
)
