"""Pages for asking one particular listener: who can be asked now, and the way to the queue instead."""

from typing import Any

from litestar import Response, Router, get, post
from litestar.response import Redirect

from cups.accounts.visitor import Visitor
from cups.api import forms
from cups.api.forms import Form
from cups.api.rendering import Pages, problem_of
from cups.api.sessions import AnyRequest, language_of
from cups.errors import Refused
from cups.ids import new_token
from cups.requests.browsing import Browsing
from cups.requests.personal import Personal
from cups.requests.topics import LANGUAGES, topics
from cups.wire.requests import PersonalIn

TO_GATE = "/gate?next=/listeners"
UNDER_WAY = frozenset({"already-waiting", "already-in-chat"})
"""Refusals whose answer is the page on which that is under way."""


def _go(target: str) -> Redirect:
    return Redirect(target, status_code=303)


@get("/listeners")
async def listeners(request: AnyRequest, visitor: Visitor | None, browsing: Browsing, pages: Pages) -> Response[Any]:
    return await _show(request, visitor, browsing, pages, dict(request.query_params))


async def _show(
    request: AnyRequest,
    visitor: Visitor | None,
    browsing: Browsing,
    pages: Pages,
    asked: dict[str, str],
    refused: Refused | None = None,
) -> Response[Any]:
    """Whoever has not been through the gate is told what this page is, and where it is. An odd topic or language counts as none."""
    topic, language = asked.get("topic", ""), asked.get("language", "")
    topic = topic if topic in topics() else "something-else"
    language = language if language in LANGUAGES else language_of(request, visitor)
    found = None
    if visitor is not None and visitor.me.gated:
        found = await browsing.listeners(visitor, topic, language, asked.get("after") or None)
    return pages.show(
        request,
        visitor,
        "requests/listeners.html",
        status=refused.status if refused else 200,
        found=found,
        first="after" not in asked,
        topics=topics(),
        languages=LANGUAGES,
        topic=topic,
        language=language,
        ref=new_token(),
        problem=problem_of(refused) if refused else None,
    )


@post("/listeners")
async def ask(
    request: AnyRequest, data: Form, visitor: Visitor | None, browsing: Browsing, personal: Personal, pages: Pages
) -> Response[Any]:
    if visitor is None or not visitor.me.gated:
        return _go(TO_GATE)
    try:
        form = forms.read(data, PersonalIn, ref=data.get("ref") or new_token())
        await personal.ask(visitor, form, frozenset(topics()))
    except Refused as refused:
        if refused.code in UNDER_WAY:
            return _go("/talk")
        asked = {name: value for name, value in data.items() if name in ("topic", "language")}
        return await _show(request, visitor, browsing, pages, asked, refused)
    return _go("/talk")


@post("/talk/queue")
async def to_queue(visitor: Visitor | None, personal: Personal) -> Response[Any]:
    if visitor is None or not visitor.me.gated:
        return _go("/gate?next=/talk")
    try:
        await personal.to_queue(visitor)
    except Refused as refused:
        if refused.code not in {"conflict", *UNDER_WAY}:
            raise
    return _go("/talk")


router = Router("", route_handlers=[listeners, ask, to_queue], include_in_schema=False)
