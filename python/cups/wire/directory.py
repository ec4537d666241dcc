"""Bodies of the staff's look-up of people: who there is, and one person's card, as far as a role needs to see it."""

from typing import Annotated, Literal

from msgspec import Meta

from cups.wire.base import PLAIN, Body, Id, Millis
from cups.wire.people import AgeClass, AgreementVersion, Person, Status

Permission = Literal[
    "people.search",
    "people.read",
    "people.security",
    "roles.give",
    "ages.correct",
    "bans",
    "clearances",
    "licences",
    "checks",
    "verified",
    "reviews",
    "agreements",
    "words",
    "bulk",
    "audit.read",
]
"""What a role may do. Which role may what is data: `content/permissions.yaml`."""

Why = Annotated[str, Meta(min_length=3, max_length=200, pattern=PLAIN, description="Kept in the audit log.")]
HeldRole = Literal["moderator", "community-manager", "admin", "cleared", "room-moderator"]


class StaffMe(Body):
    """What the asker may do as one of staff."""

    roles: list[str]
    permissions: list[Permission]


class Search(Body):
    """Whom to find; empty or 0: everybody. `name` is its beginning, or the whole of it. `created_to` itself is left out."""

    name: Annotated[str, Meta(max_length=33)] = ""
    match: Literal["prefix", "exact"] = "prefix"
    kind: Literal["", "guest", "member", "listener", "therapist", "bot"] = ""
    role: Literal["", "moderator", "community-manager", "admin", "cleared", "room-moderator"] = ""
    age: Literal["", "teen", "adult"] = ""
    banned: bool | None = None
    created_from: Millis = 0
    created_to: Millis = 0


class FoundPerson(Body):
    """One line of the search."""

    person: Person
    age: AgeClass | None
    created_at: Millis
    banned: bool


class FoundPeople(Body):
    people: list[FoundPerson]
    next: str | None = None


class LookIn(Body):
    """Why somebody's card is opened: in words, and which case it belongs to, if one (a report's, concern's or contest's id)."""

    reason: Why
    case: Id | None = None


class CardRole(Body):
    role: HeldRole
    scope: str
    """The room's address, where it is a role in one room; else empty."""
    at: Millis
    until: Millis | None


class CardBan(Body):
    id: Id
    reason: str
    at: Millis
    until: Millis | None
    lifted: bool


class CardSecurity(Body):
    """How safely somebody signs in: for those who give roles."""

    second_factor: bool
    sessions: int
    has_password: bool


class PersonCard(Body):
    """One account. Never on it: how it is linked, its email address, its devices, what it wrote.

    `bans` is None for a reader who may not ban, `security` for one who gives no roles.
    """

    person: Person
    age: AgeClass | None
    created_at: Millis
    status: Status
    languages: list[str]
    banned: bool
    muted_until: Millis
    warnings: int
    """Those that count now."""
    accepted: list[AgreementVersion]
    roles: list[CardRole]
    bans: list[CardBan] | None = None
    security: CardSecurity | None = None
