"""People who are leaving, and copies of their data that people asked for."""

import sqlalchemy as sa

from cups.store.holding import GOES, holds
from cups.store.schema import Id, Millis, metadata, references

departure = sa.Table(
    "departure",
    metadata,
    sa.Column("account_id", Id, references("account.id"), primary_key=True),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("posts", sa.String(5), nullable=False),
    sa.Column("name", sa.String(32), nullable=False),
    sa.Column("at", Millis, nullable=False),
    sa.Column("erase_at", Millis, nullable=False, index=True),
    sa.Column("lease_until", Millis, nullable=False, server_default="0"),
    sa.CheckConstraint("state in ('closed', 'erasing')", name="state"),
    sa.CheckConstraint("posts in ('stay', 'go')", name="posts"),
)
"""`closed`: comes back by signing in, until `erase_at`. `erasing`: the account is empty already, and whoever holds the lease erases the rest. `name`: as it
was, so that mentions are found; the row goes as the last thing of all."""
holds(
    departure,
    "Who is leaving: whether they can still come back, and what is left to erase.",
    kept="until the account is erased: `close_days` after it was closed, at once where that was asked for",
    whose={"account_id": GOES},
    name="name",
    activity="state posts at erase_at",
    none="lease_until",
)

export = sa.Table(
    "export",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("account_id", Id, references("account.id"), nullable=False, index=True),
    sa.Column("linked", sa.Boolean, nullable=False),
    sa.Column("at", Millis, nullable=False),
    sa.Column("until", Millis, nullable=False, index=True),
    sa.Column("archive", sa.LargeBinary),
)
"""A copy that somebody asked for: `archive` is None until it is made. `linked`: their other account's data are in it too."""
holds(
    export,
    "A copy of one's own data, to be fetched by its owner alone.",
    kept="`export_hours`",
    whose={"account_id": GOES},
    identifier="id",
    words="archive",
    untold="archive",
    activity="linked at until",
)
