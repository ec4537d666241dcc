"""Pages about the second factor: setting it up, turning it off, and the second step of signing in. Plain forms, all of them."""

from typing import Any
from urllib.parse import quote

from litestar import Request, Response, Router, get, post
from litestar.response import Redirect

from cups.accounts.passkeys import Passkeys
from cups.accounts.safety import Safety
from cups.accounts.second_factor import SecondFactor, qr_code
from cups.accounts.service import Accounts
from cups.accounts.visitor import Joined, Visitor
from cups.api.forms import Form, local
from cups.api.rendering import Pages, problem_of
from cups.api.sessions import AnyRequest, came, half, signed_in, with_session, without_half
from cups.errors import Refused
from cups.settings import Settings

PAGE = "/account/second-factor"
_CONFIRM = f"/confirm?next={PAGE}"


def _go(target: str) -> Redirect:
    return Redirect(target, status_code=303)


async def led(accounts: Accounts, joined: Joined, next_: str) -> str:
    """Where somebody who has just signed in goes: staff who have no second factor to setting it up, everybody else where they wanted."""
    visitor = await accounts.visitor(joined.token)
    return PAGE if visitor is not None and visitor.facts.staff_waits else next_


@get(PAGE)
async def page(
    request: AnyRequest,
    visitor: Visitor | None,
    second_factor: SecondFactor,
    passkeys: Passkeys,
    safety: Safety,
    settings: Settings,
    pages: Pages,
) -> Response[Any]:
    """With the passkeys. To make one takes scripts, and the password given lately: else the page leads there first."""
    if visitor is None:
        return _go(f"/sign-in?next={PAGE}")
    if not visitor.signed_up:
        return _go("/sign-up")
    return pages.show(
        request,
        visitor,
        "accounts/second_factor.html",
        state=await second_factor.state(visitor),
        passkeys=await passkeys.of(visitor),
        passkeys_possible=bool(settings.passkey_origins()),
        confirmed=safety.confirmed(visitor),
    )


@post(f"{PAGE}/passkeys/{{passkey_id:str}}/remove")
async def remove_passkey(passkey_id: str, visitor: Visitor | None, passkeys: Passkeys) -> Response[Any]:
    """One that is gone already is as it was wanted."""
    try:
        await passkeys.remove(signed_in(visitor), passkey_id)
    except Refused as refused:
        if refused.code == "confirm-first":
            return _go(_CONFIRM)
        if refused.code != "not-found":
            raise
    return _go("/account?done=passkey-off")


@post(f"{PAGE}/begin")
async def begin(
    request: AnyRequest, visitor: Visitor | None, second_factor: SecondFactor, pages: Pages
) -> Response[Any]:
    """Shows the secret in the answer itself: it is in no address."""
    try:
        begun = await second_factor.begin(signed_in(visitor))
    except Refused as refused:
        if refused.code == "confirm-first":
            return _go(_CONFIRM)
        if refused.code == "conflict":
            return _go(PAGE)
        raise
    return _set_up(request, visitor, pages, begun.secret, begun.uri, None)


def _set_up(
    request: Request[Any, Any, Any],
    visitor: Visitor | None,
    pages: Pages,
    secret: str,
    uri: str,
    refused: Refused | None,
) -> Response[str]:
    return pages.show(
        request,
        visitor,
        "accounts/second_factor_set_up.html",
        status=refused.status if refused else 200,
        problem=problem_of(refused) if refused else None,
        secret=[secret[at : at + 4] for at in range(0, len(secret), 4)],
        picture=qr_code(uri),
    )


@post(f"{PAGE}/finish")
async def finish(
    request: AnyRequest, data: Form, visitor: Visitor | None, second_factor: SecondFactor, pages: Pages
) -> Response[Any]:
    try:
        codes = await second_factor.finish(signed_in(visitor), data.get("code", ""))
    except Refused as refused:
        if refused.code == "confirm-first":
            return _go(_CONFIRM)
        begun = await second_factor.begun(signed_in(visitor))
        if begun is None:
            return _go(PAGE)
        return _set_up(request, visitor, pages, begun.secret, begun.uri, refused)
    if codes:
        name = signed_in(visitor).sign_in_name
        return pages.show(request, visitor, "accounts/codes.html", codes=codes, sign_in_name=name)
    return _go("/account?done=second-factor")


@post(f"{PAGE}/off")
async def turn_off(visitor: Visitor | None, second_factor: SecondFactor) -> Response[Any]:
    try:
        await second_factor.turn_off(signed_in(visitor))
    except Refused as refused:
        if refused.code == "confirm-first":
            return _go(_CONFIRM)
        raise
    return _go("/account?done=second-factor-off")


@get("/sign-in/second")
async def second_step(request: AnyRequest, visitor: Visitor | None, pages: Pages, settings: Settings) -> Response[Any]:
    next_ = local(request.query_params.get("next"), "/")
    if half(request, settings) is None:
        return _go(f"/sign-in?next={quote(next_)}")
    return pages.show(request, visitor, "accounts/second_step.html", problem=None, next=next_)


@post("/sign-in/second")
async def sign_in_second(
    request: AnyRequest,
    data: Form,
    visitor: Visitor | None,
    accounts: Accounts,
    second_factor: SecondFactor,
    pages: Pages,
    settings: Settings,
) -> Response[Any]:
    next_ = local(data.get("next"), "/")
    try:
        joined = await second_factor.sign_in(
            visitor, half(request, settings), data.get("code", "")[:64], came(request, settings)
        )
    except Refused as refused:
        problem = problem_of(refused)
        if refused.code == "sign-in-again":
            shown = pages.show(
                request,
                visitor,
                "accounts/sign_in.html",
                status=refused.status,
                problem=problem,
                form={},
                next=next_,
            )
            return without_half(shown, settings)
        return pages.show(
            request, visitor, "accounts/second_step.html", status=refused.status, problem=problem, next=next_
        )
    return without_half(with_session(_go(await led(accounts, joined, next_)), joined, settings), settings)


router = Router(
    "",
    route_handlers=[page, remove_passkey, begin, finish, turn_off, second_step, sign_in_second],
    include_in_schema=False,
)
