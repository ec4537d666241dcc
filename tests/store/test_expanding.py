"""Migrations add: what takes something away from programs that run meanwhile says since when none of them needs it."""

import importlib.util
from collections.abc import Iterator
from types import ModuleType

import pytest
import sqlalchemy as sa
from alembic import command

from cups.store import migrate

SINCE = "f6b19d3e07c4"
"""From here on the release before runs beside a new one."""


def revisions() -> list[ModuleType]:
    """In their order."""
    found = {}
    for file in sorted((migrate.MIGRATIONS / "versions").glob("*.py")):
        spec = importlib.util.spec_from_file_location(file.stem, file)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found[module.down_revision] = module
    order, at = [], None
    while at in found:
        order.append(found[at])
        at = found[at].revision
    return order


Columns = dict[tuple[str, str], tuple[str, bool, bool]]
"""By table and name: the type, whether it may be null, whether something stands there where a program names nothing."""


def columns(connection: sa.Connection) -> tuple[set[str], Columns, set[tuple[str, str]]]:
    looked = sa.inspect(connection)
    tables = set(looked.get_table_names()) - {"alembic_version"}
    found: Columns = {}
    unique: set[tuple[str, str]] = set()
    for table in tables:
        for column in looked.get_columns(table):
            filled = column["default"] is not None or bool(
                column.get("primary_key") and str(column["type"]) == "INTEGER"
            )
            found[table, column["name"]] = (str(column["type"]), column["nullable"], filled)
        unique |= {(table, ",".join(map(str, one["column_names"]))) for one in looked.get_unique_constraints(table)}
        unique |= {
            (table, ",".join(map(str, one["column_names"]))) for one in looked.get_indexes(table) if one["unique"]
        }
    return tables, found, unique


def contracted(
    before: sa.Connection | tuple[set[str], Columns, set[tuple[str, str]]], after: sa.Connection
) -> list[str]:
    """What programs of before would miss, or would be refused."""
    old = columns(before) if isinstance(before, sa.Connection) else before
    new = columns(after)
    found = [f"table {table} is gone" for table in sorted(old[0] - new[0])]
    stays = old[0] & new[0]
    for (table, name), (kind, null, _) in sorted(old[1].items()):
        if table in stays and (table, name) not in new[1]:
            found.append(f"column {table}.{name} is gone")
        elif table in stays:
            kind_now, null_now, filled_now = new[1][table, name]
            if kind_now != kind:
                found.append(f"column {table}.{name} was {kind}, is {kind_now}")
            if null and not null_now and not filled_now:
                found.append(f"column {table}.{name} must be named now")
    for (table, name), (_, null, filled) in sorted(new[1].items()):
        if table in stays and (table, name) not in old[1] and not null and not filled:
            found.append(f"column {table}.{name} must be named by who does not know it")
    return found + [f"{table}.{names} is unique now" for table, names in sorted(new[2] - old[2]) if table in stays]


def steps() -> Iterator[tuple[ModuleType, list[str]]]:
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection:
        before = columns(connection)
        for module in revisions():
            command.upgrade(migrate.config(connection), module.revision)
            yield module, contracted(before, connection)
            before = columns(connection)


def test_what_is_taken_away_says_since_when_nobody_needs_it() -> None:
    order: list[str] = []
    seen: dict[str, list[str]] = {}
    beside = False
    for module, found in steps():
        beside = beside or module.revision == SINCE
        needs = getattr(module, "needs", None)
        seen[module.revision] = found
        if beside and module.revision != SINCE:
            assert not found or needs is not None, f"{module.__name__} needs `needs`: {found}"
            assert needs is None or needs in order, f"{module.__name__}: {needs} does not come before it"
        order.append(module.revision)
    assert beside and order[-1] == migrate.newest() and set(order) == migrate.known()
    assert seen["7e0c4d9a15b3"] == ["column account.email is gone"], "what was done before is found"


@pytest.mark.parametrize(
    ("done", "found"),
    [
        ("drop table b", ["table b is gone"]),
        ("alter table a drop column text", ["column a.text is gone"]),
        ("alter table a rename column text to words", ["column a.text is gone"]),
        ("alter table a add column more text not null default ''", []),
        ("alter table a add column more text", []),
        ("create unique index u on a (text)", ["a.text is unique now"]),
        ("create table c (id integer not null, text text not null)", []),
        ("drop table a; create table a (id integer not null, text text not null)", ["column a.text must be named now"]),
        ("drop table a; create table a (id integer not null, text integer)", ["column a.text was TEXT, is INTEGER"]),
        (
            "drop table a; create table a (id integer not null, text text, more text not null)",
            ["column a.more must be named by who does not know it"],
        ),
    ],
)
def test_each_way_of_taking_away_is_found(done: str, found: list[str]) -> None:
    with sa.create_engine("sqlite://").connect() as connection:
        connection.exec_driver_sql("create table a (id integer not null, text text)")
        connection.exec_driver_sql("create table b (id integer)")
        before = columns(connection)
        for statement in done.split("; "):
            connection.exec_driver_sql(statement)
        assert [one for one in contracted(before, connection) if "more" not in one or one in found] == found


def test_the_oldest_program_is_the_one_that_the_last_of_them_needs(tmp_path_factory: pytest.TempPathFactory) -> None:
    needs = [module.needs for module in revisions() if hasattr(module, "needs")]
    assert migrate.oldest() == needs[-1]
    path = tmp_path_factory.mktemp("oldest") / "cups.db"
    migrate.upgrade_sqlite(path)
    with sa.create_engine(f"sqlite:///{path}").connect() as connection:
        assert connection.execute(migrate.SUITED).all() == [(migrate.newest(), migrate.oldest())]


@pytest.mark.parametrize(
    ("there", "suits"),
    [
        ([("c", "b")], True),
        ([("b", "a")], False),
        ([("later", "b")], True),
        ([("later", "later")], False),
        ([("later", None)], False),
        ([], False),
        ([("c", "b"), ("x", "b")], False),
    ],
)
def test_which_tables_suit_a_program(there: list[tuple[str, str]], suits: bool) -> None:
    """Of the revisions a, b and c."""
    assert migrate.suits(there, {"a", "b", "c"}, "c") is suits
