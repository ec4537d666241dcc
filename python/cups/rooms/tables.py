"""Rooms."""

import sqlalchemy as sa

from cups.store.holding import holds
from cups.store.schema import Id, Millis, metadata, references

room = sa.Table(
    "room",
    metadata,
    sa.Column("id", Id, references("channel.id"), primary_key=True),
    sa.Column("slug", sa.String(48), nullable=False, unique=True),
    sa.Column("title", sa.String(60), nullable=False),
    sa.Column("about", sa.String(400), nullable=False, server_default=""),
    sa.Column("language", sa.String(12), nullable=False),
    sa.Column("audience", sa.String(10), nullable=False),
    sa.Column("age_class", sa.String(8), nullable=False),
    sa.Column("created_at", Millis, nullable=False),
    sa.Column("retired_at", Millis),
    sa.Column("slow_s", sa.Integer, nullable=False, server_default="0"),
    sa.Column("closed_at", Millis),
    sa.Column("closed_until", Millis),
    sa.Column("closed_words", sa.String(300), nullable=False, server_default=""),
)
"""`slow_s`: the least time between two messages of one person, 0 for none. `closed_at`: since when only moderators write, until `closed_until` (None: until
somebody opens it)."""
holds(
    room,
    "The rooms, as staff made them and moderators set them.",
    none="id slug title about language audience age_class created_at retired_at slow_s closed_at closed_until closed_words",
)
