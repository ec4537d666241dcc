"""Reading the audit log, which is in the audit log: once for each question, however many pages its answer has."""

from typing import Any

import msgspec

from cups.accounts.visitor import Visitor
from cups.clock import Clock
from cups.errors import Refused
from cups.moderation import audit
from cups.staff.acting import require_now
from cups.staff.cursors import Cursors
from cups.store.database import Database, Unit
from cups.wire.staff import AuditCheck, AuditEntry, AuditPage, AuditQuestion


def asked(question: AuditQuestion) -> dict[str, str]:
    """The question as the log keeps it: what was set, in words."""
    told: dict[str, Any] = msgspec.structs.asdict(question)
    return {name: str(value) for name, value in told.items() if value}


class AuditDesk:
    def __init__(self, db: Database, clock: Clock, cursors: Cursors) -> None:
        self._db, self._clock, self._cursors = db, clock, cursors

    async def page(self, visitor: Visitor, question: AuditQuestion, after: str, limit: int) -> AuditPage:
        """`after`: the `next` of a page of the same question, or a number to begin beyond. Refused: not-allowed, bad-input."""
        told = asked(question)
        place = self._cursors.place(visitor, told, after) if "." in after else None
        start = _number(after if place is None else place)
        now = self._clock.now()

        def work(unit: Unit) -> list[AuditEntry]:
            require_now(unit.conn, visitor.id, "audit.read", now)
            found = audit.page(unit.conn, question, after=start, limit=limit)
            if place is None:
                audit.write(unit.conn, visitor, "audit.read", f"after {start}", told, now)
            return found

        if place is None:
            found = await self._db.write(work)
        else:
            found = await self._db.read(lambda conn: audit.page(conn, question, after=start, limit=limit))
        more = len(found) == limit
        return AuditPage(entries=found, next=self._cursors.give(visitor, told, str(found[-1].number)) if more else None)

    async def entries(self, after: int, limit: int) -> list[AuditEntry]:
        """From the first on, unlogged: for whoever is on the machine itself, and for tests."""
        return await self._db.read(lambda conn: audit.page(conn, AuditQuestion(), after=after, limit=limit))

    async def check(self) -> AuditCheck:
        return await self._db.read(audit.check)


def _number(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 12:
        return int(text)
    raise Refused("bad-input", field="after")
