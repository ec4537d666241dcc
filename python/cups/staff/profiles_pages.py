"""Taking something out of a profile, from the profile's own page."""

from typing import Any

from litestar import Response, Router, post
from litestar.response import Redirect

from cups.accounts.visitor import Visitor, require_staff
from cups.api import forms
from cups.api.forms import Form
from cups.api.rendering import Pages
from cups.api.sessions import AnyRequest
from cups.errors import Refused
from cups.profiles.pages import show
from cups.profiles.service import Profiles
from cups.staff.profiles import ProfileStaff
from cups.wire.profiles import TakeOutIn


@post("/{handle:str}/remove")
async def take_out(
    request: AnyRequest,
    data: Form,
    handle: str,
    visitor: Visitor | None,
    profiles: Profiles,
    profile_staff: ProfileStaff,
    pages: Pages,
) -> Response[Any]:
    staff = require_staff(visitor)
    try:
        form = forms.read(data, TakeOutIn)
        await profile_staff.take_out(staff, handle, "picture" if data.get("what") == "picture" else "about", form)
    except Refused as refused:
        return await show(request, handle, visitor, profiles, pages, refused, data.get("reason", ""))
    return Redirect(f"/{handle}?done=removed", status_code=303)


router = Router("", route_handlers=[take_out], include_in_schema=False)
