"""Every statement about licences and checks."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from cups.accounts.tables import account
from cups.requests.tables import request
from cups.store.schema import Record
from cups.vetting.tables import therapist, vetting

_of = sa.select(vetting).where(vetting.c.account_id == sa.bindparam("account")).order_by(vetting.c.id.desc())
_one = sa.select(vetting).where(vetting.c.id == sa.bindparam("id"))
_page = (
    sa.select(therapist.c.about, vetting)
    .join(vetting, vetting.c.account_id == therapist.c.account_id)
    .where(
        therapist.c.account_id == sa.bindparam("account"),
        vetting.c.kind == "licence",
        vetting.c.state == "passed",
        vetting.c.until > sa.bindparam("now"),
    )
    .order_by(vetting.c.until.desc())
    .limit(1)
)
_asked = sa.select(sa.literal(1)).where(request.c.asker_id == sa.bindparam("account")).limit(1)
_due = sa.select(sa.literal(1)).where(vetting.c.state == "passed", vetting.c.until <= sa.bindparam("now")).limit(1)


def of(conn: Connection, account_id: str) -> list[Record]:
    """One account's, the newest first."""
    return list(conn.execute(_of, {"account": account_id}))


def one(conn: Connection, id: str) -> Record | None:
    return conn.execute(_one, {"id": id}).one_or_none()


def insert(conn: Connection, **values: Any) -> None:
    conn.execute(vetting.insert(), values)


def change(conn: Connection, id: str, was: str, **values: Any) -> bool:
    """False: it is not in this state any more."""
    return (
        conn.execute(vetting.update().where(vetting.c.id == id, vetting.c.state == was).values(**values)).rowcount > 0
    )


def replace_passed(conn: Connection, account_id: str, kind: str, but: str) -> None:
    """A newer one that passed ends those before it."""
    older = sa.and_(
        vetting.c.account_id == account_id, vetting.c.kind == kind, vetting.c.state == "passed", vetting.c.id != but
    )
    conn.execute(vetting.update().where(older).values(state="ended"))


def page(conn: Connection, kind: str, state: str, *, before: int | None, after: str, limit: int) -> list[Record]:
    """The oldest first; `before`: only what ends before then."""
    found = sa.select(vetting).where(vetting.c.kind == kind, vetting.c.state == state, vetting.c.id > after)
    if before is not None:
        found = found.where(vetting.c.until < before)
    return list(conn.execute(found.order_by(vetting.c.id).limit(limit)))


def end_overdue(conn: Connection, now: int) -> int:
    over = vetting.update().where(vetting.c.state == "passed", vetting.c.until <= now)
    return conn.execute(over.values(state="ended")).rowcount


def is_due(conn: Connection, now: int) -> bool:
    return conn.execute(_due, {"now": now}).first() is not None


def asked_for_help(conn: Connection, account_id: str) -> bool:
    return conn.execute(_asked, {"account": account_id}).first() is not None


def therapist_page(conn: Connection, account_id: str, now: int) -> Record | None:
    """What is public of a therapist whose licence holds now."""
    return conn.execute(_page, {"account": account_id, "now": now}).one_or_none()


def opened(conn: Connection, account_id: str) -> Record | None:
    return conn.execute(sa.select(therapist).where(therapist.c.account_id == account_id)).one_or_none()


def open_page(conn: Connection, account_id: str, now: int) -> None:
    conn.execute(therapist.insert(), {"account_id": account_id, "about": "", "opened_at": now})
    conn.execute(account.update().where(account.c.id == account_id).values(kind="therapist"))


def set_about(conn: Connection, account_id: str, about: str) -> None:
    conn.execute(therapist.update().where(therapist.c.account_id == account_id).values(about=about))
