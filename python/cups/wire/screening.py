"""Bodies of the staff's endpoints for screening rules and concerns."""

from typing import Annotated, Literal

from msgspec import Meta

from cups.wire.base import PLAIN, Body, Id, Millis, Seq
from cups.wire.people import Person

ScreeningClass = Literal[
    "contact",
    "sexual-grooming",
    "hate",
    "method-detail",
    "crisis-own",
    "crisis-other",
    "abuse-disclosed",
    "encouragement",
]
ScreeningAction = Literal["pass", "help", "hold", "block"]
ScreeningStage = Literal["shadow", "share", "all"]
RuleName = Annotated[str, Meta(min_length=3, max_length=80, pattern="^[a-z]{2,3}[.][a-z0-9-]+[.][a-z0-9-]+$")]


class ScreeningRule(Body):
    """A rule as it is in force, or not. `custom`: staff wrote it; the others are shipped, and only their stage can be changed.

    `share`: of 1000 people, in the stage `share`. `seen` and `acted`: its hits in the last 30 days, and how many of them acted.
    """

    name: str
    about: ScreeningClass
    action: ScreeningAction
    stage: ScreeningStage
    share: int
    enabled: bool
    custom: bool
    conversation: bool
    language: str
    owner: str
    version: int
    patterns: int
    seen: int
    acted: int


class ScreeningRules(Body):
    rules: list[ScreeningRule]
    next: str | None = None


class ScreeningVersion(Body):
    """Who changed a rule, and to what. The shipped state is version 0 and has no entry."""

    version: int
    at: Millis
    by: str
    stage: ScreeningStage
    share: int
    enabled: bool


class ScreeningRuleWhole(Body):
    """A rule with its text (JSON, as in the files) and its history, the newest first."""

    rule: ScreeningRule
    text: str
    versions: list[ScreeningVersion]


class ScreeningRuleEdit(Body):
    """What is left out stays as it is. `version` is the one that was seen: somebody else's change in the meantime is a conflict."""

    version: int
    stage: ScreeningStage | None = None
    share: Annotated[int, Meta(ge=0, le=1000)] | None = None
    enabled: bool | None = None


class ScreeningRuleIn(Body):
    """A rule of staff's own. One pattern a line. It begins in the stage `shadow`, where it only counts."""

    name: RuleName
    about: ScreeningClass
    patterns: Annotated[str, Meta(min_length=3, max_length=20_000)]
    unless: Annotated[str, Meta(max_length=20_000)] = ""
    """Conditions that lift it, one pattern a line, anywhere in the same sentence."""
    conversation: bool = False
    note: Annotated[str, Meta(max_length=500)] = ""


class ScreeningTryIn(Body):
    """A text to try; earlier messages of the same author come first, one a line. Nothing of it is kept."""

    text: Annotated[str, Meta(min_length=1, max_length=4000, pattern=PLAIN)]
    earlier: Annotated[list[Annotated[str, Meta(max_length=4000)]], Meta(max_length=10)] = []


class ScreeningHit(Body):
    """`start` and `end` count characters of the text. `acts` False: a rule that only counts."""

    rule: str
    about: ScreeningClass
    start: int
    end: int
    acts: bool


class ScreeningTry(Body):
    action: ScreeningAction
    help: bool
    hits: list[ScreeningHit]
    words: str
    """The text as rules see it."""


class Concern(Body):
    """Somebody wrote what may be a sign of danger, or said at the gate that there is one. The words are not here: reading them is an act of its own.

    `urgent`: contact details came with it, and were covered. `calls`: how often staff were called for it. `told_bot`: it was told a bot by
    somebody who waits, and is for the listener alone to read. `at_gate`: they answered so at the gate, in no words of their own.
    """

    id: Id
    person: Person
    channel: Id
    about: Literal["own", "other", "abuse"]
    at: Millis
    last_at: Millis
    count: int
    state: Literal["open", "taken", "closed"]
    readable: bool
    urgent: bool
    calls: int
    told_bot: bool
    at_gate: bool
    taken_by: str | None = None


class Concerns(Body):
    concerns: list[Concern]
    waiting: int
    next: str | None = None


class ConcernWords(Body):
    """None: the message was not stored, was removed, or is gone."""

    seq: Seq | None
    text: str | None
