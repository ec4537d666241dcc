"""What staff do: rooms, moderators, roles, bans, courses, looking at the queue. Each act writes its audit entry in the same transaction."""

from collections.abc import Callable
from typing import TypeVar

import sqlalchemy as sa
import trio
from sqlalchemy import Connection

from cups.accounts import queries as accounts
from cups.accounts.safety import Safety, holder
from cups.accounts.tables import account as account_table
from cups.accounts.tables import sanction
from cups.accounts.visitor import Visitor
from cups.chats import queries as chat_queries
from cups.clock import Clock
from cups.courses import service as courses
from cups.errors import Refused
from cups.limits.live import Limits
from cups.moderation import audit, danger
from cups.requests import queries as request_queries
from cups.rooms.service import Rooms
from cups.staff import acting
from cups.staff.deeds import Deeds
from cups.store.database import Database, Unit
from cups.store.schema import Record
from cups.wire.courses import ImportIn, ImportReport
from cups.wire.directory import Permission
from cups.wire.rooms import Room, RoomEdit, RoomIn
from cups.wire.staff import (
    Ban,
    BanIn,
    Bans,
    Report,
    Reports,
    StaffRole,
    WaitingRequest,
    WaitingRequests,
)

T = TypeVar("T")
DAY = 86_400_000


