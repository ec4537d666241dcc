"""Notes that people keep for themselves."""

import sqlalchemy as sa
from alembic import op

revision = "93ab27c05d18"
down_revision = "8c1d0f5b7e26"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "note",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("author_id", sa.String(length=26), nullable=False),
        sa.Column("person_id", sa.String(length=26), nullable=True),
        sa.Column("chat_id", sa.String(length=26), nullable=True),
        sa.Column("key_id", sa.String(length=16), nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("edited_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(person_id is null) <> (chat_id is null)", name=op.f("ck_note_about")),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_note_author_id")),
        sa.ForeignKeyConstraint(["person_id"], ["account.id"], name=op.f("fk_note_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    op.create_index("ix_note_author", "note", ["author_id", "person_id", "chat_id"])
    op.create_index(op.f("ix_note_key_id"), "note", ["key_id"])
    op.create_index("ix_note_person_id", "note", ["person_id"])


def downgrade() -> None:
    op.drop_table("note")
