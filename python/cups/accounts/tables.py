"""Accounts, sessions, what was accepted, roles, blocks, sanctions."""

import sqlalchemy as sa

from cups.store.schema import Id, Millis, metadata, references

account = sa.Table(
    "account",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", sa.String(32), nullable=False),
    sa.Column("name_key", sa.String(64), nullable=False, unique=True),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("password_hash", sa.String(200)),
    sa.Column("email", sa.String(254)),
    sa.Column("age_class", sa.String(8)),
    sa.Column("danger", sa.String(8), nullable=False, server_default="none"),
    sa.Column("danger_at", Millis),
    sa.Column("status", sa.String(8), nullable=False, server_default="offline"),
    sa.Column("status_why", sa.String(8), nullable=False, server_default=""),
    sa.Column("missed", sa.SmallInteger, nullable=False, server_default="0"),
    sa.Column("languages", sa.String(200), nullable=False, server_default="en"),
    sa.Column("refused_topics", sa.String(1000), nullable=False, server_default=""),
    sa.Column("page_language", sa.String(12), nullable=False, server_default=""),
    sa.Column("persona_of", Id, references("account.id"), unique=True),
    sa.Column("created_at", Millis, nullable=False),
)
"""`status`: as a listener set it by hand; `status_why` is `missed` where so many personal requests in a row were missed that it was set to busy.
`missed`: how many in a row, so far. `languages`: in which they talk with others. `page_language`: in which they read the page, chosen by them or
their browser's when the account was made."""

session = sa.Table(
    "session",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("id", Id, nullable=False, unique=True),
    sa.Column("account_id", Id, references("account.id"), nullable=False, index=True),
    sa.Column("created_at", Millis, nullable=False),
    sa.Column("expires_at", Millis, nullable=False, index=True),
    sa.Column("device", sa.String(20), nullable=False, server_default="/"),
    sa.Column("seen_at", Millis, nullable=False, server_default="0"),
    sa.Column("confirmed_at", Millis, nullable=False, server_default="0"),
)
"""`device`: see `devices`. `seen_at`: the hour in which it was last used. `confirmed_at`: when the password was last given in it."""

recovery_code = sa.Table(
    "recovery_code",
    metadata,
    sa.Column("account_id", Id, references("account.id"), primary_key=True),
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("at", Millis, nullable=False),
)
"""Those that were not used yet."""

second_factor = sa.Table(
    "second_factor",
    metadata,
    sa.Column("account_id", Id, references("account.id"), primary_key=True),
    sa.Column("nonce", sa.String(64), nullable=False),
    sa.Column("begun_at", Millis, nullable=False),
    sa.Column("confirmed_at", Millis),
    sa.Column("last_step", sa.BigInteger, nullable=False, server_default="0"),
)
"""Counts from `confirmed_at` on. The shared secret is not here: it is made from `nonce` and the installation's own secret. No code of `last_step` or before is taken."""

half_session = sa.Table(
    "half_session",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("account_id", Id, references("account.id"), nullable=False, index=True),
    sa.Column("device", sa.String(20), nullable=False),
    sa.Column("expires_at", Millis, nullable=False, index=True),
)
"""A sign-in between its two steps: the password was right, the second factor is awaited."""

acceptance = sa.Table(
    "acceptance",
    metadata,
    sa.Column("account_id", Id, references("account.id"), primary_key=True),
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("version", sa.String(32), primary_key=True),
    sa.Column("at", Millis, nullable=False),
)

role = sa.Table(
    "role",
    metadata,
    sa.Column("account_id", Id, references("account.id"), primary_key=True),
    sa.Column("role", sa.String(32), primary_key=True),
    sa.Column("scope", sa.String(26), primary_key=True, server_default=""),
    sa.Column("granted_by", Id, nullable=False),
    sa.Column("at", Millis, nullable=False),
    sa.Column("until", Millis),
    sa.Index("ix_role_scope", "scope"),
    sa.Index("ix_role_until", "until"),
)
"""`until` None: until taken away. The role `cleared` is a listener's clearance for both ages."""

block = sa.Table(
    "block",
    metadata,
    sa.Column("blocker_id", Id, references("account.id"), primary_key=True),
    sa.Column("blocked_id", Id, references("account.id"), primary_key=True),
    sa.Column("at", Millis, nullable=False),
    sa.Index("ix_block_blocked_id", "blocked_id"),
)

sanction = sa.Table(
    "sanction",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("person_id", Id, references("account.id"), nullable=False),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("room_id", Id),
    sa.Column("at", Millis, nullable=False),
    sa.Column("until", Millis),
    sa.Column("reason", sa.String(500), nullable=False),
    sa.Column("by_id", Id, references("account.id"), nullable=False),
    sa.Column("lifted_at", Millis),
    sa.Column("warning_id", Id),
    sa.Column("rule", sa.String(16)),
    sa.Column("ref", sa.String(64)),
    sa.Column("message_seq", sa.BigInteger),
    sa.Column("seen_at", Millis),
    sa.CheckConstraint("kind in ('mute', 'removal', 'rooms-ban', 'ban', 'room-mute', 'room-ban')", name="kind"),
    sa.Index("ix_sanction_person", "person_id", "lifted_at"),
    sa.Index("ix_sanction_warning", "warning_id"),
    sa.Index("ix_sanction_room", "room_id", "lifted_at"),
    sa.Index("uq_sanction_ref", "by_id", "ref", unique=True),
)
"""`mute`: writes nowhere. `room-mute`: does not write in one room. `removal` and `room-ban`: out of one room. `rooms-ban`: out of all rooms. `ban`: out of everything
but help. `until` None: until lifted. `warning_id`: the warning that brought it, if one did. `rule`: of those that a room's moderator gave by hand; `reason` is
their words then, and `ref`, `message_seq` and `seen_at` are as a warning's."""
