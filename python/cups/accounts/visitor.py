"""Who is behind a request or a socket, and the conditions that whole features ask of them."""

import hashlib

import msgspec

from cups.accounts import agreements
from cups.accounts.devices import Device
from cups.errors import Refused
from cups.reach import Facts, is_staff
from cups.wire.people import Me, Person


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever is behind a request or a socket, as of when it was asked: an account with a live session."""

    id: str
    name: str
    kind: str
    me: Me
    facts: Facts
    token_hash: str
    signed_up: bool
    linked: str | None = None
    """The same person's other account: what is decided about one holds for both. Never leaves the server."""
    language: str = ""
    """In which language they read the page and are told things; empty: as the device says."""
    seen_at: int = 0
    """The hour in which the session was last used, as it is written down."""
    edition: tuple[str, ...] = ()
    """Which versions of the agreements were in force when this was read (`agreements.edition`)."""
    confirmed_at: int = 0
    """When the password was last given in this session."""

    @property
    def person(self) -> Person:
        assert self.me.person is not None
        return self.me.person

    @property
    def sign_in_name(self) -> str:
        """Of the person's two accounts the name of the one that has the password."""
        return self.me.linked.name if self.kind == "listener" and self.me.linked else self.name


class Came(msgspec.Struct, frozen=True):
    """How a request came: the address that limits count by, the two words that are kept of the device, the language."""

    address: str
    device: Device = Device()
    too_young: bool = False
    """Somebody at this device said that they are under 13."""
    teen: bool = False
    """Somebody at this device said that they are between 13 and 17."""
    referral: str | None = None
    """The number of the link that this browser came by, if it may be counted."""
    language: str = ""
    """In which language the page is read there: a new account keeps it."""


class Half(msgspec.Struct, frozen=True):
    """A sign-in between its two steps: the token by which the second one knows the first."""

    token: str


class Joined(msgspec.Struct, frozen=True):
    """The outcome of whatever changes the session: who one is now, and the new session's token for the cookie (None: unchanged)."""

    me: Me
    token: str | None
    recovery_codes: tuple[str, ...] = ()
    """After signing up, to be shown once."""
    browser_word: str = ""
    """By which this browser is known from now on, after a way in."""


def hashed(token: str) -> str:
    """Session tokens are stored hashed: a stolen database signs nobody in."""
    return hashlib.sha256(token.encode()).hexdigest()


def require_staff(visitor: Visitor | None) -> Visitor:
    if visitor is None:
        raise Refused("not-signed-in")
    if visitor.facts.staff_waits:
        raise Refused("second-factor-first")
    if not is_staff(visitor.facts):
        raise Refused("not-allowed")
    return visitor


def gated(visitor: Visitor | None) -> Visitor:
    """Everything that meets other people starts here. Refused: gate-first; agreement-outdated, from the very moment a newer version is in force, over
    sockets that were open before, too. (A talk between two that is under way goes on: its next words ask for nothing.)"""
    if visitor is None or (visitor.me.age is None and not visitor.me.gated):
        raise Refused("gate-first")
    if not visitor.me.gated or visitor.edition != agreements.edition(visitor.kind):
        raise Refused("agreement-outdated", field="agreements")
    return visitor
