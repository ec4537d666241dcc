"""Refs are indexed many at a time; messages have an id in the order of their saying."""

import sqlalchemy as sa
from alembic import op

revision = "a4c19e0b7d52"
down_revision = "7391ab3d39cc"
branch_labels = None
depends_on = None

_KEPT = "channel_id, seq, rev, author_id, ref, text, at, edited_at, removed, reply_to"


def _set_aside(*names: str) -> None:
    """PostgreSQL knows an index by one name in all tables: those of the old table step aside until it is dropped."""
    if op.get_bind().dialect.name == "postgresql":
        for name in names:
            op.execute(f"alter index {name} rename to {name}_before")


def upgrade() -> None:
    _set_aside("pk_message", "uq_message_ref")
    op.create_table(
        "message_new",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        *_columns(),
        sa.Column("settled", sa.SmallInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("channel_id", "seq", name="uq_message_seq"),
    )
    op.execute(f"insert into message_new ({_KEPT}, settled) select {_KEPT}, 1 from message order by at")
    op.drop_table("message")
    op.rename_table("message_new", "message")
    op.create_index(
        "uq_message_ref",
        "message",
        ["channel_id", "author_id", "ref"],
        unique=True,
        sqlite_where=sa.text("settled = 1"),
        postgresql_where=sa.text("settled = 1"),
    )


def downgrade() -> None:
    _set_aside("pk_message", "uq_message_seq", "uq_message_ref")
    op.create_table(
        "message_old",
        *_columns(),
        sa.PrimaryKeyConstraint("channel_id", "seq", name=op.f("pk_message")),
        sa.UniqueConstraint("channel_id", "author_id", "ref", name="uq_message_ref"),
    )
    op.execute(f"insert into message_old ({_KEPT}) select {_KEPT} from message order by id")
    op.drop_table("message")
    op.rename_table("message_old", "message")


def _columns() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("channel_id", sa.String(length=26), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.String(length=26), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("edited_at", sa.BigInteger(), nullable=True),
        sa.Column("removed", sa.String(length=10), nullable=True),
        sa.Column("reply_to", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_message_channel_id")),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_message_author_id")),
    ]
