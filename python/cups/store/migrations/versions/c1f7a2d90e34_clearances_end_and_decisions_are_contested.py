"""Clearances end; decisions are contested and undone; limits are changed while running."""

import sqlalchemy as sa
from alembic import op

revision = "c1f7a2d90e34"
down_revision = "a4c19e0b7d52"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("role") as batch_op:
        batch_op.add_column(sa.Column("until", sa.BigInteger(), nullable=True))
        batch_op.create_index("ix_role_until", ["until"], unique=False)
    with op.batch_alter_table("sanction") as batch_op:
        batch_op.add_column(sa.Column("warning_id", sa.String(length=26), nullable=True))
        batch_op.create_index("ix_sanction_warning", ["warning_id"], unique=False)
    op.execute(
        "update sanction set warning_id = (select warning.id from warning where warning.person_id = sanction.person_id"
        " and warning.at = sanction.at and warning.moderator_id = sanction.by_id) where kind <> 'ban'"
    )
    with op.batch_alter_table("warning") as batch_op:
        batch_op.add_column(sa.Column("overturned_at", sa.BigInteger(), nullable=True))
        batch_op.create_index("ix_warning_room", ["room_id", "at"], unique=False)
    with op.batch_alter_table("removal") as batch_op:
        batch_op.add_column(sa.Column("id", sa.String(length=26), nullable=True))
        batch_op.add_column(sa.Column("person_id", sa.String(length=26), nullable=True))
        batch_op.add_column(sa.Column("overturned_at", sa.BigInteger(), nullable=True))
        batch_op.create_index("ix_removal_id", ["id"], unique=True)
        batch_op.create_index("ix_removal_person", ["person_id", "at"], unique=False)
    op.create_table(
        "contest",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("decision_id", sa.String(length=26), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), server_default="open", nullable=False),
        sa.Column("decided_by", sa.String(length=26), nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.Text(), server_default="", nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind in ('warning', 'removal', 'ban')", name=op.f("ck_contest_kind")),
        sa.CheckConstraint("state in ('open', 'upheld', 'overturned')", name=op.f("ck_contest_state")),
        sa.ForeignKeyConstraint(["person_id"], ["account.id"], name=op.f("fk_contest_person_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_contest_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest")),
        sa.UniqueConstraint("decision_id", name="uq_contest_decision"),
    )
    with op.batch_alter_table("contest") as batch_op:
        batch_op.create_index("ix_contest_state", ["state", "id"], unique=False)
        batch_op.create_index("ix_contest_person", ["person_id"], unique=False)
    op.create_table(
        "live_setting",
        sa.Column("name", sa.String(length=48), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.String(length=26), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_live_setting_by_id")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_live_setting")),
    )


def downgrade() -> None:
    op.drop_table("live_setting")
    op.drop_table("contest")
    with op.batch_alter_table("removal") as batch_op:
        batch_op.drop_index("ix_removal_person")
        batch_op.drop_index("ix_removal_id")
        batch_op.drop_column("overturned_at")
        batch_op.drop_column("person_id")
        batch_op.drop_column("id")
    with op.batch_alter_table("warning") as batch_op:
        batch_op.drop_index("ix_warning_room")
        batch_op.drop_column("overturned_at")
    with op.batch_alter_table("sanction") as batch_op:
        batch_op.drop_index("ix_sanction_warning")
        batch_op.drop_column("warning_id")
    with op.batch_alter_table("role") as batch_op:
        batch_op.drop_index("ix_role_until")
        batch_op.drop_column("until")
