"""Personal requests ring at one listener, and missed ones are counted."""

import sqlalchemy as sa
from alembic import op

revision = "2f8b6ad4c915"
down_revision = "4b6e2f7a915c"
branch_labels = None
depends_on = None

STATES = "state in ('waiting', 'held', 'closed')"
MORE_STATES = "state in ('ringing', 'waiting', 'held', 'closed')"
RINGING = sa.text("state = 'ringing'")


def upgrade() -> None:
    op.add_column("account", sa.Column("status_why", sa.String(length=8), server_default="", nullable=False))
    op.add_column("account", sa.Column("missed", sa.SmallInteger(), server_default="0", nullable=False))
    with op.batch_alter_table("request") as batch_op:
        batch_op.add_column(sa.Column("listener_id", sa.String(length=26), nullable=True))
        batch_op.add_column(sa.Column("rings_until", sa.BigInteger(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_request_listener_id"), "account", ["listener_id"], ["id"])
        batch_op.drop_constraint(op.f("ck_request_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_request_state"), MORE_STATES)
    op.create_index(
        "ix_request_ringing", "request", ["listener_id"], unique=True, sqlite_where=RINGING, postgresql_where=RINGING
    )


def downgrade() -> None:
    op.execute("update request set state = 'closed', reason = 'gone' where state = 'ringing'")
    op.drop_index("ix_request_ringing", table_name="request")
    with op.batch_alter_table("request") as batch_op:
        batch_op.drop_constraint(op.f("ck_request_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_request_state"), STATES)
        batch_op.drop_constraint(op.f("fk_request_listener_id"), type_="foreignkey")
        batch_op.drop_column("rings_until")
        batch_op.drop_column("listener_id")
    with op.batch_alter_table("account") as batch_op:
        batch_op.drop_column("missed")
        batch_op.drop_column("status_why")
