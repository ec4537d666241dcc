"""What the columns of a table hold of people, said next to the table: `holds(table, …)` follows each. The map of personal data
(docs/personal-data.md), the export and the erasure are all made from this, and a test finds every column that has no entry.
"""

from collections.abc import Mapping
from enum import Enum

import msgspec
import sqlalchemy as sa

_KEY = "holds"


class Category(Enum):
    """What a column holds. The value says it in the page."""

    NONE = "nothing of a person"
    IDENTIFIER = "identifier"
    NAME = "the name that others see"
    ACTIVITY = "what somebody did, and when"
    WORDS = "words that somebody wrote"
    CONTACT = "contact details"
    HEALTH = "how somebody is, or what troubles them"
    AGE = "age"
    SECURITY = "what protects the account"
    MODERATION = "what was decided about somebody"


UNTOLD = frozenset({Category.NONE, Category.IDENTIFIER, Category.SECURITY})
"""Not in an export: the ids are ours and say nothing, and what protects an account protects it no more once it lies in a file."""


class Fate(msgspec.Struct, frozen=True):
    """What becomes of a row when the person in one of its columns is erased, and whether that person's export has it."""

    does: str
    """`goes`: the row. `nobody`: the column points to the one account that stands for all who are gone. `stays`: as it is, under an account
    that is empty. `own`: by code of its own."""
    exported: bool
    words: str
    """What the map says of it: for what stays, the reason."""
    keeps_words: bool = False
    """Nothing is changed in what stays, nor is a name taken out of it."""


GOES = Fate("goes", True, "the row goes")
GOES_UNSEEN = Fate("goes", False, "the row goes; not exported, since whose it is was never told")
NOBODY = Fate("nobody", True, "nobody stands there instead")
DUTY = Fate("stays", False, "stays, under an account that is empty: done for the site, and not of this person alone")


def stays(reason: str, *, exported: bool = False) -> Fate:
    return Fate("stays", exported, f"stays, under an account that is empty: {reason}", keeps_words=True)


def own(words: str, *, exported: bool = True) -> Fate:
    """Erased by code of its own, see `cups.privacy`."""
    return Fate("own", exported, words)


class Whose(msgspec.Struct, frozen=True):
    """Through which column a row belongs to somebody: the column itself holds an account's id, or (`table`, `key`, `person`) leads to one."""

    column: str
    fate: Fate
    table: str = ""
    key: str = ""
    person: str = ""


class Holding(msgspec.Struct, frozen=True):
    """The entry of one table."""

    why: str
    kept: str
    whose: tuple[Whose, ...]
    categories: dict[str, Category]
    named: frozenset[str]
    """Columns with another person's id whose name, as it is shown, stands in the export."""
    untold: frozenset[str]
    """Columns that are left out of exports although their category is not."""
    passing: bool = False
    """Holds what is about many people at once, and for minutes only: nobody's own, neither exported nor looked through."""


def holds(
    table: sa.Table,
    why: str,
    *,
    kept: str = "for good",
    whose: Mapping[str, Fate] | None = None,
    named: str = "",
    untold: str = "",
    passing: bool = False,
    **categories: str,
) -> None:
    """Declares what a table holds. By keyword, for each category, its columns with a space between them. `whose`: the columns that lead to a person,
    `account_id`, or `talk_id>bot_talk.id.account_id` where another table says whose it is. `kept`: for how long; settings in backticks."""
    told = {
        column: Category[category.upper()] for category, columns in categories.items() for column in columns.split()
    }
    owners = []
    for key, fate in (whose or {}).items():
        column, _, path = key.partition(">")
        owners.append(Whose(column, fate, *path.split(".")) if path else Whose(column, fate))
        told.setdefault(column, Category.IDENTIFIER)
    table.info[_KEY] = Holding(
        why, kept, tuple(owners), told, frozenset(named.split()), frozenset(untold.split()), passing
    )


def holding(table: sa.Table) -> Holding | None:
    found: Holding | None = table.info.get(_KEY)
    return found


def gaps(metadata: sa.MetaData) -> list[str]:
    """What the map lacks or has too much, in words that say what to do. Empty when it is whole."""
    found = []
    for table in metadata.sorted_tables:
        held = holding(table)
        if held is None:
            found.append(f"{table.name}: say what it holds, with cups.store.holding.holds() after the table")
            continue
        columns = {column.name for column in table.columns}
        found += [
            f"{table.name}.{name}: has no category in holds()" for name in sorted(columns - held.categories.keys())
        ]
        named = held.categories.keys() | held.named | held.untold
        found += [
            f"{table.name}.{name}: is in holds(), but no such column is there" for name in sorted(named - columns)
        ]
        owners = {owner.column for owner in held.whose if not owner.table}
        for column in table.columns:
            if any(key.target_fullname == "account.id" for key in column.foreign_keys) and column.name not in owners:
                found.append(
                    f"{table.name}.{column.name}: points to a person, so `whose` has to say what becomes of it"
                )
        for owner in held.whose:
            if owner.table and {owner.key, owner.person} - {c.name for c in metadata.tables[owner.table].columns}:
                found.append(f"{table.name}.{owner.column}: its way to a person, over {owner.table}, is not there")
        personal = {n for n, c in held.categories.items() if c is not Category.NONE}
        if personal and not held.whose and not held.passing:
            found.append(f"{table.name}: holds something of people, so `whose` has to say of whom")
    return found
