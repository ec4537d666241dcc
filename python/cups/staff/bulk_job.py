"""Carries out what staff ordered for many people: a batch in each transaction, under a lease, so that a worker that dies is followed by another, and nobody
is done twice. Whoever ordered it, and every condition, is asked again for each person."""

import msgspec
import sqlalchemy as sa
import structlog
from sqlalchemy import Connection

from cups.accounts import queries as accounts
from cups.clock import Clock
from cups.errors import Refused
from cups.moderation import audit
from cups.settings import Settings
from cups.staff import permissions
from cups.staff.bulk_acts import Act, Order, stored
from cups.staff.tables import bulk, bulk_item
from cups.store.database import Database, Unit
from cups.store.schema import Record
from cups.wire.bulk import BulkAct

log = structlog.get_logger()
BATCH = 10
"""People in one transaction: nobody who talks waits for longer than that takes."""

_due = (
    sa.select(bulk.c.id, bulk.c.fence)
    .where(bulk.c.state.in_(["running", "undoing"]), bulk.c.lease_until <= sa.bindparam("now"))
    .order_by(bulk.c.id)
    .limit(1)
)
_one = sa.select(bulk).where(bulk.c.id == sa.bindparam("id"))


def _next(state: str) -> sa.Select[tuple[object, ...]]:
    return (
        sa.select(bulk_item)
        .where(bulk_item.c.bulk_id == sa.bindparam("id"), bulk_item.c.state == state)
        .order_by(bulk_item.c.number)
        .limit(BATCH)
    )


_to_do, _to_undo = _next("waiting"), _next("done")


class BulkJob:
    def __init__(self, db: Database, clock: Clock, settings: Settings, acts: dict[BulkAct, Act]) -> None:
        self._db, self._clock, self._settings, self._acts = db, clock, settings, acts

    async def look(self) -> None:
        """Takes what waits for a worker, one after the other, until there is nothing."""
        while (claim := await self._claim()) is not None:
            id, fence = claim
            while not await self._db.write(self._batch, id, fence):
                pass

    async def _claim(self) -> tuple[str, int] | None:
        now = self._clock.now()
        if await self._db.read(lambda conn: conn.execute(_due, {"now": now}).first()) is None:
            return None

        def work(unit: Unit) -> tuple[str, int] | None:
            row = unit.conn.execute(_due, {"now": now}).first()
            if row is None:
                return None
            self._hold(unit.conn, row.id, row.fence + 1, now)
            return row.id, row.fence + 1

        return await self._db.write(work)

    def _hold(self, conn: Connection, id: str, fence: int, now: int) -> None:
        until = now + self._settings.bulk_lease_s * 1000
        conn.execute(bulk.update().where(bulk.c.id == id).values(fence=fence, lease_until=until))

    def _batch(self, unit: Unit, id: str, fence: int) -> bool:
        """True: it is finished, or another worker has it."""
        conn, now = unit.conn, self._clock.now()
        row = conn.execute(_one, {"id": id}).one()
        if row.fence != fence or row.state not in ("running", "undoing"):
            return True
        undoes = row.state == "undoing"
        by = row.undo_by if undoes else row.by_id
        items = conn.execute(_to_undo if undoes else _to_do, {"id": id}).all()
        actor = accounts.by_id(conn, by)
        assert actor is not None
        if not items:
            ended = {"state": "undone"} if undoes else {"state": "done", "done_at": now}
            conn.execute(bulk.update().where(bulk.c.id == id).values(lease_until=0, **ended))
            audit.append(conn, by, actor.name, "bulk.undone" if undoes else "bulk.done", id, _counts(conn, id), now)
            return True
        outcomes: dict[str, str] = {}
        for item in items:
            state, why, changed = self._item(unit, row, by, item, now, undoes=undoes)
            outcomes[item.name] = state if not why else f"{state}: {why}"
            conn.execute(
                bulk_item.update()
                .where(bulk_item.c.bulk_id == id, bulk_item.c.number == item.number)
                .values(state=state, why=why, changed=changed)
            )
        audit.append(conn, by, actor.name, "bulk.undo-items" if undoes else "bulk.items", id, outcomes, now)
        self._hold(conn, id, fence, now)
        return False

    def _item(self, unit: Unit, row: Record, by: str, item: Record, now: int, *, undoes: bool) -> tuple[str, str, str]:
        """State, why, and what was changed."""
        conn, act = unit.conn, self._acts[row.act]
        left = "kept" if undoes else "skipped"
        me = accounts.facts_by_id(conn, by, now)
        if me is None or not {"bulk", act.permission} <= permissions.of(me):
            return left, "not-allowed", item.changed
        person = None if item.account_id is None else accounts.by_id(conn, item.account_id)
        if person is None:
            return left, "not-found", item.changed
        order = Order(by, row.reason, row.days, row.role, row.hours, row.at)
        try:
            if undoes:
                whole = act.undo(unit, person, msgspec.json.decode(item.changed), now)
                return ("undone", "", item.changed) if whole else ("kept", "conflict", item.changed)
            changed = act.do(unit, order, person, now)
        except Refused as refused:
            return left, refused.code, item.changed
        return ("skipped", "", "") if changed is None else ("done", "", stored(changed))


def _counts(conn: Connection, id: str) -> dict[str, str]:
    states = sa.select(bulk_item.c.state, sa.func.count()).where(bulk_item.c.bulk_id == id)
    return {state: str(n) for state, n in conn.execute(states.group_by(bulk_item.c.state))}
