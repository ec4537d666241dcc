"""The directory of listeners. The running server fills it, a batch at a time."""

import sqlalchemy as sa
from alembic import op

revision = "ac35e17fd492"
down_revision = "9b24d06fc381"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "listed",
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("serves", sa.String(length=8), nullable=False),
        sa.Column("place", sa.String(length=16), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("name_key", sa.String(length=64), nullable=False),
        sa.Column("both", sa.Boolean(), nullable=False),
        sa.Column("over_35", sa.Boolean(), nullable=False),
        sa.Column("stars", sa.SmallInteger(), nullable=False),
        sa.Column("refused", sa.String(length=1002), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_listed_account_id")),
        sa.PrimaryKeyConstraint("language", "serves", "place", "account_id", name=op.f("pk_listed")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_listed_name", "listed", ["language", "serves", "name_key"])
    op.create_index("ix_listed_account", "listed", ["account_id", "language", "serves"], unique=True)


def downgrade() -> None:
    op.drop_table("listed")
