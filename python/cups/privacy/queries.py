"""Every statement about who leaves and about copies, and the general ones that follow what tables hold."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cups.accounts.tables import account
from cups.messages.tables import channel, message
from cups.privacy.tables import departure, export
from cups.requests.tables import left_message
from cups.screening.tables import concern
from cups.store.holding import Category, Holding, Whose, holding
from cups.store.schema import Record, metadata

NOBODY = "0" * 26
"""The account that stands for all who are gone."""
_MESSAGES = sa.select(message.c.id, message.c.channel_id, message.c.seq, message.c.ref, message.c.author_id)
_by_author = (
    _MESSAGES.where(message.c.author_id == sa.bindparam("author"), message.c.id > sa.bindparam("after"))
    .order_by(message.c.id)
    .limit(sa.bindparam("most"))
)
_saying = (
    _MESSAGES.where(
        sa.func.lower(message.c.text).like(sa.bindparam("says")),
        message.c.id > sa.bindparam("after"),
    )
    .order_by(message.c.id)
    .limit(sa.bindparam("most"))
)


def _says(name: str) -> str:
    """Names are letters and digits: nothing in them is a wildcard."""
    return f"%{name.lower()}%"


# Who leaves


def departure_of(conn: Connection, id: str) -> Record | None:
    return conn.execute(sa.select(departure).where(departure.c.account_id == id)).one_or_none()


def begin(conn: Connection, **values: Any) -> None:
    conn.execute(departure.delete().where(departure.c.account_id == values["account_id"]))
    conn.execute(departure.insert(), values)


def end(conn: Connection, id: str) -> None:
    conn.execute(departure.delete().where(departure.c.account_id == id))


def due(conn: Connection, now: int) -> list[str]:
    """Whose time has come, and whom nobody erases just now."""
    ready = sa.and_(departure.c.erase_at <= now, departure.c.lease_until <= now)
    return list(conn.execute(sa.select(departure.c.account_id).where(ready).order_by(departure.c.erase_at)).scalars())


def lease(conn: Connection, id: str, now: int, until: int) -> bool:
    """False if another process has it."""
    mine = sa.and_(departure.c.account_id == id, departure.c.erase_at <= now, departure.c.lease_until <= now)
    return conn.execute(departure.update().where(mine).values(lease_until=until)).rowcount == 1


def keep_lease(conn: Connection, id: str, until: int) -> None:
    conn.execute(departure.update().where(departure.c.account_id == id).values(lease_until=until))


# The account


def add_nobody(conn: Connection) -> None:
    if conn.execute(sa.select(account.c.id).where(account.c.id == NOBODY)).first() is None:
        nobody = {"id": NOBODY, "name": "", "name_key": "gone", "kind": "gone", "created_at": 0, "left_at": 0}
        conn.execute(account.insert(), nobody)


def empty(conn: Connection, id: str, now: int) -> None:
    """Every column of the account loses what it held; another feature's new one, too."""
    plain: dict[str, Any] = {"name": "", "name_key": f"gone-{id}", "kind": "gone", "created_at": 0, "left_at": now}
    for column in account.columns:
        if column.name not in plain and column.name != "id":
            default = column.server_default
            plain[column.name] = default.arg if isinstance(default, sa.DefaultClause) else None
    conn.execute(account.update().where(account.c.id == id).values(plain))


def is_empty(conn: Connection, id: str) -> bool:
    return conn.execute(sa.select(account.c.name).where(account.c.id == id)).scalar() == ""


def unlink(conn: Connection, id: str) -> None:
    conn.execute(account.update().where(account.c.persona_of == id).values(persona_of=None))


def drop(conn: Connection, id: str) -> bool:
    """The row itself, if nothing that stays points to it."""
    pointing = [
        column
        for table in metadata.sorted_tables
        for column in table.columns
        if any(key.target_fullname == "account.id" for key in column.foreign_keys)
    ]
    if any(conn.execute(sa.select(sa.literal(1)).where(one == id).limit(1)).first() is not None for one in pointing):
        return False
    return conn.execute(account.delete().where(account.c.id == id)).rowcount == 1


# Messages


def by_author(conn: Connection, author: str, after: int, most: int) -> list[Record]:
    return list(conn.execute(_by_author, {"author": author, "after": after, "most": most}))


def saying(conn: Connection, name: str, after: int, most: int) -> list[Record]:
    """Messages that may name somebody."""
    return list(conn.execute(_saying, {"says": _says(name), "after": after, "most": most}))


# What the tables say they hold


def held() -> Iterator[tuple[sa.Table, Holding]]:
    """Tables that hold something of people, so that no row is deleted before those that point to it."""
    for table in reversed(metadata.sorted_tables):
        found = holding(table)
        if found is not None and found.whose:
            yield table, found


