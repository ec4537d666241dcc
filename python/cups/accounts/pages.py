"""Pages about oneself: the gate, signing up, in and out, the account, the listener account, agreements."""

from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Response, Router, get, post
from litestar.response import Redirect

from cups.accounts import agreements
from cups.accounts.joining import Joining
from cups.accounts.second_factor_pages import led
from cups.accounts.service import Accounts
from cups.accounts.visitor import Half, Visitor
from cups.accounts.ways import ways
from cups.api import forms
from cups.api.forms import Form, local
from cups.api.rendering import Pages, problem_of
from cups.api.sessions import (
    NO_SECOND_TRY,
    AnyRequest,
    came,
    language_of,
    marked,
    refuse_later_tries,
    set_leave_ends,
    signed_in,
    with_half,
    with_session,
    without_referral,
    without_session,
)
from cups.courses.service import Courses, training_passed
from cups.crisis import helplines
from cups.errors import Refused
from cups.requests.topics import topics
from cups.settings import Settings
from cups.wire.people import AcceptIn, AgreementVersion, BecomeListenerIn, GateIn, SignInIn, SignUpIn, StatusIn


def _go(target: str) -> Redirect:
    return Redirect(target, status_code=303)


def _too_young(request: AnyRequest, pages: Pages) -> Response[str]:
    services = [s for s in helplines.of(None, language_of(request)).services if s.audience in ("youth", "all")]
    return pages.show(request, None, "accounts/too_young.html", status=403, services=services)


@get("/gate")
async def gate_page(request: AnyRequest, visitor: Visitor | None, pages: Pages, settings: Settings) -> Response[Any]:
    next_ = local(request.query_params.get("next"), "/talk")
    if marked(request, NO_SECOND_TRY) is not None and visitor is None:
        return _too_young(request, pages)
    if visitor is not None and visitor.me.gated:
        return _go(next_)
    if visitor is not None and visitor.me.age is not None:
        return _again_form(request, visitor, pages, next_)
    return _gate_form(request, visitor, pages, settings, next_, {})


def _gate_form(
    request: AnyRequest,
    visitor: Visitor | None,
    pages: Pages,
    settings: Settings,
    next_: str,
    chosen: dict[str, str],
    refused: Refused | None = None,
) -> Response[str]:
    kind = visitor.kind if visitor else "guest"
    language = language_of(request, visitor)
    wanted = [agreements.current(k, language) for k in agreements.REQUIRED[kind]]
    chosen = {name: chosen.get(name, "") for name in ("age", "danger", "country")}
    problem = problem_of(refused) if refused else None
    status = refused.status if refused else 200
    return pages.show(
        request,
        visitor,
        "accounts/gate.html",
        status=status,
        next=next_,
        agreements=wanted,
        chosen=chosen,
        countries=ways(settings.consent).countries,
        problem=problem,
    )


def _again_form(
    request: AnyRequest, visitor: Visitor, pages: Pages, next_: str, refused: Refused | None = None
) -> Response[str]:
    """Only what is new: the age and the danger were told before."""
    language = language_of(request, visitor)
    known = [agreements.current(k, language) for k in agreements.REQUIRED[visitor.kind]]
    return pages.show(
        request,
        visitor,
        "accounts/agreements_again.html",
        status=refused.status if refused else 200,
        next=next_,
        agreements=known,
        problem=problem_of(refused) if refused else None,
    )


@post("/gate")
async def gate(
    request: AnyRequest, data: Form, visitor: Visitor | None, joining: Joining, pages: Pages, settings: Settings
) -> Response[Any]:
    next_ = local(data.get("next"), "/talk")
    kind = visitor.kind if visitor else "guest"
    given = []
    if data.get("agree") == "yes":
        given = [AgreementVersion(kind=k, version=agreements.current(k).version) for k in agreements.REQUIRED[kind]]
    if visitor is not None and visitor.me.age is not None and "age" not in data:
        try:
            await joining.accept(visitor, AcceptIn(agreements=given))
        except Refused as refused:
            return _again_form(request, visitor, pages, next_, refused)
        return _go(next_)
    try:
        joined = await joining.pass_gate(visitor, forms.read(data, GateIn, agreements=given), came(request, settings))
    except Refused as refused:
        if refused.code == "too-young":
            return refuse_later_tries(_too_young(request, pages), settings)
        return _gate_form(request, visitor, pages, settings, next_, data, refused)
    target = next_ if not joined.me.consent_waits else f"/consent?next={quote(next_)}"
    if data.get("danger") != "none":
        target = f"/help?next={quote(target)}"
    return with_session(_go(target), joined, settings)


@get("/sign-up")
async def sign_up_page(request: AnyRequest, visitor: Visitor | None, pages: Pages) -> Response[Any]:
    if visitor is None or not visitor.me.gated:
        topic = request.query_params.get("topic", "")
        return _go(f"/gate?next=/sign-up{'%3Ftopic=' + topic if topic in topics() else ''}")
    return pages.show(request, visitor, "accounts/sign_up.html", problem=None, form={})


