"""Who is asking: the session cookie in, the visitor out; and cookies going back."""

import ipaddress
from typing import Any

from litestar import Request, Response
from litestar.datastructures import Cookie

from cups import words
from cups.accounts import devices
from cups.accounts.service import Accounts
from cups.accounts.visitor import Came, Half, Joined, Visitor
from cups.errors import Refused
from cups.ids import new_token
from cups.networks import within
from cups.settings import Settings

AnyRequest = Request[Any, Any, Any]
LEAVE_ENDS = "cups-leave-ends"
"""Set on a device whose person wants the quick exit to sign them out. The page's script reads it; it says nothing else."""
REFERRAL = "cups-from"
OWN_LINK = "cups-own-link"
NO_SECOND_TRY = "cups-later"
"""Set on a device that gave an age below 13: nothing else is kept of that visit."""
TEEN_HERE = "cups-teen"
"""Set on a device at which somebody of 13 to 17 was signed in: another age given there later is not believed. It says nothing of who it was."""
BROWSER = "cups-browser"
"""A random word, so that a person is told when they are signed in from another browser; it is in no table, and says nothing of who it was."""
MARK_DAYS = 365


PAGE_LANGUAGE = "cups-language"
"""The language in which somebody reads the page on this device, where they have chosen one; it says nothing else."""


async def visitor(request: AnyRequest, accounts: Accounts, settings: Settings) -> Visitor | None:
    """The person of this request's session, or None."""
    found = await accounts.visitor(request.cookies.get(settings.session_cookie()))
    if found is not None:
        # Whatever answers this request, a refusal too, speaks their language.
        request.state["own_language"] = found.language
    return found


def language_of(request: AnyRequest, visitor: Visitor | None = None) -> str:
    """In which language to answer: the account's own, else the device's, else the browser's first that we have, else English."""
    own = visitor.language if visitor else request.state.get("own_language")
    accepted = request.headers.get("accept-language", "")
    return words.chosen(own, marked(request, PAGE_LANGUAGE), accepted=accepted)


def marked(request: AnyRequest, mark: str) -> str | None:
    """A mark that this site has set on the device: over https under a name that binds it to the host. One from before that was so counts as well."""
    return request.cookies.get(f"__Host-{mark}", request.cookies.get(mark))


def with_language(response: Response[Any], language: str, settings: Settings) -> Response[Any]:
    response.set_cookie(_mark(settings, PAGE_LANGUAGE, language, 365))
    return response


def signed_in(visitor: Visitor | None) -> Visitor:
    if visitor is None:
        raise Refused("not-signed-in")
    return visitor


def address(request: AnyRequest, settings: Settings) -> str:
    """The client's address for limits. X-Forwarded-For counts only from a proxy that is known."""
    peer = request.client.host if request.client else "unknown"
    if within(peer, settings.trusted_proxies):
        forwarded = request.headers.get("x-forwarded-for", "")
        return place_of(forwarded.rpartition(",")[2].strip() or peer)
    return place_of(peer)


def place_of(address: str) -> str:
    """Whom a limit by address counts as one: of IPv6 the /64, which one household or one machine has all of."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(found, ipaddress.IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(found) >> 64 << 64, 64)))


def came(request: AnyRequest, settings: Settings) -> Came:
    device = devices.of_agent(request.headers.get("user-agent", ""))._replace(word=_browser_word(request))
    referral = None if marked(request, OWN_LINK) else marked(request, REFERRAL)
    too_young, teen = marked(request, NO_SECOND_TRY) is not None, marked(request, TEEN_HERE) is not None
    return Came(address(request, settings), device, too_young, teen, referral, language_of(request))


def _browser_word(request: AnyRequest) -> str:
    """What this browser keeps, or a new one, which `with_session` gives to it."""
    known, new = marked(request, BROWSER) or "", new_token()
    return known if len(known) == len(new) else new


def with_referral(response: Response[Any], number: str, settings: Settings) -> Response[Any]:
    """The bare number, for whoever signs up in this browser within a month."""
    response.set_cookie(_mark(settings, REFERRAL, number, 30))
    return response


def with_own_link(response: Response[Any], settings: Settings) -> Response[Any]:
    """On a device that has shown somebody their own link, or that one was counted on: nobody who signs up there is counted."""
    response.set_cookie(_mark(settings, OWN_LINK, "1", 365))
    return response


def without_referral(request: AnyRequest, response: Response[Any], settings: Settings) -> Response[Any]:
    """After a sign-up, whether it was counted or not: once for each device."""
    if marked(request, REFERRAL) is None:
        return response
    response.set_cookie(_mark(settings, REFERRAL, "", 0))
    return with_own_link(response, settings)


def _cookie(settings: Settings, key: str, value: str, days: int) -> Cookie:
    """Out of reach of scripts and of other sites' forms."""
    return Cookie(
        key=key, value=value, max_age=days * 86_400, httponly=True, secure=settings.secure(), samesite="lax", path="/"
    )


