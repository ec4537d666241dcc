"""The few statements that run for every message, for a whole batch at once, in the driver's own words; all others are in `queries.py`.

Every step of a statement lets go of the interpreter's lock, and while the loop is busy getting it back takes long. So each of these
statements is one step however many items it is for: what it finds comes as one text, which ids and refs allow (no space, no comma in them).
Lists of parameters are filled up to a power of two, so that few texts have to be prepared.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

Sent = tuple[str, str, str]
"""Channel, author, ref."""
New = tuple[str, int, int, str, str, str, int, int | None]
"""Channel, seq, rev, author, ref, text, at, reply_to."""


@cache
def _known(count: int) -> str:
    wanted = ", ".join(["(?, ?, ?)"] * count)
    return (
        f"with wanted (channel_id, author_id, ref) as (values {wanted}) "
        "select group_concat(m.channel_id || ' ' || m.author_id || ' ' || m.ref || ' ' || m.seq) from wanted w "
        "cross join message m on m.channel_id = w.channel_id and m.author_id = w.author_id and m.ref = w.ref "
        "and m.settled = 1"
    )


@cache
def _versions(count: int) -> str:
    return f"select group_concat(id || ' ' || version) from standing where id in ({', '.join('?' * count)})"


@cache
def _tails(count: int) -> str:
    return (
        "select group_concat(id || ' ' || seq || ' ' || "
        "coalesce((select max(m.seq) from message m where m.channel_id = channel.id), 0)) "
        f"from channel where id in ({', '.join('?' * count)})"
    )


@cache
def _insert(count: int) -> str:
    rows = ", ".join(["(?, ?, ?, ?, ?, ?, ?, ?)"] * count)
    return f"insert into message (channel_id, seq, rev, author_id, ref, text, at, reply_to) values {rows}"


def _power(count: int) -> int:
    return 1 << (count - 1).bit_length()


def _words(driver: Any, text: str, parameters: Sequence[Any]) -> list[list[str]]:
    (found,) = driver.execute(text, parameters).fetchone()
    return [part.split(" ") for part in found.split(",")] if found else []


def known(driver: Any, sent: Sequence[Sent]) -> dict[Sent, int]:
    """The numbers of those that are stored already, and settled."""
    count = _power(len(sent))
    flat = [value for one in sent for value in one]
    flat += sent[-1] * (count - len(sent))
    return {(c, a, r): int(seq) for c, a, r, seq in _words(driver, _known(count), flat)}


def versions(driver: Any, ids: Sequence[str]) -> dict[str, int]:
    """How often the rights of these accounts and channels may have changed; those that are missing: never."""
    count = _power(len(ids))
    found = _words(driver, _versions(count), [*ids, *[ids[-1]] * (count - len(ids))])
    return {id: int(version) for id, version in found}


def tails(driver: Any, channels: Sequence[str]) -> dict[str, int]:
    """The number of the last event of each of these channels; one that does not exist is missing."""
    count = _power(len(channels))
    found = _words(driver, _tails(count), [*channels, *[channels[-1]] * (count - len(channels))])
    return {id: max(int(changed), int(said)) for id, changed, said in found}


def insert(driver: Any, rows: Sequence[New]) -> None:
    start, left = 0, len(rows)
    while left:
        count = 1 << (left.bit_length() - 1)
        driver.execute(_insert(count), [value for row in rows[start : start + count] for value in row])
        start, left = start + count, left - count


def unsettled(driver: Any) -> tuple[dict[Sent, int], int]:
    """Those that the index of refs has not taken yet, with their numbers, and the id after which they begin. They are the last of all."""
    found: dict[Sent, int] = {}
    rows = driver.execute("select id, channel_id, author_id, ref, seq, settled from message order by id desc")
    for id, channel, author, ref, seq, settled in rows:
        if settled:
            rows.close()
            return found, id
        found[channel, author, ref] = seq
    return found, 0


def settle(driver: Any, after: int) -> int:
    """Has the index of refs take all messages after this id; the id after which the next will begin."""
    driver.execute("update message set settled = 1 where id > ? and settled = 0", (after,))
    (last,) = driver.execute("select max(id) from message").fetchone()
    return last or 0