@post("/sign-up")
async def sign_up(
    request: AnyRequest, data: Form, visitor: Visitor | None, joining: Joining, pages: Pages, settings: Settings
) -> Response[Any]:
    try:
        joined = await joining.sign_up(visitor, forms.read(data, SignUpIn), came(request, settings))
    except Refused as refused:
        shown = {"name": data.get("name", ""), "email": data.get("email", "")}
        return pages.show(
            request, visitor, "accounts/sign_up.html", status=refused.status, problem=problem_of(refused), form=shown
        )
    shown_to = msgspec.structs.replace(signed_in(visitor), me=joined.me)
    page = pages.show(
        request,
        shown_to,
        "accounts/codes.html",
        codes=joined.recovery_codes,
        sign_in_name=shown_to.person.name,
        brings=topic if (topic := data.get("topic", "")) in topics() else None,
    )
    return without_referral(request, with_session(page, joined, settings), settings)


@get("/sign-in")
async def sign_in_page(request: AnyRequest, visitor: Visitor | None, pages: Pages) -> Response[Any]:
    next_ = local(request.query_params.get("next"), "/")
    recovered = request.query_params.get("done") == "recovered"
    return pages.show(request, visitor, "accounts/sign_in.html", problem=None, form={}, next=next_, recovered=recovered)


@post("/sign-in")
async def sign_in(
    request: AnyRequest,
    data: Form,
    visitor: Visitor | None,
    accounts: Accounts,
    joining: Joining,
    pages: Pages,
    settings: Settings,
) -> Response[Any]:
    next_ = local(data.get("next"), "/")
    try:
        if not data.get("name") or not data.get("password"):
            raise Refused("wrong-credentials")
        outcome = await joining.sign_in(visitor, forms.read(data, SignInIn), came(request, settings))
    except Refused as refused:
        shown = {"name": data.get("name", "")}
        return pages.show(
            request,
            visitor,
            "accounts/sign_in.html",
            status=refused.status,
            problem=problem_of(refused),
            form=shown,
            next=next_,
        )
    if isinstance(outcome, Half):
        return with_half(_go(f"/sign-in/second?next={quote(next_)}"), outcome, settings)
    return with_session(_go(await led(accounts, outcome, next_)), outcome, settings)


@post("/sign-out")
async def sign_out(visitor: Visitor | None, joining: Joining, settings: Settings) -> Response[Any]:
    if visitor is not None:
        await joining.sign_out(visitor)
    return without_session(_go("/"), settings)


@post("/account/leaving")
async def leaving(data: Form, settings: Settings) -> Response[Any]:
    """Whether the quick exit signs out as well, on this device."""
    return set_leave_ends(_go("/account"), data.get("end") == "yes", settings)


@post("/switch")
async def switch(visitor: Visitor | None, joining: Joining, settings: Settings) -> Response[Any]:
    joined = await joining.switch(signed_in(visitor))
    return with_session(_go("/listen" if joined.me.can_listen else "/talk"), joined, settings)


@post("/listen/status")
async def status(data: Form, visitor: Visitor | None, accounts: Accounts) -> Response[Any]:
    await accounts.set_status(signed_in(visitor), forms.read(data, StatusIn).status)
    return _go("/listen")


@get("/become-a-listener")
async def listener_page(request: AnyRequest, visitor: Visitor | None, courses: Courses, pages: Pages) -> Response[Any]:
    return await _listener_form(request, visitor, courses, pages, {}, None)


async def _listener_form(
    request: AnyRequest,
    visitor: Visitor | None,
    courses: Courses,
    pages: Pages,
    form: dict[str, str],
    refused: Refused | None,
) -> Response[str]:
    passed = visitor is not None and await courses.passed_training(visitor.id)
    return pages.show(
        request,
        visitor,
        "accounts/become_listener.html",
        status=refused.status if refused else 200,
        passed=passed,
        linked=visitor.me.linked if visitor else None,
        agreement=agreements.current("listener", language_of(request, visitor)),
        problem=problem_of(refused) if refused else None,
        form=form,
    )


@post("/become-a-listener")
async def become_listener(
    request: AnyRequest,
    data: Form,
    visitor: Visitor | None,
    joining: Joining,
    courses: Courses,
    pages: Pages,
    settings: Settings,
) -> Response[Any]:
    try:
        if data.get("agree") != "yes":
            raise Refused("agreement-outdated", field="agree")
        form = forms.read(data, BecomeListenerIn, agreement=data.get("version", ""))
        joined = await joining.become_listener(signed_in(visitor), form, training_passed)
    except Refused as refused:
        return await _listener_form(request, visitor, courses, pages, {"name": data.get("name", "")}, refused)
    return with_session(_go("/listen"), joined, settings)


@get("/agreements/{kind:str}")
async def agreement(
    request: AnyRequest, kind: str, visitor: Visitor | None, accounts: Accounts, pages: Pages
) -> Response[Any]:
    """The one in force, or `?version=`, as it was."""
    wanted = agreements.kind_of(kind)
    version = request.query_params.get("version")
    found = agreements.current(wanted) if version is None else await accounts.agreement(wanted, version)
    found = agreements.told(found, language_of(request, visitor))
    known = await accounts.agreement_versions(wanted)
    return pages.show(request, visitor, "accounts/agreement.html", agreement=found, known=known)


@get("/guidelines")
async def guidelines(request: AnyRequest, visitor: Visitor | None, pages: Pages) -> Response[Any]:
    found: dict[str, Any] = dict(agreements.guidelines(language_of(request, visitor)))
    return pages.show(request, visitor, "moderation/guidelines.html", **found)


router = Router(
    "",
    route_handlers=[
        gate_page,
        gate,
        sign_up_page,
        sign_up,
        sign_in_page,
        sign_in,
        sign_out,
        leaving,
        switch,
        status,
        listener_page,
        become_listener,
        agreement,
        guidelines,
    ],
    include_in_schema=False,
)
