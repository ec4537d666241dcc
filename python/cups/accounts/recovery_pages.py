"""Pages about recovery codes: making and printing them, and coming back by one."""

from typing import Any

from litestar import Response, Router, get, post
from litestar.response import Redirect

from cups.accounts.recovery import Recovery
from cups.accounts.safety import Safety
from cups.accounts.visitor import Visitor
from cups.api import forms
from cups.api.forms import Form
from cups.api.rendering import Pages, problem_of
from cups.api.sessions import AnyRequest, came, signed_in
from cups.errors import Refused
from cups.settings import Settings
from cups.wire.signin import RecoverIn

CODES = "/account/recovery-codes"


def _go(target: str) -> Redirect:
    return Redirect(target, status_code=303)


@get(CODES)
async def codes_page(
    request: AnyRequest, visitor: Visitor | None, safety: Safety, recovery: Recovery, pages: Pages
) -> Response[Any]:
    if visitor is None:
        return _go(f"/sign-in?next={CODES}")
    if not visitor.signed_up:
        return _go("/sign-up")
    if not safety.confirmed(visitor):
        return _go(f"/confirm?next={CODES}")
    return pages.show(request, visitor, "accounts/new_codes.html", left=await recovery.left(visitor))


@post(CODES)
async def new_codes(request: AnyRequest, visitor: Visitor | None, recovery: Recovery, pages: Pages) -> Response[Any]:
    """Shows them in the answer itself: they are in no address, and nowhere to be read again."""
    try:
        codes = await recovery.renew(signed_in(visitor))
    except Refused as refused:
        if refused.code == "confirm-first":
            return _go(f"/confirm?next={CODES}")
        raise
    name = signed_in(visitor).sign_in_name
    return pages.show(request, visitor, "accounts/codes.html", codes=codes, sign_in_name=name)


@get("/recover")
async def recover_page(request: AnyRequest, visitor: Visitor | None, pages: Pages) -> Response[Any]:
    return pages.show(request, visitor, "accounts/recover.html", problem=None, form={}, by_letter=False)


@post("/recover")
async def recover(
    request: AnyRequest, data: Form, visitor: Visitor | None, recovery: Recovery, pages: Pages, settings: Settings
) -> Response[Any]:
    try:
        if not data.get("name") or not data.get("code"):
            raise Refused("wrong-recovery")
        await recovery.recover(forms.read(data, RecoverIn), came(request, settings))
    except Refused as refused:
        shown = {"name": data.get("name", ""), "code": data.get("code", "")}
        problem = problem_of(refused)
        return pages.show(
            request,
            visitor,
            "accounts/recover.html",
            status=refused.status,
            problem=problem,
            form=shown,
            by_letter=False,
        )
    return _go("/sign-in?done=recovered")


router = Router("", route_handlers=[codes_page, new_codes, recover_page, recover], include_in_schema=False)
