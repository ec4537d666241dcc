"""The agreements that were ever in force, as people accepted them."""

import sqlalchemy as sa
from alembic import op

revision = "c5b07e914d2a"
down_revision = "a93d57e2c1f0"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agreement",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.String(length=2000), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", sa.String(length=26), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_agreement_by_id")),
        sa.PrimaryKeyConstraint("kind", "version", name=op.f("pk_agreement")),
    )


def downgrade() -> None:
    op.drop_table("agreement")
