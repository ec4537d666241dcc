"""Asking for someone to talk to, waiting, and taking the next person."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from cups.wire.base import PLAIN, Body, Id, Language, Millis, Ref, Topic
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
    """The asker's own view. `ringing`: one `listener` was asked personally and has `until` then to answer; `waiting`: in the queue at `place`;
    `matched`: `chat` is open; `closed`: `reason` says why.

    `declined`, `missed` and `unavailable` (they went away, or took somebody else) end a personal request: the queue is offered instead.
    """

    id: Id
    state: Literal["ringing", "waiting", "matched", "closed"]
    topic: str
    language: str
    since: Millis
    place: int | None = None
    estimate: Estimate = msgspec.field(default_factory=Estimate)
    chat: Id | None = None
    reason: Literal[
        "",
        "cancelled",
        "gone",
        "banned",
        "matched",
        "age-corrected",
        "consent-withdrawn",
        "declined",
        "missed",
        "unavailable",
    ] = ""
    listener: Person | None = None
    until: Millis | None = None


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


class PersonalIn(RequestIn, kw_only=True):
    """Asks one particular listener, by name, who is online."""

    listener: Annotated[str, Meta(min_length=1, max_length=64)]


class PersonalRequest(Body):
    """A personal request as the listener sees it: who asks, about what, and until when they can accept or decline."""

    id: Id
    person: Person
    topic: str
    language: str
    since: Millis
    until: Millis
    heavy: bool = False


class PersonalRequests(Body):
    """What rings at this listener now: one at the most."""

    requests: list[PersonalRequest]


LEFT_MOST = 1000
"""Characters of a message that is left for a listener."""


class LeaveIn(RequestIn, kw_only=True):
    """A few words for a listener who is busy or away."""

    listener: Annotated[str, Meta(min_length=1, max_length=64)]
    text: Annotated[str, Meta(min_length=1, max_length=LEFT_MOST, pattern=PLAIN)]


class LeftMessage(Body):
    """`person` is the other one: the listener for whoever left it, whoever left it for the listener. It waits until `until`. `text` is empty once it
    waits no more: answered, it is the first message of `chat`."""

    id: Id
    person: Person
    topic: str
    language: str
    text: str
    at: Millis
    until: Millis
    state: Literal["waiting", "answered", "declined", "withdrawn", "expired"]
    chat: Id | None = None
    help: Literal["", "own", "other", "abuse"] = ""
    """What it says may mean danger: crisis help is shown to whoever just left it."""


class LeftMessages(Body):
    messages: list[LeftMessage]


class ListenerEntry(Body):
    """A listener, as somebody sees them who may reach them. `online`: can be asked now; `busy`: is here, and can't at the moment; `offline`: is not here.
    `stars` in tenths, None: too few ratings yet."""

    person: Person
    status: Literal["online", "busy", "offline"]
    languages: list[str]
    over_35: bool = False
    both_ages: bool = False
    stars: int | None = None
    verified: bool = False


class SeekIn(Body):
    """What somebody looks for among the listeners. `language` empty: any. `name`: what it begins with. `here`: online or busy. `stars` in tenths, at least.
    `both`: there for teens and adults."""

    topic: Topic = "something-else"
    language: Annotated[str, Meta(max_length=12)] = "en"
    name: Annotated[str, Meta(max_length=32)] = ""
    status: Literal["here", "online", "busy", "offline", "any"] = "here"
    serves: Literal["", "both"] = ""
    stars: Annotated[int, Meta(ge=0, le=50)] = 0
    over_35: bool = False
    verified: bool = False
    after: Annotated[str, Meta(max_length=80)] | None = None


class Listeners(Body):
    """Some of the listeners who fit and whom this person may reach; `next`: where to go on (`after`), if there may be more. `whole`: the
    directory of listeners is complete; for some minutes after an upgrade it may not be, and then others may fit who are not found yet."""

    listeners: list[ListenerEntry]
    next: str | None = None
    whole: bool = True


class Topics(Body):
    """What a request can be about, and the languages it can be in."""

    topics: list[str]
    languages: list[str]
