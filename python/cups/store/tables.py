"""What the database keeps for itself."""

import sqlalchemy as sa

from cups.store.holding import holds
from cups.store.schema import metadata

turn = sa.Table("turn", metadata, sa.Column("holder", sa.String(32), nullable=False))
"""One row: the process that wrote last. Whoever finds another than itself forgets what it remembered of the database. See `postgres.py`."""
holds(turn, "Which process wrote last.", none="holder")
