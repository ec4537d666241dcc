"""Which process wrote last, where several write to one database."""

import sqlalchemy as sa
from alembic import op

revision = "a0d4b7e91c35"
down_revision = "f2a86c0d15e7"
branch_labels = None
depends_on = None


def upgrade() -> None:
    turn = op.create_table("turn", sa.Column("holder", sa.String(length=32), nullable=False))
    op.bulk_insert(turn, [{"holder": ""}])


def downgrade() -> None:
    op.drop_table("turn")
