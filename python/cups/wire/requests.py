"""Asking for someone to talk to, waiting, and taking the next person."""

from typing import Literal

import msgspec

from cups.wire.base import Body, Id, Language, Millis, Ref, Topic
from cups.wire.people import Person


class RequestIn(Body):
    """`ref` makes it safe to send again: the same ref gives the same request."""

    ref: Ref
    topic: Topic = "something-else"
    language: Language = "en"


class Estimate(Body):
    """Minutes from measured rates, as a range; both None when too few people were taken lately to say anything honest."""

    low_minutes: int | None = None
    high_minutes: int | None = None


class RequestState(Body):
    """The asker's own view. `waiting`: in the queue at `place`; `matched`: `chat` is open; `closed`: `reason` says why."""

    id: Id
    state: Literal["waiting", "matched", "closed"]
    topic: str
    language: str
    since: Millis
    place: int | None = None
    estimate: Estimate = msgspec.field(default_factory=Estimate)
    chat: Id | None = None
    reason: Literal["", "cancelled", "gone", "banned", "matched", "age-corrected"] = ""


class BoardEntry(Body):
    """One waiting person as an eligible listener sees them."""

    id: Id
    person: Person
    topic: str
    language: str
    since: Millis
    heavy: bool = False
    """Said, kindly, where the person answered that someone is in danger: a trained listener should take them first."""


class BoardPlace(Body):
    """An entry that comes to a board, and where it stands then, from 0."""

    at: int
    entry: BoardEntry


class Board(Body):
    """What one listener may take, first in rank first; at most 50 of `waiting`, which counts all of them."""

    waiting: int
    requests: list[BoardEntry]


class Taken(Body):
    """The listener has this person: the chat is open."""

    chat: Id
    request: Id


class Topics(Body):
    """What a request can be about, and the languages it can be in."""

    topics: list[str]
    languages: list[str]
