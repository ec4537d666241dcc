"""Acts of staff on many people at once, with their previews."""

import sqlalchemy as sa
from alembic import op

revision = "b2e6d4a19c73"
down_revision = "a1d5c3f08b62"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bulk",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("by_id", sa.String(length=26), nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(length=32), nullable=True),
        sa.Column("hours", sa.Integer(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("undo_by", sa.String(length=26), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("fence", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("state in ('planned', 'running', 'done', 'undoing', 'undone')", name=op.f("ck_bulk_state")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_bulk_by_id")),
        sa.ForeignKeyConstraint(["undo_by"], ["account.id"], name=op.f("fk_bulk_undo_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk")),
    )
    op.create_index("ix_bulk_by_id", "bulk", ["by_id"])
    op.create_index("ix_bulk_state", "bulk", ["state", "lease_until"])
    op.create_table(
        "bulk_item",
        sa.Column("bulk_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=True),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("will", sa.String(length=8), nullable=False),
        sa.Column("why", sa.String(length=40), server_default="", nullable=False),
        sa.Column("size", sa.Integer(), server_default="0", nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("changed", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "state in ('waiting', 'done', 'skipped', 'undone', 'kept')", name=op.f("ck_bulk_item_state")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_bulk_item_account_id")),
        sa.ForeignKeyConstraint(["bulk_id"], ["bulk.id"], name=op.f("fk_bulk_item_bulk_id")),
        sa.PrimaryKeyConstraint("bulk_id", "number", name=op.f("pk_bulk_item")),
    )
    op.create_index("ix_bulk_item_account_id", "bulk_item", ["account_id"])


def downgrade() -> None:
    op.drop_table("bulk_item")
    op.drop_table("bulk")
