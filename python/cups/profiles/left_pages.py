"""Pages of messages that are left for a listener: writing one, one's own, and the listener's. Plain forms, all of them."""

from typing import Any

from litestar import Response, Router, get, post
from litestar.response import Redirect

from cups.accounts.visitor import Visitor, gated
from cups.api import forms
from cups.api.forms import Form
from cups.api.rendering import Pages, problem_of
from cups.api.sessions import AnyRequest
from cups.errors import Refused
from cups.ids import new_token
from cups.profiles.service import Profiles
from cups.requests.left import Left
from cups.requests.topics import topics
from cups.settings import Settings
from cups.wire.requests import LEFT_MOST, LeaveIn

DONE = frozenset({"left", "withdrawn", "declined"})


def _go(target: str) -> Redirect:
    return Redirect(target, status_code=303)


def _done(request: AnyRequest) -> str:
    done = request.query_params.get("done", "")
    return done if done in DONE else ""


@get("/{handle:str}/message")
async def write_page(
    request: AnyRequest, handle: str, visitor: Visitor | None, profiles: Profiles, pages: Pages, settings: Settings
) -> Response[Any]:
    """Whoever could not leave one there is led back to the profile, which says what can be done."""
    if visitor is None or not visitor.me.gated:
        return _go(f"/gate?next=/{handle}")
    return await _write(request, handle, visitor, profiles, pages, settings, {}, None)


async def _write(
    request: AnyRequest,
    handle: str,
    visitor: Visitor,
    profiles: Profiles,
    pages: Pages,
    settings: Settings,
    form: dict[str, str],
    refused: Refused | None,
) -> Response[Any]:
    found = await profiles.of(handle, visitor)
    if "message" not in found.can or found.listener is None:
        return _go(f"/@{found.person.name}")
    return pages.show(
        request,
        visitor,
        "requests/leave.html",
        status=refused.status if refused else 200,
        profile=found,
        form=form,
        most=LEFT_MOST,
        days=settings.left_keep_days,
        ref=form.get("ref") or new_token(),
        problem=problem_of(refused) if refused else None,
    )


@post("/{handle:str}/message")
async def write(
    request: AnyRequest,
    data: Form,
    handle: str,
    visitor: Visitor | None,
    left: Left,
    profiles: Profiles,
    pages: Pages,
    settings: Settings,
) -> Response[Any]:
    me = gated(visitor)
    try:
        form = forms.read(data, LeaveIn, ref=data.get("ref") or new_token(), listener=handle)
        found = await left.leave(me, form, frozenset(topics()))
    except Refused as refused:
        return await _write(request, handle, me, profiles, pages, settings, data, refused)
    return _go(f"/talk/messages?done=left&help={found.help}")


@get("/talk/messages")
async def sent(request: AnyRequest, visitor: Visitor | None, left: Left, pages: Pages) -> Response[Any]:
    if visitor is None or not visitor.me.gated:
        return _go("/gate?next=/talk/messages")
    found = (await left.sent(visitor)).messages
    help = request.query_params.get("help", "") in ("own", "other", "abuse")
    return pages.show(request, visitor, "requests/left_sent.html", messages=found, done=_done(request), help=help)


@post("/talk/messages/{message_id:str}/withdraw")
async def withdraw(message_id: str, visitor: Visitor | None, left: Left) -> Response[Any]:
    """One that was answered meanwhile shows it."""
    try:
        await left.withdraw(gated(visitor), message_id)
    except Refused as refused:
        if refused.code != "conflict":
            raise
        return _go("/talk/messages")
    return _go("/talk/messages?done=withdrawn")


@get("/listen/messages")
async def waiting(request: AnyRequest, visitor: Visitor | None, left: Left, pages: Pages) -> Response[Any]:
    if visitor is None or not visitor.me.can_listen or not visitor.me.gated:
        return _go("/listen")
    return await _waiting(request, visitor, left, pages)


async def _waiting(
    request: AnyRequest, visitor: Visitor, left: Left, pages: Pages, refused: Refused | None = None
) -> Response[Any]:
    return pages.show(
        request,
        visitor,
        "requests/left_waiting.html",
        status=refused.status if refused else 200,
        messages=(await left.waiting(visitor)).messages,
        done=_done(request),
        problem=problem_of(refused) if refused else None,
    )


@post("/listen/messages/{message_id:str}/answer")
async def answer(
    request: AnyRequest, message_id: str, visitor: Visitor | None, left: Left, pages: Pages
) -> Response[Any]:
    me = gated(visitor)
    try:
        taken = await left.answer(me, message_id)
    except Refused as refused:
        if refused.code == "not-found":
            raise
        return await _waiting(request, me, left, pages, refused)
    return _go(f"/chats/{taken.chat}")


@post("/listen/messages/{message_id:str}/decline")
async def decline(message_id: str, visitor: Visitor | None, left: Left) -> Response[Any]:
    try:
        await left.decline(gated(visitor), message_id)
    except Refused as refused:
        if refused.code != "not-asking":
            raise
    return _go("/listen/messages?done=declined")


router = Router(
    "",
    route_handlers=[write_page, write, sent, withdraw, waiting, answer, decline],
    include_in_schema=False,
)
