"""People close their account, are erased, and have a copy of their data."""

import sqlalchemy as sa
from alembic import op

revision = "8c1d0f5b7e26"
down_revision = "8c3d1f60ab92"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("left_at", sa.BigInteger(), nullable=True))
    op.add_column("report", sa.Column("until", sa.BigInteger(), server_default="0", nullable=False))
    op.execute("update report set until = at + 15811200000")
    op.create_index(op.f("ix_report_until"), "report", ["until"])
    op.create_table(
        "departure",
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("posts", sa.String(length=5), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("erase_at", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint("state in ('closed', 'erasing')", name=op.f("ck_departure_state")),
        sa.CheckConstraint("posts in ('stay', 'go')", name=op.f("ck_departure_posts")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_departure_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_departure")),
    )
    op.create_index(op.f("ix_departure_erase_at"), "departure", ["erase_at"])
    op.create_table(
        "export",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("linked", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("archive", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_export_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
    )
    op.create_index(op.f("ix_export_account_id"), "export", ["account_id"])
    op.create_index(op.f("ix_export_until"), "export", ["until"])


def downgrade() -> None:
    op.drop_table("export")
    op.drop_table("departure")
    op.drop_index(op.f("ix_report_until"), table_name="report")
    op.drop_column("report", "until")
    op.drop_column("account", "left_at")
