"""Bodies of the staff endpoints."""

from typing import Annotated, Literal

from msgspec import Meta

from cups.wire.base import Body, Id, Millis, Name
from cups.wire.people import Person
from cups.wire.requests import Estimate

StaffRole = Literal["moderator", "community-manager", "admin"]


class ModeratorIn(Body):
    name: Name


class RoleIn(Body):
    role: StaffRole


class BanIn(Body):
    """`days` None: until lifted. The reason is shown to the person."""

    name: Name
    reason: Annotated[str, Meta(min_length=3, max_length=500)]
    days: Annotated[int, Meta(ge=1, le=3650)] | None = None


class Ban(Body):
    id: Id
    person: Person
    reason: str
    by: str
    at: Millis
    until: Millis | None
    lifted: bool


class Bans(Body):
    bans: list[Ban]
    next: str | None = None


class WaitingRequest(Body):
    """As staff see a request: `held_by` is who has a lease on it now."""

    id: Id
    person: Person
    age: str
    topic: str
    language: str
    severity: int
    since: Millis
    state: str
    held_by: str | None = None


class WaitingRequests(Body):
    requests: list[WaitingRequest]
    next: str | None = None


class PoolStatistics(Body):
    """One pool: an age class and a language. `matched` counts the last half hour; `oldest` is since when the first in rank waits."""

    pool: str
    waiting: int
    oldest: Millis
    matched: int
    estimate: Estimate
    """For somebody who enters now."""


class QueueCheck(Body):
    """The last comparison of the index with the table; all but `rows` is 0 as long as they agree. What differed was put right."""

    at: Millis
    rows: int
    missing: int
    different: int
    surplus: int


class QueueStatistics(Body):
    waiting: int
    held: int
    """Taken by a listener who has not come into the chat yet."""
    here: int
    """Of those who wait: with a connection open. The others' places are kept for a while."""
    boards: int
    """Listeners who look at the queue."""
    index_bytes: int
    pools: list[PoolStatistics]
    since_start: dict[str, int]
    """opened, taken, lost (to a quicker listener), stale, gone (after the hold), passes and repaired (of the comparison)."""
    check: QueueCheck


class AuditEntry(Body):
    """One act. `hash` chains it to the entry before: removing or changing one is detected."""

    number: int
    at: Millis
    actor: str
    act: str
    subject: str
    details: dict[str, str]
    hash: str


class AuditPage(Body):
    entries: list[AuditEntry]
    next: str | None = None


class AuditCheck(Body):
    intact: bool
    entries: int
    first_broken: int | None = None


class Report(Body):
    id: Id
    at: Millis
    reporter: Person
    about: Person
    channel: Id
    text: str
    state: Literal["open", "closed"]


class Reports(Body):
    reports: list[Report]
    next: str | None = None
