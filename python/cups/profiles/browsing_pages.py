"""The page on which a listener is found: filters, and a button for each who can be asked, or left a message."""

from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Response, Router, get, post
from litestar.response import Redirect

from cups.accounts.visitor import Visitor
from cups.api import forms
from cups.api.forms import Form
from cups.api.rendering import Pages, problem_of
from cups.api.sessions import AnyRequest, language_of
from cups.errors import Refused
from cups.ids import new_token
from cups.profiles.browsing import Browsing
from cups.requests.pages import UNDER_WAY
from cups.requests.personal import Personal
from cups.requests.topics import LANGUAGES, topics
from cups.wire.requests import PersonalIn, SeekIn

TO_GATE = "/gate?next=/listeners"
_PLAIN = SeekIn()


def sought(asked: dict[str, str], language: str) -> SeekIn:
    """What a form or an address asks for; `language` where it asks for none. An odd value counts as none."""
    chosen = {name: value for name, value in asked.items() if name in SeekIn.__struct_fields__}
    chosen.setdefault("language", language)
    if chosen["language"] not in ("", *LANGUAGES):
        chosen["language"] = language
    if chosen.get("topic") not in topics():
        chosen.pop("topic", None)
    found: dict[str, Any] = {}
    for name, value in chosen.items():
        try:
            one = msgspec.convert(
                {name: value == "yes" if name in ("over_35", "verified") else value}, SeekIn, strict=False
            )
        except msgspec.ValidationError:
            continue
        found[name] = getattr(one, name)
    return SeekIn(**found)


@get("/listeners")
async def listeners(request: AnyRequest, visitor: Visitor | None, browsing: Browsing, pages: Pages) -> Response[Any]:
    seek = sought(dict(request.query_params), language_of(request, visitor))
    return await _show(request, visitor, browsing, pages, seek)


async def _show(
    request: AnyRequest,
    visitor: Visitor | None,
    browsing: Browsing,
    pages: Pages,
    seek: SeekIn,
    refused: Refused | None = None,
) -> Response[Any]:
    """Whoever has not been through the gate is told what this page is, and where it is."""
    found = None
    if visitor is not None and visitor.me.gated:
        found = await browsing.listeners(visitor, seek)
    chosen = {
        name: "yes" if value is True else str(value)
        for name, value in msgspec.structs.asdict(seek).items()
        if name == "language" or (name != "after" and value != getattr(_PLAIN, name))
    }
    return pages.show(
        request,
        visitor,
        "requests/listeners.html",
        status=refused.status if refused else 200,
        found=found,
        seek=seek,
        narrowed=bool({"name", "status", "serves", "stars", "over_35", "verified"} & chosen.keys()),
        same=urlencode(chosen),
        first=seek.after is None,
        topics=topics(),
        languages=LANGUAGES,
        topic=seek.topic,
        language=seek.language or language_of(request, visitor),
        ref=new_token(),
        problem=problem_of(refused) if refused else None,
    )


@post("/listeners")
async def ask(
    request: AnyRequest, data: Form, visitor: Visitor | None, browsing: Browsing, personal: Personal, pages: Pages
) -> Response[Any]:
    if visitor is None or not visitor.me.gated:
        return Redirect(TO_GATE, status_code=303)
    try:
        form = forms.read(data, PersonalIn, ref=data.get("ref") or new_token())
        await personal.ask(visitor, form, frozenset(topics()))
    except Refused as refused:
        if refused.code not in UNDER_WAY:
            asked = {name: value for name, value in data.items() if name in ("topic", "language")}
            return await _show(request, visitor, browsing, pages, sought(asked, language_of(request, visitor)), refused)
    return Redirect("/talk", status_code=303)


router = Router("", route_handlers=[listeners, ask], include_in_schema=False)
