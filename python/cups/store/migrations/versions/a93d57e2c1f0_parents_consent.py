"""Parents' consent. Young people who are here already need it, too: until a parent has agreed, they meet nobody."""

import sqlalchemy as sa
from alembic import op

revision = "a93d57e2c1f0"
down_revision = "7e0c4d9a15b3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("consent", sa.String(length=12), server_default="", nullable=False))
    op.create_table(
        "consent",
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("sealed", sa.String(length=600), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("withdraw_hash", sa.String(length=64), nullable=True),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("second_at", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("given_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state in ('asked', 'once', 'given', 'no', 'withdrawn', 'expired')", name=op.f("ck_consent_state")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_consent_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_consent")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_consent_token_hash")),
        sa.UniqueConstraint("withdraw_hash", name=op.f("uq_consent_withdraw_hash")),
    )
    op.create_index(op.f("ix_consent_until"), "consent", ["until"])
    op.create_index(op.f("ix_consent_second_at"), "consent", ["second_at"])
    op.create_table(
        "consent_ask",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_consent_ask_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_ask")),
    )
    for column in ("account_id", "digest", "at"):
        op.create_index(op.f(f"ix_consent_ask_{column}"), "consent_ask", [column])


def downgrade() -> None:
    op.drop_table("consent_ask")
    op.drop_table("consent")
    op.drop_column("account", "consent")
