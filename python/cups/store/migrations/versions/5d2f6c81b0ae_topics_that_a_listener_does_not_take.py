"""Topics that a listener does not take."""

import sqlalchemy as sa
from alembic import op

revision = "5d2f6c81b0ae"
down_revision = "c1f7a2d90e34"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("refused_topics", sa.String(length=1000), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("account") as batch:
        batch.drop_column("refused_topics")
