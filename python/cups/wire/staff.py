"""Bodies of the staff endpoints."""

from typing import Annotated, Literal

from msgspec import Meta

from cups.wire.base import Body, Id, Millis, Name
from cups.wire.people import AgeClass, Person
from cups.wire.requests import Estimate

StaffRole = Literal["moderator", "community-manager", "admin"]


class ModeratorIn(Body):
    name: Name


class RoleIn(Body):
    role: StaffRole


class ClearanceIn(Body):
    """Clears an adult's listener account for both ages, until then. `check` says which check of the background this rests on; it is kept in the audit log."""

    until: Millis
    check: Annotated[str, Meta(min_length=3, max_length=200)]


class Clearance(Body):
    """A listener who may meet teens and adults. `in_force` False: it has ended."""

    person: Person
    by: str
    at: Millis
    until: Millis | None
    in_force: bool


class Clearances(Body):
    clearances: list[Clearance]
    next: str | None = None


class AgeIn(Body):
    """Corrects an age once declared. The reason is kept in the audit log."""

    age: AgeClass
    reason: Annotated[str, Meta(min_length=3, max_length=200)]


class LimitIn(Body):
    """`burst` may come at once, then one every `period_ms`."""

    burst: Annotated[int, Meta(ge=1, le=10_000)]
    period_ms: Annotated[int, Meta(ge=1, le=86_400_000)]


class Limit(Body):
    """A limit in force. The defaults are what the process was started with. `changed_by` None: nobody has changed it."""

    name: str
    counts: Literal[
        "person",
        "room",
        "address",
        "session",
        "connection",
        "account name",
        "account name and address",
        "letter box",
        "everybody",
    ]
    burst: int
    period_ms: int
    default_burst: int
    default_period_ms: int
    changed_by: str | None = None
    changed_at: Millis | None = None


class FigureIn(Body):
    value: int


class Figure(Body):
    """One figure of the ladder of warnings, of the steps' lengths, or of the ladder of trust."""

    name: str
    value: int
    default: int
    least: int
    most: int
    changed_by: str | None = None
    changed_at: Millis | None = None


class Limits(Body):
    limits: list[Limit]
    figures: list[Figure]


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


class AuditQuestion(Body):
    """What of the log is read; empty or 0: all. `act` is its beginning, as `person.`; `until` itself is left out."""

    actor: Annotated[str, Meta(max_length=32)] = ""
    act: Annotated[str, Meta(max_length=40)] = ""
    subject: Annotated[str, Meta(max_length=100)] = ""
    since: Millis = 0
    until: Millis = 0
    newest: bool = False


class AuditPage(Body):
    entries: list[AuditEntry]
    next: str | None = None


class AuditCheck(Body):
    intact: bool
    entries: int
    first_broken: int | None = None


class Report(Body, kw_only=True):
    id: Id
    at: Millis
    reporter: Person
    about: Person
    channel: Id | None = None
    """Where it was; None: the person's profile."""
    text: str
    state: Literal["open", "closed"]


class Reports(Body):
    reports: list[Report]
    next: str | None = None
