"""Notes over REST: one's own alone. No route gives anybody else's, to staff neither."""

from litestar import Router, delete, get, post, put

from cups.accounts.visitor import Visitor
from cups.api.sessions import signed_in
from cups.notes.service import NoteBook
from cups.wire.notes import Note, NoteChange, NoteIn, Notes


@get()
async def own_notes(
    visitor: Visitor | None, notes: NoteBook, name: str | None = None, chat: str | None = None
) -> Notes:
    """One's own notes: about the person of this `name`, about this `chat`, or all of them."""
    return await notes.about(signed_in(visitor), name=name, chat=chat)


@post(status_code=201)
async def add_note(data: NoteIn, visitor: Visitor | None, notes: NoteBook) -> Note:
    return await notes.add(signed_in(visitor), data)


@put("/{note_id:str}")
async def change_note(note_id: str, data: NoteChange, visitor: Visitor | None, notes: NoteBook) -> Note:
    return await notes.change(signed_in(visitor), note_id, data)


@delete("/{note_id:str}", status_code=204)
async def delete_note(note_id: str, visitor: Visitor | None, notes: NoteBook) -> None:
    await notes.delete(signed_in(visitor), note_id)


router = Router("/notes", route_handlers=[own_notes, add_note, change_note, delete_note], tags=["notes"])
