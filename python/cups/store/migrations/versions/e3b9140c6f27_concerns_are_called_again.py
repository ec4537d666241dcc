"""Concerns tell of contact details that came with them, and when staff were last called."""

import sqlalchemy as sa
from alembic import op

revision = "e3b9140c6f27"
down_revision = "1598477d74d1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("concern", schema=None) as batch_op:
        batch_op.add_column(sa.Column("contact", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("called_at", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("calls", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("concern", schema=None) as batch_op:
        batch_op.drop_column("calls")
        batch_op.drop_column("called_at")
        batch_op.drop_column("contact")
