"""The words that no name may hold, as staff have changed them: what ships with the software, with additions and removals from a table. In memory they are
`names.words_in_force`; a change is told after its commit."""

import sqlalchemy as sa
from sqlalchemy import Connection

from cups.accounts import names
from cups.accounts.tables import account, name_word
from cups.news import NameWordChanged
from cups.store.schema import Record
from cups.wire.words import WordKind

MOST_COUNTED = 1000
MOST_LOOKED_AT = 20_000
_all = sa.select(name_word).where(name_word.c.kind == sa.bindparam("kind"))
_drop = name_word.delete().where(
    name_word.c.kind == sa.bindparam("of_kind"), name_word.c.word_key == sa.bindparam("of_key")
)
_holding = sa.select(account.c.name).where(account.c.name_key.like(sa.bindparam("pattern"))).limit(sa.bindparam("most"))


def load(conn: Connection) -> None:
    for kind in names.LISTS:
        keys = set(names.shipped_words(kind))
        for row in changed(conn, kind):
            (keys.add if row.held else keys.discard)(row.word_key)
        names.put_in_force(kind, frozenset(keys))


def heard(news: NameWordChanged) -> None:
    keys = names.words_in_force(news.kind)
    names.put_in_force(news.kind, keys | {news.key} if news.held else keys - {news.key})


def changed(conn: Connection, kind: WordKind) -> list[Record]:
    return list(conn.execute(_all, {"kind": kind}).all())


def put(conn: Connection, kind: WordKind, word: str, by: str, now: int, *, held: bool) -> None:
    """A word of staff's own that they take out again leaves nothing behind."""
    key = names.key(word)
    conn.execute(_drop, {"of_kind": kind, "of_key": key})
    if held or key in names.shipped_words(kind):
        row = {"kind": kind, "word_key": key, "word": word, "held": held, "by_id": by, "at": now}
        conn.execute(name_word.insert(), row)


def matching(conn: Connection, kind: WordKind, word: str) -> tuple[int, bool]:
    """How many names there are that it would match, and whether there are more than were counted."""
    key = names.key(word)
    pattern, most = (f"%{key}%", MOST_COUNTED + 1) if kind == "banned" else (f"{key}%", MOST_LOOKED_AT)
    looked_at = conn.execute(_holding, {"pattern": pattern, "most": most}).scalars().all()
    count = sum(names.matches(kind, name, frozenset([key])) for name in looked_at)
    return min(count, MOST_COUNTED), count > MOST_COUNTED or len(looked_at) == most
