"""Pages about licences and checks: one's own applications as plain forms, and a therapist's public page."""

from datetime import UTC, datetime
from typing import Any

from litestar import Response, Router, get, post
from litestar.response import Redirect

from cups.accounts.visitor import Visitor, gated
from cups.api import forms
from cups.api.forms import Form
from cups.api.rendering import Pages, problem_of
from cups.api.sessions import AnyRequest
from cups.errors import Refused
from cups.vetting.service import Vettings
from cups.wire.vetting import LicenceIn, TherapistIn

HERE = "/account/applications"


@get(HERE)
async def applications(request: AnyRequest, visitor: Visitor | None, vettings: Vettings, pages: Pages) -> Response[Any]:
    if visitor is None or not visitor.me.gated:
        return Redirect(f"/gate?next={HERE}", status_code=303)
    return await _show(request, visitor, vettings, pages)


async def _show(
    request: AnyRequest,
    visitor: Visitor,
    vettings: Vettings,
    pages: Pages,
    refused: Refused | None = None,
    form: dict[str, str] | None = None,
) -> Response[Any]:
    return pages.show(
        request,
        visitor,
        "vetting/applications.html",
        status=refused.status if refused else 200,
        mine=await vettings.mine(visitor),
        about=await vettings.about_of(visitor),
        problem=problem_of(refused) if refused else None,
        form=form or {},
    )


@post(f"{HERE}/check")
async def check(request: AnyRequest, visitor: Visitor | None, vettings: Vettings, pages: Pages) -> Response[Any]:
    me = gated(visitor)
    try:
        await vettings.apply_for_check(me)
    except Refused as refused:
        return await _show(request, me, vettings, pages, refused)
    return Redirect(HERE, status_code=303)


@post(f"{HERE}/verified")
async def mark(request: AnyRequest, visitor: Visitor | None, vettings: Vettings, pages: Pages) -> Response[Any]:
    me = gated(visitor)
    try:
        await vettings.apply_for_mark(me)
    except Refused as refused:
        return await _show(request, me, vettings, pages, refused)
    return Redirect(HERE, status_code=303)


@post(f"{HERE}/licence")
async def licence(
    request: AnyRequest, data: Form, visitor: Visitor | None, vettings: Vettings, pages: Pages
) -> Response[Any]:
    me = gated(visitor)
    try:
        country = data.get("country", "").strip().upper()
        await vettings.apply_with_licence(
            me, forms.read(data, LicenceIn, until=_day(data.get("until", "")), country=country)
        )
    except Refused as refused:
        return await _show(request, me, vettings, pages, refused, data)
    return Redirect(HERE, status_code=303)


def _day(text: str) -> int:
    """The beginning of a day, as a date field gives it."""
    try:
        return int(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).timestamp() * 1000)
    except ValueError:
        raise Refused("bad-input", field="until") from None


@post(f"{HERE}/open")
async def open_page(request: AnyRequest, visitor: Visitor | None, vettings: Vettings, pages: Pages) -> Response[Any]:
    me = gated(visitor)
    try:
        await vettings.open_page(me)
    except Refused as refused:
        return await _show(request, me, vettings, pages, refused)
    return Redirect(f"/sign-in?next={HERE}", status_code=303)


@post(f"{HERE}/about")
async def about(
    request: AnyRequest, data: Form, visitor: Visitor | None, vettings: Vettings, pages: Pages
) -> Response[Any]:
    me = gated(visitor)
    try:
        await vettings.set_about(me, TherapistIn(about=data.get("about", "")[:4000]))
    except Refused as refused:
        return await _show(request, me, vettings, pages, refused, data)
    return Redirect(f"/therapists/{me.name}", status_code=303)


@get("/therapists/{name:str}")
async def therapist(
    request: AnyRequest, name: str, visitor: Visitor | None, vettings: Vettings, pages: Pages
) -> Response[Any]:
    return pages.show(request, visitor, "vetting/therapist.html", therapist=await vettings.page(name))


router = Router(
    "", route_handlers=[applications, check, mark, licence, open_page, about, therapist], include_in_schema=False
)
