"""News on their way to other processes, in the order of commits."""

import sqlalchemy as sa
from alembic import op

revision = "5c1d8e2f7ab0"
down_revision = "a0d4b7e91c35"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("turn", sa.Column("number", sa.BigInteger(), server_default="0", nullable=False))
    op.create_table(
        "news_log",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("holder", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_news_log")),
    )


def downgrade() -> None:
    op.drop_table("news_log")
    op.drop_column("turn", "number")
