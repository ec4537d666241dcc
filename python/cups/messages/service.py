"""Saying, changing and taking back: what happens inside the writer's transaction, for chats and rooms alike.

The caller has decided that the person may; these functions keep the promises: once per ref, numbers without a gap, the news after the commit.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from cups.errors import Refused
from cups.messages import queries, recent, saying
from cups.news import MessageChanged, MessagePinned, MessagesExpired, MessageUnpinned, Origin
from cups.screening.door import Screen
from cups.store.database import Unit
from cups.store.schema import Record
from cups.wire.chats import Message

_FREE: dict[str, saying.Check] = {"free": lambda _conn, _author, _channel, _now: saying.Entitled()}


def say(
    unit: Unit,
    channel_id: str,
    author: str,
    ref: str,
    text: str,
    now: int,
    *,
    reply_to: int | None = None,
    origin: Origin | None = None,
) -> tuple[Message, bool]:
    """Stores one message and gives it its number, without asking whether the author may. The same ref again gives the same message, and True: it was there."""
    said = saying.Saying("free", channel_id, author, ref, text, reply_to, now, origin)
    (result,) = saying.store(unit, [said], _FREE, None)
    if isinstance(result, Refused):
        raise result
    return result.message, result.known


def wrote(conn: Connection, channel_id: str, author: str) -> bool:
    """Whether this person has a message in what is kept of the channel."""
    return queries.any_by(conn, channel_id, author)


def edit(
    unit: Unit,
    channel_id: str,
    seq: int,
    author: str,
    text: str,
    now: int,
    *,
    within_ms: int,
    origin: Origin | None = None,
    screen: Screen | None = None,
) -> int:
    """Changes one's own words; the number of the change. Refused: not-found, not-yours, too-late-to-change, and what screening holds back."""
    row = _own(unit.conn, channel_id, seq, author, now, within_ms)
    judged = None if screen is None else screen.message(unit, channel_id, author, row.ref, text, now, changed=True)
    shown = text if judged is None else judged.text
    number = _changed(unit, channel_id, seq, origin, text=shown, edited_at=now)
    if screen is not None and judged is not None:
        screen.said(unit, channel_id, author, row.ref, text, seq, judged, now, changed=True)
    return number


def take_back(
    unit: Unit, channel_id: str, seq: int, author: str, now: int, *, within_ms: int, origin: Origin | None = None
) -> int:
    """Removes one's own words for good; the number of the change."""
    _own(unit.conn, channel_id, seq, author, now, within_ms)
    return _changed(unit, channel_id, seq, origin, text="", removed="author")


def remove(unit: Unit, channel_id: str, seq: int) -> str | None:
    """A moderator's removal. The words as they were, for the case; None if they were gone already."""
    row = queries.one(unit.conn, channel_id, seq)
    if row is None:
        raise Refused("not-found")
    if row.removed is not None:
        return None
    _changed(unit, channel_id, seq, None, text="", removed="moderator")
    text: str = row.text
    return text


def restore(unit: Unit, channel_id: str, seq: int, text: str) -> bool:
    """Puts back what a moderator removed, when that decision is overturned; False if retention took it meanwhile, or its author did."""
    row = queries.one(unit.conn, channel_id, seq)
    if row is None or row.removed != "moderator":
        return False
    _changed(unit, channel_id, seq, None, text=text, removed=None)
    return True


def disown(unit: Unit, id: int, channel_id: str, seq: int, nobody: str, *, goes: bool) -> None:
    """Puts nobody in the place of whoever wrote this, and takes the words away where it `goes`. Its ref was the author's, too."""
    row = queries.one(unit.conn, channel_id, seq)
    if row is None or row.id != id:
        return  # retention took it meanwhile
    words = {"text": "", "removed": row.removed or "author"} if goes else {}
    _changed(unit, channel_id, seq, None, author_id=nobody, ref=f"gone-{id}", **words)
    recent.forget(unit)


