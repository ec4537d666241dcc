"""What happened with an account, and from which browsers it was signed in."""

import sqlalchemy as sa
from alembic import op

revision = "b7c41e90d3f5"
down_revision = "7d2e9f3a8bc1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "happening",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("device", sa.String(length=20), server_default="/", nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_happening_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_happening")),
    )
    op.create_index("ix_happening_account_id", "happening", ["account_id", "kind", "at"])
    op.create_index(op.f("ix_happening_at"), "happening", ["at"])
    op.create_table(
        "known_browser",
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_known_browser_account_id")),
        sa.PrimaryKeyConstraint("account_id", "digest", name=op.f("pk_known_browser")),
    )
    op.create_index(op.f("ix_known_browser_seen_at"), "known_browser", ["seen_at"])
    op.add_column("session", sa.Column("browser", sa.String(length=64), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("session", "browser")
    op.drop_table("known_browser")
    op.drop_table("happening")
