"""Versions of rights; no indexes that no query uses."""

import sqlalchemy as sa
from alembic import op

revision = "7391ab3d39cc"
down_revision = "754fad1a4192"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "standing",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing")),
        sqlite_with_rowid=False,
    )
    op.drop_index("ix_message_at", "message")
    op.drop_index("ix_message_rev", "message")


def downgrade() -> None:
    # Before this, a channel's `seq` alone was the number of its last event.
    op.execute(
        "update channel set seq = (select max(m.seq) from message m where m.channel_id = channel.id) "
        "where seq < (select max(m.seq) from message m where m.channel_id = channel.id)"
    )
    op.create_index("ix_message_rev", "message", ["channel_id", "rev"])
    op.create_index("ix_message_at", "message", ["at"])
    op.drop_table("standing")
