"""Channels (a 1-to-1 chat or a room), their messages, and what happens at a chat's end."""

from typing import Annotated, Literal

from msgspec import Meta

from cups.wire.base import PLAIN, Body, Id, Millis, Seq
from cups.wire.people import Person


class Message(Body):
    """One message as everyone in the channel sees it.

    `seq` is its place. `rev` is the number of the last event that changed it (its own seq until then): an edit or a removal
    takes a number of its own, so that whoever was away finds it. `text` is empty once removed.
    """

    seq: Seq
    rev: Seq
    author: Person
    text: str
    at: Millis
    edited_at: Millis | None = None
    removed: Literal["author", "moderator"] | None = None
    reply_to: Seq | None = None


class Mark(Body):
    """How far one person's devices have received and shown a chat's messages."""

    name: str
    delivered: Seq
    read: Seq


class Chat(Body):
    """A 1-to-1 chat as one of its two people sees it."""

    id: Id
    member: Person
    listener: Person
    you: Literal["member", "listener"]
    topic: str
    language: str
    opened_at: Millis
    ended_at: Millis | None = None
    ended_by: Literal["", "you", "other", "system"] = ""
    rated: bool = False
    quotable: bool = False
    """Whether a comment of this person's may come to be published, without their name: never a teen's."""
    can_requeue: bool = False
    """The listener left, or has not answered for long: the member may go back to the queue at the old rank."""
    silence: Literal["", "asked", "offered"] = ""
    """The listener has left something without an answer: they are `asked` for a word, then the member is `offered` another listener."""


class Chats(Body):
    chats: list[Chat]


class EndIn(Body):
    """`block`: the two never meet again in any channel. `report`: goes to the moderators with the passage."""

    block: bool = False
    report: Annotated[str, Meta(max_length=1000, pattern=PLAIN)] = ""


Stars = Annotated[int, Meta(ge=1, le=5)]


class RatingIn(Body):
    helpfulness: Stars
    empathy: Stars
    professionalism: Stars
    responsiveness: Stars
    comment: Annotated[str, Meta(max_length=1000, pattern=PLAIN)] = ""
    publish: bool = False
    """Whether the comment may be shown on the listener's profile, without a name or a time, once staff have read it."""


class History(Body):
    epoch: str
    seq: Seq
    messages: list[Message]
    more: bool
