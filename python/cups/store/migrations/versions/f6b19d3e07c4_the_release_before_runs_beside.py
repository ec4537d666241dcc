"""The release before runs beside a new one: which programs still work with the tables."""

import sqlalchemy as sa
from alembic import op

revision = "f6b19d3e07c4"
down_revision = "b7c41e90d3f5"
branch_labels = None
depends_on = None
needs = "f6b19d3e07c4"


def upgrade() -> None:
    compatibility = op.create_table("compatibility", sa.Column("oldest", sa.String(length=32), nullable=False))
    op.bulk_insert(compatibility, [{"oldest": revision}])


def downgrade() -> None:
    op.drop_table("compatibility")
