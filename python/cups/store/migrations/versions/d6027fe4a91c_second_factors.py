"""Second factors."""

import sqlalchemy as sa
from alembic import op

revision = "d6027fe4a91c"
down_revision = "b81e5d0c39a2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "second_factor",
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("last_step", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_second_factor_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "half_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("device", sa.String(length=20), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_half_session_account_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_half_session")),
    )
    op.create_index(op.f("ix_half_session_account_id"), "half_session", ["account_id"])
    op.create_index(op.f("ix_half_session_expires_at"), "half_session", ["expires_at"])


def downgrade() -> None:
    op.drop_table("half_session")
    op.drop_table("second_factor")
