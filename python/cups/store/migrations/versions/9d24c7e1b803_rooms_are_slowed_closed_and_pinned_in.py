"""Rooms are slowed and closed, messages pinned, people muted, removed and banned in one room by hand."""

import sqlalchemy as sa
from alembic import op

revision = "9d24c7e1b803"
down_revision = "e3b9140c6f27"
branch_labels = None
depends_on = None

KINDS = "kind in ('mute', 'removal', 'rooms-ban', 'ban')"
MORE_KINDS = "kind in ('mute', 'removal', 'rooms-ban', 'ban', 'room-mute', 'room-ban')"
CONTESTED = "kind in ('warning', 'removal', 'ban')"
MORE_CONTESTED = "kind in ('warning', 'removal', 'ban', 'sanction')"


def upgrade() -> None:
    with op.batch_alter_table("room") as batch_op:
        batch_op.add_column(sa.Column("slow_s", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("closed_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("closed_until", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("closed_words", sa.String(length=300), server_default="", nullable=False))
    op.create_table(
        "pin",
        sa.Column("channel_id", sa.String(length=26), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_pin_channel_id")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_pin_by_id")),
        sa.PrimaryKeyConstraint("channel_id", "seq", name=op.f("pk_pin")),
    )
    with op.batch_alter_table("sanction") as batch_op:
        batch_op.add_column(sa.Column("rule", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("ref", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("message_seq", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("seen_at", sa.BigInteger(), nullable=True))
        batch_op.drop_constraint(op.f("ck_sanction_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_sanction_kind"), MORE_KINDS)
        batch_op.create_index("ix_sanction_room", ["room_id", "lifted_at"], unique=False)
        batch_op.create_index("uq_sanction_ref", ["by_id", "ref"], unique=True)
    with op.batch_alter_table("contest") as batch_op:
        batch_op.drop_constraint(op.f("ck_contest_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_contest_kind"), MORE_CONTESTED)


def downgrade() -> None:
    op.execute("delete from contest where kind = 'sanction'")
    op.execute("delete from sanction where kind in ('room-mute', 'room-ban')")
    with op.batch_alter_table("contest") as batch_op:
        batch_op.drop_constraint(op.f("ck_contest_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_contest_kind"), CONTESTED)
    with op.batch_alter_table("sanction") as batch_op:
        batch_op.drop_index("uq_sanction_ref")
        batch_op.drop_index("ix_sanction_room")
        batch_op.drop_constraint(op.f("ck_sanction_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_sanction_kind"), KINDS)
        batch_op.drop_column("seen_at")
        batch_op.drop_column("message_seq")
        batch_op.drop_column("ref")
        batch_op.drop_column("rule")
    op.drop_table("pin")
    with op.batch_alter_table("room") as batch_op:
        batch_op.drop_column("closed_words")
        batch_op.drop_column("closed_until")
        batch_op.drop_column("closed_at")
        batch_op.drop_column("slow_s")
