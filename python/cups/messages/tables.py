"""Channels, messages, and the versions under which somebody was found free to write."""

import sqlalchemy as sa

from cups.store.holding import DUTY, holds, own
from cups.store.schema import Id, Millis, metadata, references

channel = sa.Table(
    "channel",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("epoch", sa.String(26), nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("pruned", sa.BigInteger, nullable=False, server_default="0"),
)
"""The number of the last event is the higher of `seq` and the highest `seq` of the channel's messages: saying something writes the message alone.
`pruned` is the highest `rev` that retention has taken: a client that stopped before it cannot be continued."""
holds(channel, "A chat's or a room's numbers.", none="id kind epoch seq pruned")

message = sa.Table(
    "message",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("channel_id", Id, references("channel.id"), nullable=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("rev", sa.BigInteger, nullable=False),
    sa.Column("author_id", Id, references("account.id"), nullable=False),
    sa.Column("ref", sa.String(64), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", Millis, nullable=False),
    sa.Column("edited_at", Millis),
    sa.Column("removed", sa.String(10)),
    sa.Column("reply_to", sa.BigInteger),
    sa.Column("settled", sa.SmallInteger, nullable=False, server_default="0"),
    sa.UniqueConstraint("channel_id", "seq", name="uq_message_seq"),
    sa.Index(
        "uq_message_ref",
        "channel_id",
        "author_id",
        "ref",
        unique=True,
        sqlite_where=sa.text("settled = 1"),
        postgresql_where=sa.text("settled = 1"),
    ),
)
"""Rows are in the order of their saying. An index costs every message a page written at another place of the file, so there are just these
two, and the one of refs takes many messages at once: `settled` says that it has taken this one. See `recent.py`."""
holds(
    message,
    "What people say to each other.",
    kept="in chats the last `chat_keep_messages`, `chat_keep_days` at the most; in rooms the last `room_keep_messages`, `room_keep_days` at the most",
    whose={"author_id": own("stays with nobody as its author, or loses its words and goes, as the person chooses")},
    identifier="id channel_id seq rev ref reply_to",
    none="settled",
    words="text",
    activity="at edited_at removed",
)

pin = sa.Table(
    "pin",
    metadata,
    sa.Column("channel_id", Id, references("channel.id"), primary_key=True),
    sa.Column("seq", sa.BigInteger, primary_key=True),
    sa.Column("at", Millis, nullable=False),
    sa.Column("by_id", Id, references("account.id"), nullable=False),
)
"""Messages that stand at the top of their room. A pin goes with its message, in the same transaction."""
holds(
    pin,
    "Which messages stand at the top of their room.",
    kept="as the message",
    whose={"by_id": DUTY},
    none="channel_id seq at",
)

standing = sa.Table(
    "standing",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("version", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""How often the rights of an account or a channel (by its id) may have changed; no row: never. See `saying.py`."""
holds(
    standing,
    "How often the rights of an account or a channel may have changed.",
    kept="as long as the account or channel",
    whose={"id": own("goes with the account's row", exported=False)},
    none="version",
)
