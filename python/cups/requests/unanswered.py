"""Personal requests that nobody answered: for a while they lead on to another request, at the rank of when their asker first asked (SPEC D2)."""

from sqlalchemy import Connection

from cups.requests import queries
from cups.store.schema import Record

UNANSWERED = frozenset({"declined", "missed", "unavailable"})
"""Ends of a personal request after which its asker is offered the queue."""


def leads_on(row: Record, now: int, within_s: int) -> bool:
    """Whether this one ended without an answer, lately."""
    return row.reason in UNANSWERED and row.closed_at is not None and now - row.closed_at < within_s * 1000


def began(conn: Connection, asker: str, now: int, within_s: int) -> int | None:
    """The rank of before of somebody who asks now, whomever and by whichever way, if nobody answered them just then."""
    row = queries.latest_of(conn, asker)
    return int(row.first_at) if row is not None and leads_on(row, now, within_s) else None
