"""Referral links."""

import sqlalchemy as sa
from alembic import op

revision = "b6d15c80f3a9"
down_revision = "c5b07e914d2a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "referral_link",
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_referral_link_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_referral_link")),
        sa.UniqueConstraint("number", name=op.f("uq_referral_link_number")),
    )
    op.create_table(
        "referral",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("owner_id", sa.String(length=26), nullable=False),
        sa.Column("day", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_referral_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
    )
    op.create_index(op.f("ix_referral_owner_id"), "referral", ["owner_id"])


def downgrade() -> None:
    op.drop_table("referral")
    op.drop_table("referral_link")
