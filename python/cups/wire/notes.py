"""Notes for oneself, about a person or a chat."""

from typing import Annotated

from msgspec import Meta

from cups.wire.base import PLAIN, Body, Id, Millis

MAX_NOTE = 4000
NoteText = Annotated[str, Meta(min_length=1, max_length=MAX_NOTE, pattern=PLAIN)]
AboutName = Annotated[str, Meta(min_length=1, max_length=64)]


class NoteIn(Body):
    """A new note: about the person of this `name`, or about this `chat` of one's own; one of the two."""

    text: NoteText
    name: AboutName | None = None
    chat: Id | None = None


class NoteChange(Body):
    text: NoteText


class Note(Body):
    """One's own. `name` or `chat`: what it is about."""

    id: Id
    text: str
    at: Millis
    edited_at: Millis | None = None
    name: str | None = None
    chat: Id | None = None


class Notes(Body):
    notes: list[Note]
