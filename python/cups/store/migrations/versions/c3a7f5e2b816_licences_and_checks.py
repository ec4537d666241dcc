"""Licences of therapists and background checks of listeners."""

import sqlalchemy as sa
from alembic import op

revision = "c3a7f5e2b816"
down_revision = "b2e6d4a19c73"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "vetting",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("real_name", sa.String(length=120), server_default="", nullable=False),
        sa.Column("number", sa.String(length=60), server_default="", nullable=False),
        sa.Column("country", sa.String(length=2), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.String(length=26), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("words", sa.String(length=400), server_default="", nullable=False),
        sa.CheckConstraint("kind in ('licence', 'check')", name=op.f("ck_vetting_kind")),
        sa.CheckConstraint("state in ('applied', 'passed', 'refused', 'ended')", name=op.f("ck_vetting_state")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_vetting_account_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_vetting_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vetting")),
    )
    op.create_index("ix_vetting_account", "vetting", ["account_id", "kind"])
    op.create_index("ix_vetting_state", "vetting", ["kind", "state", "id"])
    op.create_index("ix_vetting_until", "vetting", ["state", "until"])
    op.create_table(
        "therapist",
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("about", sa.Text(), server_default="", nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_therapist_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_therapist")),
    )


def downgrade() -> None:
    op.drop_table("therapist")
    op.drop_table("vetting")
