"""What the database keeps for itself."""

import sqlalchemy as sa

from cups.store.holding import holds
from cups.store.schema import Millis, metadata

turn = sa.Table(
    "turn",
    metadata,
    sa.Column("holder", sa.String(32), nullable=False),
    sa.Column("number", sa.BigInteger, nullable=False, server_default="0"),
)
"""One row: the process that wrote last, and the number of the last entry of `news_log`. See `postgres.py`."""
holds(turn, "Which process wrote last, and how many times there was news.", none="holder number")

news_log = sa.Table(
    "news_log",
    metadata,
    sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("holder", sa.String(32), nullable=False),
    sa.Column("at", Millis, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("upset", sa.Text),
)
"""What happened, a row for each commit that had news, for the other processes: only PostgreSQL has any. See `store/news_log.py`."""
holds(
    news_log,
    "What happened a moment ago, what people said included, on its way to the other processes of the site.",
    kept="`news_log_keep_s`, whoever it is about: too short for an erasure to look for anybody in it",
    passing=True,
    none="number holder at",
    identifier="upset",
    words="body",
)

compatibility = sa.Table("compatibility", metadata, sa.Column("oldest", sa.String(32), nullable=False))
"""One row: the oldest revision whose program still works with these tables, for the release before that runs beside this one. See `migrate.py`."""
holds(compatibility, "Which versions of the program work with these tables.", none="oldest")
