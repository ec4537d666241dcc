"""What somebody shows of themselves, and the pictures."""

import sqlalchemy as sa

from cups.store.holding import GOES, GOES_UNSEEN, holds
from cups.store.schema import Id, Millis, metadata, references

profile = sa.Table(
    "profile",
    metadata,
    sa.Column("account_id", Id, references("account.id"), primary_key=True),
    sa.Column("about", sa.Text, nullable=False, server_default=""),
    sa.Column("channel_id", Id, references("channel.id")),
    sa.Column("over_35", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("ratings", sa.Integer, nullable=False, server_default="0"),
    sa.Column("stars", sa.Integer, nullable=False, server_default="0"),
    sa.Column("helped", sa.Integer, nullable=False, server_default="0"),
    sa.Column("removed_at", Millis),
    sa.Column("removed_what", sa.String(8), nullable=False, server_default=""),
    sa.Column("removed_why", sa.String(200), nullable=False, server_default=""),
)
"""`channel_id`: a channel of the kind `profile`, so that a concern can say where it was raised; made with the first words. `over_35`: a label that the
listener chose to show. `ratings`, `stars` (in tenths) and `helped` are figures as they were published last: they change in batches. `removed_…`: what staff took
out last and why, for its owner to read."""
holds(
    profile,
    "What somebody shows of themselves on their profile.",
    kept="until it is changed or erased by its owner",
    whose={"account_id": GOES},
    identifier="channel_id",
    words="about",
    age="over_35",
    activity="ratings stars helped",
    moderation="removed_at removed_what removed_why",
)

picture = sa.Table(
    "picture",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("account_id", Id, references("account.id"), nullable=False, unique=True),
    sa.Column("large", sa.LargeBinary, nullable=False),
    sa.Column("small", sa.LargeBinary, nullable=False),
    sa.Column("at", Millis, nullable=False),
)
"""WebP, made by us from the pixels of what was sent. The id is random through and through, and another for each upload: it says neither when nor whose, and not
what is in it."""
holds(
    picture,
    "The picture that somebody chose.",
    kept="until it is changed, or erased by its owner",
    whose={"account_id": GOES},
    identifier="id",
    words="large small",
    activity="at",
)

listed = sa.Table(
    "listed",
    metadata,
    sa.Column("language", sa.String(12), primary_key=True),
    sa.Column("serves", sa.String(8), primary_key=True),
    sa.Column("place", sa.String(16), primary_key=True),
    sa.Column("account_id", Id, references("account.id"), primary_key=True),
    sa.Column("name_key", sa.String(64), nullable=False),
    sa.Column("both", sa.Boolean, nullable=False),
    sa.Column("over_35", sa.Boolean, nullable=False),
    sa.Column("stars", sa.SmallInteger, nullable=False),
    sa.Column("refused", sa.String(1002), nullable=False),
    sa.Column("verified", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("spot", sa.String(48), nullable=False, server_default=""),
    sa.Index("ix_listed_spot", "spot"),
    sa.Index("ix_listed_name", "language", "serves", "name_key"),
    sa.Index("ix_listed_account", "account_id", "language", "serves", unique=True),
    sqlite_with_rowid=False,
)
"""The directory of listeners, made from the tables of accounts and profiles and never the truth: a row for each language (and one, with none, for any) and each age that
they are there for (`both`: for the two). `place` is where they stand in the circle; `refused` has a comma around each topic; `spot`: the same place, among those
who fit the same filters (`bins.py`). Whether somebody is shown is asked of `reach`."""
holds(
    listed,
    "The directory of listeners, for filters that stay fast.",
    kept="as long as the account",
    whose={"account_id": GOES_UNSEEN},
    identifier="place name_key",
    age="serves both over_35 spot",
    health="refused",
    activity="language stars verified",
)
