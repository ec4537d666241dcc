"""The map of personal data, made from what each table says it holds: `python -m cups.personal_data` writes docs/personal-data.md, `--check` says
whether it agrees."""

import sys
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from cups.store.holding import UNTOLD, Category, Holding, Whose, gaps, holding
from cups.tables import metadata

PAGE = Path(__file__).parents[2] / "docs" / "personal-data.md"
_HEAD = """# What is held of people

Made from the tables by `python -m cups.personal_data`: change `holds()` next to the table, not this. A test holds this page to it, and a column
without an entry fails it.

*Exported*: the person finds it in the file that they can ask for. *Erased*: what becomes of it when that person is erased
([decision 0023](decisions/0023-erasure-follows-the-map.md)).
"""


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def way(owner: Whose) -> str:
    """How a row leads to a person, as a reader of the page needs it."""
    if not owner.table:
        return f"`{owner.column}`"
    return f"`{owner.column}`, by `{owner.table}.{owner.person}`"


def is_exported(held: Holding, column: str) -> bool:
    """Whether this column, of a row that its person may have, stands in an export."""
    if not any(owner.fate.exported for owner in held.whose):
        return False
    if column in held.named:
        return True
    return column not in held.untold and held.categories[column] not in UNTOLD


def _table(table: sa.Table, held: Holding) -> Iterator[str]:
    yield from ("", f"## {table.name}", "", f"{held.why} Kept {held.kept}.", "")
    owners = {owner.column for owner in held.whose if not owner.table}
    groups: dict[tuple[Category, bool], list[str]] = {}
    for column in table.columns:
        if column.name not in owners or column.name in held.named:
            key = held.categories[column.name], is_exported(held, column.name)
            groups.setdefault(key, []).append(f"`{column.name}`")
    yield _row(["column", "holds", "exported"])
    yield _row(["---"] * 3)
    for (category, told), names in sorted(groups.items(), key=lambda one: list(Category).index(one[0][0])):
        shown = "" if category is Category.NONE else "yes" if told else "no"
        yield _row([", ".join(names), category.value, shown])
    if held.whose:
        yield from ("", _row(["whose", "exported to them", "when they are erased"]), _row(["---"] * 3))
        for owner in held.whose:
            yield _row([way(owner), "yes" if owner.fate.exported else "no", owner.fate.words])


def page() -> str:
    lines = [_HEAD.rstrip()]
    for table in sorted(metadata.tables.values(), key=lambda one: one.name):
        held = holding(table)
        if held is not None:
            lines += _table(table, held)
    return "\n".join([*lines, ""])


def main() -> int:
    missing = gaps(metadata)
    if missing:
        print("\n".join(missing))
        return 1
    made = page()
    if "--check" in sys.argv:
        agrees = PAGE.exists() and PAGE.read_text("utf-8") == made
        if not agrees:
            print("docs/personal-data.md does not agree with the tables: run python -m cups.personal_data")
        return 0 if agrees else 1
    PAGE.write_text(made, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
