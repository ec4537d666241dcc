"""Every statement about a restored database: what must not come alive again, and how much there is."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy import Connection

from cups.accounts.tables import (
    account,
    email_address,
    half_session,
    known_browser,
    passkey_challenge,
    reset_link,
    session,
)
from cups.consent.tables import consent
from cups.mail.tables import letter
from cups.messages.tables import channel, message
from cups.notes.tables import note
from cups.privacy.tables import departure

ONCE = (half_session, passkey_challenge, reset_link)
"""What is good for one use, which it may have had since the backup."""


def end_sessions(conn: Connection) -> int:
    """Whoever signed out, or was signed out, stays so; and of a browser that was turned out since, its next way in is told."""
    conn.execute(known_browser.delete())
    return conn.execute(session.delete()).rowcount


def end_tokens(conn: Connection, now: int) -> None:
    """Links and half steps."""
    for table in ONCE:
        conn.execute(table.delete())
    conn.execute(email_address.delete().where(sa.not_(email_address.c.confirmed)))
    asked = consent.c.state.in_(("asked", "once"))
    over = {"state": "expired", "sealed": None, "token_hash": None, "until": None, "second_at": None, "ended_at": now}
    conn.execute(consent.update().where(asked).values(**over))


def drop_letters(conn: Connection) -> int:
    """They have gone since, or what they lead to is over."""
    return conn.execute(letter.delete()).rowcount


def begin_epochs(conn: Connection, epoch: str) -> int:
    """Of every channel: no position that a client holds from before can be continued."""
    return conn.execute(channel.update().values(epoch=epoch)).rowcount


def put_off_closings(conn: Connection, until: int) -> None:
    """Whoever had closed their account may have come back since the backup: nobody is erased at once for what it says."""
    early = sa.and_(departure.c.state == "closed", departure.c.erase_at < until)
    conn.execute(departure.update().where(early).values(erase_at=until))


def free_departures(conn: Connection) -> None:
    """Nobody else erases anybody."""
    conn.execute(departure.update().values(lease_until=0))


def accounts(conn: Connection) -> Iterator[str]:
    yield from conn.execute(sa.select(account.c.id)).scalars()


def counts(conn: Connection) -> dict[str, int]:
    people = sa.select(sa.func.count()).where(account.c.left_at.is_(None))
    found = {"people": int(conn.execute(people).scalar_one())}
    for name, table in (("channels", channel), ("messages", message), ("notes", note)):
        found[name] = int(conn.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())
    return found
