"""Alembic's entry: runs the migrations on the connection it is given. There is no ini file; `cups.store.migrate` calls it."""

import sqlalchemy as sa
from alembic import context

from cups.tables import metadata

connection: sa.Connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
