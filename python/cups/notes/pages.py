"""Notes on somebody's profile, by plain forms."""

from typing import Any

from litestar import Response, Router, post
from litestar.response import Redirect

from cups.accounts.visitor import Visitor
from cups.api import forms
from cups.api.forms import Form
from cups.api.sessions import signed_in
from cups.notes.service import NoteBook
from cups.wire.notes import NoteChange, NoteIn


def _back(handle: str) -> Redirect:
    return Redirect(f"/@{handle.removeprefix('@')}#notes", status_code=303)


@post("/{handle:str}/notes")
async def add_note(handle: str, data: Form, visitor: Visitor | None, notes: NoteBook) -> Response[Any]:
    await notes.add(
        signed_in(visitor), forms.read({"text": data.get("text", "")}, NoteIn, name=handle.removeprefix("@"))
    )
    return _back(handle)


@post("/{handle:str}/notes/{note_id:str}")
async def change_note(handle: str, note_id: str, data: Form, visitor: Visitor | None, notes: NoteBook) -> Response[Any]:
    if data.get("do") == "delete":
        await notes.delete(signed_in(visitor), note_id)
    else:
        await notes.change(signed_in(visitor), note_id, forms.read({"text": data.get("text", "")}, NoteChange))
    return _back(handle)


router = Router("", route_handlers=[add_note, change_note], include_in_schema=False)
