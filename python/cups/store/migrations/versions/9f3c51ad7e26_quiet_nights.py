"""The time zone of young people, whose nights are quiet."""

import sqlalchemy as sa
from alembic import op

revision = "9f3c51ad7e26"
down_revision = "6d8e2b41c7f0"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("time_zone", sa.String(length=40), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("account") as batch:
        batch.drop_column("time_zone")
