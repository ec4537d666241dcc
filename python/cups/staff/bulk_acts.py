"""What each act on many people does to one of them: what it would do, doing it, and undoing exactly what was changed and nobody changed since."""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from cups.accounts import queries as accounts
from cups.accounts.queries import CLEARED
from cups.errors import Refused
from cups.ids import new_id
from cups.messages import queries as message_queries
from cups.messages import service as messages
from cups.moderation import queries as moderation
from cups.moderation.tables import removal
from cups.reach import is_of_staff
from cups.rooms import queries as rooms
from cups.staff import deeds
from cups.staff.deeds import Deeds, Held
from cups.store.database import Unit
from cups.store.schema import Record
from cups.wire.bulk import BulkAct
from cups.wire.directory import Permission

DAY, HOUR = 86_400_000, 3_600_000
MOST_MESSAGES = 1000
"""Of one person and room. Rooms keep fewer."""


class Order(NamedTuple):
    """What was ordered, as stored. `by`: who does it."""

    by: str
    reason: str
    days: int | None
    role: str | None
    hours: int | None
    at: int


class Outlook(NamedTuple):
    """What it would do: `will` is change, nothing or refused."""

    will: str
    why: str = ""
    size: int = 0


CHANGE, NOTHING = Outlook("change"), Outlook("nothing")


class Act(Protocol):
    permission: Permission

    def outlook(self, conn: Connection, order: Order, row: Record, now: int) -> Outlook: ...

    def do(self, unit: Unit, order: Order, row: Record, now: int) -> Any:
        """What was changed, for its undoing; None where nothing was. Refused: not for this person (any more)."""

    def undo(self, unit: Unit, row: Record, changed: Any, now: int) -> bool:
        """False: somebody changed it since, or it cannot be put back any more."""


class _Ban:
    permission: Permission = "bans"

    def __init__(self, on: Deeds) -> None:
        self._deeds = on

    def outlook(self, conn: Connection, order: Order, row: Record, now: int) -> Outlook:
        self._deeds.check_bannable(conn, row, now)
        return NOTHING if deeds.bans_in_force(conn, row.id, now) else CHANGE

    def do(self, unit: Unit, order: Order, row: Record, now: int) -> Any:
        if deeds.bans_in_force(unit.conn, row.id, now):
            return None
        until = None if order.days is None else now + order.days * DAY
        return {"ban": self._deeds.ban(unit, row, reason=order.reason, until=until, by=order.by, now=now)}

    def undo(self, unit: Unit, row: Record, changed: Any, now: int) -> bool:
        return self._deeds.lift(unit, changed["ban"], now)


class _Unban:
    permission: Permission = "bans"

    def __init__(self, on: Deeds) -> None:
        self._deeds = on

    def outlook(self, conn: Connection, order: Order, row: Record, now: int) -> Outlook:
        found = deeds.bans_in_force(conn, row.id, now)
        return Outlook("change", size=len(found)) if found else NOTHING

    def do(self, unit: Unit, order: Order, row: Record, now: int) -> Any:
        found = deeds.bans_in_force(unit.conn, row.id, now)
        for ban in found:
            self._deeds.lift(unit, ban, now)
        return {"bans": found, "at": now} if found else None

    def undo(self, unit: Unit, row: Record, changed: Any, now: int) -> bool:
        again = [self._deeds.ban_again(unit, row, ban, changed["at"], now) for ban in changed["bans"]]
        return all(again)


class _RoleGive:
    permission: Permission = "roles.give"

    def __init__(self, on: Deeds) -> None:
        self._deeds = on

    def outlook(self, conn: Connection, order: Order, row: Record, now: int) -> Outlook:
        if row.kind == "guest":
            raise Refused("not-allowed")
        return NOTHING if deeds.held(conn, row.id, _role(order)) else CHANGE

    def do(self, unit: Unit, order: Order, row: Record, now: int) -> Any:
        if deeds.held(unit.conn, row.id, _role(order)) is not None:
            return None
        self._deeds.give(unit, row, _role(order), by=order.by, now=now)
        return {"role": order.role, "held": Held(order.by, now, None)}

    def undo(self, unit: Unit, row: Record, changed: Any, now: int) -> bool:
        if deeds.held(unit.conn, row.id, changed["role"]) != Held(*changed["held"]):
            return False
        return self._deeds.take(unit, row, changed["role"])


