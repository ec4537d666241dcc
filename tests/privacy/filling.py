"""Fills every table that holds something of people with rows of one person, a marker in every text: what the map says is held then decides what may be left.

A new table is filled as well, by its columns' types, foreign keys and checks.
"""

import itertools
import re
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cups.messages.queries import create_channel
from cups.privacy import queries
from cups.privacy.tables import departure
from cups.store.holding import Holding, Whose, holding
from cups.store.schema import metadata

MARK = "planted"
LEFT_OUT = {"account", "standing", departure.name}
"""The account itself is marked by `mark_account`; the others hold nothing but the account's id, or are made by leaving."""
_numbers = itertools.count(1000)


def _check(table: sa.Table, column: str) -> str | None:
    """The last of the values that a check allows: by then it is over, and one person may have many."""
    for constraint in table.constraints:
        if isinstance(constraint, sa.CheckConstraint):
            found = re.match(rf"{column} in \(.*'([\w-]+)'\)", str(constraint.sqltext))
            if found:
                return found.group(1)
    return None


def _is_instead(table: sa.Table, column: str) -> bool:
    """Whether a check allows either this column or another, which comes first."""
    checks = (str(one.sqltext) for one in table.constraints if isinstance(one, sa.CheckConstraint))
    return any(re.fullmatch(rf"\(\w+ is null\) <> \({column} is null\)", check) for check in checks)


class Filling:
    def __init__(self, conn: Connection, victim: str, other: str, now: int) -> None:
        self._conn, self._victim, self._other, self._now = conn, victim, other, now
        self._made: dict[tuple[str, str], dict[str, Any]] = {}
        """A row by table and by the column through which it is the victim's."""
        self.marks: dict[str, tuple[str, str, Whose]] = {}
        """Each marker: its table and column, and by which way the row is the victim's."""

    def run(self) -> "Filling":
        for table, held in reversed(list(queries.held())):
            if table.name not in LEFT_OUT:
                for owner in sorted(held.whose, key=lambda one: bool(one.table)):
                    self._row(table, held, owner)
        return self

    @property
    def tables(self) -> set[str]:
        return {table for table, _ in self._made}

    def _row(self, table: sa.Table, held: Holding, owner: Whose) -> dict[str, Any]:
        if (known := self._made.get((table.name, owner.column + owner.table + owner.person))) is not None:
            return known
        accounts = {one.column for one in held.whose if not one.table}
        values: dict[str, Any] = {}
        for column in table.columns:
            if column.name == owner.column:
                values[column.name] = self._leads(owner)
            elif column.name in accounts:
                values[column.name] = self._other
            elif _is_instead(table, column.name):
                values[column.name] = None
            elif (key := next(iter(column.foreign_keys), None)) is not None:
                values[column.name] = self._points(key)
            else:
                values[column.name] = self._value(table, column, owner)
        self._conn.execute(table.insert(), values)
        self._made[table.name, owner.column + owner.table + owner.person] = values
        return values

    def _leads(self, owner: Whose) -> Any:
        if not owner.table:
            return self._victim
        over = metadata.tables[owner.table]
        held = holding(over)
        assert held is not None
        way = next(one for one in held.whose if one.column == owner.person)
        return self._row(over, held, way)[owner.key]

    def _points(self, key: sa.ForeignKey) -> Any:
        table = key.column.table
        if table.name == "account":
            return self._other
        if table.name == "channel":
            return create_channel(self._conn, "chat", self._now)
        held = holding(table)
        assert held is not None
        way = held.whose[0] if held.whose else Whose("", held_fate)
        return self._row(table, held, way)[key.column.name]

    def _value(self, table: sa.Table, column: sa.Column[Any], owner: Whose) -> Any:
        if (allowed := _check(table, column.name)) is not None:
            return allowed
        number = next(_numbers)
        match column.type:
            case sa.LargeBinary():
                return self._mark(table, column, owner, number).encode()
            case sa.Boolean():
                return False
            case sa.String(length=length):
                text = self._mark(table, column, owner, number)
                if length is not None and len(text) > length:
                    del self.marks[text]
                    return (
                        text[-length:] if length < len(MARK) + 4 else self._mark(table, column, owner, number, length)
                    )
                return text
        return number

    def _mark(self, table: sa.Table, column: sa.Column[Any], owner: Whose, number: int, length: int = 60) -> str:
        text = f"{MARK}{number}{table.name}{column.name}"[:length]
        assert len(text) > len(MARK) + 3
        self.marks[text] = table.name, column.name, owner
        return text


held_fate = queries.owned("goes")[0][1].fate


def mark_account(conn: Connection, id: str) -> list[str]:
    """In every column of the account that takes a text and decides nothing."""
    account = metadata.tables["account"]
    marks = {}
    for column in account.columns:
        if isinstance(column.type, sa.String) and column.name not in (
            "id",
            "persona_of",
            "kind",
            "age_class",
            "name",
            "name_key",
        ):
            marks[column.name] = f"{MARK}{next(_numbers)}"[: column.type.length]
    conn.execute(account.update().where(account.c.id == id).values(**marks))
    return [text for text in marks.values() if len(text) > len(MARK) + 3]


def everything(conn: Connection) -> Iterator[tuple[str, str, Any, dict[str, Any]]]:
    """Table, column, value and row of all that the database holds, but for what passes within minutes."""
    for table in metadata.sorted_tables:
        held = holding(table)
        if held is not None and held.passing:
            continue
        for row in conn.execute(sa.select(table)).mappings():
            for name, value in row.items():
                yield table.name, name, value, dict(row)
