"""What all tables share: one MetaData with fixed naming, and the column shapes that recur."""

from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Record = sa.Row[*tuple[Any, ...]]
"""A row as it comes from the database: columns by name."""

Id = sa.String(26)
Millis = sa.BigInteger


def references(column: str) -> sa.ForeignKey:
    return sa.ForeignKey(column)
