"""Every statement of screening."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cups.screening.tables import concern, screening_count, screening_rule
from cups.store.schema import Record

# Rules

_latest = sa.select(screening_rule.c.name, sa.func.max(screening_rule.c.version).label("version")).group_by(
    screening_rule.c.name
)


def in_force(conn: Connection) -> list[Record]:
    """The newest version of every rule that staff touched."""
    newest = _latest.subquery()
    found = sa.select(screening_rule).join(
        newest, sa.and_(newest.c.name == screening_rule.c.name, newest.c.version == screening_rule.c.version)
    )
    return list(conn.execute(found.order_by(screening_rule.c.name)))


def versions(conn: Connection, name: str) -> list[Record]:
    """All versions of a rule, the newest first."""
    wanted = sa.select(screening_rule).where(screening_rule.c.name == name)
    return list(conn.execute(wanted.order_by(screening_rule.c.version.desc())))


def insert_version(conn: Connection, **values: Any) -> None:
    conn.execute(screening_rule.insert(), values)


# Counts

_count = sa.text(
    "insert into screening_count (name, day, seen, acted) values (:name, :day, :seen, :acted) "
    "on conflict (name, day) do update set seen = screening_count.seen + excluded.seen, acted = screening_count.acted + excluded.acted"
)


def add_counts(conn: Connection, day: int, counts: Sequence[tuple[str, int, int]]) -> None:
    conn.execute(_count, [{"name": name, "day": day, "seen": seen, "acted": acted} for name, seen, acted in counts])


def counts(conn: Connection, since: int) -> dict[str, tuple[int, int]]:
    """Hits and acts per rule, from that day on."""
    found = sa.select(screening_count.c.name, sa.func.sum(screening_count.c.seen), sa.func.sum(screening_count.c.acted))
    rows = conn.execute(found.where(screening_count.c.day >= since).group_by(screening_count.c.name))
    return {name: (int(seen), int(acted)) for name, seen, acted in rows}


def forget_counts(conn: Connection, before: int) -> None:
    conn.execute(screening_count.delete().where(screening_count.c.day < before))


# Concerns


def open_concern(conn: Connection, channel: str, person: str, since: int) -> Record | None:
    """One that still waits for somebody, or is looked after, and is not old."""
    wanted = sa.select(concern).where(
        concern.c.person_id == person,
        concern.c.channel_id == channel,
        concern.c.state != "closed",
        concern.c.last_at >= since,
    )
    return conn.execute(wanted.order_by(concern.c.id.desc()).limit(1)).one_or_none()


def open_by_rule(conn: Connection, person: str, rule: str, since: int) -> Record | None:
    """As `open_concern`, in whichever place, for what this rule found."""
    wanted = sa.select(concern).where(
        concern.c.person_id == person, concern.c.rule == rule, concern.c.state != "closed", concern.c.last_at >= since
    )
    return conn.execute(wanted.order_by(concern.c.id.desc()).limit(1)).one_or_none()


def insert_concern(conn: Connection, **values: Any) -> None:
    conn.execute(concern.insert(), values)


def change_concern(conn: Connection, id: str, *conditions: sa.ColumnElement[bool], **values: Any) -> bool:
    return conn.execute(concern.update().where(concern.c.id == id, *conditions).values(**values)).rowcount == 1


def concerns(conn: Connection, state: str, after: str, limit: int) -> list[Record]:
    """Those in one state; the urgent ones first, then the longest waiting. `after`: the last one had already."""
    wanted = sa.select(concern).where(concern.c.state == state)
    last = concern_by_id(conn, after) if after else None
    if last is not None:
        later = sa.and_(concern.c.contact == last.contact, concern.c.id > last.id)
        wanted = wanted.where(sa.or_(later, concern.c.contact.is_(False)) if last.contact else later)
    return list(conn.execute(wanted.order_by(concern.c.contact.desc(), concern.c.id).limit(limit)))


def unheard(conn: Connection, before: int, most: int) -> list[Record]:
    """Concerns that nobody took, and for which staff were last called at or before this moment."""
    wanted = sa.select(concern).where(concern.c.state == "open", concern.c.called_at <= before)
    return list(conn.execute(wanted.order_by(concern.c.id).limit(most)))


_untaken = (
    sa.select(concern.c.contact, sa.func.count(), sa.func.min(concern.c.at))
    .where(concern.c.state == "open")
    .group_by(concern.c.contact)
)


def untaken(conn: Connection) -> dict[bool, tuple[int, int]]:
    """Concerns that nobody took, by whether contact details came with them: how many, and when the oldest was raised."""
    return {bool(urgent): (int(count), int(oldest)) for urgent, count, oldest in conn.execute(_untaken)}


def concern_by_id(conn: Connection, id: str) -> Record | None:
    return conn.execute(sa.select(concern).where(concern.c.id == id)).one_or_none()


def worried_about(conn: Connection, people: list[str]) -> bool:
    """Whether a concern about the own danger of one of these accounts waits for somebody, or is looked after: in whichever place."""
    theirs = concern.c.person_id.in_(people)
    wanted = sa.select(concern.c.id).where(theirs, concern.c.kind == "crisis-own", concern.c.state != "closed")
    return conn.execute(wanted.limit(1)).first() is not None


def waiting_concerns(conn: Connection) -> int:
    return int(conn.execute(sa.select(sa.func.count()).where(concern.c.state == "open")).scalar_one())
