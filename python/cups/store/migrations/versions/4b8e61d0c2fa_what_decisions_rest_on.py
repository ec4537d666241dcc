"""The words that a decision rests on are kept with it, as they were: until now it had the number of the message alone.

Decisions from before keep what their message says at this moment, or said when it was removed.
"""

import sqlalchemy as sa
from alembic import op

revision = "4b8e61d0c2fa"
down_revision = "9d24c7e1b803"
branch_labels = None
depends_on = None

KEEP = """
    insert into evidence (decision_id, text, at)
    select d.id, coalesce(nullif(r.text, ''), m.text), d.at from {table} d
    left join removal r on r.channel_id = d.room_id and r.seq = d.message_seq
    left join message m on m.channel_id = d.room_id and m.seq = d.message_seq
    where {which} and d.message_seq is not null and coalesce(nullif(r.text, ''), m.text, '') <> ''
"""


def upgrade() -> None:
    op.create_table(
        "evidence",
        sa.Column("decision_id", sa.String(length=26), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_evidence")),
    )
    op.create_index("ix_evidence_at", "evidence", ["at"], unique=False)
    op.execute(KEEP.format(table="warning", which="d.counted"))
    op.execute(KEEP.format(table="sanction", which="d.rule is not null"))


def downgrade() -> None:
    op.drop_index("ix_evidence_at", table_name="evidence")
    op.drop_table("evidence")
