"""A connection for courses of events: the statements that the code keeps ready are compiled once, and then go straight to the driver.

Half of the time of a course was SQLAlchemy finding again what it had compiled. What is built at its use goes the usual way, and so
does whatever this does not know how to bind; the database is the same, and so is the SQL.
"""

import sqlite3
import sys
from collections import namedtuple
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler


class Rows:
    """What a statement gave, with as much of SQLAlchemy's result as our statements use."""

    __slots__ = ("_rows", "rowcount")

    def __init__(self, rows: list[Any], rowcount: int) -> None:
        self._rows, self.rowcount = rows, rowcount

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def all(self) -> list[Any]:
        return self._rows

    def first(self) -> Any:
        return self._rows[0] if self._rows else None

    def one(self) -> Any:
        (row,) = self._rows
        return row

    def one_or_none(self) -> Any:
        return self.one() if self._rows else None

    def scalars(self) -> "Rows":
        return Rows([row[0] for row in self._rows], self.rowcount)

    def scalar_one(self) -> Any:
        return self.one()[0]

    def scalar_one_or_none(self) -> Any:
        return self.one()[0] if self._rows else None


class Plan:
    """One statement with the names of its parameters in order, and what its rows are."""

    def __init__(self, compiled: SQLCompiler) -> None:
        self.sql = str(compiled)
        self.lists = [name for name in compiled.positiontup or () if f"__[POSTCOMPILE_{name}]" in self.sql]
        self.order = tuple(compiled.positiontup or ())
        self.given = dict(compiled.params)
        columns = compiled._result_columns
        names = [column.keyname for column in columns]
        self.row: Any = namedtuple("Row", names, rename=True) if columns else None  # type: ignore[misc]
        self.flags = [at for at, column in enumerate(columns) if isinstance(column.type, sa.Boolean)]

    def run(self, driver: sqlite3.Connection, parameters: Mapping[str, Any]) -> Rows:
        given, sql = self.given, self.sql
        values = [parameters[name] if name in parameters else given[name] for name in self.order]
        if self.lists:
            for name in self.lists:
                sql = sql.replace(f"__[POSTCOMPILE_{name}]", ", ".join("?" * len(parameters[name])))
            values = [v for value in values for v in (value if isinstance(value, list) else (value,))]
        found = driver.execute(sql, values)
        if self.row is None:
            return Rows([], found.rowcount)
        rows = found.fetchall()
        if self.flags:
            rows = [[bool(v) if at in self.flags else v for at, v in enumerate(row)] for row in rows]
        return Rows(list(map(self.row._make, rows)), found.rowcount)


class Direct:
    """Stands where a `Connection` does."""

    def __init__(self, conn: sa.Connection, driver: sqlite3.Connection) -> None:
        self._conn, self._driver = conn, driver
        self._ready = _kept_ready()
        self._plans: dict[tuple[int, tuple[str, ...]], Plan | None] = {}

    def get_execution_options(self) -> Mapping[str, Any]:
        return self._conn.get_execution_options()

    def execute(self, statement: Any, parameters: Any = None) -> Any:
        if id(statement) not in self._ready or isinstance(parameters, list):
            return self._conn.execute(statement, parameters)
        names = tuple(parameters or ())
        key = id(statement), names
        if key not in self._plans:
            self._plans[key] = self._plan(statement, names)
        plan = self._plans[key]
        return self._conn.execute(statement, parameters) if plan is None else plan.run(self._driver, parameters or {})

    def _plan(self, statement: Any, names: tuple[str, ...]) -> Plan | None:
        compiled = statement.compile(dialect=self._conn.dialect, column_keys=sorted(names))
        lists = all(param.expanding for param in compiled.post_compile_params)
        beyond = compiled.literal_execute_params or not lists
        prefetched = (compiled.isinsert or compiled.isupdate) and (compiled.insert_prefetch or compiled.update_prefetch)
        return None if beyond or prefetched else Plan(compiled)


def _kept_ready() -> dict[int, ClauseElement]:
    """Every statement that is a module's own: they live as long as the process, so that an address names one of them for good."""
    return {
        id(value): value
        for name, module in list(sys.modules.items())
        if name.startswith("cups.") and name.endswith(".queries")
        for value in vars(module).values()
        if isinstance(value, sa.Executable) and isinstance(value, ClauseElement)
    }
