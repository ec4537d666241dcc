"""Looking people up, for staff alone: a search by name and kind, and one account's card. Both are in the audit log, in the transaction of the reading.

The card has what its reader's role needs and no more; how accounts are linked is on none, nor what somebody wrote. (Other members look nobody up: SPEC A3.)
"""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy import Connection

from cups.accounts import names
from cups.accounts import queries as accounts
from cups.accounts.tables import account, role, sanction, session
from cups.accounts.visitor import Visitor
from cups.clock import Clock
from cups.errors import Refused
from cups.limits.live import Limits
from cups.moderation import audit, ladder
from cups.moderation import queries as moderation
from cups.reach import Facts
from cups.rooms.tables import room
from cups.staff import permissions
from cups.staff.acting import require_now, somebody
from cups.staff.cursors import Cursors
from cups.store.database import Database, Unit
from cups.store.schema import Record
from cups.wire.directory import (
    CardBan,
    CardRole,
    CardSecurity,
    FoundPeople,
    FoundPerson,
    LookIn,
    PersonCard,
    Search,
    StaffMe,
)
from cups.wire.people import AgreementVersion

LAST = "\U0010ffff"
"""Behind every character that a name's key can have."""
CARD_BANS = 20

_roles = (
    sa.select(role, room.c.slug)
    .outerjoin(room, room.c.id == role.c.scope)
    .where(role.c.account_id == sa.bindparam("id"))
    .order_by(role.c.role, role.c.scope)
)
_bans = (
    sa.select(sanction)
    .where(sanction.c.person_id == sa.bindparam("id"), sanction.c.kind == "ban")
    .order_by(sanction.c.id.desc())
    .limit(CARD_BANS)
)
_sessions = sa.select(sa.func.count()).where(
    session.c.account_id == sa.bindparam("id"), session.c.expires_at > sa.bindparam("now")
)


class Directory:
    def __init__(self, db: Database, clock: Clock, limits: Limits, cursors: Cursors) -> None:
        self._db, self._clock, self._limits, self._cursors = db, clock, limits, cursors

    def me(self, visitor: Visitor) -> StaffMe:
        return StaffMe(roles=sorted(visitor.facts.roles), permissions=sorted(permissions.of(visitor.facts)))

    async def search(self, visitor: Visitor, search: Search, after: str, limit: int) -> FoundPeople:
        """By name, in the order of names. Refused: not-allowed, bad-input (a cursor of another question)."""
        told = {key: str(value) for key, value in msgspec.structs.asdict(search).items() if value not in ("", 0, None)}
        place = ""
        if after:
            found = self._cursors.place(visitor, told, after)
            if found is None:
                raise Refused("bad-input", field="after")
            place = found
        now = self._clock.now()

        def work(unit: Unit) -> FoundPeople:
            require_now(unit.conn, visitor.id, "people.search", now)
            rows = _search(unit.conn, search, place, limit, now)
            if not place:
                audit.write(unit.conn, visitor, "people.search", f"{len(rows)} shown", told, now)
            people = accounts.people(unit.conn, [row.id for row in rows])
            lines = [
                FoundPerson(
                    person=people[row.id], age=row.age_class, created_at=row.created_at, banned=bool(row.is_banned)
                )
                for row in rows
            ]
            more = len(rows) == limit
            return FoundPeople(
                people=lines, next=self._cursors.give(visitor, told, rows[-1].name_key) if more else None
            )

        return await self._db.write(work)

    async def card(self, visitor: Visitor, name: str, form: LookIn) -> PersonCard:
        """Refused: not-allowed, not-found."""
        now = self._clock.now()

        def work(unit: Unit) -> PersonCard:
            me = require_now(unit.conn, visitor.id, "people.read", now)
            row = somebody(unit.conn, name)
            details = {"reason": form.reason} | ({"case": form.case} if form.case else {})
            audit.write(unit.conn, visitor, "people.read", row.name, details, now)
            return self._card(unit.conn, me, row, now)

        return await self._db.write(work)

    def _card(self, conn: Connection, me: Facts, row: Record, now: int) -> PersonCard:
        facts, may = accounts.facts(conn, row, now), permissions.of(me)
        counted = moderation.since(conn, [row.id], now - ladder.fade_ms(self._limits))
        return PersonCard(
            person=accounts.people(conn, [row.id])[row.id],
            age=row.age_class,
            created_at=row.created_at,
            status=row.status,
            languages=row.languages.split(","),
            banned=facts.banned,
            muted_until=min(facts.muted_until, 1 << 53),
            warnings=sum(1 for one in counted if one.counted and one.overturned_at is None),
            accepted=[
                AgreementVersion(kind=kind, version=version)  # type: ignore[arg-type]  # stored by kind
                for kind, version in sorted(accounts.accepted(conn, row.id))
            ],
            roles=_held(conn, row.id),
            bans=_bans_of(conn, row.id) if "bans" in may else None,
            security=_security(conn, row, now) if "people.security" in may else None,
        )


def _search(conn: Connection, search: Search, place: str, limit: int, now: int) -> Sequence[Record]:
    banned = sa.exists(
        sa.select(sa.literal(1)).where(
            sanction.c.person_id == account.c.id,
            sanction.c.kind == "ban",
            sanction.c.lifted_at.is_(None),
            sa.or_(sanction.c.until.is_(None), sanction.c.until > now),
        )
    )
    fits: list[sa.ColumnElement[bool]] = [account.c.name_key > place]
    if search.name:
        key = names.key(search.name.removeprefix("@"))
        if search.match == "exact":
            fits.append(account.c.name_key == key)
        else:
            fits += [account.c.name_key >= key, account.c.name_key < key + LAST]
    if search.kind:
        fits.append(account.c.kind == search.kind)
    if search.age:
        fits.append(account.c.age_class == search.age)
    if search.role:
        holds = sa.select(role.c.account_id).where(sa.or_(role.c.until.is_(None), role.c.until > now))
        holds = (
            holds.where(role.c.scope != "")
            if search.role == "room-moderator"
            else holds.where(role.c.role == search.role, role.c.scope == "")
        )
        fits.append(account.c.id.in_(holds))
    if search.banned is not None:
        fits.append(banned if search.banned else sa.not_(banned))
    if search.created_from:
        fits.append(account.c.created_at >= search.created_from)
    if search.created_to:
        fits.append(account.c.created_at < search.created_to)
    found = sa.select(account, banned.label("is_banned")).where(*fits).order_by(account.c.name_key).limit(limit)
    return conn.execute(found).all()


def _held(conn: Connection, id: str) -> list[CardRole]:
    def told(row: Any) -> CardRole:
        if row.scope:
            return CardRole(role="room-moderator", scope=row.slug or "", at=row.at, until=row.until)
        return CardRole(role=row.role, scope="", at=row.at, until=row.until)

    return [told(row) for row in conn.execute(_roles, {"id": id})]


def _bans_of(conn: Connection, id: str) -> list[CardBan]:
    return [
        CardBan(id=row.id, reason=row.reason, at=row.at, until=row.until, lifted=row.lifted_at is not None)
        for row in conn.execute(_bans, {"id": id})
    ]


def _security(conn: Connection, row: Record, now: int) -> CardSecurity:
    return CardSecurity(
        second_factor=accounts.has_second_factor(conn, row.id),
        sessions=conn.execute(_sessions, {"id": row.id, "now": now}).scalar_one(),
        has_password=row.password_hash is not None,
    )
