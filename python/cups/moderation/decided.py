"""What all kinds of decisions about a person share, and how they are told."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from cups.moderation import queries
from cups.moderation.ladder import step_of
from cups.store.schema import Record
from cups.wire.rooms import Act, Rule
from cups.wire.standing import Consequence, Contest, Decision, DecisionKind

DAY = queries.DAY
ACTS: dict[str, Act] = {"room-mute": "mute", "removal": "remove", "room-ban": "ban"}
"""Kinds of sanctions that a moderator gives by hand, and what that is called."""
_FOLLOWS: dict[Act, Consequence] = {"mute": "room-mute", "remove": "room-remove", "ban": "room-ban"}


class Decided(NamedTuple):
    """What all kinds of decisions share."""

    id: str
    kind: DecisionKind
    person: str
    by: str
    what: Consequence
    room: str
    rule: Rule
    words: str
    at: int
    until: int | None
    over: bool
    """Overturned, or lifted before its end."""
    seen: bool
    row: Record


def warning(row: Record) -> Decided:
    over = row.overturned_at is not None
    seen = row.seen_at is not None
    return Decided(
        row.id, "warning", row.person_id, row.moderator_id, step_of(row.step), row.room_title, row.rule, row.words, row.at,
        row.until, over, seen, row,
    )  # fmt: skip


def removal(row: Record) -> Decided:
    over = row.overturned_at is not None
    return Decided(
        row.id, "removal", row.person_id, row.moderator_id, "message-removed", row.room_title, row.rule, row.note, row.at,
        None, over, True, row,
    )  # fmt: skip


def ban(row: Record) -> Decided:
    over = row.lifted_at is not None
    return Decided(
        row.id, "ban", row.person_id, row.by_id, "site-ban", "", "other", row.reason, row.at, row.until, over, True, row
    )


def by_hand(row: Record) -> Decided:
    over = row.lifted_at is not None
    what, seen = _FOLLOWS[ACTS[row.kind]], row.seen_at is not None
    return Decided(
        row.id, "sanction", row.person_id, row.by_id, what, row.room_title, row.rule, row.reason, row.at,
        row.until, over, seen, row,
    )  # fmt: skip


def evidence(one: Decided, kept: Mapping[str, str]) -> str:
    """The words it rests on, as they were when it was decided: a removed message's own, or what was `kept`; empty where there are none."""
    return str(one.row.text) if one.kind == "removal" else kept.get(one.id, "")


def to_wire(one: Decided, contested: Record | None, said: str, contest_days: int, now: int) -> Decision:
    """`said`: what it rests on."""
    end = one.at + contest_days * DAY
    state: Literal["in-force", "ended", "overturned"] = "in-force"
    if one.kind in ("ban", "sanction") and one.over:
        state = "overturned" if contested is not None and contested.state == "overturned" else "ended"
    elif one.over:
        state = "overturned"
    elif one.until is not None and one.until <= now:
        state = "ended"
    return Decision(
        id=one.id,
        kind=one.kind,
        what=one.what,
        room=one.room,
        rule=one.rule,
        words=one.words,
        evidence=said,
        source="human",
        at=one.at,
        until=one.until,
        state=state,
        seen=one.seen,
        contest_until=end,
        can_contest=contested is None and not one.over and now < end,
        contest=None if contested is None else contest(contested),
    )


def contest(row: Record) -> Contest:
    return Contest(
        at=row.at,
        text=row.text,
        state=row.state,
        answer=row.answer,
        decided_at=row.decided_at,
        seen=row.seen_at is not None,
    )
