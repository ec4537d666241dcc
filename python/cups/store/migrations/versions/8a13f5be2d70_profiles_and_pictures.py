"""Profiles, pictures, breaks that end by themselves, reports of profiles, and whom listeners have helped."""

import sqlalchemy as sa
from alembic import op

revision = "8a13f5be2d70"
down_revision = "7c2ab91e64d0"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("break_until", sa.BigInteger(), nullable=True))
    op.create_index("ix_account_break_until", "account", ["break_until"])
    op.add_column("account", sa.Column("picture", sa.String(length=26), server_default="", nullable=False))
    op.add_column("chat", sa.Column("helped", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(
        "update chat set helped = true where ended_at is not null "
        "and (select count(*) from message where message.channel_id = chat.id) >= 30"
    )
    with op.batch_alter_table("report") as batch_op:
        batch_op.alter_column("channel_id", existing_type=sa.String(length=26), nullable=True)
    op.create_table(
        "profile",
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("about", sa.Text(), server_default="", nullable=False),
        sa.Column("channel_id", sa.String(length=26), nullable=True),
        sa.Column("over_35", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("ratings", sa.Integer(), server_default="0", nullable=False),
        sa.Column("stars", sa.Integer(), server_default="0", nullable=False),
        sa.Column("helped", sa.Integer(), server_default="0", nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.Column("removed_what", sa.String(length=8), server_default="", nullable=False),
        sa.Column("removed_why", sa.String(length=200), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_profile_account_id")),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_profile_channel_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_profile")),
    )
    op.create_table(
        "picture",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("large", sa.LargeBinary(), nullable=False),
        sa.Column("small", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_picture_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_picture")),
        sa.UniqueConstraint("account_id", name=op.f("uq_picture_account_id")),
    )


def downgrade() -> None:
    op.drop_table("picture")
    op.drop_table("profile")
    op.execute("delete from report where channel_id is null")
    with op.batch_alter_table("report") as batch_op:
        batch_op.alter_column("channel_id", existing_type=sa.String(length=26), nullable=False)
    with op.batch_alter_table("chat") as batch_op:
        batch_op.drop_column("helped")
    op.drop_index("ix_account_break_until", table_name="account")
    with op.batch_alter_table("account") as batch_op:
        batch_op.drop_column("picture")
        batch_op.drop_column("break_until")
