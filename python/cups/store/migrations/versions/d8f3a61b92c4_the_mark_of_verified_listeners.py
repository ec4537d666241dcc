"""The mark of verified listeners: applied for as a check is, and found by."""

import sqlalchemy as sa
from alembic import op

revision = "d8f3a61b92c4"
down_revision = "ac35e17fd492"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("vetting") as batch_op:
        batch_op.drop_constraint(op.f("ck_vetting_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_vetting_kind"), "kind in ('licence', 'check', 'verified')")
    op.add_column("listed", sa.Column("verified", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column("listed", "verified")
    op.execute("delete from role where role = 'verified'")
    op.execute("delete from vetting where kind = 'verified'")
    with op.batch_alter_table("vetting") as batch_op:
        batch_op.drop_constraint(op.f("ck_vetting_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_vetting_kind"), "kind in ('licence', 'check')")
