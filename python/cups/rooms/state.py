"""How a room is now: slow, closed. Changing it tells everybody in it, and every message after the change is asked again whether it may be said."""

from typing import Any

from cups.news import RoomChanged
from cups.rooms import queries
from cups.store.database import Unit
from cups.store.schema import Record
from cups.wire.rooms import Closure, RoomNow


def now_of(row: Record, now: int) -> RoomNow:
    """A closure that ends at `t` closes nothing any more at `t`."""
    closed = row.closed_at is not None and (row.closed_until is None or now < row.closed_until)
    closure = Closure(since=row.closed_at, until=row.closed_until, words=row.closed_words) if closed else None
    return RoomNow(slow_s=row.slow_s, closed=closure)


def slow(unit: Unit, room_id: str, seconds: int, now: int) -> RoomNow:
    return _change(unit, room_id, now, slow_s=seconds)


def close(unit: Unit, room_id: str, until: int | None, words: str, now: int) -> RoomNow:
    return _change(unit, room_id, now, closed_at=now, closed_until=until, closed_words=words)


def open_again(unit: Unit, room_id: str, now: int) -> RoomNow:
    return _change(unit, room_id, now, closed_at=None, closed_until=None, closed_words="")


def _change(unit: Unit, room_id: str, now: int, **values: Any) -> RoomNow:
    queries.update(unit.conn, room_id, **values)
    row = queries.by_id(unit.conn, room_id)
    assert row is not None
    state = now_of(row, now)
    unit.announce(RoomChanged(channel=room_id, now=state))
    return state
