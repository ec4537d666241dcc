"""What keeps the ages apart, as staff set it: clearances for both ages, with their end, and corrections of an age once declared.

Whatever ends a right ends what rests on it in the same transaction: chats that may not be any more, requests in the wrong line.
"""

import structlog
from sqlalchemy import Connection

from cups.accounts import queries as accounts
from cups.accounts import sessions
from cups.accounts.queries import CLEARED
from cups.accounts.safety import Safety
from cups.accounts.visitor import Visitor
from cups.clock import Clock
from cups.errors import Refused
from cups.news import AccountChanged
from cups.reach import may_be_cleared
from cups.requests.service import Requests
from cups.settings import Settings
from cups.staff.acting import act, somebody
from cups.staff.deeds import Deeds
from cups.store.database import Database, Unit
from cups.wire.staff import AgeIn, Clearance, ClearanceIn, Clearances

log = structlog.get_logger()
DAY = 86_400_000


class Ages:
    def __init__(
        self, db: Database, clock: Clock, settings: Settings, deeds: Deeds, requests: Requests, safety: Safety
    ) -> None:
        self._safety = safety
        self._db, self._clock, self._settings = db, clock, settings
        self._deeds, self._requests = deeds, requests

    async def clear(self, visitor: Visitor, name: str, form: ClearanceIn) -> Clearance:
        """Lets an adult's listener account meet both ages, until its end; again with another end moves it.

        Refused: not-found, not-allowed (no adult listener, or one's own account), bad-input (an end that has passed or is too far), confirm-first.
        """
        self._safety.require_confirmed(visitor)
        now = self._clock.now()
        if not now < form.until <= now + self._settings.clearance_max_days * DAY:
            raise Refused("bad-input", field="until")

        def work(unit: Unit) -> Clearance:
            row = somebody(unit.conn, name)
            facts = accounts.facts(unit.conn, row, now)
            if not may_be_cleared(facts).ok or row.id in accounts.personas(unit.conn, visitor.id):
                raise Refused("not-allowed", field="name")
            accounts.add_role(unit.conn, row.id, CLEARED, "", visitor.id, now, until=form.until)
            unit.announce(AccountChanged(account=row.id))
            return Clearance(
                person=accounts.people(unit.conn, [row.id])[row.id],
                by=visitor.name,
                at=now,
                until=form.until,
                in_force=True,
            )

        details = {"until": str(form.until), "check": form.check}
        return await act(self._db, visitor, "clearance.grant", name, details, work, now=now, permission="clearances")

    async def unclear(self, visitor: Visitor, name: str) -> None:
        """Takes a clearance away, and ends the chats that rested on it. not-found where there is none."""

        def work(unit: Unit) -> None:
            row = somebody(unit.conn, name)
            if not self._deeds.end_clearance(unit, row):
                raise Refused("not-found")

        now = self._clock.now()
        await act(self._db, visitor, "clearance.revoke", name, {}, work, now=now, permission="clearances")

    async def clearances(self, after: str, limit: int) -> Clearances:
        now = self._clock.now()

        def read(conn: Connection) -> tuple[list[Clearance], str | None]:
            rows = accounts.clearances(conn, after=after, limit=limit)
            people = accounts.people(conn, [id for row in rows for id in (row.account_id, row.granted_by)])
            found = [
                Clearance(
                    person=people[row.account_id],
                    by=people[row.granted_by].name,
                    at=row.at,
                    until=row.until,
                    in_force=row.until is None or row.until > now,
                )
                for row in rows
            ]
            return found, rows[-1].account_id if len(rows) == limit else None

        found, next_ = await self._db.read(read)
        return Clearances(clearances=found, next=next_)

    async def correct(self, visitor: Visitor, name: str, form: AgeIn) -> None:
        """Sets an age that was declared wrongly, for both of a person's accounts. Ends their sessions, their request, their clearance,
        and every chat in which the two may not meet any more. Correcting to the age that is there changes nothing. Refused: confirm-first."""
        self._safety.require_confirmed(visitor)
        now = self._clock.now()

        def work(unit: Unit) -> None:
            conn = unit.conn
            row = somebody(conn, name)
            found = accounts.personas(conn, row.id)
            if visitor.id in found:
                raise Refused("not-allowed", field="name")
            if not accounts.set_age(conn, found, form.age):
                return
            for persona in found:
                accounts.remove_role(conn, persona, CLEARED, "")
                self._requests.close_of(unit, persona, "age-corrected")
                self._deeds.part(unit, persona)
                sessions.end_all(unit, persona)

        details = {"age": form.age, "reason": form.reason}
        await act(self._db, visitor, "age.correct", name, details, work, now=now, permission="ages.correct")

    async def end_overdue(self) -> int:
        """Takes away what has run out, with everything that rests on it; how many accounts that were. (`reach` refuses from the very moment; this
        ends what is open, and tells it.)"""
        now = self._clock.now()
        first = await self._db.read(accounts.next_end)
        if first is None or first > now:
            return 0

        def work(unit: Unit) -> int:
            ended = accounts.end_roles(unit.conn, now)
            for account in ended:
                self._deeds.part(unit, account)
            return len(ended)

        count = await self._db.write(work)
        log.info("roles ended", accounts=count)
        return count
