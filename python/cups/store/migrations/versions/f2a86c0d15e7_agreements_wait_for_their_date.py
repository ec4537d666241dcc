"""New versions of agreements wait for the day from which they are asked for."""

import sqlalchemy as sa
from alembic import op

revision = "f2a86c0d15e7"
down_revision = "93ab27c05d18"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agreement", sa.Column("asked_from", sa.BigInteger(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("agreement", "asked_from")
