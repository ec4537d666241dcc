"""Reviews: comments of ratings that their authors allow to be published."""

import sqlalchemy as sa
from alembic import op

revision = "e51b7c0a94d6"
down_revision = "d8f3a61b92c4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rating", sa.Column("review", sa.String(length=8), server_default="", nullable=False))
    op.add_column("rating", sa.Column("review_id", sa.String(length=26), nullable=True))
    op.create_index("ix_rating_review", "rating", ["review", "review_id"])
    op.create_index("uq_rating_review_id", "rating", ["review_id"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_rating_review_id", "rating")
    op.drop_index("ix_rating_review", "rating")
    op.drop_column("rating", "review_id")
    op.drop_column("rating", "review")
