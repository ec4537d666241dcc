"""Every statement about channels and messages. Sequence numbers are given here, inside the caller's transaction."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cups.accounts import queries as accounts
from cups.accounts.tables import account
from cups.errors import Refused
from cups.ids import new_id
from cups.messages.tables import channel, message, pin
from cups.reach import NOBODY, heard
from cups.store.schema import Record
from cups.wire.chats import History, Message
from cups.wire.rooms import Pin

_said = (
    sa.select(sa.func.coalesce(sa.func.max(message.c.seq), 0))
    .where(message.c.channel_id == channel.c.id)
    .correlate(channel)
    .scalar_subquery()
)
_tail = sa.case((channel.c.seq > _said, channel.c.seq), else_=_said)
_channel = sa.select(channel.c.id, channel.c.kind, channel.c.epoch, channel.c.pruned, _tail.label("seq")).where(
    channel.c.id == sa.bindparam("id")
)
_next = channel.update().where(channel.c.id == sa.bindparam("channel")).values(seq=_tail + 1).returning(channel.c.seq)
_one = sa.select(message).where(message.c.channel_id == sa.bindparam("channel"), message.c.seq == sa.bindparam("seq"))
_last = (
    sa.select(message)
    .where(message.c.channel_id == sa.bindparam("channel"), message.c.seq < sa.bindparam("before"))
    .order_by(message.c.seq.desc())
    .limit(sa.bindparam("limit"))
)
_insert_channel = channel.insert()
_raise_account = sa.text(
    "insert into standing (id, version) select a.id, 1 from account a where a.id = :id or a.persona_of = :id "
    "or a.id = (select b.persona_of from account b where b.id = :id) "
    "on conflict (id) do update set version = standing.version + 1 returning id, version"
)
_raise_channel = sa.text(
    "insert into standing (id, version) values (:id, 1) on conflict (id) do update set version = standing.version + 1 "
    "returning id, version"
)


def create_channel(conn: Connection, kind: str, now: int) -> str:
    id = new_id(now)
    conn.execute(_insert_channel, {"id": id, "kind": kind, "epoch": new_id(now)})
    return id


def find_channel(conn: Connection, id: str) -> Record | None:
    """The channel; `seq` is the number of its last event."""
    return conn.execute(_channel, {"id": id}).one_or_none()


def next_seq(conn: Connection, channel_id: str) -> int:
    """The next number for a change: without a gap, since one writer commits or undoes it with the change itself."""
    return int(conn.execute(_next, {"channel": channel_id}).scalar_one())


def any_by(conn: Connection, channel_id: str, author: str) -> bool:
    found = sa.select(message.c.seq).where(message.c.channel_id == channel_id, message.c.author_id == author).limit(1)
    return conn.execute(found).first() is not None


def one(conn: Connection, channel_id: str, seq: int) -> Record | None:
    return conn.execute(_one, {"channel": channel_id, "seq": seq}).one_or_none()


_of_person = sa.and_(
    message.c.channel_id == sa.bindparam("channel"),
    message.c.author_id.in_(
        sa.select(account.c.id).where(
            sa.or_(account.c.id == sa.bindparam("person"), account.c.persona_of == sa.bindparam("person"))
        )
    ),
)
_last_said = sa.select(message.c.at).where(_of_person).order_by(message.c.seq.desc()).limit(1)
_last_edited = sa.select(sa.func.max(message.c.edited_at)).where(_of_person)


def last_said(conn: Connection, channel_id: str, person: str) -> int:
    """When this person, under either of their accounts, last said something here that is still kept; 0: never."""
    return int(conn.execute(_last_said, {"channel": channel_id, "person": person}).scalar() or 0)


def last_edited(conn: Connection, channel_id: str, person: str) -> int:
    """When this person, under either of their accounts, last changed a message here that is still kept; 0: never."""
    return int(conn.execute(_last_edited, {"channel": channel_id, "person": person}).scalar() or 0)


def last_of(conn: Connection, channel_id: str, people: list[str], since: int, most: int) -> list[Record]:
    """Numbers and words of the last messages by these accounts, the newest first."""
    theirs = sa.and_(message.c.channel_id == channel_id, message.c.author_id.in_(people), message.c.at >= since)
    found = sa.select(message.c.seq, message.c.text).where(theirs).order_by(message.c.seq.desc()).limit(most)
    return list(conn.execute(found))


def raise_account(conn: Connection, id: str) -> dict[str, int]:
    """Raises the version of an account and of the same person's other one; their new versions."""
    return {row.id: row.version for row in conn.execute(_raise_account, {"id": id})}


def raise_channel(conn: Connection, id: str) -> dict[str, int]:
    return {row.id: row.version for row in conn.execute(_raise_channel, {"id": id})}


def change(conn: Connection, channel_id: str, seq: int, **values: Any) -> None:
    conn.execute(message.update().where(message.c.channel_id == channel_id, message.c.seq == seq), values)


def last(conn: Connection, channel_id: str, *, before: int, limit: int) -> list[Record]:
    """The `limit` messages before a number, oldest first."""
    return list(conn.execute(_last, {"channel": channel_id, "before": before, "limit": limit}))[::-1]


def first_seq(conn: Connection, channel_id: str) -> int | None:
    """The number of the oldest message that is still there, but for those that are there because they are pinned."""
    found: int | None = conn.execute(
        sa.select(sa.func.min(message.c.seq)).where(message.c.channel_id == channel_id, _unpinned)
    ).scalar_one()
    return found


# Pins

