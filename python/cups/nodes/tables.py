"""The processes of one site, and who of them does which of the house's work."""

import sqlalchemy as sa

from cups.store.holding import holds
from cups.store.schema import Millis, metadata

node = sa.Table(
    "node",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("began_at", Millis, nullable=False),
    sa.Column("until", Millis, nullable=False),
)
"""A row for each process that lives, by the database's own clock."""
holds(node, "Which processes run.", kept="as long as they run", none="name role began_at until")

job_lease = sa.Table(
    "job_lease",
    metadata,
    sa.Column("job", sa.String(32), primary_key=True),
    sa.Column("holder", sa.String(32), nullable=False),
    sa.Column("until", Millis, nullable=False),
)
holds(job_lease, "Which process does which work of the house.", none="job holder until")
