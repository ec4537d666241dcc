"""Acts on many people at once: a preview that is stored for a short while, carried out by one request, undone within a day.

The preview changes nothing. Carrying it out hands it to a leased job (`bulk_job.py`), which asks each right and each condition again for each person; undoing
puts back exactly what was changed, but for what somebody changed since. One entry in the audit log each, and one for each batch with its people.
"""

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy import Connection

from cups.accounts import names
from cups.accounts import queries as accounts
from cups.accounts.safety import Safety
from cups.accounts.visitor import Visitor
from cups.clock import Clock
from cups.errors import Refused
from cups.ids import new_id
from cups.limits.live import Limits
from cups.moderation import audit
from cups.settings import Settings
from cups.staff.acting import require_now
from cups.staff.bulk_acts import Act, Order, Outlook
from cups.staff.tables import bulk, bulk_item
from cups.store.database import Database, Unit
from cups.store.schema import Record
from cups.wire.bulk import Bulk, BulkAct, BulkIn, BulkItem, Bulks, BulkSummary

MINUTE, HOUR = 60_000, 3_600_000
_ENDED = ("done", "skipped", "undone", "kept")

_one = sa.select(bulk).where(bulk.c.id == sa.bindparam("id"))
_items = sa.select(bulk_item).where(bulk_item.c.bulk_id == sa.bindparam("id")).order_by(bulk_item.c.number)


