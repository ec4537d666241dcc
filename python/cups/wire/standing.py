"""Decisions about a person, as they see them, and what they say against one."""

from typing import Annotated, Literal

from msgspec import Meta

from cups.wire.base import PLAIN, Body, Id, Millis
from cups.wire.people import Person
from cups.wire.rooms import Rule

DecisionKind = Literal["warning", "removal", "ban", "sanction"]
"""A `sanction` is what a moderator decided by hand, for one room."""
Consequence = Literal[
    "notice", "mute", "remove", "ban", "message-removed", "site-ban", "room-mute", "room-remove", "room-ban"
]
Words = Annotated[str, Meta(min_length=1, max_length=2000, pattern=PLAIN)]


class Contest(Body):
    """What the person said against a decision, and what came of it. `answer` is for the person."""

    at: Millis
    text: str
    state: Literal["open", "upheld", "overturned"]
    answer: str = ""
    decided_at: Millis | None = None
    seen: bool = False


class Decision(Body):
    """One decision, whole: what, which rule, which words, by a human or a machine, for how long, and how to contest it."""

    id: Id
    kind: DecisionKind
    what: Consequence
    room: str
    rule: Rule
    words: str
    source: Literal["human", "machine"]
    at: Millis
    until: Millis | None
    state: Literal["in-force", "ended", "overturned"]
    seen: bool
    contest_until: Millis
    can_contest: bool
    contest: Contest | None = None
    evidence: str = ""
    """The person's own words that it is about, as they were when it was decided, as long as they are kept."""


class Standing(Body):
    """All that was decided about the person, newest first. `counting`: warnings that have not faded."""

    decisions: list[Decision]
    counting: int
    muted_until: Millis | None = None


class ContestIn(Body):
    """Why the person sees it differently."""

    text: Words


class ContestCase(Body):
    """A contested decision as staff see it. `can_decide` False: the reader decided it the first time, or it is about them."""

    id: Id
    person: Person
    kind: DecisionKind
    what: Consequence
    room: str
    rule: Rule
    words: str
    by: str
    at: Millis
    until: Millis | None
    evidence: str
    """The words it was about, as they were when it was decided, as far as they are kept."""
    contest: Contest
    decided_by: str | None
    can_decide: bool


class ContestCases(Body):
    contests: list[ContestCase]
    next: str | None = None


class ContestDecisionIn(Body):
    """`overturned` undoes all that followed from the decision. The answer is shown to the person."""

    outcome: Literal["upheld", "overturned"]
    answer: Annotated[str, Meta(min_length=3, max_length=1000, pattern=PLAIN)]
