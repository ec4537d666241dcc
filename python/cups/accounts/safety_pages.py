"""Pages about the safety of the own account: sessions ended, the password changed and asked again. Plain forms, all of them."""

from typing import Any

from litestar import Response, Router, get, post
from litestar.response import Redirect

from cups.accounts.emails import Emails
from cups.accounts.recovery import Recovery
from cups.accounts.referrals import Referrals
from cups.accounts.safety import Safety
from cups.accounts.second_factor import SecondFactor
from cups.accounts.service import Accounts
from cups.accounts.sessions import SessionList
from cups.accounts.visitor import Visitor
from cups.api import forms
from cups.api.forms import Form, local
from cups.api.rendering import Pages, problem_of
from cups.api.sessions import LEAVE_ENDS, AnyRequest, marked, signed_in, with_own_link
from cups.errors import Refused
from cups.settings import Settings
from cups.wire.signin import ConfirmIn, PasswordIn

DONE = frozenset({"session", "sessions", "password", "second-factor", "second-factor-off", "passkey-off", "email-off"})
"""What the account's page can say was just done."""


def _go(target: str) -> Redirect:
    return Redirect(target, status_code=303)


@get("/account")
async def account(
    request: AnyRequest,
    visitor: Visitor | None,
    session_list: SessionList,
    recovery: Recovery,
    second_factor: SecondFactor,
    referrals: Referrals,
    settings: Settings,
    emails: Emails,
    accounts: Accounts,
    pages: Pages,
) -> Response[Any]:
    if visitor is None:
        return _go("/sign-in?next=/account")
    done = request.query_params.get("done", "")
    referral = await referrals.of(visitor) if visitor.signed_up else None
    shown = pages.show(
        request,
        visitor,
        "accounts/account.html",
        leave_ends=marked(request, LEAVE_ENDS) is not None,
        sessions=(await session_list.of(visitor)).sessions,
        happenings=await session_list.happenings.of(visitor) if visitor.signed_up else None,
        signed_up=visitor.signed_up,
        codes_left=await recovery.left(visitor) if visitor.signed_up else 0,
        email=await emails.state(visitor) if visitor.signed_up else None,
        accepted=await accounts.accepted(visitor),
        second_factor=await second_factor.state(visitor),
        referral=referral,
        done=done if done in DONE else "",
    )
    return shown if referral is None else with_own_link(shown, settings)


@post("/account/sessions/{session_id:str}/end")
async def end_one(session_id: str, visitor: Visitor | None, session_list: SessionList) -> Response[Any]:
    """One that has ended meanwhile is as it was wanted."""
    try:
        await session_list.end(signed_in(visitor), session_id)
    except Refused as refused:
        if refused.code != "not-found":
            raise
    return _go("/account?done=session#sessions")


@post("/account/sessions/end-others")
async def end_others(visitor: Visitor | None, session_list: SessionList) -> Response[Any]:
    await session_list.end_others(signed_in(visitor))
    return _go("/account?done=sessions#sessions")


@get("/account/not-me")
async def not_me(request: AnyRequest, visitor: Visitor | None, pages: Pages) -> Response[Any]:
    """Where letters lead that tell of a change: what to do if it was somebody else. For everybody, signed in or not."""
    signed_up = visitor is not None and visitor.signed_up
    return pages.show(request, visitor, "accounts/not_me.html", signed_up=signed_up)


@get("/account/password")
async def password_page(request: AnyRequest, visitor: Visitor | None, pages: Pages) -> Response[Any]:
    if visitor is None:
        return _go("/sign-in?next=/account/password")
    if not visitor.signed_up:
        return _go("/sign-up")
    return pages.show(request, visitor, "accounts/password.html", problem=None)


@post("/account/password")
async def password(
    request: AnyRequest, data: Form, visitor: Visitor | None, safety: Safety, pages: Pages
) -> Response[Any]:
    try:
        if not data.get("current"):
            raise Refused("wrong-password", field="current")
        await safety.change_password(signed_in(visitor), forms.read(data, PasswordIn))
    except Refused as refused:
        problem = problem_of(refused)
        return pages.show(request, visitor, "accounts/password.html", status=refused.status, problem=problem)
    return _go("/account?done=password")


@get("/confirm")
async def confirm_page(
    request: AnyRequest, visitor: Visitor | None, second_factor: SecondFactor, pages: Pages
) -> Response[Any]:
    next_ = local(request.query_params.get("next"), "/account")
    if visitor is None:
        return _go(f"/sign-in?next={next_}")
    return await _confirm_form(request, visitor, second_factor, pages, next_, None)


async def _confirm_form(
    request: AnyRequest,
    visitor: Visitor | None,
    second_factor: SecondFactor,
    pages: Pages,
    next_: str,
    refused: Refused | None,
) -> Response[str]:
    return pages.show(
        request,
        visitor,
        "accounts/confirm.html",
        status=refused.status if refused else 200,
        problem=problem_of(refused) if refused else None,
        next=next_,
        app=(state := await second_factor.state(signed_in(visitor))).app,
        passkey=state.on,
    )


@post("/confirm")
async def confirm(
    request: AnyRequest,
    data: Form,
    visitor: Visitor | None,
    safety: Safety,
    second_factor: SecondFactor,
    pages: Pages,
) -> Response[Any]:
    next_ = local(data.get("next"), "/account")
    try:
        if not data.get("password") and not data.get("code"):
            raise Refused("wrong-password", field="password")
        await safety.confirm(signed_in(visitor), forms.read(data, ConfirmIn))
    except Refused as refused:
        return await _confirm_form(request, visitor, second_factor, pages, next_, refused)
    return _go(next_)


router = Router(
    "",
    route_handlers=[account, end_one, end_others, not_me, password_page, password, confirm_page, confirm],
    include_in_schema=False,
)
