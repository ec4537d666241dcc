"""Rooms and what moderators do in them."""

from typing import Annotated, Literal

from msgspec import Meta

from cups.wire.base import PLAIN, Body, Id, Language, Millis, Name, Ref, Seq, ShortText, Slug
from cups.wire.chats import Message
from cups.wire.people import Person

Audience = Literal["members", "listeners"]
# Somebody's own danger is none of the rules, and never will be: a crisis is never an offence (SPEC L12).
Rule = Literal["kindness", "contact", "spam", "off-topic", "graphic", "pressure", "other"]
Step = Literal["notice", "mute", "remove", "ban"]
Slowness = Literal["off", "light", "firm", "strong"]
Length = Literal["short", "medium", "long"]
"""How long something lasts: what each is, is a figure that staff set."""
Act = Literal["mute", "remove", "ban"]


class Closure(Body):
    """Nobody but moderators and staff writes, everybody reads. `until` None: until somebody opens the room. `words` are the moderator's."""

    since: Millis
    until: Millis | None = None
    words: str = ""


class RoomNow(Body):
    """What moderators have set for everybody. `slow_s`: the least time between two messages of one person, 0 for none; moderators and staff are free of it."""

    slow_s: int = 0
    closed: Closure | None = None


class Pin(Body):
    """A message that stands at the top of its room. Who pinned it is in the audit log alone."""

    message: Message
    at: Millis


class Room(Body):
    """A room that the asker may enter: rooms one may not enter are not shown at all."""

    id: Id
    slug: str
    title: str
    about: str
    language: str
    audience: Audience
    age: Literal["teen", "adult"]
    now: RoomNow
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


class SlowIn(Body):
    slowness: Slowness


class ClosureIn(Body):
    """`length` None: until somebody opens the room."""

    length: Length | None = None
    words: Annotated[str, Meta(max_length=300, pattern=PLAIN)] = ""


class SanctionIn(Body):
    """By hand, in this room alone. `seq` is the message it is about, if any. `words` are said to the person."""

    ref: Ref
    name: Name
    act: Act
    length: Length
    rule: Rule
    words: ShortText
    seq: Seq | None = None


class RoomSanction(Body):
    """What a moderator decided about somebody in this room, as its moderators see it."""

    id: Id
    room: str
    person: Person
    by: str
    act: Act
    rule: Rule
    words: str
    at: Millis
    until: Millis
    lifted: bool = False
    seen_at: Millis | None = None
    contest: Literal["", "open", "upheld", "overturned"] = ""


class RoomSanctions(Body):
    sanctions: list[RoomSanction]
    next: str | None = None


class SlowStep(Body):
    slowness: Slowness
    seconds: int


class LengthStep(Body):
    act: Literal["mute", "remove", "ban", "close"]
    length: Length
    ms: int


class RoomDesk(Body):
    """What a room's moderators need to act in it: how it is, and what they can choose from."""

    now: RoomNow
    slow: list[SlowStep]
    lengths: list[LengthStep]
    most_pins: int


class Member(Body):
    person: Person
    moderator: bool = False
