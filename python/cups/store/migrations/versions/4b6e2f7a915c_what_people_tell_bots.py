"""What people tell bots while they wait."""

import sqlalchemy as sa
from alembic import op

revision = "4b6e2f7a915c"
down_revision = "4b8e61d0c2fa"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bot_talk",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("bot", sa.String(length=20), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("request_id", sa.String(length=26), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["channel.id"], name=op.f("fk_bot_talk_id")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_bot_talk_account_id")),
        sa.ForeignKeyConstraint(["request_id"], ["request.id"], name=op.f("fk_bot_talk_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bot_talk")),
        sa.UniqueConstraint("request_id", "bot", name="uq_bot_talk_request"),
    )
    op.create_index("ix_bot_talk_opened_at", "bot_talk", ["opened_at"], unique=False)
    op.create_table(
        "bot_answer",
        sa.Column("talk_id", sa.String(length=26), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("asked", sa.String(length=200), nullable=False),
        sa.Column("choice", sa.String(length=40), nullable=False),
        sa.Column("chosen", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("skipped", sa.Boolean(), nullable=False),
        sa.Column("help", sa.String(length=5), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("replaced", sa.SmallInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["talk_id"], ["bot_talk.id"], name=op.f("fk_bot_answer_talk_id")),
        sa.PrimaryKeyConstraint("talk_id", "ref", name=op.f("pk_bot_answer")),
    )
    op.create_index(
        "uq_bot_answer_question",
        "bot_answer",
        ["talk_id", "question"],
        unique=True,
        sqlite_where=sa.text("replaced = 0"),
        postgresql_where=sa.text("replaced = 0"),
    )


def downgrade() -> None:
    op.drop_table("bot_answer")
    op.drop_table("bot_talk")
    op.execute("delete from channel where kind = 'bot' and id not in (select channel_id from concern)")