def reword(unit: Unit, channel_id: str, seq: int, change: Callable[[str], str]) -> None:
    """Changes what a message says without its author: the name of somebody who was erased is not in it any more."""
    row = queries.one(unit.conn, channel_id, seq)
    if row is not None and (text := change(row.text)) != row.text:
        _changed(unit, channel_id, seq, None, text=text)


def author_of(conn: Connection, channel_id: str, seq: int) -> tuple[str, str] | None:
    """Who wrote a message, and what it says now (empty once removed); None for one that is not kept."""
    row = queries.one(conn, channel_id, seq)
    return None if row is None else (row.author_id, row.text)


def last_of(conn: Connection, channel_id: str, people: list[str], since: int, most: int) -> list[tuple[int, str]]:
    """The last messages of these accounts, number and words (empty once removed), the newest first: no more than `most`, none from before `since`."""
    return [(row.seq, row.text) for row in queries.last_of(conn, channel_id, people, since, most)]


def _own(conn: Connection, channel_id: str, seq: int, author: str, now: int, within_ms: int) -> Record:
    row = queries.one(conn, channel_id, seq)
    if row is None or row.removed is not None:
        raise Refused("not-found")
    if row.author_id != author:
        raise Refused("not-yours")
    if now - row.at > within_ms:
        raise Refused("too-late-to-change")
    return row


def _changed(unit: Unit, channel_id: str, seq: int, origin: Origin | None, **values: Any) -> int:
    number = queries.next_seq(unit.conn, channel_id)
    recent.changed(unit, channel_id, number)
    queries.change(unit.conn, channel_id, seq, rev=number, **values)
    row = queries.one(unit.conn, channel_id, seq)
    assert row is not None
    unit.announce(
        MessageChanged(
            channel=channel_id,
            seq=number,
            author=row.author_id,
            message=queries.to_wire(unit.conn, [row])[0],
            origin=origin,
        )
    )
    if row.removed is not None:
        unpin(unit, channel_id, seq)
    return number


def pin(unit: Unit, channel_id: str, seq: int, by: str, now: int, *, most: int) -> bool:
    """Puts a message at the top of its channel; False if it was there already. Refused: not-found (or removed), too-many-pins."""
    row = queries.one(unit.conn, channel_id, seq)
    if row is None or row.removed is not None:
        raise Refused("not-found")
    before = queries.pins(unit.conn, channel_id)
    if any(one.message.seq == seq for one in before):
        return False
    if len(before) >= most:
        raise Refused("too-many-pins")
    queries.add_pin(unit.conn, channel_id, seq, by, now)
    (pinned,) = (one for one in queries.pins(unit.conn, channel_id) if one.message.seq == seq)
    unit.announce(MessagePinned(channel=channel_id, author=row.author_id, pin=pinned))
    return True


def unpin(unit: Unit, channel_id: str, seq: int) -> bool:
    """False if it was not pinned."""
    if not queries.remove_pin(unit.conn, channel_id, seq):
        return False
    unit.announce(MessageUnpinned(channel=channel_id, seq=seq))
    return True


def expire(unit: Unit, kind: str, *, keep: int, older_than: int) -> int:
    """Retention: how many messages went, over all channels of a kind."""
    gone = 0
    for channel_id in queries.channels_to_expire(unit.conn, kind, keep=keep, older_than=older_than):
        went = queries.expire(unit.conn, channel_id, keep=keep, older_than=older_than)
        if not went:
            continue  # what is more than is kept is pinned
        gone += went
        for seq in queries.lost_pins(unit.conn, channel_id):
            unpin(unit, channel_id, seq)
        row = queries.find_channel(unit.conn, channel_id)
        assert row is not None
        before = queries.first_seq(unit.conn, channel_id) or row.seq + 1
        unit.announce(MessagesExpired(channel=channel_id, before=before, pruned=row.pruned))
    if gone:
        recent.forget(unit)
    return gone
