"""The page of a young person's nights: where it is night for them, as a plain form. And the same over REST."""

from typing import Any

from litestar import Response, Router, get, post, put
from litestar.response import Redirect

from cups.accounts import nights as known
from cups.accounts.nights import Nights
from cups.accounts.visitor import Visitor
from cups.api import forms
from cups.api.forms import Form
from cups.api.rendering import Pages
from cups.api.sessions import AnyRequest, signed_in
from cups.wire.people import Nights as NightsOf
from cups.wire.people import TimeZoneIn


@get("/account/nights")
async def page(request: AnyRequest, visitor: Visitor | None, nights: Nights, pages: Pages) -> Response[Any]:
    if visitor is None:
        return Redirect("/sign-in?next=/account/nights", status_code=303)
    done = request.query_params.get("done") == "nights"
    found = await nights.of(visitor)
    return pages.show(request, visitor, "accounts/nights.html", nights=found, zones=known.zones(), done=done)


@post("/account/nights")
async def choose(data: Form, visitor: Visitor | None, nights: Nights) -> Redirect:
    await nights.set_zone(signed_in(visitor), forms.read(data, TimeZoneIn))
    return Redirect("/account/nights?done=nights", status_code=303)


@get("/me/nights")
async def mine(visitor: Visitor | None, nights: Nights) -> NightsOf:
    """From when to when nothing rings at this young person, and where. Refused: not-allowed (an adult)."""
    return await nights.of(signed_in(visitor))


@put("/me/time-zone")
async def time_zone(data: TimeZoneIn, visitor: Visitor | None, nights: Nights) -> NightsOf:
    """Where it is night for this young person. Seen by nobody else."""
    return await nights.set_zone(signed_in(visitor), data)


pages_router = Router("", route_handlers=[page, choose], include_in_schema=False)
router = Router("", route_handlers=[mine, time_zone], tags=["accounts"])
