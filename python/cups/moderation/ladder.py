"""The ladder over the table: what a person's stored warnings amount to, and which sanction each step brings.

Nothing about warnings is kept between two of them (docs/decisions/0007): what is undone was never counted, and a restart forgets nothing.
"""

import sqlalchemy as sa
from sqlalchemy import Connection

from cups._core import WarningLadder
from cups.accounts import queries as accounts
from cups.accounts.tables import sanction
from cups.ids import new_id
from cups.limits.live import Limits
from cups.moderation import queries
from cups.news import Sanctioned
from cups.store.database import Unit
from cups.store.schema import Record
from cups.wire.rooms import Step

HOUR = 3_600_000
_KINDS = {"mute": "mute", "remove": "removal", "ban": "rooms-ban"}
"""What a step brings with it. The removal and the ban mute nobody by themselves: they keep out."""


def fade_ms(limits: Limits) -> int:
    return limits.figure("warn_fade_hours") * HOUR


def empty(limits: Limits) -> WarningLadder:
    """A ladder by the figures in force, on which nobody stands."""
    return WarningLadder(
        fade_ms=fade_ms(limits),
        incident_ms=limits.figure("warn_incident_s") * 1000,
        moderator_ms=limits.figure("warn_moderator_s") * 1000,
        mute_at=limits.figure("warn_mute_at"),
        remove_at=limits.figure("warn_remove_at"),
        ban_at=limits.figure("warn_ban_at"),
    )


def of(conn: Connection, limits: Limits, person: str, now: int) -> WarningLadder:
    """One person's ladder as the table has it. An overturned warning counts no more; that its moderator has just warned still does.

    The count is the person's, under either of their accounts. The two short windows (one incident, one moderator's last warning) are each account's
    own: a moderator who is told to wait, or that it counted already, would otherwise learn that two accounts are one person.
    """
    ladder = empty(limits)
    window = max(fade_ms(limits), limits.figure("warn_moderator_s") * 1000, limits.figure("warn_incident_s") * 1000)
    for row in queries.since(conn, accounts.personas(conn, person), now - window):
        counted = row.counted and row.overturned_at is None
        apart = "" if row.person_id == person else f"{row.person_id}:"
        ladder.restore(person, f"{apart}{row.room_id}", f"{apart}{row.moderator_id}", row.at, counted)
    return ladder


def until(limits: Limits, step: str, at: int) -> int | None:
    """When what a step brings is over; None for a notice."""
    hours = {
        "mute": limits.figure("mute_hours"),
        "remove": limits.figure("removal_hours"),
        "ban": limits.figure("rooms_ban_days") * 24,
    }.get(step)
    return None if hours is None else at + hours * HOUR


def follow(unit: Unit, warning: Record, step: str, end: int | None, now: int) -> None:
    """Brings what the step brings: stored with the warning it comes from, and told."""
    kind = _KINDS.get(step)
    if kind is None:
        return
    room = warning.room_id if kind == "removal" else None
    accounts.add_sanction(
        unit.conn,
        id=new_id(now),
        person_id=warning.person_id,
        kind=kind,
        room_id=room,
        at=now,
        until=end,
        reason=warning.rule,
        by_id=warning.moderator_id,
        warning_id=warning.id,
    )
    for persona in accounts.personas(unit.conn, warning.person_id):
        unit.announce(Sanctioned(person=persona, kind=kind, channel=room, until=end))


def overturn(unit: Unit, limits: Limits, row: Record, now: int) -> None:
    """Undoes all that came of a warning: its own sanction, its count, and whatever followed from that count in later ones."""
    conn = unit.conn
    queries.change(conn, row.id, overturned_at=now)
    _lift(conn, row.id, now)
    fade, ladder = fade_ms(limits), empty(limits)
    counted = [
        one
        for one in queries.since(conn, accounts.personas(conn, row.person_id), row.at - fade)
        if one.counted and one.overturned_at is None
    ]
    for later in counted:
        if later.at < row.at or later.at >= row.at + fade:
            continue
        standing = sum(1 for one in counted if later.at - fade < one.at and (one.at, one.id) <= (later.at, later.id))
        step = ladder.step(standing)
        if (standing, step) != (later.standing, later.step):
            _move(unit, limits, later, standing, step, now)


def _move(unit: Unit, limits: Limits, row: Record, standing: int, step: str, now: int) -> None:
    """A later warning that leads less far, now that one before it counts no more. Its sanction is never made longer."""
    if step == row.step:
        queries.change(unit.conn, row.id, standing=standing)
        return
    end = until(limits, step, row.at)
    if end is not None and row.until is not None:
        end = min(end, row.until)
    queries.change(unit.conn, row.id, standing=standing, step=step, until=end)
    _lift(unit.conn, row.id, now)
    if end is not None and end > now:
        follow(unit, row, step, end, now)


def _lift(conn: Connection, warning_id: str, now: int) -> None:
    where: sa.ColumnElement[bool] = sanction.c.warning_id == warning_id
    accounts.lift_sanctions(conn, where, now)


def step_of(word: str) -> Step:
    match word:
        case "mute" | "remove" | "ban" | "notice":
            return word
    raise ValueError(word)
