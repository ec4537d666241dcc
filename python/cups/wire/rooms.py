"""Rooms and what moderators do in them."""

from typing import Annotated, Literal

from msgspec import Meta

from cups.wire.base import Body, Id, Language, Millis, Name, Ref, Seq, ShortText, Slug
from cups.wire.people import Person

Audience = Literal["members", "listeners"]
# Somebody's own danger is none of the rules, and never will be: a crisis is never an offence (SPEC L12).
Rule = Literal["kindness", "contact", "spam", "off-topic", "graphic", "pressure", "other"]
Step = Literal["notice", "mute", "remove", "ban"]


class Room(Body):
    """A room that the asker may enter: rooms one may not enter are not shown at all."""

    id: Id
    slug: str
    title: str
    about: str
    language: str
    audience: Audience
    age: Literal["teen", "adult"]
    present: int = 0
    can_moderate: bool = False


class Rooms(Body):
    rooms: list[Room]


class RoomIn(Body):
    slug: Slug
    title: Annotated[str, Meta(min_length=2, max_length=60)]
    age: Literal["teen", "adult"]
    about: Annotated[str, Meta(max_length=400)] = ""
    language: Language = "en"
    audience: Audience = "members"


class RoomEdit(Body):
    title: Annotated[str, Meta(min_length=2, max_length=60)] | None = None
    about: Annotated[str, Meta(max_length=400)] | None = None


class RemoveIn(Body):
    """A moderator takes a message away: it reaches nobody any more once this is answered."""

    rule: Rule
    note: Annotated[str, Meta(max_length=500)] = ""


class WarnIn(Body):
    """`seq` is the message it is about, if any. `words` are said to the person."""

    ref: Ref
    name: Name
    rule: Rule
    words: ShortText
    seq: Seq | None = None


class WarnOut(Body):
    """`counted` is False when another moderator had warned about the same incident within 30 s: the person hears it once."""

    counted: bool
    count: int
    step: Step
    until: Millis | None = None


class Warning(Body):
    """What the warned person is told: the reason, the rule, what follows, until when, and how to contest it."""

    id: Id
    room: str
    rule: Rule
    words: str
    step: Step
    count: int
    at: Millis
    until: Millis | None = None
    seen: bool = False
    contest_until: Millis = 0
    """Until when it can be contested, at /standing: somebody else than the first looks at it."""


class GivenWarning(Body):
    """A warning as the moderators of the room see it. `seen_at` None: the person has not read it yet; it waits for them."""

    id: Id
    person: Person
    by: str
    rule: Rule
    words: str
    step: Step
    counted: bool
    at: Millis
    until: Millis | None = None
    seen_at: Millis | None = None
    contest: Literal["", "open", "upheld", "overturned"] = ""


class GivenWarnings(Body):
    warnings: list[GivenWarning]


class Warnings(Body):
    warnings: list[Warning]


class Member(Body):
    person: Person
    moderator: bool = False
