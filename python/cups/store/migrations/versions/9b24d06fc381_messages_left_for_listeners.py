"""Messages that are left for listeners."""

import sqlalchemy as sa
from alembic import op

revision = "9b24d06fc381"
down_revision = "9f3c51ad7e26"
branch_labels = None
depends_on = None

WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    op.create_table(
        "left_message",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("from_id", sa.String(length=26), nullable=False),
        sa.Column("to_id", sa.String(length=26), nullable=False),
        sa.Column("channel_id", sa.String(length=26), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("chat_id", sa.String(length=26), nullable=True),
        sa.CheckConstraint(
            "state in ('waiting', 'answered', 'declined', 'withdrawn', 'expired')", name=op.f("ck_left_message_state")
        ),
        sa.ForeignKeyConstraint(["from_id"], ["account.id"], name=op.f("fk_left_message_from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["account.id"], name=op.f("fk_left_message_to_id")),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_left_message_channel_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_left_message")),
        sa.UniqueConstraint("from_id", "ref", name="uq_left_message_ref"),
    )
    for name, columns, unique in (
        ("ix_left_message_pair", ["from_id", "to_id"], True),
        ("ix_left_message_waiting", ["to_id"], False),
        ("ix_left_message_expires_at", ["expires_at"], False),
    ):
        op.create_index(name, "left_message", columns, unique=unique, sqlite_where=WAITING, postgresql_where=WAITING)
    op.create_index("ix_left_message_closed_at", "left_message", ["closed_at"])


def downgrade() -> None:
    op.drop_table("left_message")