def _mark(settings: Settings, mark: str, value: str, days: int) -> Cookie:
    """A word on the device, bound to this very host where there is https."""
    return _cookie(settings, f"__Host-{mark}" if settings.secure() else mark, value, days)


def with_session(response: Response[Any], joined: Joined, settings: Settings) -> Response[Any]:
    """Gives the browser the new session's cookie, if there is a new one."""
    if joined.token is not None:
        response.set_cookie(_cookie(settings, settings.session_cookie(), joined.token, settings.session_days))
    if joined.browser_word:
        response.set_cookie(_mark(settings, BROWSER, joined.browser_word, settings.browser_known_days))
    if joined.me.age == "teen":
        response.set_cookie(_mark(settings, TEEN_HERE, "1", MARK_DAYS))
    return response


def _half_cookie(settings: Settings) -> str:
    return f"{settings.session_cookie()}-half"


def with_half(response: Response[Any], half: Half, settings: Settings) -> Response[Any]:
    """Between the two steps of signing in, for as long as the second one may take."""
    cookie = _cookie(settings, _half_cookie(settings), half.token, 1)
    cookie.max_age = settings.second_factor_within_s
    response.set_cookie(cookie)
    return response


def without_half(response: Response[Any], settings: Settings) -> Response[Any]:
    response.set_cookie(_cookie(settings, _half_cookie(settings), "", 0))
    return response


def half(request: AnyRequest, settings: Settings) -> Half | None:
    token = request.cookies.get(_half_cookie(settings), "")
    return Half(token) if 0 < len(token) <= 100 else None


def _asked_cookie(settings: Settings) -> str:
    return f"{settings.session_cookie()}-passkey"


def with_passkey_asked(response: Response[Any], asked: Half, settings: Settings) -> Response[Any]:
    """Between what a passkey is asked to sign and its proof: no other browser can bring that."""
    cookie = _cookie(settings, _asked_cookie(settings), asked.token, 1)
    cookie.max_age = settings.passkey_within_s
    response.set_cookie(cookie)
    return response


def without_passkey_asked(response: Response[Any], settings: Settings) -> Response[Any]:
    response.set_cookie(_cookie(settings, _asked_cookie(settings), "", 0))
    return response


def passkey_asked(request: AnyRequest, settings: Settings) -> Half | None:
    token = request.cookies.get(_asked_cookie(settings), "")
    return Half(token) if 0 < len(token) <= 100 else None


def without_session(response: Response[Any], settings: Settings) -> Response[Any]:
    response.set_cookie(_cookie(settings, settings.session_cookie(), "", 0))
    return response


def refuse_later_tries(response: Response[Any], settings: Settings) -> Response[Any]:
    response.set_cookie(_mark(settings, NO_SECOND_TRY, "1", MARK_DAYS))
    return response


def set_leave_ends(response: Response[Any], ends: bool, settings: Settings) -> Response[Any]:
    days = 365 if ends else 0
    cookie = _mark(settings, LEAVE_ENDS, "1", days)
    cookie.httponly = False
    response.set_cookie(cookie)
    if settings.secure() and not ends:
        response.set_cookie(_cookie(settings, LEAVE_ENDS, "", 0))  # one from before it was bound to the host
    return response
