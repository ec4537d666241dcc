"""Which process wrote last, where several write to one database; and room for every reason why a request closes."""

import sqlalchemy as sa
from alembic import op

revision = "a0d4b7e91c35"
down_revision = "e51b7c0a94d6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    turn = op.create_table("turn", sa.Column("holder", sa.String(length=32), nullable=False))
    op.bulk_insert(turn, [{"holder": ""}])
    _reasons(16, 32)


def downgrade() -> None:
    _reasons(32, 16)
    op.drop_table("turn")


def _reasons(before: int, after: int) -> None:
    op.execute(f"update request set reason = substr(reason, 1, {after})")
    with op.batch_alter_table("request") as batch:
        batch.alter_column("reason", type_=sa.String(after), existing_type=sa.String(before), existing_nullable=False)
