"""Which browsers somebody signed in from before: each has a random word as a cookie, and the account keeps a hash of both.

The same word gives another hash for each account, so that the table does not say which accounts share a browser. Held for the account that
has the password; what is signed out from elsewhere, or by a new password, is known no more.
"""

import hashlib

import sqlalchemy as sa
from sqlalchemy import Connection

from cups.accounts import queries
from cups.accounts.tables import known_browser

DAY = 86_400_000
_of = sa.select(known_browser).where(known_browser.c.account_id == sa.bindparam("id"))
_seen = (
    known_browser.update()
    .where(known_browser.c.account_id == sa.bindparam("id"), known_browser.c.digest == sa.bindparam("of"))
    .values(seen_at=sa.bindparam("day"))
)


def digest(account: str, word: str) -> str:
    """`word`: what the browser keeps, 256 random bits. `account`: the one that has the password."""
    return hashlib.sha256(f"{account} {word}".encode()).hexdigest()


def know(conn: Connection, account: str, word: str, now: int, most: int) -> bool:
    """Whether this browser was known until now; from now on it is. The one unused the longest makes room beyond `most`. Only the day is kept."""
    found, day = digest(account, word), now - now % DAY
    if conn.execute(_seen, {"id": account, "of": found, "day": day}).rowcount:
        return True
    oldest = _of.order_by(known_browser.c.seen_at.desc()).offset(most - 1)
    for row in conn.execute(oldest, {"id": account}).all():
        forget(conn, [account], row.digest)
    conn.execute(known_browser.insert(), {"account_id": account, "digest": found, "seen_at": day})
    return False


def forget(conn: Connection, accounts: list[str], digest: str) -> None:
    where = sa.and_(known_browser.c.account_id.in_(accounts), known_browser.c.digest == digest)
    conn.execute(known_browser.delete().where(where))


def forget_all(conn: Connection, id: str, *, but: str = "") -> None:
    """Of this person, under whichever of their accounts; `but`: the digest of the one that stays known."""
    theirs = known_browser.c.account_id.in_(queries.personas(conn, id))
    conn.execute(known_browser.delete().where(theirs, known_browser.c.digest != but))


def expire(conn: Connection, before: int) -> int:
    """Those from which nobody signed in since then; how many."""
    return conn.execute(known_browser.delete().where(known_browser.c.seen_at < before)).rowcount
