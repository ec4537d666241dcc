"""A copy of one's own data: asked for, made by a job, fetched by its owner alone, gone after a while.

It holds what the tables say is this person's, and of others what the person saw anyway: what was said in their own chats, with the names as they are shown.
The other account of the same person is in it only if its owner asked for that: a file that lies about must not tell that the two belong together.
"""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import msgspec
import sqlalchemy as sa
import structlog
from sqlalchemy import Connection

from cups.accounts import queries as accounts
from cups.accounts.safety import Safety
from cups.accounts.sessions import require_alive
from cups.accounts.visitor import Visitor
from cups.chats.tables import chat
from cups.clock import Clock
from cups.errors import Refused
from cups.ids import new_id
from cups.limits.live import Limits
from cups.messages.tables import message
from cups.privacy import queries
from cups.settings import Settings
from cups.store.database import Database, Unit
from cups.store.holding import UNTOLD, Holding
from cups.store.schema import Record
from cups.wire.privacy import Copies, Copy, CopyIn

log = structlog.get_logger()
HOUR = 3_600_000
README = """This is a copy of what cups holds of you: data.json, made for programs and readable by people.

Times are in milliseconds since 1970, UTC. Names of other people are as they are shown on the site.
It is yours alone: keep it where nobody else finds it.
"""
Extra = Callable[[Connection, str], list[dict[str, Any]]]


class Exporting:
    def __init__(self, db: Database, clock: Clock, settings: Settings, limits: Limits, safety: Safety) -> None:
        self._db, self._clock, self._settings, self._limits, self._safety = db, clock, settings, limits, safety
        self.wake: Callable[[], None] = lambda: None
        self.extra: dict[str, Extra] = {"chats": conversations}
        """What needs more than the tables' own rows, by its name in the file: features that rank above add theirs (notes, which are encrypted)."""

    async def ask(self, visitor: Visitor, form: CopyIn) -> Copy:
        """Refused: confirm-first, too-fast, not-allowed (another account's data, where there is none)."""
        self._safety.require_confirmed(visitor)
        if form.linked and visitor.linked is None:
            raise Refused("not-allowed", field="linked")
        now = self._clock.now()
        if until := self._limits.check_person(None, "export", visitor.facts, now):
            raise Refused("too-fast", retry_at=until)
        until = now + self._settings.export_hours * HOUR
        asked = Copy(id=new_id(now), linked=form.linked, at=now, until=until, ready=False)

        def work(unit: Unit) -> None:
            require_alive(unit, visitor)
            values = {"id": asked.id, "account_id": visitor.id, "linked": asked.linked, "at": now, "until": until}
            queries.add_export(unit.conn, **values)

        await self._db.write(work)
        self.wake()
        return asked

    async def of(self, visitor: Visitor) -> Copies:
        rows = await self._db.read(queries.exports, [visitor.id], self._clock.now())
        return Copies(
            copies=[
                Copy(id=row.id, linked=row.linked, at=row.at, until=row.until, ready=bool(row.ready)) for row in rows
            ]
        )

    async def fetch(self, visitor: Visitor, id: str) -> bytes:
        """The archive, for its owner. Refused: confirm-first, not-found (somebody else's, gone, or not made yet)."""
        self._safety.require_confirmed(visitor)
        found = await self._db.read(queries.archive, visitor.id, id, self._clock.now())
        if found is None:
            raise Refused("not-found")
        return found

    async def discard(self, visitor: Visitor, id: str) -> None:
        def work(unit: Unit) -> None:
            if not queries.delete_export(unit.conn, visitor.id, id):
                raise Refused("not-found")

        await self._db.write(work)

    # The job

    async def look(self) -> int:
        """Makes the copies that are asked for; how many. One that a crash left unmade is made now."""
        rows = await self._db.read(queries.unmade)
        for row in rows:
            archive = await self._db.read(self._archive, row.account_id, row.linked)
            await self._db.write(self._keep, row.id, archive)
        if rows:
            log.info("copies made", count=len(rows))
        return len(rows)

    def _keep(self, unit: Unit, id: str, archive: bytes) -> None:
        queries.make(unit.conn, id, archive)

    def _archive(self, conn: Connection, account_id: str, linked: bool) -> bytes:
        ids = accounts.personas(conn, account_id) if linked else [account_id]
        data = {"made": self._clock.now(), "accounts": [self.data(conn, id) for id in ids]}
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("README.txt", README)
            file.writestr("data.json", msgspec.json.format(msgspec.json.encode(data), indent=2))
        return packed.getvalue()

    def data(self, conn: Connection, id: str) -> dict[str, Any]:
        """All that is one account's, by table."""
        found = {
            name: rows
            for table, has in queries.held()
            if (rows := rows_of(conn, table, has, id))
            for name in [table.name]
        }
        return dict(sorted(found.items())) | {
            name: rows for name, more in self.extra.items() if (rows := more(conn, id))
        }


def told(table: sa.Table, has: Holding) -> list[str]:
    """The columns of a table that stand in an export."""
    owners = {owner.column for owner in has.whose if not owner.table}
    return [
        column.name
        for column in table.columns
        if column.name in has.named
        or (column.name not in has.untold | owners and has.categories[column.name] not in UNTOLD)
    ]


def rows_of(conn: Connection, table: sa.Table, has: Holding, id: str) -> list[dict[str, Any]]:
    """This person's rows, with what an export tells of them."""
    ways = [queries.theirs(table, owner, id) for owner in has.whose if owner.fate.exported]
    names = told(table, has)
    if not ways or not names:
        return []
    rows = conn.execute(sa.select(*(table.c[name] for name in names)).where(sa.or_(*ways))).all()
    others = {row._mapping[name] for row in rows for name in has.named} - {None}
    shown = accounts.people(conn, sorted(others))
    return [
        {
            name: shown[value].name if name in has.named and value in shown else value
            for name, value in row._mapping.items()
        }
        for row in rows
    ]


_mine = sa.select(chat).where(sa.or_(chat.c.member_id == sa.bindparam("id"), chat.c.listener_id == sa.bindparam("id")))
_said = sa.select(message).where(message.c.channel_id == sa.bindparam("chat")).order_by(message.c.seq)


def conversations(conn: Connection, id: str) -> list[dict[str, Any]]:
    """What was said in one's own chats by both, as far as it is kept."""
    found = []
    for row in conn.execute(_mine.order_by(chat.c.opened_at), {"id": id}).all():
        said = conn.execute(_said, {"chat": row.id}).all()
        if said:
            people = accounts.people(conn, [row.member_id, row.listener_id, *(one.author_id for one in said)])
            other = row.listener_id if row.member_id == id else row.member_id
            found.append(
                {
                    "with": people[other].name,
                    "opened_at": row.opened_at,
                    "messages": [_line(one, people) for one in said],
                }
            )
    return found


def _line(row: Record, people: dict[str, Any]) -> dict[str, Any]:
    return {"from": people[row.author_id].name, "at": row.at, "text": row.text}
