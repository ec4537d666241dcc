"""The audit log: every act of staff and moderators, append-only, each entry chained to the one before by its hash.

Written inside the transaction of the act itself: no act without its entry, no entry without its act.
"""

import hashlib
import json
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy import Connection

from cups.accounts.visitor import Visitor
from cups.moderation.tables import audit
from cups.reach import Facts, is_of_staff, is_staff
from cups.store.database import Unit
from cups.store.schema import Record
from cups.wire.staff import AuditCheck, AuditEntry, AuditQuestion

GENESIS = "0" * 64


def digest(previous: str, number: int, at: int, actor_id: str, actor: str, act: str, subject: str, details: str) -> str:
    """SHA-256 over the entry and the hash before it, fields kept apart by their JSON form."""
    return hashlib.sha256(
        json.dumps([previous, number, at, actor_id, actor, act, subject, details]).encode()
    ).hexdigest()


def write(conn: Connection, actor: Visitor, act: str, subject: str, details: Mapping[str, str], now: int) -> int:
    """Appends one entry; its number. `details` hold no message text and no personal data."""
    return append(conn, actor.id, actor.name, act, subject, details, now)


def note(unit: Unit, actor: Visitor, act: str, now: int) -> None:
    """The entry of what somebody of staff did with their own account; nothing for everybody else."""
    if is_staff(actor.facts) or actor.facts.staff_waits:
        write(unit.conn, actor, act, actor.name, {}, now)


def note_way_in(unit: Unit, account: Facts, name: str, now: int) -> None:
    """The entry of a sign-in by somebody of staff, before their second factor counts, too; of nobody else is kept when they came."""
    if is_of_staff(account):
        append(unit.conn, account.id, name, "own.sign-in", name, {}, now)


def append(
    conn: Connection, actor_id: str, actor: str, act: str, subject: str, details: Mapping[str, str], now: int
) -> int:
    last = conn.execute(sa.select(audit.c.number, audit.c.hash).order_by(audit.c.number.desc()).limit(1)).one_or_none()
    number, previous = (last.number + 1, last.hash) if last else (1, GENESIS)
    text = json.dumps(dict(details), sort_keys=True, ensure_ascii=False)
    conn.execute(
        audit.insert(),
        {
            "number": number,
            "at": now,
            "actor_id": actor_id,
            "actor": actor,
            "act": act,
            "subject": subject,
            "details": text,
            "hash": digest(previous, number, now, actor_id, actor, act, subject, text),
        },
    )
    return number


def page(conn: Connection, question: AuditQuestion, *, after: int, limit: int) -> list[AuditEntry]:
    """Entries that fit, beyond `after`: from the first on, or with `newest` from the last on (`after` 0: from the very end)."""
    fits = [
        column == value
        for column, value in ((audit.c.actor, question.actor), (audit.c.subject, question.subject))
        if value
    ]
    if question.act:
        # `person.` is every act about people; their names have no character that LIKE takes for another.
        fits.append(audit.c.act.startswith(question.act, autoescape=True))
    if question.since:
        fits.append(audit.c.at >= question.since)
    if question.until:
        fits.append(audit.c.at < question.until)
    if question.newest:
        beyond = [audit.c.number < after] if after else []
        order = audit.c.number.desc()
    else:
        beyond, order = [audit.c.number > after], audit.c.number.asc()
    rows = conn.execute(sa.select(audit).where(*fits, *beyond).order_by(order).limit(limit))
    return [_entry(row) for row in rows]


def _entry(row: Record) -> AuditEntry:
    return AuditEntry(
        number=row.number,
        at=row.at,
        actor=row.actor,
        act=row.act,
        subject=row.subject,
        details=json.loads(row.details),
        hash=row.hash,
    )


def check(conn: Connection) -> AuditCheck:
    """Recomputes the chain: a removed, changed or inserted entry is found. (Cutting off the end is seen only by whoever kept the last hash.)"""
    previous, expected = GENESIS, 1
    for row in conn.execute(sa.select(audit).order_by(audit.c.number)):
        right = digest(previous, row.number, row.at, row.actor_id, row.actor, row.act, row.subject, row.details)
        if row.number != expected or row.hash != right:
            return AuditCheck(intact=False, entries=expected - 1, first_broken=expected)
        previous, expected = row.hash, expected + 1
    return AuditCheck(intact=True, entries=expected - 1)