def theirs(table: sa.Table, owner: Whose, id: str) -> sa.ColumnElement[bool]:
    """The condition under which a row is this person's by this way."""
    column = table.c[owner.column]
    if not owner.table:
        return column == id
    over = metadata.tables[owner.table]
    return column.in_(sa.select(over.c[owner.key]).where(over.c[owner.person] == id))


def owned(fate: str) -> list[tuple[sa.Table, Whose]]:
    """Every way by which rows with this fate are somebody's; those over another table first, since that one may go as well."""
    found = [(table, owner) for table, has in held() for owner in has.whose if owner.fate.does == fate]
    return sorted(found, key=lambda one: not one[1].table)


def delete_theirs(conn: Connection, table: sa.Table, owner: Whose, id: str) -> int:
    return conn.execute(table.delete().where(theirs(table, owner, id))).rowcount


def put_nobody(conn: Connection, table: sa.Table, owner: Whose, id: str) -> int:
    return conn.execute(table.update().where(theirs(table, owner, id)).values({owner.column: NOBODY})).rowcount


def words() -> list[tuple[sa.Table, list[sa.Column[Any]]]]:
    """Every column in which people write, but messages and what stays as it is for a case."""
    found = []
    for table in metadata.sorted_tables:
        has = holding(table)
        if has is None or table is message or any(o.fate.does == "stays" and o.fate.keeps_words for o in has.whose):
            continue
        columns = [
            table.c[name]
            for name, category in has.categories.items()
            if category is Category.WORDS and isinstance(table.c[name].type, sa.String)
        ]
        if columns:
            found.append((table, columns))
    return found


def naming(conn: Connection, table: sa.Table, columns: Sequence[sa.Column[Any]], name: str) -> list[Record]:
    """Rows that may name somebody: their keys, and these columns."""
    says = sa.or_(*(sa.func.lower(column).like(_says(name)) for column in columns))
    return list(conn.execute(sa.select(*table.primary_key.columns, *columns).where(says)))


def reword(conn: Connection, table: sa.Table, row: Record, values: dict[str, str]) -> None:
    key = sa.and_(*(column == row._mapping[column.name] for column in table.primary_key.columns))
    conn.execute(table.update().where(key).values(values))


# Copies


def add_export(conn: Connection, **values: Any) -> None:
    conn.execute(export.insert(), values)


def exports(conn: Connection, accounts: Sequence[str], now: int) -> list[Record]:
    """Those that can be had or will be, the newest first, without what is in them."""
    fields = [column for column in export.columns if column.name != "archive"]
    ready = export.c.archive.is_not(None).label("ready")
    mine = sa.and_(export.c.account_id.in_(accounts), export.c.until > now)
    return list(conn.execute(sa.select(*fields, ready).where(mine).order_by(export.c.id.desc())))


def archive(conn: Connection, account_id: str, id: str, now: int) -> bytes | None:
    mine = sa.and_(export.c.id == id, export.c.account_id == account_id, export.c.until > now)
    found: bytes | None = conn.execute(sa.select(export.c.archive).where(mine)).scalar_one_or_none()
    return found


def unmade(conn: Connection) -> list[Record]:
    fields = [export.c.id, export.c.account_id, export.c.linked]
    return list(conn.execute(sa.select(*fields).where(export.c.archive.is_(None)).order_by(export.c.id)))


def make(conn: Connection, id: str, archive: bytes) -> None:
    conn.execute(export.update().where(export.c.id == id).values(archive=archive))


def delete_export(conn: Connection, account_id: str, id: str) -> bool:
    return conn.execute(export.delete().where(export.c.id == id, export.c.account_id == account_id)).rowcount == 1


def bare_channels(conn: Connection, most: int) -> list[str]:
    """Of messages that were left for a listener, and of answers at the gate: those to which neither the message leads any more, nor somebody who is looked after."""
    bare = sa.and_(
        channel.c.kind.in_([sa.literal_column("'left'"), sa.literal_column("'gate'")]),
        ~sa.exists().where(left_message.c.channel_id == channel.c.id),
        ~sa.exists().where(concern.c.channel_id == channel.c.id),
    )
    return list(conn.execute(sa.select(channel.c.id).where(bare).limit(most)).scalars())


def delete_channels(conn: Connection, ids: list[str]) -> int:
    return conn.execute(channel.delete().where(channel.c.id.in_(ids))).rowcount


def expire_exports(conn: Connection, now: int) -> int:
    return conn.execute(export.delete().where(export.c.until <= now)).rowcount
