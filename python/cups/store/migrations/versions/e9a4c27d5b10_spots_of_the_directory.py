"""Where in the directory a listener stands by the filters they fit: one word, with an index of its own."""

import sqlalchemy as sa
from alembic import op

revision = "e9a4c27d5b10"
down_revision = "f6b19d3e07c4"
branch_labels = None
depends_on = None

STARS = (0, 30, 40, 45, 48, 50)


def upgrade() -> None:
    op.add_column("listed", sa.Column("spot", sa.String(length=48), server_default="", nullable=False))
    of_stars = " ".join(f"when stars >= {STARS[at]} then {8 * at}" for at in range(len(STARS) - 1, 0, -1))
    marks = (
        f"case when {name} then {bit} else 0 end" for name, bit in (('"both"', 1), ("over_35", 2), ("verified", 4))
    )
    bin = f"({' + '.join(marks)} + case {of_stars} else 0 end)"
    op.execute(f"update listed set spot = language || '/' || serves || '/' || {bin} || '/' || place")
    op.create_index("ix_listed_spot", "listed", ["spot"])


def downgrade() -> None:
    op.drop_index("ix_listed_spot", "listed")
    op.drop_column("listed", "spot")
