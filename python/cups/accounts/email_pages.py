"""Pages about the own address, and about coming back by a letter. Plain forms; what a link in a letter opens changes nothing by itself."""

from typing import Any, TypeVar

from litestar import Response, Router, get, post
from litestar.response import Redirect

from cups.accounts.emails import Emails
from cups.accounts.letters import RecoveryLetters
from cups.accounts.safety import Safety
from cups.accounts.visitor import Visitor
from cups.api import forms
from cups.api.forms import Form
from cups.api.rendering import Pages, problem_of
from cups.api.sessions import AnyRequest, came, signed_in
from cups.errors import Refused
from cups.settings import Settings
from cups.wire.signin import EmailConfirmIn, EmailIn, RecoverByLinkIn, RecoverLetterIn

EMAIL = "/account/email"


def _go(target: str) -> Redirect:
    return Redirect(target, status_code=303)


@get(EMAIL)
async def email_page(
    request: AnyRequest, visitor: Visitor | None, safety: Safety, emails: Emails, pages: Pages
) -> Response[Any]:
    if visitor is None:
        return _go(f"/sign-in?next={EMAIL}")
    if not visitor.signed_up:
        return _go("/sign-up")
    if not safety.confirmed(visitor):
        return _go(f"/confirm?next={EMAIL}")
    return await _email_form(request, visitor, emails, pages)


async def _email_form(
    request: AnyRequest,
    visitor: Visitor,
    emails: Emails,
    pages: Pages,
    *,
    typed: str = "",
    sent: bool = False,
    refused: Refused | None = None,
) -> Response[str]:
    return pages.show(
        request,
        visitor,
        "accounts/email.html",
        status=refused.status if refused else 200,
        email=await emails.state(visitor),
        typed=typed,
        sent=sent,
        problem=problem_of(refused) if refused else None,
    )


@post(EMAIL)
async def give(request: AnyRequest, data: Form, visitor: Visitor | None, emails: Emails, pages: Pages) -> Response[Any]:
    person = signed_in(visitor)
    try:
        await emails.give(person, forms.read(data, EmailIn))
    except Refused as refused:
        if refused.code == "confirm-first":
            return _go(f"/confirm?next={EMAIL}")
        return await _email_form(request, person, emails, pages, typed=data.get("email", ""), refused=refused)
    return await _email_form(request, person, emails, pages, sent=True)


@post(f"{EMAIL}/remove")
async def remove(visitor: Visitor | None, emails: Emails) -> Response[Any]:
    await emails.remove(signed_in(visitor))
    return _go("/account?done=email-off#email")


@get("/email/confirm")
async def confirm_page(request: AnyRequest, visitor: Visitor | None, pages: Pages) -> Response[Any]:
    """A page with a button: programs that look into links before people do confirm nothing."""
    return _confirm(request, visitor, pages, token=request.query_params.get("token", ""))


def _confirm(
    request: AnyRequest,
    visitor: Visitor | None,
    pages: Pages,
    *,
    token: str = "",
    done: bool = False,
    refused: Refused | None = None,
) -> Response[str]:
    problem = problem_of(refused) if refused else None
    status = refused.status if refused else 200
    return pages.show(
        request, visitor, "accounts/email_confirm.html", status=status, token=token, done=done, problem=problem
    )


@post("/email/confirm")
async def confirm(
    request: AnyRequest, data: Form, visitor: Visitor | None, emails: Emails, pages: Pages
) -> Response[Any]:
    try:
        await emails.confirm(_link(data, EmailConfirmIn))
    except Refused as refused:
        return _confirm(request, visitor, pages, refused=refused)
    return _confirm(request, visitor, pages, done=True)


T = TypeVar("T", EmailConfirmIn, RecoverByLinkIn)


def _link(data: dict[str, str], shape: type[T]) -> T:
    """A token that is missing or too long is one that nobody has."""
    if not 0 < len(data.get("token", "")) <= 100:
        raise Refused("link-over")
    return forms.read(data, shape)


@post("/recover/letter")
async def letter(
    request: AnyRequest,
    data: Form,
    visitor: Visitor | None,
    recovery_letters: RecoveryLetters,
    pages: Pages,
    settings: Settings,
) -> Response[Any]:
    to = data.get("to", "")
    try:
        await recovery_letters.ask(forms.read(data, RecoverLetterIn), came(request, settings))
    except Refused as refused:
        problem = problem_of(refused)
        shown: dict[str, Any] = {"by_letter": True, "form": {"to": to}}
        return pages.show(request, visitor, "accounts/recover.html", status=refused.status, problem=problem, **shown)
    return pages.show(request, visitor, "accounts/letter_sent.html", minutes=settings.reset_minutes)


@get("/recover/link")
async def link_page(
    request: AnyRequest, visitor: Visitor | None, recovery_letters: RecoveryLetters, pages: Pages
) -> Response[Any]:
    token = request.query_params.get("token", "")
    return await _link_form(request, visitor, recovery_letters, pages, token, None)


async def _link_form(
    request: AnyRequest,
    visitor: Visitor | None,
    recovery_letters: RecoveryLetters,
    pages: Pages,
    token: str,
    refused: Refused | None,
) -> Response[str]:
    name = ""
    try:
        name = await recovery_letters.name_of(token)
    except Refused as over:
        refused, token = over, ""
    return pages.show(
        request,
        visitor,
        "accounts/recover_link.html",
        status=refused.status if refused else 200,
        token=token,
        name=name,
        problem=problem_of(refused) if refused else None,
    )


@post("/recover/link")
async def by_link(
    request: AnyRequest,
    data: Form,
    visitor: Visitor | None,
    recovery_letters: RecoveryLetters,
    pages: Pages,
    settings: Settings,
) -> Response[Any]:
    try:
        await recovery_letters.recover(_link(data, RecoverByLinkIn), came(request, settings))
    except Refused as refused:
        return await _link_form(request, visitor, recovery_letters, pages, data.get("token", ""), refused)
    return _go("/sign-in?done=recovered")


router = Router(
    "",
    route_handlers=[email_page, give, remove, confirm_page, confirm, letter, link_page, by_link],
    include_in_schema=False,
)