class Staff:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        limits: Limits,
        rooms: Rooms,
        deeds: Deeds,
        safety: Safety,
    ) -> None:
        self._db, self._clock, self._limits, self._safety = db, clock, limits, safety
        self._rooms, self._deeds = rooms, deeds
        self.own_danger: Callable[[str], bool] = danger.speaks_of_own_danger
        """Whether words speak of somebody's own danger: the composition root may know better."""
        self.screen_words: Callable[[str, str], None] = lambda _text, _field: None
        """Refuses words, of this field, with contact details in them (SPEC B7)."""

    async def _act(
        self,
        visitor: Visitor,
        act: str,
        subject: str,
        details: dict[str, str],
        work: Callable[[Unit], T],
        permission: Permission | None = None,
    ) -> T:
        """Does something and logs it, or neither."""
        now = self._clock.now()
        return await acting.act(self._db, visitor, act, subject, details, work, now=now, permission=permission)

    async def note(self, visitor: Visitor, act: str, subject: str, result: T) -> T:
        """The audit entry of an act that changes no table, and what came of it."""
        return await self._act(visitor, act, subject, {}, lambda _unit: result)

    # Rooms

    async def create_room(self, visitor: Visitor, form: RoomIn) -> Room:
        self._screen_room(form)
        details: dict[str, str] = {"age": form.age, "audience": form.audience}
        return await self._act(visitor, "room.create", form.slug, details, lambda unit: self._rooms.create(unit, form))

    def _screen_room(self, form: RoomIn | RoomEdit) -> None:
        self.screen_words(form.title or "", "title")
        self.screen_words(form.about or "", "about")

    async def edit_room(self, visitor: Visitor, slug: str, form: RoomEdit) -> Room:
        self._screen_room(form)
        return await self._act(visitor, "room.edit", slug, {}, lambda unit: self._rooms.edit_room(unit, slug, form))

    async def retire_room(self, visitor: Visitor, slug: str) -> None:
        await self._act(visitor, "room.retire", slug, {}, lambda unit: self._rooms.retire(unit, slug))

    async def appoint(self, visitor: Visitor, slug: str, name: str) -> None:
        details = {"name": name}
        await self._act(
            visitor, "moderator.appoint", slug, details, lambda unit: self._rooms.appoint(unit, slug, name, visitor.id)
        )

    async def dismiss(self, visitor: Visitor, slug: str, name: str) -> None:
        details = {"name": name}
        await self._act(visitor, "moderator.dismiss", slug, details, lambda unit: self._rooms.dismiss(unit, slug, name))

    # Courses

    async def import_courses(self, visitor: Visitor, form: ImportIn) -> ImportReport:
        """Reads the files in a thread of their own: the writer has only what is sound to store."""
        files = [(file.name, file.text) for file in form.files]
        parsed = await trio.to_thread.run_sync(courses.read_files, files)
        now = self._clock.now()
        return await self._act(
            visitor, "courses.import", f"{len(files)} files", {}, lambda unit: courses.store(unit.conn, parsed, now)
        )

    # People

    def _account(self, conn: Connection, name: str) -> Record:
        return acting.somebody(conn, name)

    async def grant(self, visitor: Visitor, name: str, role: StaffRole) -> None:
        """Admins alone give and take roles; nobody takes their own. The person's sessions end. Refused: confirm-first."""
        self._safety.require_confirmed(visitor)
        now = self._clock.now()

        def work(unit: Unit) -> None:
            self._deeds.give(unit, self._account(unit.conn, name), role, by=visitor.id, now=now)

        await self._act(visitor, "role.grant", name, {"role": role}, work, "roles.give")

    async def revoke(self, visitor: Visitor, name: str, role: StaffRole) -> None:
        self._safety.require_confirmed(visitor)

        def work(unit: Unit) -> None:
            row = self._account(unit.conn, name)
            if row.id == visitor.id:
                raise Refused("not-allowed", field="name")
            if not self._deeds.take(unit, row, role):
                raise Refused("not-found")

        await self._act(visitor, "role.revoke", name, {"role": role}, work, "roles.give")

    async def second_factor_off(self, name: str) -> None:
        """On the server's own machine, for somebody who has lost their phone and their codes. Ends their sessions."""
        now = self._clock.now()

        def work(unit: Unit) -> None:
            row = holder(unit.conn, self._account(unit.conn, name).id)
            accounts.remove_second_factor(unit.conn, row.id)
            self._safety.happenings.tell(unit, row.id, "second-factor-off")
            for persona in accounts.personas(unit.conn, row.id):
                self._deeds.signs_in_again(unit, persona)
            audit.append(unit.conn, row.id, row.name, "second-factor.off", row.name, {"by": "command line"}, now)

        await self._db.write(work)

    async def ban(self, visitor: Visitor, form: BanIn) -> Ban:
        """Ends the person's sessions, chats and request at once, under both of their accounts. Staff are not banned this way,
        also those who have not set up their second factor: whoever holds a role is an admin's to decide about.

        A crisis is never an offence (SPEC L12): a reason that speaks of the person's own danger is refused. An open concern about them alone
        stops nothing: a ban may have to protect others from them at once.

        Refused: not-found, not-allowed, crisis-no-offence, too-fast with when.
        """
        now = self._clock.now()
        if self.own_danger(form.reason):
            raise Refused("crisis-no-offence", field="reason")
        self.screen_words(form.reason, "reason")

        def work(unit: Unit) -> Ban:
            conn = unit.conn
            row = self._account(conn, form.name)
            self._deeds.check_bannable(conn, row, now)
            if wait := self._limits.check("act-site-ban", visitor.id, now):
                raise Refused("too-fast", retry_at=wait)
            until = None if form.days is None else now + form.days * DAY
            id = self._deeds.ban(unit, row, reason=form.reason, until=until, by=visitor.id, now=now)
            return self._bans(conn, sanction.c.id == id, 1)[0]

        return await self._act(visitor, "person.ban", form.name, {"days": str(form.days or "")}, work, "bans")

    async def lift(self, visitor: Visitor, id: str) -> None:
        def work(unit: Unit) -> None:
            if not self._deeds.lift(unit, id, self._clock.now()):
                raise Refused("not-found")

        await self._act(visitor, "person.unban", id, {}, work, "bans")

    def _bans(self, conn: Connection, where: sa.ColumnElement[bool], limit: int) -> list[Ban]:
        moderator = account_table.alias()
        found = (
            sa.select(sanction, moderator.c.name.label("by_name"))
            .join(moderator, moderator.c.id == sanction.c.by_id)
            .where(sanction.c.kind == "ban", where)
            .order_by(sanction.c.id)
            .limit(limit)
        )
        rows = conn.execute(found).all()
        people = accounts.people(conn, [row.person_id for row in rows])
        return [
            Ban(
                id=row.id,
                person=people[row.person_id],
                reason=row.reason,
                by=row.by_name,
                at=row.at,
                until=row.until,
                lifted=row.lifted_at is not None,
            )
            for row in rows
        ]

    async def bans(self, after: str, limit: int) -> Bans:
        found = await self._db.read(lambda conn: self._bans(conn, sanction.c.id > after, limit))
        return Bans(bans=found, next=found[-1].id if len(found) == limit else None)

    # Looking

    async def waiting(self, after: str, limit: int) -> WaitingRequests:
        def read(conn: Connection) -> list[WaitingRequest]:
            rows = request_queries.page_open(conn, after=after, limit=limit)
            people = accounts.people(conn, [id for row in rows for id in (row.asker_id, row.held_by) if id])
            return [
                WaitingRequest(
                    id=row.id,
                    person=people[row.asker_id],
                    age=row.pool.partition(":")[0],
                    topic=row.topic,
                    language=row.language,
                    severity=row.severity,
                    since=row.first_at,
                    state=row.state,
                    held_by=people[row.held_by].name if row.held_by else None,
                )
                for row in rows
            ]

        found = await self._db.read(read)
        return WaitingRequests(requests=found, next=found[-1].id if len(found) == limit else None)

    async def reports(self, visitor: Visitor, after: str, limit: int) -> Reports:
        """Reading reports is an act, too: it is in the audit log."""

        def work(unit: Unit) -> list[Report]:
            rows = chat_queries.reports(unit.conn, after=after, limit=limit)
            people = accounts.people(unit.conn, [id for row in rows for id in (row.reporter_id, row.about_id)])
            return [
                Report(
                    id=row.id,
                    at=row.at,
                    reporter=people[row.reporter_id],
                    about=people[row.about_id],
                    channel=row.channel_id,
                    text=row.text,
                    state=row.state,
                )
                for row in rows
            ]

        found = await self._act(visitor, "reports.read", f"after {after or 'the start'}", {}, work)
        return Reports(reports=found, next=found[-1].id if len(found) == limit else None)