class _RoleTake:
    permission: Permission = "roles.give"

    def __init__(self, on: Deeds) -> None:
        self._deeds = on

    def outlook(self, conn: Connection, order: Order, row: Record, now: int) -> Outlook:
        if row.id == order.by:
            raise Refused("not-allowed")
        return CHANGE if deeds.held(conn, row.id, _role(order)) else NOTHING

    def do(self, unit: Unit, order: Order, row: Record, now: int) -> Any:
        if row.id == order.by:
            raise Refused("not-allowed")
        was = deeds.held(unit.conn, row.id, _role(order))
        if was is None:
            return None
        self._deeds.take(unit, row, _role(order))
        return {"role": order.role, "held": was}

    def undo(self, unit: Unit, row: Record, changed: Any, now: int) -> bool:
        was = Held(*changed["held"])
        if deeds.held(unit.conn, row.id, changed["role"]) is not None or (was.until is not None and was.until <= now):
            return False
        accounts.add_role(unit.conn, row.id, changed["role"], "", was.by, was.at, until=was.until)
        self._deeds.signs_in_again(unit, row.id)
        return True


class _ClearanceEnd:
    permission: Permission = "clearances"

    def __init__(self, on: Deeds) -> None:
        self._deeds = on

    def outlook(self, conn: Connection, order: Order, row: Record, now: int) -> Outlook:
        return CHANGE if deeds.held(conn, row.id, CLEARED) else NOTHING

    def do(self, unit: Unit, order: Order, row: Record, now: int) -> Any:
        was = deeds.held(unit.conn, row.id, CLEARED)
        if was is None:
            return None
        self._deeds.end_clearance(unit, row)
        return {"held": was}

    def undo(self, unit: Unit, row: Record, changed: Any, now: int) -> bool:
        return self._deeds.clear_again(unit, row, Held(*changed["held"]), now)


class _MessagesRemove:
    """Of one account, in all rooms. What speaks of somebody's own danger stays: a crisis is never an offence (SPEC L12). Chats are nobody's to remove from."""

    permission: Permission = "bans"

    def __init__(self, own_danger: Callable[[str], bool]) -> None:
        self._own_danger = own_danger

    def outlook(self, conn: Connection, order: Order, row: Record, now: int) -> Outlook:
        self._check(conn, row, now)
        count = len(self._found(conn, order, row, now))
        return Outlook("change", size=count) if count else NOTHING

    def do(self, unit: Unit, order: Order, row: Record, now: int) -> Any:
        self._check(unit.conn, row, now)
        removed = []
        for channel, seq in self._found(unit.conn, order, row, now):
            text = messages.remove(unit, channel, seq)
            before = moderation.removed(unit.conn, channel, seq)
            if text is None or before is not None:
                continue
            id = new_id(now)
            moderation.keep_removed(
                unit.conn,
                id=id,
                person_id=row.id,
                channel_id=channel,
                seq=seq,
                moderator_id=order.by,
                rule="other",
                note=order.reason,
                text=text,
                at=now,
            )
            removed.append(id)
        return {"removals": removed} if removed else None

    def undo(self, unit: Unit, row: Record, changed: Any, now: int) -> bool:
        whole = True
        for id in changed["removals"]:
            found = unit.conn.execute(sa.select(removal).where(removal.c.id == id)).one_or_none()
            if found is None or found.overturned_at is not None:
                whole = False
                continue
            moderation.overturn_removal(unit.conn, id, now)
            whole &= messages.restore(unit, found.channel_id, found.seq, found.text)
        return whole

    def _check(self, conn: Connection, row: Record, now: int) -> None:
        if accounts.any_persona(conn, row.id, is_of_staff, now):
            raise Refused("not-allowed")

    def _found(self, conn: Connection, order: Order, row: Record, now: int) -> list[tuple[str, int]]:
        since = order.at - (order.hours or 1) * HOUR
        return [
            (room.id, one.seq)
            for room in rooms.all_open(conn)
            for one in message_queries.last_of(conn, room.id, [row.id], since, MOST_MESSAGES)
            if one.text and not self._own_danger(one.text) and moderation.removed(conn, room.id, one.seq) is None
        ]


def _role(order: Order) -> str:
    if order.role is None:
        raise Refused("bad-input", field="role")
    return order.role


def acts(on: Deeds, own_danger: Callable[[str], bool]) -> dict[BulkAct, Act]:
    return {
        "ban": _Ban(on),
        "unban": _Unban(on),
        "role-give": _RoleGive(on),
        "role-take": _RoleTake(on),
        "clearance-end": _ClearanceEnd(on),
        "messages-remove": _MessagesRemove(own_danger),
    }


def stored(changed: Any) -> str:
    return msgspec.json.encode(changed).decode()
