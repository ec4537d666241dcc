"""Every statement about sessions, in one file."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy import Connection

from cups.accounts.tables import account, half_session, session
from cups.store.schema import Record

_by_hash = sa.select(session).where(session.c.token_hash == sa.bindparam("hash"))
_seen = (
    session.update()
    .where(session.c.token_hash == sa.bindparam("hash"), session.c.seen_at < sa.bindparam("hour"))
    .values(seen_at=sa.bindparam("hour"))
)

_unused = (
    sa.select(session)
    .join(account, account.c.id == session.c.account_id)
    .where(
        session.c.seen_at <= sa.bindparam("before"),
        session.c.created_at <= sa.bindparam("before"),
        account.c.kind != "guest",
    )
    .limit(sa.bindparam("most"))
)


def add(conn: Connection, **values: str | int) -> None:
    conn.execute(session.insert(), values)


def by_hash(conn: Connection, token_hash: str) -> Record | None:
    return conn.execute(_by_hash, {"hash": token_hash}).one_or_none()


def living(conn: Connection, accounts: Sequence[str], now: int, limit: int | None) -> list[Record]:
    """The sessions of these accounts that have not run out, those used last first."""
    found = sa.select(session).where(session.c.account_id.in_(accounts), session.c.expires_at > now)
    return list(conn.execute(found.order_by(session.c.seen_at.desc(), session.c.created_at.desc()).limit(limit)))


def end(conn: Connection, token_hash: str) -> None:
    conn.execute(session.delete().where(session.c.token_hash == token_hash))


def end_of(conn: Connection, account: str) -> None:
    conn.execute(session.delete().where(session.c.account_id == account))
    end_halves(conn, [account])


def expired(conn: Connection, now: int, limit: int) -> list[Record]:
    return list(conn.execute(sa.select(session).where(session.c.expires_at <= now).limit(limit)))


def unused(conn: Connection, before: int, limit: int) -> list[Record]:
    """Not used since then, nor made; of no guests."""
    return list(conn.execute(_unused, {"before": before, "most": limit}))


def expire_halves(conn: Connection, now: int) -> None:
    conn.execute(half_session.delete().where(half_session.c.expires_at <= now))


def add_half(conn: Connection, **values: str | int) -> None:
    conn.execute(half_session.insert(), values)


def half(conn: Connection, token_hash: str, now: int) -> Record | None:
    """A sign-in that waits for its second step."""
    where = sa.and_(half_session.c.token_hash == token_hash, half_session.c.expires_at > now)
    return conn.execute(sa.select(half_session).where(where)).one_or_none()


def end_half(conn: Connection, token_hash: str) -> bool:
    """Whether it was there until now."""
    return conn.execute(half_session.delete().where(half_session.c.token_hash == token_hash)).rowcount == 1


def end_halves(conn: Connection, accounts: Sequence[str]) -> None:
    conn.execute(half_session.delete().where(half_session.c.account_id.in_(accounts)))


def see(conn: Connection, hours: Mapping[str, int]) -> None:
    """By token hash, the hour in which a session was used."""
    conn.execute(_seen, [{"hash": token_hash, "hour": hour} for token_hash, hour in hours.items()])


def confirm(conn: Connection, token_hash: str, now: int) -> None:
    conn.execute(session.update().where(session.c.token_hash == token_hash).values(confirmed_at=now))
