"""Who somebody is, as others see them and as they see themselves; joining and signing in."""

from typing import Annotated, Literal

from msgspec import Meta

from cups.wire.base import Body, Language, Millis, Name, Topic

Kind = Literal["guest", "member", "listener", "therapist", "bot", "gone"]
"""`gone`: somebody who was here and had themselves erased. They have no name."""
Status = Literal["online", "busy", "offline", "break"]
"""`break`: hidden from browsing and from the queue; the profile says so."""
AgeClass = Literal["teen", "adult"]
AgeRange = Literal["under-13", "13-17", "18-plus"]
Danger = Literal["none", "me", "someone"]
AgreementKind = Literal["member", "listener", "privacy", "guidelines"]


class Person(Body):
    """As others see them: the name, and the kind that decides the icon's shape."""

    name: str
    kind: Kind
    badge: Literal["", "moderator", "staff"] = ""
    picture: str = ""
    """The id of their own picture, under /pictures; empty: the icon has two letters."""


class AgreementVersion(Body):
    kind: AgreementKind
    version: Annotated[str, Meta(max_length=32)]


class Me(Body):
    """The person of this session. `person` is None for a visitor who has not interacted yet: nothing is stored of them."""

    person: Person | None = None
    gated: bool = False
    """Whether the gate has been passed: age declared, danger answered, current agreements accepted."""
    danger: bool = False
    """Whether crisis help stands on top of every page for this person."""
    consent_waits: bool = False
    """Of 13 to 17, and meets nobody before a parent has agreed: self-help, reading and crisis help are open."""
    age: AgeClass | None = None
    roles: list[str] = []
    status: Status = "offline"
    status_why: Literal["", "missed"] = ""
    """`missed`: the server set this listener to busy, because personal requests in a row had no answer. Setting a status by hand ends it."""
    break_until: Millis | None = None
    """When the break ends by itself."""
    languages: list[str] = []
    page_language: str = ""
    """In which language the page is read; empty: as the device says. `languages` are those in which one talks with others."""
    refused_topics: list[str] = []
    """Topics that this listener does not take: requests about them are not shown to them."""
    can_listen: bool = False
    linked: Person | None = None
    """The same person's other account (member or listener), to switch to. Seen by its owner alone."""
    muted_until: Millis = 0
    warnings_unseen: int = 0


class GateIn(Body):
    """What everyone answers before their first interaction with another person (never asked twice for the same agreements)."""

    age: AgeRange
    danger: Danger
    agreements: Annotated[list[AgreementVersion], Meta(max_length=8)]
    country: Annotated[str, Meta(min_length=2, max_length=2)] | None = None
    """Where this person lives, by its two letters. It matters only where a country has a way of its own for young people, and is not kept."""


class GateOut(Body):
    me: Me
    next: Literal["help", "consent", "go-on"]
    """`help`: crisis help comes first; everything else stays open from there. `consent`: a parent has to agree before this person meets others."""


Password = Annotated[str, Meta(min_length=10, max_length=200)]
Email = Annotated[str, Meta(min_length=3, max_length=254)]


class SignUpIn(Body):
    """Turns the guest of this session into a member, in place. Without `name` the guest's name stays."""

    password: Password
    name: Name | None = None
    email: Email | None = None
    """For a forgotten password alone. It counts once it is confirmed by the letter that goes there."""


class SignInIn(Body):
    name: Annotated[str, Meta(min_length=1, max_length=64)]
    password: Annotated[str, Meta(min_length=1, max_length=200)]


class Referral(Body):
    """An account's own link for others to come by. The number says nothing of whose it is."""

    number: str
    link: str
    came: int
    """How many signed up by it, until yesterday."""


class StatusIn(Body):
    """`until`: when a break ends by itself; a listener who is back is offline first."""

    status: Status
    until: Millis | None = None


class LanguagesIn(Body):
    """The languages this person talks in, as BCP 47: a listener is shown requests in these."""

    languages: Annotated[list[Language], Meta(min_length=1, max_length=12)]


class TimeZoneIn(Body):
    """A name of the IANA database, as Europe/Paris; empty: none is kept."""

    zone: Annotated[str, Meta(max_length=40)] = ""
    if_unknown: bool = False
    """Only where none is kept yet."""


class Nights(Body):
    """From when to when, in hours of their own day, nothing rings at a young person; `zone` empty: it is not known where that is."""

    zone: str
    begins: int
    ends: int


class PageLanguageIn(Body):
    """The language in which the page is read, and in which one is told things. bad-input for one that the catalogue does not have."""

    language: Language


class RefusedTopicsIn(Body):
    """The topics this listener does not take, by their ids; none: all are welcome."""

    topics: Annotated[list[Topic], Meta(max_length=64)]


class BlockIn(Body):
    name: Annotated[str, Meta(min_length=1, max_length=64)]


class Blocked(Body):
    person: Person
    at: Millis


class Blocks(Body):
    """Whom this account has blocked, the latest first."""

    blocks: list[Blocked]


class BecomeListenerIn(Body):
    """Opens the listener account of a person who passed the training. `name` is its own, unlike the member's."""

    name: Name
    agreement: Annotated[str, Meta(max_length=32)]
    """The version of the listener agreement that was read and accepted."""


class Agreement(Body):
    kind: AgreementKind
    version: str
    title: str
    summary: str
    html: str
    language: str = "en"
    """In which language these words are: the reader's where there is a translation of this version, else English."""


class AcceptIn(Body):
    """The versions that were read and accepted, by somebody whose age is known: asked again where one is newer than what they accepted."""

    agreements: Annotated[list[AgreementVersion], Meta(max_length=8)]


class AgreementVersions(Body):
    """All versions of one agreement that were ever in force here, newest first."""

    kind: AgreementKind
    current: str
    versions: list[str]


class Accepted(Body):
    """What somebody accepted, and when."""

    kind: AgreementKind
    version: str
    at: Millis
    in_force: bool
    """Whether it is the version of now."""


class AcceptedList(Body):
    accepted: list[Accepted]