class BulkDesk:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        settings: Settings,
        limits: Limits,
        safety: Safety,
        acts: dict[BulkAct, Act],
        own_danger: Callable[[str], bool],
    ) -> None:
        self._db, self._clock, self._settings, self._limits, self._safety = db, clock, settings, limits, safety
        self._acts, self._own_danger = acts, own_danger
        self.screen_words: Callable[[str, str], None] = lambda _text, _field: None
        """Refuses words, of this field, with contact details in them (SPEC B7)."""

    async def plan(self, visitor: Visitor, form: BulkIn) -> Bulk:
        """What would happen to whom. Refused: not-allowed, bad-input (what the act needs is missing), too-large (more than `bulk_most`),
        crisis-no-offence (the reason of a ban or a removal speaks of the person's own danger)."""
        now, act = self._clock.now(), self._acts[form.act]
        chosen = list({names.key(name.removeprefix("@")): name.removeprefix("@") for name in form.names}.items())
        if len(chosen) > self._settings.bulk_most:
            raise Refused("too-large", field="names", says="people-at-once", given={"most": self._settings.bulk_most})
        self._check_form(form)
        order = Order(visitor.id, form.reason, form.days, form.role, form.hours, now)

        def work(unit: Unit) -> Bulk:
            conn = unit.conn
            self._require(conn, visitor, form.act, now)
            id = new_id(now)
            conn.execute(
                bulk.insert(),
                {
                    "id": id,
                    "by_id": visitor.id,
                    "act": form.act,
                    "reason": form.reason,
                    "days": form.days,
                    "role": form.role,
                    "hours": form.hours,
                    "at": now,
                    "state": "planned",
                    "expires_at": now + self._settings.bulk_plan_minutes * MINUTE,
                },
            )
            for number, (key, name) in enumerate(chosen):
                row = accounts.by_key(conn, key)
                seen = Outlook("refused", "not-found") if row is None else _outlook(conn, act, order, row, now)
                conn.execute(
                    bulk_item.insert(),
                    {
                        "bulk_id": id,
                        "number": number,
                        "account_id": None if row is None else row.id,
                        "name": name[:32] if row is None else row.name,
                        "will": seen.will,
                        "why": seen.why,
                        "size": seen.size,
                        "state": "waiting" if seen.will == "change" else "skipped",
                    },
                )
            audit.write(conn, visitor, "bulk.plan", id, {"act": form.act, "people": str(len(chosen))}, now)
            return self._view(conn, visitor, id)

        return await self._db.write(work)

    def _check_form(self, form: BulkIn) -> None:
        wanted = {"role-give": "role", "role-take": "role", "messages-remove": "hours"}.get(form.act)
        given = {name for name in ("days", "role", "hours") if getattr(form, name) is not None}
        if wanted is not None and wanted not in given:
            raise Refused("bad-input", field=wanted)
        allowed = {wanted} if wanted else ({"days"} if form.act == "ban" else set())
        if surplus := given - allowed:
            raise Refused("bad-input", field=min(surplus))
        if form.act in ("ban", "messages-remove") and self._own_danger(form.reason):
            raise Refused("crisis-no-offence", field="reason")
        self.screen_words(form.reason, "reason")

    async def do(self, visitor: Visitor, id: str) -> Bulk:
        """Hands a preview to the job. Refused: confirm-first, not-allowed, not-found, conflict (done already), plan-over, too-fast with when."""
        self._safety.require_confirmed(visitor)
        now = self._clock.now()

        def work(unit: Unit) -> Bulk:
            row = self._mine(unit.conn, visitor, id, now)
            if row.by_id != visitor.id:
                raise Refused("not-allowed", says="whose-preview")
            if row.state != "planned":
                raise Refused("conflict")
            if row.expires_at <= now:
                raise Refused("plan-over")
            if until := self._limits.check("act-bulk", visitor.id, now):
                raise Refused("too-fast", retry_at=until)
            unit.conn.execute(bulk.update().where(bulk.c.id == id).values(state="running"))
            audit.write(unit.conn, visitor, "bulk.do", id, _told(row), now)
            return self._view(unit.conn, visitor, id)

        return await self._db.write(work)

    async def undo(self, visitor: Visitor, id: str) -> Bulk:
        """Whoever may do such an act may undo it. Refused: confirm-first, not-allowed, not-found, conflict (nothing to undo), undo-over."""
        self._safety.require_confirmed(visitor)
        now = self._clock.now()

        def work(unit: Unit) -> Bulk:
            row = self._mine(unit.conn, visitor, id, now)
            if row.state != "done":
                raise Refused("conflict")
            if self._undo_until(row) <= now:
                raise Refused("undo-over")
            unit.conn.execute(bulk.update().where(bulk.c.id == id).values(state="undoing", undo_by=visitor.id))
            audit.write(unit.conn, visitor, "bulk.undo", id, _told(row), now)
            return self._view(unit.conn, visitor, id)

        return await self._db.write(work)

    async def one(self, visitor: Visitor, id: str) -> Bulk:
        """A preview or an act, with its people and how far it is."""

        def read(conn: Connection) -> Bulk:
            self._mine(conn, visitor, id, self._clock.now())
            return self._view(conn, visitor, id)

        return await self._db.read(read)

    async def every(self, visitor: Visitor, after: str, limit: int) -> Bulks:
        """What was done, and one's own previews; the newest first."""

        def read(conn: Connection) -> Bulks:
            require_now(conn, visitor.id, "bulk", self._clock.now())
            shown = sa.or_(bulk.c.state != "planned", bulk.c.by_id == visitor.id)
            found = sa.select(bulk).where(shown, *([bulk.c.id < after] if after else []))
            rows = conn.execute(found.order_by(bulk.c.id.desc()).limit(limit)).all()
            people = accounts.people(conn, [row.by_id for row in rows])
            told = [self._summary(conn, visitor, row, people[row.by_id].name) for row in rows]
            return Bulks(bulks=told, next=rows[-1].id if len(rows) == limit else None)

        return await self._db.read(read)

    def forget(self, unit: Unit) -> None:
        """Previews that were never carried out."""
        over = sa.select(bulk.c.id).where(bulk.c.state == "planned", bulk.c.expires_at <= self._clock.now())
        unit.conn.execute(bulk_item.delete().where(bulk_item.c.bulk_id.in_(over)))
        unit.conn.execute(bulk.delete().where(bulk.c.state == "planned", bulk.c.expires_at <= self._clock.now()))

    def _require(self, conn: Connection, visitor: Visitor, act: BulkAct, now: int) -> None:
        require_now(conn, visitor.id, "bulk", now)
        require_now(conn, visitor.id, self._acts[act].permission, now)

    def _mine(self, conn: Connection, visitor: Visitor, id: str, now: int) -> Record:
        """Refused: not-allowed, not-found (somebody else's preview, too)."""
        require_now(conn, visitor.id, "bulk", now)
        row = conn.execute(_one, {"id": id}).one_or_none()
        if row is None or (row.state == "planned" and row.by_id != visitor.id):
            raise Refused("not-found")
        self._require(conn, visitor, row.act, now)
        return row

    def _undo_until(self, row: Record) -> int:
        return int(row.done_at or row.at) + self._settings.bulk_undo_hours * HOUR

    def _view(self, conn: Connection, visitor: Visitor, id: str) -> Bulk:
        row = conn.execute(_one, {"id": id}).one()
        name = accounts.people(conn, [row.by_id])[row.by_id].name
        items = [
            BulkItem(name=one.name, will=one.will, why=one.why, count=one.size, state=one.state)
            for one in conn.execute(_items, {"id": id})
        ]
        return Bulk(summary=self._summary(conn, visitor, row, name), items=items)

    def _summary(self, conn: Connection, visitor: Visitor, row: Record, by: str) -> BulkSummary:
        states = sa.select(bulk_item.c.state, sa.func.count()).where(bulk_item.c.bulk_id == row.id)
        counts: dict[str, int] = dict(conn.execute(states.group_by(bulk_item.c.state)).tuples().all())
        waiting = counts.get("done", 0) if row.state == "undoing" else counts.get("waiting", 0)
        total = sum(counts.values())
        return BulkSummary(
            id=row.id,
            act=row.act,
            reason=row.reason,
            days=row.days,
            role=row.role,
            hours=row.hours,
            by=by,
            at=row.at,
            state=row.state,
            total=total,
            finished=total - waiting,
            expires_at=row.expires_at,
            undo_until=self._undo_until(row) if row.state == "done" else None,
            mine=row.by_id == visitor.id,
        )


def _told(row: Record) -> dict[str, str]:
    more = {name: str(getattr(row, name)) for name in ("days", "role", "hours") if getattr(row, name) is not None}
    return {"act": str(row.act), "reason": str(row.reason)} | more


def _outlook(conn: Connection, act: Act, order: Order, row: Record, now: int) -> Outlook:
    try:
        return act.outlook(conn, order, row, now)
    except Refused as refused:
        return Outlook("refused", refused.code)
