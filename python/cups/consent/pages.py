"""Pages about consent: the young person's, who asks a parent, and the parent's, reached by the links in their letters."""

from typing import Any

from litestar import Response, Router, get, post
from litestar.response import Redirect

from cups.accounts.visitor import Visitor
from cups.api import forms
from cups.api.forms import Form
from cups.api.rendering import Pages, problem_of
from cups.api.sessions import AnyRequest, came, signed_in
from cups.consent.service import Consents
from cups.errors import Refused
from cups.settings import Settings
from cups.wire.consent import AnswerIn, AskParentIn, WithdrawIn


@get("/consent")
async def consent_page(request: AnyRequest, visitor: Visitor | None, consents: Consents, pages: Pages) -> Response[Any]:
    if visitor is None or not visitor.me.gated:
        return Redirect("/gate?next=/consent", status_code=303)
    return await _consent(request, visitor, consents, pages, request.query_params.get("typed", ""), None)


async def _consent(
    request: AnyRequest, visitor: Visitor, consents: Consents, pages: Pages, typed: str, refused: Refused | None
) -> Response[str]:
    return pages.show(
        request,
        visitor,
        "consent/consent.html",
        status=refused.status if refused else 200,
        consent=await consents.state(visitor),
        typed=typed,
        problem=problem_of(refused) if refused else None,
    )


@post("/consent")
async def ask(
    request: AnyRequest, data: Form, visitor: Visitor | None, consents: Consents, pages: Pages, settings: Settings
) -> Response[Any]:
    person = signed_in(visitor)
    try:
        if not data.get("email"):
            raise Refused("email-not-valid", field="email")
        await consents.ask(person, forms.read(data, AskParentIn), came(request, settings))
    except Refused as refused:
        return await _consent(request, person, consents, pages, data.get("email", ""), refused)
    return Redirect("/consent", status_code=303)


def _parent(
    request: AnyRequest, pages: Pages, template: str, *, refused: Refused | None = None, **context: Any
) -> Response[str]:
    """Nobody is known here: what the parent sees says nothing of whoever sits at this device."""
    return pages.show(
        request,
        None,
        template,
        status=refused.status if refused else 200,
        anonymous=True,
        problem=problem_of(refused) if refused else None,
        **context,
    )


def _token(text: str) -> str:
    if not 0 < len(text) <= 100:
        raise Refused("link-over")
    return text


@get("/parent")
async def parent_page(request: AnyRequest, consents: Consents, pages: Pages) -> Response[Any]:
    """Looking changes nothing: programs that look into links before people do agree to nothing."""
    try:
        token = _token(request.query_params.get("token", ""))
        sees = await consents.look_at(token)
    except Refused as refused:
        return _parent(request, pages, "consent/parent.html", refused=refused, done="")
    return _parent(request, pages, "consent/parent.html", token=token, sees=sees, done="")


@post("/parent")
async def answer(request: AnyRequest, data: Form, consents: Consents, pages: Pages) -> Response[Any]:
    try:
        token = _token(data.get("token", ""))
        sees = await consents.look_at(token)
        done = await consents.answer(AnswerIn(token=token, agree=data.get("agree") == "yes"))
    except Refused as refused:
        return _parent(request, pages, "consent/parent.html", refused=refused, done="")
    return _parent(request, pages, "consent/parent.html", done=done, sees=sees)


@get("/parent/withdraw")
async def withdraw_page(request: AnyRequest, consents: Consents, pages: Pages) -> Response[Any]:
    try:
        token = _token(request.query_params.get("token", ""))
        await consents.may_withdraw(token)
    except Refused as refused:
        return _parent(request, pages, "consent/withdraw.html", refused=refused, done=False)
    return _parent(request, pages, "consent/withdraw.html", token=token, done=False)


@post("/parent/withdraw")
async def withdraw(request: AnyRequest, data: Form, consents: Consents, pages: Pages) -> Response[Any]:
    try:
        await consents.withdraw(WithdrawIn(token=_token(data.get("token", ""))))
    except Refused as refused:
        return _parent(request, pages, "consent/withdraw.html", refused=refused, done=False)
    return _parent(request, pages, "consent/withdraw.html", done=True)


router = Router(
    "",
    route_handlers=[consent_page, ask, parent_page, answer, withdraw_page, withdraw],
    include_in_schema=False,
)
