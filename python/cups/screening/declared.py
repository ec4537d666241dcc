"""Danger that somebody declares at the gate (SPEC B2): staff are called for it as for what people write, whatever the person does next."""

from sqlalchemy import Connection

from cups.clock import Clock
from cups.ids import new_id
from cups.messages import queries as channels
from cups.news import ConcernWaits
from cups.screening import queries
from cups.screening.model import CRISIS
from cups.settings import Settings
from cups.store.database import Unit
from cups.wire.people import Danger

CHANNEL = "gate"
RULE = "gate"
"""In place of a rule's name: no rule of screening is called like that, since theirs have dots."""
KINDS: dict[Danger, str] = {"me": "crisis-own", "someone": "crisis-other"}


class GateCalls:
    def __init__(self, clock: Clock, settings: Settings) -> None:
        self._clock, self._settings = clock, settings

    def call(self, unit: Unit, person: str, danger: Danger) -> None:
        """Within the transaction of the answer. Nothing for `none`. What the same person answers again soon after joins the same concern.

        The page shows help by itself, so its writer is told nothing more; nothing of what was answered is said in the call.
        """
        kind = KINDS.get(danger)
        if kind is None:
            return
        conn, now = unit.conn, self._clock.now()
        known = queries.open_by_rule(conn, person, RULE, now - self._settings.concern_joins_s * 1000)
        if known is not None:
            graver = {"kind": kind} if CRISIS.index(kind) < CRISIS.index(known.kind) else {}
            queries.change_concern(conn, known.id, last_at=now, times=known.times + 1, **graver)
            return
        id = _insert(conn, person, kind, now)
        unit.announce(ConcernWaits(id=id, kind=kind, urgent=False))


def _insert(conn: Connection, person: str, kind: str, now: int) -> str:
    id, channel = new_id(now), channels.create_channel(conn, CHANNEL, now)
    queries.insert_concern(
        conn,
        id=id,
        channel_id=channel,
        person_id=person,
        kind=kind,
        rule=RULE,
        at=now,
        last_at=now,
        times=1,
        state="open",
        called_at=now,
        calls=1,
    )
    return id
