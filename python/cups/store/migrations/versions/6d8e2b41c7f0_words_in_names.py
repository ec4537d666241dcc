"""Words that no name may hold, as staff changed them."""

import sqlalchemy as sa
from alembic import op

revision = "6d8e2b41c7f0"
down_revision = "f2a86c0d15e7"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "name_word",
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("word_key", sa.String(length=32), nullable=False),
        sa.Column("word", sa.String(length=32), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.String(length=26), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind in ('banned', 'reserved')", name=op.f("ck_name_word_kind")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_name_word_by_id")),
        sa.PrimaryKeyConstraint("kind", "word_key", name=op.f("pk_name_word")),
    )


def downgrade() -> None:
    op.drop_table("name_word")
