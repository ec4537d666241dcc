"""Requests of staff are done once under a key; the audit log is read by time."""

import sqlalchemy as sa
from alembic import op

revision = "a1d5c3f08b62"
down_revision = "8a13f5be2d70"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "act_key",
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_act_key_account_id")),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("pk_act_key")),
    )
    op.create_index("ix_act_key_at", "act_key", ["at"])
    op.create_index("ix_audit_at", "audit", ["at"])


def downgrade() -> None:
    op.drop_index("ix_audit_at", table_name="audit")
    op.drop_index("ix_act_key_at", table_name="act_key")
    op.drop_table("act_key")
