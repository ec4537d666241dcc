"""The language in which somebody reads the page."""

import sqlalchemy as sa
from alembic import op

revision = "8c3d1f60ab92"
down_revision = "b6d15c80f3a9"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("page_language", sa.String(length=12), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("account") as batch:
        batch.drop_column("page_language")
