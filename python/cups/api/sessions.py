"""Who is asking: the session cookie in, the visitor out; and cookies going back."""

from typing import Any

from litestar import Request, Response
from litestar.datastructures import Cookie

from cups.accounts.service import Accounts, Joined, Visitor
from cups.errors import Refused
from cups.settings import Settings

AnyRequest = Request[Any, Any, Any]
NO_SECOND_TRY = "cups-later"
"""Set on a device that gave an age below 13: nothing else is kept of that visit."""


def cookie_name(settings: Settings) -> str:
    return "__Host-cups" if settings.secure() else "cups"


async def visitor(request: AnyRequest, accounts: Accounts, settings: Settings) -> Visitor | None:
    """The person of this request's session, or None."""
    return await accounts.visitor(request.cookies.get(cookie_name(settings)))


def signed_in(visitor: Visitor | None) -> Visitor:
    if visitor is None:
        raise Refused("not-signed-in")
    return visitor


def address(request: AnyRequest, settings: Settings) -> str:
    """The client's address for limits. X-Forwarded-For counts only from a proxy that is known."""
    peer = request.client.host if request.client else "unknown"
    if peer in settings.trusted_proxies:
        forwarded = request.headers.get("x-forwarded-for", "")
        return forwarded.rpartition(",")[2].strip() or peer
    return peer


def with_session(response: Response[Any], joined: Joined, settings: Settings) -> Response[Any]:
    """Gives the browser the new session's cookie, if there is a new one."""
    if joined.token is not None:
        response.set_cookie(
            Cookie(
                key=cookie_name(settings),
                value=joined.token,
                max_age=settings.session_days * 86_400,
                httponly=True,
                secure=settings.secure(),
                samesite="lax",
                path="/",
            )
        )
    return response


def without_session(response: Response[Any], settings: Settings) -> Response[Any]:
    response.set_cookie(
        Cookie(
            key=cookie_name(settings),
            value="",
            max_age=0,
            httponly=True,
            secure=settings.secure(),
            samesite="lax",
            path="/",
        )
    )
    return response


def refuse_later_tries(response: Response[Any], settings: Settings) -> Response[Any]:
    response.set_cookie(
        Cookie(
            key=NO_SECOND_TRY,
            value="1",
            max_age=365 * 86_400,
            httponly=True,
            secure=settings.secure(),
            samesite="lax",
            path="/",
        )
    )
    return response
