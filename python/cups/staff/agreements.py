"""New versions of agreements, privacy policy and guidelines: written, looked at, published for a day, and taken back until that day. Each act is in the audit log."""

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Connection

from cups.accounts import agreements
from cups.accounts import queries as accounts
from cups.accounts.safety import Safety
from cups.accounts.tables import agreement
from cups.accounts.visitor import Visitor
from cups.clock import Clock
from cups.errors import Refused
from cups.settings import Settings
from cups.staff.acting import act
from cups.store.database import Database, Unit
from cups.store.schema import Record
from cups.wire.agreements import (
    AgreementDraftIn,
    AgreementEdition,
    AgreementEditions,
    AgreementIn,
    AgreementPreview,
    AgreementSource,
)
from cups.wire.people import Agreement, AgreementKind

MOST_OF_A_DAY = 99
"""Versions that begin on the same day: the number behind the date has two digits."""
_listed = tuple(column for column in agreement.c if column.name not in ("summary", "text"))
_page = (
    sa.select(*_listed)
    .where(agreement.c.kind == sa.bindparam("kind"), agreement.c.version < sa.bindparam("after"))
    .order_by(agreement.c.version.desc())
    .limit(sa.bindparam("limit"))
)
_one = sa.select(agreement).where(
    agreement.c.kind == sa.bindparam("kind"), agreement.c.version == sa.bindparam("version")
)
_versions = sa.select(agreement.c.version).where(agreement.c.kind == sa.bindparam("kind"))
_waits = agreement.delete().where(
    agreement.c.kind == sa.bindparam("of_kind"),
    agreement.c.version == sa.bindparam("of_version"),
    agreement.c.asked_from > sa.bindparam("now"),
)


class AgreementDesk:
    def __init__(self, db: Database, clock: Clock, settings: Settings, safety: Safety) -> None:
        self._db, self._clock, self._settings, self._safety = db, clock, settings, safety

    async def versions(self, kind: AgreementKind, after: str, limit: int) -> AgreementEditions:
        """The newest first."""

        def read(conn: Connection) -> AgreementEditions:
            rows = conn.execute(_page, {"kind": kind, "after": after or "~", "limit": limit}).all()
            found = [_told(conn, row) for row in rows]
            return AgreementEditions(editions=found, next=rows[-1].version if len(rows) == limit else None)

        return await self._db.read(read)

    async def source(self, kind: AgreementKind, version: str) -> AgreementSource:
        """Refused: not-found."""

        def read(conn: Connection) -> AgreementSource:
            row = conn.execute(_one, {"kind": kind, "version": version}).one_or_none()
            if row is None:
                raise Refused("not-found")
            return AgreementSource(edition=_told(conn, row), summary=row.summary, text=row.text)

        return await self._db.read(read)

    async def preview(self, kind: AgreementKind, form: AgreementDraftIn) -> AgreementPreview:
        """Refused: bad-input with the field."""
        now = self._clock.now()
        asked_from = self._asked_from(form.asked_from, now)
        version = await self._db.read(_next_version, kind, form.asked_from)
        told = Agreement(
            kind=kind,
            version=version,
            title=form.title,
            summary=form.summary,
            html=agreements.rendered(form.text),
        )
        return AgreementPreview(agreement=told, asked_from=asked_from)

    async def publish(self, visitor: Visitor, kind: AgreementKind, form: AgreementIn) -> AgreementEdition:
        """Refused: confirm-first, bad-input with the field, conflict (another version was published since the preview)."""
        self._safety.require_confirmed(visitor)
        now = self._clock.now()
        asked_from = self._asked_from(form.asked_from, now)

        def work(unit: Unit) -> AgreementEdition:
            version = _next_version(unit.conn, kind, form.asked_from)
            if version != form.version:
                raise Refused("conflict", field="version")
            words = (form.title.strip(), form.summary.strip(), form.text)
            agreements.publish(unit, kind, version, *words, by=visitor.id, now=now, asked_from=asked_from)
            return AgreementEdition(
                kind=kind,
                version=version,
                title=form.title.strip(),
                at=now,
                asked_from=asked_from,
                by=visitor.name,
                state="waits" if asked_from > now else "in-force",
            )

        subject, details = f"{kind} {form.version}", {"asked_from": form.asked_from}
        return await act(
            self._db, visitor, "agreement.publish", subject, details, work, now=now, permission="agreements"
        )

    async def withdraw(self, visitor: Visitor, kind: AgreementKind, version: str) -> None:
        """One that nobody was asked for yet is gone. Refused: confirm-first, not-found, conflict (it is in force, or was)."""
        self._safety.require_confirmed(visitor)
        now = self._clock.now()

        def work(unit: Unit) -> None:
            if unit.conn.execute(_one, {"kind": kind, "version": version}).one_or_none() is None:
                raise Refused("not-found")
            values = {"of_kind": kind, "of_version": version, "now": now}
            if unit.conn.execute(_waits, values).rowcount != 1:
                raise Refused("conflict")

        await act(
            self._db, visitor, "agreement.withdraw", f"{kind} {version}", {}, work, now=now, permission="agreements"
        )

    def _asked_from(self, day: str, now: int) -> int:
        """Midnight UTC of that day, or now, if it is today."""
        today = datetime.fromtimestamp(now / 1000, UTC).date()
        try:
            wanted = date.fromisoformat(day)
        except ValueError:
            raise Refused("bad-input", field="asked_from") from None
        if not today <= wanted <= today + timedelta(days=self._settings.agreement_ahead_days):
            raise Refused("bad-input", field="asked_from")
        midnight = datetime(wanted.year, wanted.month, wanted.day, tzinfo=UTC)
        return max(now, int(midnight.timestamp()) * 1000)


def _next_version(conn: Connection, kind: AgreementKind, day: str) -> str:
    """The name of a version that begins on this day. Refused: bad-input (one waits for a later day, or is in force with a later name)."""
    known = set(conn.execute(_versions, {"kind": kind}).scalars())
    names = [day, *(f"{day}.{number:02}" for number in range(2, MOST_OF_A_DAY + 1))]
    version = next((name for name in names if name not in known and name > max(known)), None)
    if version is None:
        raise Refused("bad-input", field="asked_from", says="version-later", given={"version": max(known)})
    return version


def _told(conn: Connection, row: Record) -> AgreementEdition:
    newest = agreements.current(row.kind).version
    people = accounts.people(conn, [row.by_id] if row.by_id else [])
    return AgreementEdition(
        kind=row.kind,
        version=row.version,
        title=row.title,
        at=row.at,
        asked_from=row.asked_from,
        by=people[row.by_id].name if row.by_id else None,
        state="in-force" if row.version == newest else "over" if row.version < newest else "waits",
    )
