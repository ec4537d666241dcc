"""The person's side: applying for a check or with a licence, seeing what came of it, and a therapist's own page.

A therapist's real name is public. So the account is one of its own: it has no linked account, and never asked for help; nobody's past as a member comes to stand under
their name. Of documents nothing is kept anywhere: staff look at them elsewhere and record what they found.
"""

from collections.abc import Callable

from sqlalchemy import Connection

from cups.accounts import names, sessions
from cups.accounts import queries as accounts
from cups.accounts.visitor import Visitor, gated
from cups.clock import Clock
from cups.errors import Refused
from cups.ids import new_id
from cups.limits.live import Limits
from cups.news import AccountChanged
from cups.reach import may_be_cleared, may_be_therapist, seen
from cups.settings import Settings
from cups.store.database import Database, Unit
from cups.store.schema import Record
from cups.vetting import queries
from cups.wire.vetting import LicenceIn, MyVetting, TherapistIn, TherapistPage, Vetting, VettingKind

DAY = 86_400_000


class Vettings:
    def __init__(self, db: Database, clock: Clock, settings: Settings, limits: Limits) -> None:
        self._db, self._clock, self._settings, self._limits = db, clock, settings, limits
        self.screen_about: Callable[[str], None] = lambda _text: None
        """Raises the refusal of what has no place on any page; contact details have one on this. Screening, which the composition root connects, knows."""

    def told(self, row: Record) -> Vetting:
        soon = self._clock.now() + self._settings.vetting_remind_days * DAY
        return Vetting(
            id=row.id,
            kind=row.kind,
            state=row.state,
            at=row.at,
            decided_at=row.decided_at,
            until=row.until,
            ends_soon=row.state == "passed" and row.until is not None and row.until < soon,
            words=row.words,
            real_name=row.real_name,
            number=row.number,
            country=row.country,
        )

    async def mine(self, visitor: Visitor) -> MyVetting:
        def read(conn: Connection) -> MyVetting:
            kinds: tuple[VettingKind, ...] = ("check", "licence")
            may = [kind for kind in kinds if self._may_apply(conn, visitor, kind)]
            return MyVetting(vettings=[self.told(row) for row in queries.of(conn, visitor.id)], may_apply=may)

        return await self._db.read(read)

    def _may_apply(self, conn: Connection, visitor: Visitor, kind: VettingKind) -> bool:
        """One application at a time; while one holds, another within the days of the reminder."""
        now = self._clock.now()
        me = accounts.facts_by_id(conn, visitor.id, now)
        if me is None or not visitor.signed_up:
            return False
        if kind == "check" and not may_be_cleared(me).ok:
            return False
        if kind == "licence":
            row = accounts.by_id(conn, visitor.id)
            if row is None or not may_be_therapist(me).ok or accounts.linked(conn, row) is not None:
                return False
            if row.kind == "member" and queries.asked_for_help(conn, visitor.id):
                return False
        before = [self.told(row) for row in queries.of(conn, visitor.id) if row.kind == kind]
        return all(one.state in ("refused", "ended") or one.ends_soon for one in before)

    async def apply_for_check(self, visitor: Visitor) -> MyVetting:
        """Refused: gate-first, not-allowed, too-fast."""
        return await self._apply(visitor, "check", {})

    async def apply_with_licence(self, visitor: Visitor, form: LicenceIn) -> MyVetting:
        """Refused: gate-first, not-allowed, too-fast, bad-input (an end that has passed)."""
        if form.until <= self._clock.now():
            raise Refused("bad-input", field="until")
        values = {"real_name": form.real_name, "number": form.number, "country": form.country, "until": form.until}
        return await self._apply(visitor, "licence", values)

    async def _apply(self, visitor: Visitor, kind: VettingKind, values: dict[str, object]) -> MyVetting:
        gated(visitor)
        now = self._clock.now()

        def work(unit: Unit) -> None:
            if not self._may_apply(unit.conn, visitor, kind):
                raise Refused("not-allowed")
            if until := self._limits.check("apply", visitor.id, now):
                raise Refused("too-fast", retry_at=until)
            queries.insert(
                unit.conn, id=new_id(now), account_id=visitor.id, kind=kind, state="applied", at=now, **values
            )

        await self._db.write(work)
        return await self.mine(visitor)

    # A therapist's page

    async def open_page(self, visitor: Visitor) -> None:
        """By the therapist alone, once the licence is verified: from then on the page is public, and the account a therapist's. They sign in again. Refused:
        not-allowed (no licence that holds), conflict (it is open)."""
        now = self._clock.now()

        def work(unit: Unit) -> None:
            conn = unit.conn
            if not any(row.kind == "licence" and _holds(row, now) for row in queries.of(conn, visitor.id)):
                raise Refused("not-allowed")
            me, row = accounts.facts_by_id(conn, visitor.id, now), accounts.by_id(conn, visitor.id)
            if me is None or row is None or not may_be_therapist(me).ok or accounts.linked(conn, row) is not None:
                raise Refused("not-allowed")
            if row.kind == "member" and queries.asked_for_help(conn, visitor.id):
                raise Refused("not-allowed")
            if queries.opened(conn, visitor.id) is not None:
                raise Refused("conflict")
            queries.open_page(conn, visitor.id, now)
            unit.announce(AccountChanged(account=visitor.id))
            sessions.end_all(unit, visitor.id)

        await self._db.write(work)

    async def set_about(self, visitor: Visitor, form: TherapistIn) -> None:
        """Refused: not-allowed, too-fast, and what has no place on any page."""
        self.screen_about(form.about)
        now = self._clock.now()

        def work(unit: Unit) -> None:
            if queries.opened(unit.conn, visitor.id) is None:
                raise Refused("not-allowed")
            if until := self._limits.check("about", visitor.id, now):
                raise Refused("too-fast", retry_at=until)
            queries.set_about(unit.conn, visitor.id, form.about)

        await self._db.write(work)

    async def page(self, name: str) -> TherapistPage:
        """not-found for whoever is none, has not opened it, is banned, or whose licence holds no more."""
        now = self._clock.now()

        def read(conn: Connection) -> TherapistPage:
            row = accounts.by_key(conn, names.key(name.removeprefix("@")))
            if row is None or not seen(accounts.facts(conn, row, now)):
                raise Refused("not-found")
            found = queries.therapist_page(conn, row.id, now)
            if found is None:
                raise Refused("not-found")
            return TherapistPage(
                name=row.name,
                real_name=found.real_name,
                number=found.number,
                country=found.country,
                until=found.until,
                verified_at=found.decided_at,
                about=found.about,
            )

        return await self._db.read(read)

    async def about_of(self, visitor: Visitor) -> str | None:
        """What stands on one's own page; None: none was opened."""
        row = await self._db.read(queries.opened, visitor.id)
        return None if row is None else str(row.about)

    async def end_overdue(self) -> None:
        """What has run out says so. (The page was gone, and the clearance over, from that very moment.)"""
        now = self._clock.now()
        if await self._db.read(queries.is_due, now):
            await self._db.write(lambda unit: queries.end_overdue(unit.conn, now))


def _holds(row: Record, now: int) -> bool:
    return bool(row.state == "passed" and row.until is not None and row.until > now)
