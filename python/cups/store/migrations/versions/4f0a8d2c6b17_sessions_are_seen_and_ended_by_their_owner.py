"""Sessions are seen and ended by their owner."""

import sqlalchemy as sa
from alembic import op

from cups.ids import new_id

revision = "4f0a8d2c6b17"
down_revision = "2f8b6ad4c915"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("session") as batch_op:
        batch_op.add_column(sa.Column("id", sa.String(length=26), nullable=True))
        batch_op.add_column(sa.Column("device", sa.String(length=20), server_default="/", nullable=False))
        batch_op.add_column(sa.Column("seen_at", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("confirmed_at", sa.BigInteger(), server_default="0", nullable=False))
    _name_sessions()
    with op.batch_alter_table("session") as batch_op:
        batch_op.alter_column("id", existing_type=sa.String(length=26), nullable=False)
        batch_op.create_unique_constraint(op.f("uq_session_id"), ["id"])


def _name_sessions() -> None:
    """Sessions from before: last used when they began, as far as is known."""
    conn = op.get_bind()
    session = sa.table("session", *(sa.column(name) for name in ("token_hash", "id", "created_at", "seen_at")))
    for token_hash, created_at in conn.execute(sa.select(session.c.token_hash, session.c.created_at)).all():
        values = {"id": new_id(created_at), "seen_at": created_at - created_at % 3_600_000}
        conn.execute(session.update().where(session.c.token_hash == token_hash).values(values))


def downgrade() -> None:
    with op.batch_alter_table("session") as batch_op:
        batch_op.drop_constraint(op.f("uq_session_id"), type_="unique")
        batch_op.drop_column("confirmed_at")
        batch_op.drop_column("seen_at")
        batch_op.drop_column("device")
        batch_op.drop_column("id")
