"""What staff record of licences and background checks: the outcome and its end, and nothing of the documents. A check that passed clears the listener for
both ages until then; a licence that passed lets the therapist open their page; the mark of a verified listener shows until then."""

from collections.abc import Callable

import structlog
from sqlalchemy import Connection

from cups.accounts import queries as accounts
from cups.accounts.queries import CLEARED, VERIFIED
from cups.accounts.safety import Safety
from cups.accounts.visitor import Visitor
from cups.clock import Clock
from cups.errors import Refused
from cups.moderation import audit
from cups.news import AccountChanged
from cups.reach import may_be_cleared, may_be_therapist, may_be_verified
from cups.settings import Settings
from cups.staff.acting import require_now
from cups.store.database import Database, Unit
from cups.store.schema import Record
from cups.vetting import queries
from cups.vetting.service import DAY, Vettings
from cups.wire.directory import Permission
from cups.wire.vetting import VettingCase, VettingCases, VettingKind, VettingResultIn, VettingState

log = structlog.get_logger()
PERMISSIONS: dict[VettingKind, Permission] = {"licence": "licences", "check": "checks", "verified": "verified"}
_MAY = {"licence": may_be_therapist, "check": may_be_cleared, "verified": may_be_verified}
_ROLES = {"check": CLEARED, "verified": VERIFIED}


class VettingStaff:
    def __init__(self, db: Database, clock: Clock, settings: Settings, vettings: Vettings, safety: Safety) -> None:
        self._db, self._clock, self._settings, self._vettings, self._safety = db, clock, settings, vettings, safety
        self.screen_words: Callable[[str, str], None] = lambda _text, _field: None
        """Refuses words, of this field, with contact details in them (SPEC B7)."""

    async def cases(
        self, visitor: Visitor, kind: VettingKind, state: VettingState, after: str, limit: int, *, ending: bool
    ) -> VettingCases:
        """The oldest first. `ending`: those that end within the days of the reminder. Reading licences is in the audit log: they hold real names."""
        now = self._clock.now()
        before = now + self._settings.vetting_remind_days * DAY if ending else None

        def work(unit: Unit) -> VettingCases:
            conn = unit.conn
            require_now(conn, visitor.id, PERMISSIONS[kind], now)
            rows = queries.page(conn, kind, state, before=before, after=after, limit=limit)
            details = {"state": state} | ({"after": after} if after else {})
            audit.write(conn, visitor, f"{kind}.read", f"{len(rows)} shown", details, now)
            people = accounts.people(conn, [id for row in rows for id in (row.account_id, row.decided_by) if id])
            cases = [
                VettingCase(
                    vetting=self._vettings.told(row),
                    person=people[row.account_id],
                    by=people[row.decided_by].name if row.decided_by else None,
                )
                for row in rows
            ]
            return VettingCases(cases=cases, next=rows[-1].id if len(rows) == limit else None)

        return await self._db.write(work)

    async def decide(self, visitor: Visitor, id: str, form: VettingResultIn) -> VettingCase:
        """Refused: confirm-first, not-allowed (one's own; or no such account any more), not-found, conflict (decided), bad-input (an end is missing, over or
        too far)."""
        self._safety.require_confirmed(visitor)
        self.screen_words(form.words, "words")
        now = self._clock.now()
        if form.outcome == "passed":
            most = now + self._settings.clearance_max_days * DAY
            if form.until is None or not now < form.until <= most:
                raise Refused("bad-input", field="until")

        def work(unit: Unit) -> VettingCase:
            conn = unit.conn
            row = queries.one(conn, id)
            if row is None:
                raise Refused("not-found")
            require_now(conn, visitor.id, PERMISSIONS[row.kind], now)
            if row.account_id in accounts.personas(conn, visitor.id):
                raise Refused("not-allowed")
            until = form.until if form.outcome == "passed" else row.until
            values = {"decided_by": visitor.id, "decided_at": now, "until": until, "words": form.words}
            if not queries.change(conn, id, "applied", state=form.outcome, **values):
                raise Refused("conflict")
            if form.outcome == "passed":
                self._passed(unit, visitor, row, until, now)
            unit.announce(AccountChanged(account=row.account_id))
            people = accounts.people(conn, [row.account_id])
            details = {"outcome": form.outcome, "until": str(until or ""), "basis": form.basis}
            audit.write(conn, visitor, f"{row.kind}.decide", people[row.account_id].name, details, now)
            stored = queries.one(conn, id)
            assert stored is not None
            return VettingCase(vetting=self._vettings.told(stored), person=people[row.account_id], by=visitor.name)

        return await self._db.write(work)

    def _passed(self, unit: Unit, visitor: Visitor, row: Record, until: int | None, now: int) -> None:
        facts = accounts.facts_by_id(unit.conn, row.account_id, now)
        if facts is None or not _MAY[row.kind](facts).ok:
            raise Refused("not-allowed")
        queries.replace_passed(unit.conn, row.account_id, row.kind, row.id)
        if (role := _ROLES.get(row.kind)) is not None:
            accounts.add_role(unit.conn, row.account_id, role, "", visitor.id, now, until=until)

    async def end(self, visitor: Visitor, id: str, reason: str) -> None:
        """A licence that was withdrawn, or a mark: page or mark are gone at once. (A clearance is ended where clearances are.) Refused: not-found, not-allowed."""
        now = self._clock.now()

        def work(unit: Unit) -> None:
            row = queries.one(unit.conn, id)
            if row is None or row.kind == "check":
                raise Refused("not-found")
            require_now(unit.conn, visitor.id, PERMISSIONS[row.kind], now)
            if not queries.change(unit.conn, id, "passed", state="ended", words=reason):
                raise Refused("conflict")
            if row.kind == "verified":
                accounts.remove_role(unit.conn, row.account_id, VERIFIED, "")
                unit.announce(AccountChanged(account=row.account_id))
            name = _name(unit.conn, row.account_id)
            audit.write(unit.conn, visitor, f"{row.kind}.end", name, {"reason": reason}, now)

        await self._db.write(work)


def _name(conn: Connection, account: str) -> str:
    return accounts.people(conn, [account])[account].name
