"""Profiles: what somebody shows of themselves, to whom, and what the viewer can do there."""

from typing import Annotated, Literal

from msgspec import Meta

from cups.wire.base import PLAIN, Body, Millis, ShortText
from cups.wire.people import AgeClass, Person, Status

ProfileAct = Literal["chat", "message", "block", "report"]


class ListenerProfile(Body, kw_only=True):
    """What a listener shows besides. `stars` in tenths, from 10 to 50, from the fifth rating on and changed in batches; None: too few yet."""

    status: Status
    free: bool
    """Whether this viewer could ask them for a chat this moment."""
    takes_chats: bool
    break_until: Millis | None = None
    languages: list[str]
    topics: list[str]
    refused_topics: list[str]
    ages: list[AgeClass]
    over_35: bool = False
    verified: bool = False
    """The mark of a verified listener: by application, until an end."""
    stars: int | None = None
    ratings: int = 0
    helped: int = 0
    reviews: list[str] = []
    """What members said and allowed to be shown, read by staff first; in batches of five at least, in an order that is chance."""


class Profile(Body):
    """As this viewer sees it. `about`, `since` and `listener` are left out where the two may not meet, or the person is a teen and the viewer nobody yet."""

    person: Person
    about: str = ""
    since: str | None = None
    """The month, as 2026-11."""
    resting: bool = False
    """On a break, and glad to be back some day."""
    open: bool = False
    """Whether search engines may have the page."""
    own: bool = False
    can: list[ProfileAct] = []
    listener: ListenerProfile | None = None


class OwnProfile(Body, kw_only=True):
    """What its owner can change. `removed_what`: what staff took out last, with their reason."""

    person: Person
    about: str = ""
    about_most: int
    pictures: bool = False
    """Whether this account may have a picture: guests sign up first."""
    over_35: bool = False
    may_show_35: bool = False
    removed_what: Literal["", "picture", "about"] = ""
    removed_why: str = ""
    removed_at: Millis | None = None
    help: Literal["", "own", "other", "abuse"] = ""
    """What was just written may mean danger: crisis help is shown, and nothing was held back for it."""


class ProfileIn(Body):
    """What is left out stays as it is."""

    about: Annotated[str, Meta(max_length=20_000, pattern=PLAIN)] | None = None
    over_35: bool | None = None


class ProfileReportIn(Body):
    text: ShortText


class TakeOutIn(Body):
    """Why staff take something out of a profile: its owner reads it, and it is in the audit log."""

    reason: Annotated[str, Meta(min_length=3, max_length=200, pattern=PLAIN)]
