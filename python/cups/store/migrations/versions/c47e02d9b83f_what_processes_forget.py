"""What other processes no longer know for certain after a commit, beside its news."""

import sqlalchemy as sa
from alembic import op

revision = "c47e02d9b83f"
down_revision = "e9a4c27d5b10"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("news_log", sa.Column("upset", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("news_log", "upset")
