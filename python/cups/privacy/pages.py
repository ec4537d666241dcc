"""The page of one's own data: a copy, closing, erasing. Plain forms, all of them."""

from typing import Any

from litestar import Response, Router, get, post
from litestar.response import Redirect

from cups.accounts.safety import Safety
from cups.accounts.visitor import Visitor
from cups.api import forms
from cups.api.forms import Form
from cups.api.rendering import Pages, problem_of
from cups.api.sessions import AnyRequest, signed_in, without_session
from cups.errors import Refused
from cups.privacy.controller import ARCHIVE
from cups.privacy.exporting import Exporting
from cups.privacy.leaving import Leaving
from cups.settings import Settings
from cups.wire.privacy import CloseIn, CopyIn, EraseIn

HERE = "/account/data"
DONE = frozenset({"asked", "discarded"})


def _go(target: str) -> Redirect:
    return Redirect(target, status_code=303)


async def _show(
    request: AnyRequest,
    visitor: Visitor,
    exporting: Exporting,
    safety: Safety,
    settings: Settings,
    pages: Pages,
    refused: Refused | None,
) -> Response[Any]:
    done = request.query_params.get("done", "")
    return pages.show(
        request,
        visitor,
        "privacy/data.html",
        status=refused.status if refused else 200,
        problem=problem_of(refused) if refused else None,
        copies=(await exporting.of(visitor)).copies,
        confirmed=safety.confirmed(visitor),
        signed_up=visitor.signed_up,
        export_hours=settings.export_hours,
        close_days=settings.close_days,
        # The key of a day is destroyed when the first backup after that is made.
        backup_days=settings.backup_days() + 1,
        done=done if done in DONE else "",
    )


@get("")
async def data_page(
    request: AnyRequest, visitor: Visitor | None, exporting: Exporting, safety: Safety, settings: Settings, pages: Pages
) -> Response[Any]:
    if visitor is None:
        return _go(f"/sign-in?next={HERE}")
    return await _show(request, visitor, exporting, safety, settings, pages, None)


@post("/copy")
async def ask_copy(
    request: AnyRequest,
    data: Form,
    visitor: Visitor | None,
    exporting: Exporting,
    safety: Safety,
    settings: Settings,
    pages: Pages,
) -> Response[Any]:
    try:
        await exporting.ask(signed_in(visitor), CopyIn(linked=data.get("linked") == "yes"))
    except Refused as refused:
        return await _refused(request, signed_in(visitor), exporting, safety, settings, pages, refused)
    return _go(f"{HERE}?done=asked#copy")


async def _refused(
    request: AnyRequest,
    visitor: Visitor,
    exporting: Exporting,
    safety: Safety,
    settings: Settings,
    pages: Pages,
    refused: Refused,
) -> Response[Any]:
    if refused.code == "confirm-first":
        return _go(f"/confirm?next={HERE}")
    return await _show(request, visitor, exporting, safety, settings, pages, refused)


@get("/copy/{copy_id:str}")
async def fetch_copy(copy_id: str, visitor: Visitor | None, exporting: Exporting) -> Response[Any]:
    try:
        archive = await exporting.fetch(signed_in(visitor), copy_id)
    except Refused as refused:
        if refused.code == "confirm-first":
            return _go(f"/confirm?next={HERE}")
        raise
    return Response(archive, media_type="application/zip", headers=ARCHIVE)


@post("/copy/{copy_id:str}/discard")
async def discard_copy(copy_id: str, visitor: Visitor | None, exporting: Exporting) -> Response[Any]:
    """One that has gone meanwhile is as it was wanted."""
    try:
        await exporting.discard(signed_in(visitor), copy_id)
    except Refused as refused:
        if refused.code != "not-found":
            raise
    return _go(f"{HERE}?done=discarded#copy")


@post("/close")
async def close(
    request: AnyRequest,
    data: Form,
    visitor: Visitor | None,
    leaving: Leaving,
    exporting: Exporting,
    safety: Safety,
    settings: Settings,
    pages: Pages,
) -> Response[Any]:
    try:
        await leaving.close(
            signed_in(visitor), forms.read({"posts": data.get("posts", "")}, CloseIn, sure=data.get("sure") == "yes")
        )
    except Refused as refused:
        return await _refused(request, signed_in(visitor), exporting, safety, settings, pages, refused)
    return without_session(_go("/gone?how=closed"), settings)


@post("/erase")
async def erase(
    request: AnyRequest,
    data: Form,
    visitor: Visitor | None,
    leaving: Leaving,
    exporting: Exporting,
    safety: Safety,
    settings: Settings,
    pages: Pages,
) -> Response[Any]:
    try:
        chosen = {"only": data.get("only") == "yes", "sure": data.get("sure") == "yes"}
        form = forms.read({"posts": data.get("posts", "")}, EraseIn, **chosen)
        await leaving.erase(signed_in(visitor), form)
    except Refused as refused:
        return await _refused(request, signed_in(visitor), exporting, safety, settings, pages, refused)
    return without_session(_go("/gone?how=erased"), settings)


@get("/gone")
async def gone(request: AnyRequest, visitor: Visitor | None, settings: Settings, pages: Pages) -> Response[Any]:
    """What is said last."""
    how = "closed" if request.query_params.get("how") == "closed" else "erased"
    return pages.show(request, visitor, "privacy/gone.html", how=how, close_days=settings.close_days)


_data = Router(HERE, route_handlers=[data_page, ask_copy, fetch_copy, discard_copy, close, erase])
router = Router("", route_handlers=[_data, gone], include_in_schema=False)