_is_pinned = sa.exists().where(pin.c.channel_id == message.c.channel_id, pin.c.seq == message.c.seq)
_unpinned = ~_is_pinned
_pins = (
    sa.select(message, pin.c.at.label("pinned_at"))
    .join(pin, sa.and_(pin.c.channel_id == message.c.channel_id, pin.c.seq == message.c.seq))
    .where(message.c.channel_id == sa.bindparam("channel"))
    .order_by(pin.c.at, pin.c.seq)
)


def pins(conn: Connection, channel_id: str) -> list[Pin]:
    """In the order of their pinning."""
    return [pin for _, pin in authored_pins(conn, channel_id)]


def authored_pins(conn: Connection, channel_id: str) -> list[tuple[str, Pin]]:
    """The same, each with the account that wrote the message."""
    rows = list(conn.execute(_pins, {"channel": channel_id}))
    told = zip(to_wire(conn, rows), rows, strict=True)
    return [(row.author_id, Pin(message=one, at=row.pinned_at)) for one, row in told]


def add_pin(conn: Connection, channel_id: str, seq: int, by: str, now: int) -> None:
    conn.execute(pin.insert(), {"channel_id": channel_id, "seq": seq, "by_id": by, "at": now})


def remove_pin(conn: Connection, channel_id: str, seq: int) -> bool:
    """False if it was not pinned."""
    return conn.execute(pin.delete().where(pin.c.channel_id == channel_id, pin.c.seq == seq)).rowcount > 0


def lost_pins(conn: Connection, channel_id: str) -> list[int]:
    """Pins whose message is not kept any more."""
    gone = ~sa.exists().where(message.c.channel_id == pin.c.channel_id, message.c.seq == pin.c.seq)
    return list(conn.execute(sa.select(pin.c.seq).where(pin.c.channel_id == channel_id, gone)).scalars())


def highest_rev(conn: Connection, channel_id: str, *, before: int) -> int:
    """The number of the last event that touched any message before a place."""
    found = sa.select(sa.func.max(message.c.rev)).where(message.c.channel_id == channel_id, message.c.seq < before)
    return int(conn.execute(found).scalar_one() or 0)


def to_wire(conn: Connection, rows: Sequence[Record]) -> list[Message]:
    people = accounts.people(conn, [row.author_id for row in rows])
    return [
        Message(
            seq=row.seq,
            rev=row.rev,
            author=people[row.author_id],
            text=row.text,
            at=row.at,
            edited_at=row.edited_at,
            removed=row.removed,
            reply_to=row.reply_to,
        )
        for row in rows
    ]


def said_at(row: Record | Message) -> int:
    """When somebody last said something by this message. Taking it away says nothing."""
    edited: int | None = row.edited_at
    return int(row.at if edited is None or row.removed is not None else edited)


def page(conn: Connection, channel_id: str, before: int, limit: int, kept_from: Mapping[str, int] = NOBODY) -> History:
    """A page of messages before a number; the caller has decided that the person may read it, and what is kept from them (`reach.withheld`)."""
    row = find_channel(conn, channel_id)
    if row is None:
        raise Refused("not-found")
    rows: list[Record] = []
    while True:
        more = last(conn, channel_id, before=before, limit=limit + 1)
        rows = [one for one in more if heard(one.author_id, said_at(one), kept_from)] + rows
        if len(rows) > limit or len(more) <= limit:
            break
        before = more[0].seq
    return History(epoch=row.epoch, seq=row.seq, messages=to_wire(conn, rows[-limit:]), more=len(rows) > limit)


def expire(conn: Connection, channel_id: str, *, keep: int, older_than: int) -> int:
    """Deletes all but the last `keep` messages and those that are pinned, and whatever is older than a moment; how many. Their numbers are
    not given again."""
    floor = conn.execute(
        sa.select(message.c.seq)
        .where(message.c.channel_id == channel_id)
        .order_by(message.c.seq.desc())
        .offset(keep)
        .limit(1)
    ).scalar_one_or_none()
    many = sa.and_(message.c.seq <= (floor if floor is not None else -1), _unpinned)
    old = sa.or_(message.c.at < older_than, many)
    where = sa.and_(message.c.channel_id == channel_id, old)
    top = conn.execute(sa.select(sa.func.max(message.c.rev)).where(where)).scalar_one_or_none()
    if top is None:
        return 0
    # With the last message its number would go, and be given again.
    conn.execute(channel.update().where(channel.c.id == channel_id).values(seq=_tail))
    gone = conn.execute(message.delete().where(where)).rowcount
    conn.execute(channel.update().where(channel.c.id == channel_id, channel.c.pruned < top).values(pruned=top))
    return gone


def channels_to_expire(conn: Connection, kind: str, *, keep: int, older_than: int) -> list[str]:
    """Channels of a kind that hold more than `keep` messages or any older than a moment."""
    counted = (
        sa.select(message.c.channel_id)
        .join(channel, channel.c.id == message.c.channel_id)
        .where(channel.c.kind == kind)
        .group_by(message.c.channel_id)
        .having(sa.or_(sa.func.count() > keep, sa.func.min(message.c.at) < older_than))
    )
    return list(conn.execute(counted).scalars())


_lately = (
    sa.select(message.c.author_id, message.c.ref, message.c.text, message.c.at, message.c.removed)
    .where(message.c.channel_id == sa.bindparam("channel"), message.c.at >= sa.bindparam("since"))
    .order_by(message.c.seq.desc())
    .limit(sa.bindparam("most"))
)


def lately(conn: Connection, channel: str, since: int, most: int) -> list[Record]:
    """The last messages of a channel, the oldest first."""
    return list(conn.execute(_lately, {"channel": channel, "since": since, "most": most}))[::-1]
