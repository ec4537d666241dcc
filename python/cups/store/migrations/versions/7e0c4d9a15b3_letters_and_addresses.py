"""An outbox of letters, and addresses for a forgotten password. Those that were given until now were never confirmed or used: they go."""

import sqlalchemy as sa
from alembic import op

revision = "7e0c4d9a15b3"
down_revision = "c3a7f5e2b816"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "letter",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_letter_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
    )
    op.create_index(op.f("ix_letter_account_id"), "letter", ["account_id"])
    op.create_index(op.f("ix_letter_due_at"), "letter", ["due_at"])
    op.create_table(
        "email_address",
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.String(length=600), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_email_address_account_id")),
        sa.PrimaryKeyConstraint("account_id", "confirmed", name=op.f("pk_email_address")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_email_address_token_hash")),
    )
    op.create_index(op.f("ix_email_address_digest"), "email_address", ["digest"])
    op.create_index(op.f("ix_email_address_until"), "email_address", ["until"])
    op.create_table(
        "reset_link",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_reset_link_account_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_reset_link")),
    )
    op.create_index(op.f("ix_reset_link_account_id"), "reset_link", ["account_id"])
    op.create_index(op.f("ix_reset_link_until"), "reset_link", ["until"])
    op.drop_column("account", "email")


def downgrade() -> None:
    op.add_column("account", sa.Column("email", sa.String(length=254), nullable=True))
    for table in ("reset_link", "email_address", "letter"):
        op.drop_table(table)
