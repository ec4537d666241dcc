"""Every statement about warnings, removals and what people contest."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cups.accounts.tables import sanction
from cups.moderation.tables import contest, evidence, removal, warning
from cups.rooms.tables import room
from cups.store.schema import Record
from cups.wire.rooms import Warning

_ROOM = sa.select(warning, room.c.title.label("room_title")).join(room, room.c.id == warning.c.room_id)
_REMOVED = sa.select(removal, room.c.title.label("room_title")).join(room, room.c.id == removal.c.channel_id)
DAY = 86_400_000
_being_decided = sa.select(contest.c.decision_id).where(contest.c.state == "open")


# Warnings


def by_ref(conn: Connection, moderator: str, ref: str) -> Record | None:
    return conn.execute(_ROOM.where(warning.c.moderator_id == moderator, warning.c.ref == ref)).one_or_none()


def insert(conn: Connection, **values: Any) -> None:
    conn.execute(warning.insert(), values)


def by_id(conn: Connection, id: str) -> Record | None:
    return conn.execute(_ROOM.where(warning.c.id == id)).one_or_none()


def of_people(conn: Connection, people: list[str], *, limit: int = 50) -> list[Record]:
    """The counted ones, newest first: an uncounted warning was heard already, as part of its incident."""
    found = _ROOM.where(warning.c.person_id.in_(people), warning.c.counted.is_(True))
    return list(conn.execute(found.order_by(warning.c.at.desc(), warning.c.id.desc()).limit(limit)))


def unseen_of(conn: Connection, people: list[str]) -> list[Record]:
    found = _ROOM.where(
        warning.c.person_id.in_(people),
        warning.c.counted.is_(True),
        warning.c.seen_at.is_(None),
        warning.c.overturned_at.is_(None),
    )
    return list(conn.execute(found.order_by(warning.c.at, warning.c.id)))


def see(conn: Connection, ids: list[str], people: list[str], now: int) -> int:
    """Marks warnings of these people as seen; how many had not been."""
    unseen = warning.update().where(warning.c.id.in_(ids), warning.c.person_id.in_(people), warning.c.seen_at.is_(None))
    return conn.execute(unseen.values(seen_at=now)).rowcount


def since(conn: Connection, people: list[str], moment: int) -> list[Record]:
    """Everything the ladder has to remember of one person, oldest first, overturned ones included."""
    found = sa.select(warning).where(warning.c.person_id.in_(people), warning.c.at >= moment)
    return list(conn.execute(found.order_by(warning.c.at, warning.c.id)))


def in_room(conn: Connection, room_id: str, moment: int, *, but: list[str], limit: int) -> list[Record]:
    """What moderators gave in a room since then, newest first, to anybody but these accounts."""
    found = sa.select(warning).where(
        warning.c.room_id == room_id, warning.c.at >= moment, warning.c.person_id.not_in(but)
    )
    return list(conn.execute(found.order_by(warning.c.at.desc(), warning.c.id.desc()).limit(limit)))


def change(conn: Connection, id: str, **values: Any) -> None:
    conn.execute(warning.update().where(warning.c.id == id).values(**values))


# What was removed


def keep_removed(conn: Connection, **values: Any) -> None:
    conn.execute(removal.insert(), values)


def removed(conn: Connection, channel_id: str, seq: int) -> Record | None:
    found = sa.select(removal).where(removal.c.channel_id == channel_id, removal.c.seq == seq)
    return conn.execute(found).one_or_none()


def removal_by_id(conn: Connection, id: str) -> Record | None:
    return conn.execute(_REMOVED.where(removal.c.id == id)).one_or_none()


def removals_of(conn: Connection, people: list[str], *, limit: int = 50) -> list[Record]:
    found = _REMOVED.where(removal.c.person_id.in_(people)).order_by(removal.c.at.desc(), removal.c.id.desc())
    return list(conn.execute(found.limit(limit)))


def overturn_removal(conn: Connection, id: str, now: int) -> None:
    conn.execute(removal.update().where(removal.c.id == id).values(overturned_at=now))


def forget_removed(conn: Connection, before: int) -> int:
    """Deletes the words of removals that cannot be contested any more and are not being decided about; how many."""
    old = sa.and_(
        removal.c.at < before,
        removal.c.text != "",
        sa.or_(removal.c.id.is_(None), removal.c.id.not_in(_being_decided)),
    )
    return conn.execute(removal.update().where(old).values(text="")).rowcount


# What decisions rest on


def keep_evidence(conn: Connection, decision_id: str, text: str, now: int) -> None:
    """Where there is any: a decision about no message, or of one of which nothing was kept, rests on its reason alone."""
    if text:
        conn.execute(evidence.insert(), {"decision_id": decision_id, "text": text, "at": now})


def evidence_of(conn: Connection, decisions: list[str]) -> dict[str, str]:
    """By the id of the decision, as far as it is kept."""
    found = sa.select(evidence).where(evidence.c.decision_id.in_(decisions))
    return {row.decision_id: row.text for row in conn.execute(found)}


def forget_evidence(conn: Connection, before: int) -> int:
    """Deletes what rests under decisions that cannot be contested any more and are not being decided about; how many."""
    old = sa.and_(evidence.c.at < before, evidence.c.decision_id.not_in(_being_decided))
    return conn.execute(evidence.delete().where(old)).rowcount


# Bans


def bans_of(conn: Connection, people: list[str], *, limit: int = 50) -> list[Record]:
    found = sa.select(sanction).where(sanction.c.person_id.in_(people), sanction.c.kind == "ban")
    return list(conn.execute(found.order_by(sanction.c.at.desc(), sanction.c.id.desc()).limit(limit)))


def ban_by_id(conn: Connection, id: str) -> Record | None:
    found = sa.select(sanction).where(sanction.c.id == id, sanction.c.kind == "ban")
    return conn.execute(found).one_or_none()


# What moderators decided by hand, about one room

_BY_HAND = (
    sa.select(sanction, room.c.title.label("room_title"), room.c.slug.label("room_slug"))
    .join(room, room.c.id == sanction.c.room_id)
    .where(sanction.c.rule.is_not(None))
)


def by_hand_of(conn: Connection, people: list[str], *, limit: int = 50) -> list[Record]:
    found = _BY_HAND.where(sanction.c.person_id.in_(people)).order_by(sanction.c.at.desc(), sanction.c.id.desc())
    return list(conn.execute(found.limit(limit)))


def by_hand_by_id(conn: Connection, id: str) -> Record | None:
    return conn.execute(_BY_HAND.where(sanction.c.id == id)).one_or_none()


def by_hand_by_ref(conn: Connection, moderator: str, ref: str) -> Record | None:
    return conn.execute(_BY_HAND.where(sanction.c.by_id == moderator, sanction.c.ref == ref)).one_or_none()


def in_force_by_hand(
    conn: Connection, room_id: str, now: int, *, but: list[str], after: str, limit: int
) -> list[Record]:
    """What holds in a room at this moment, newest first, about anybody but these accounts. `after`: the last one had already, or nothing."""
    holds = sa.and_(
        sanction.c.room_id == room_id,
        sanction.c.lifted_at.is_(None),
        sanction.c.until > now,
        sanction.c.person_id.not_in(but),
    )
    older = sanction.c.id < after if after else sa.true()
    return list(conn.execute(_BY_HAND.where(holds, older).order_by(sanction.c.id.desc()).limit(limit)))


def all_by_hand(conn: Connection, *, after: str, limit: int) -> list[Record]:
    return list(conn.execute(_BY_HAND.where(sanction.c.id > after).order_by(sanction.c.id).limit(limit)))


def unseen_by_hand(conn: Connection, people: list[str]) -> list[Record]:
    unseen = sa.and_(sanction.c.person_id.in_(people), sanction.c.seen_at.is_(None), sanction.c.lifted_at.is_(None))
    return list(conn.execute(_BY_HAND.where(unseen).order_by(sanction.c.id)))


def see_by_hand(conn: Connection, ids: list[str], people: list[str], now: int) -> int:
    """Marks decisions about these people as read; how many had not been."""
    mine = sa.and_(sanction.c.id.in_(ids), sanction.c.person_id.in_(people), sanction.c.seen_at.is_(None))
    return conn.execute(sanction.update().where(mine).values(seen_at=now)).rowcount


# Contests


def contests_of(conn: Connection, decisions: list[str]) -> dict[str, Record]:
    """By the id of what is contested."""
    found = sa.select(contest).where(contest.c.decision_id.in_(decisions))
    return {row.decision_id: row for row in conn.execute(found)}


def contest_by_id(conn: Connection, id: str) -> Record | None:
    return conn.execute(sa.select(contest).where(contest.c.id == id)).one_or_none()


def add_contest(conn: Connection, **values: Any) -> None:
    conn.execute(contest.insert(), values)


def decide_contest(conn: Connection, id: str, *, state: str, by: str, answer: str, now: int) -> bool:
    """False if somebody has decided it already."""
    open_one = contest.update().where(contest.c.id == id, contest.c.state == "open")
    return conn.execute(open_one.values(state=state, decided_by=by, answer=answer, decided_at=now)).rowcount == 1


def contests(conn: Connection, *, state: str, after: str, limit: int) -> list[Record]:
    found = sa.select(contest).where(contest.c.state == state, contest.c.id > after)
    return list(conn.execute(found.order_by(contest.c.id).limit(limit)))


def _unseen_outcomes(people: list[str]) -> sa.ColumnElement[bool]:
    return sa.and_(contest.c.person_id.in_(people), contest.c.state != "open", contest.c.seen_at.is_(None))


def count_unseen(conn: Connection, people: list[str]) -> int:
    """Warnings, and outcomes of what they contested, that somebody has not marked as seen."""
    outcomes = sa.select(sa.func.count()).select_from(contest).where(_unseen_outcomes(people))
    told = len(unseen_of(conn, people)) + len(unseen_by_hand(conn, people))
    return told + int(conn.execute(outcomes).scalar_one())


def see_outcomes(conn: Connection, people: list[str], now: int) -> int:
    return conn.execute(contest.update().where(_unseen_outcomes(people)).values(seen_at=now)).rowcount


def to_wire(row: Record, contest_days: int) -> Warning:
    return Warning(
        id=row.id,
        room=row.room_title,
        rule=row.rule,
        words=row.words,
        step=row.step,
        count=row.standing,
        at=row.at,
        until=row.until,
        seen=row.seen_at is not None,
        contest_until=row.at + contest_days * DAY,
    )
