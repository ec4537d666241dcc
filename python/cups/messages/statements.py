"""The few statements that run for every message, for a whole batch at once, in the driver's own words; all others are in `queries.py`.

Every step of a statement lets go of the interpreter's lock, and while the loop is busy getting it back takes long. So each of these
statements is one step however many items it is for: what it finds comes as one text, which ids and refs allow (no space, no comma in them).
Lists of parameters are filled up to a power of two, so that few texts have to be prepared. What the two databases spell differently
is in `Spelling`.
"""

from collections.abc import Sequence
from functools import cache
from sqlite3 import Connection as Sqlite
from typing import Any, NamedTuple

Sent = tuple[str, str, str]
"""Channel, author, ref."""
New = tuple[str, int, int, str, str, str, int, int | None]
"""Channel, seq, rev, author, ref, text, at, reply_to."""
COLUMNS = 8


class Spelling(NamedTuple):
    mark: str
    gathered: str
    """Many texts as one, with commas between them."""
    in_turn: str
    """A join that looks up what stands on its left, one after the other: left to itself SQLite may begin with the table."""

    def marks(self, count: int) -> str:
        return ", ".join([self.mark] * count)


SQLITE = Spelling("?", "group_concat({})", "cross join")
POSTGRES = Spelling("%s", "string_agg({}, ',')", "join")


def _spelling(driver: Any) -> Spelling:
    return SQLITE if isinstance(driver, Sqlite) else POSTGRES


@cache
def _known(spelling: Spelling, count: int) -> str:
    wanted = ", ".join([f"({spelling.marks(3)})"] * count)
    found = spelling.gathered.format("m.channel_id || ' ' || m.author_id || ' ' || m.ref || ' ' || m.seq")
    return (
        f"with wanted (channel_id, author_id, ref) as (values {wanted}) select {found} from wanted w "
        f"{spelling.in_turn} message m on m.channel_id = w.channel_id and m.author_id = w.author_id and m.ref = w.ref "
        "and m.settled = 1"
    )


@cache
def _versions(spelling: Spelling, count: int) -> str:
    found = spelling.gathered.format("id || ' ' || version")
    return f"select {found} from standing where id in ({spelling.marks(count)})"


@cache
def _tails(spelling: Spelling, count: int) -> str:
    said = "coalesce((select max(m.seq) from message m where m.channel_id = channel.id), 0)"
    found = spelling.gathered.format(f"id || ' ' || seq || ' ' || {said}")
    return f"select {found} from channel where id in ({spelling.marks(count)})"


@cache
def _insert(spelling: Spelling, count: int) -> str:
    rows = ", ".join([f"({spelling.marks(COLUMNS)})"] * count)
    return f"insert into message (channel_id, seq, rev, author_id, ref, text, at, reply_to) values {rows}"


def _power(count: int) -> int:
    return 1 << (count - 1).bit_length()


def _words(driver: Any, text: str, parameters: Sequence[Any]) -> list[list[str]]:
    (found,) = driver.execute(text, parameters).fetchone()
    return [part.split(" ") for part in found.split(",")] if found else []


def known(driver: Any, sent: Sequence[str]) -> dict[Sent, int]:
    """The numbers of those that are stored already, and settled. `sent`: what is in a `Sent`, one behind the other."""
    missing = len(sent) // 3
    count = _power(missing)
    flat = [*sent, *list(sent[-3:]) * (count - missing)]
    return {(c, a, r): int(seq) for c, a, r, seq in _words(driver, _known(_spelling(driver), count), flat)}


def versions(driver: Any, ids: Sequence[str]) -> dict[str, int]:
    """How often the rights of these accounts and channels may have changed; those that are missing: never."""
    count = _power(len(ids))
    found = _words(driver, _versions(_spelling(driver), count), [*ids, *[ids[-1]] * (count - len(ids))])
    return {id: int(version) for id, version in found}


def tails(driver: Any, channels: Sequence[str]) -> dict[str, int]:
    """The number of the last event of each of these channels; one that does not exist is missing."""
    count = _power(len(channels))
    found = _words(driver, _tails(_spelling(driver), count), [*channels, *[channels[-1]] * (count - len(channels))])
    return {id: max(int(changed), int(said)) for id, changed, said in found}


def insert(driver: Any, rows: Sequence[Any]) -> None:
    """`rows`: what is in a `New`, one behind the other."""
    spelling, start, left = _spelling(driver), 0, len(rows) // COLUMNS
    while left:
        count = 1 << (left.bit_length() - 1)
        driver.execute(_insert(spelling, count), rows[start : start + count * COLUMNS])
        start, left = start + count * COLUMNS, left - count


def unsettled(driver: Any) -> tuple[list[tuple[str, str, str, int]], int]:
    """Those that the index of refs has not taken yet, with their numbers, and the id after which they begin. They are the last of all."""
    last = driver.execute("select id from message where settled = 1 order by id desc limit 1").fetchone()
    after = last[0] if last else 0
    waiting = "select channel_id, author_id, ref, seq from message where id > "
    rows = driver.execute(waiting + _spelling(driver).mark, (after,)).fetchall()
    return [tuple(row) for row in rows], after


def last(driver: Any) -> int:
    """The id of the newest message; 0 without one."""
    (last,) = driver.execute("select max(id) from message").fetchone()
    return last or 0


def since(driver: Any, id: int) -> list[tuple[int, str, str, str, int]]:
    """Id, channel, author, ref and number of each message after this id, the newest last."""
    mark = _spelling(driver).mark
    text = f"select id, channel_id, author_id, ref, seq from message where id > {mark} order by id"
    return [tuple(row) for row in driver.execute(text, (id,)).fetchall()]


def settle(driver: Any, after: int) -> int:
    """Has the index of refs take all messages after this id; the id after which the next will begin."""
    driver.execute(f"update message set settled = 1 where id > {_spelling(driver).mark} and settled = 0", (after,))
    (last,) = driver.execute("select max(id) from message").fetchone()
    return last or 0
