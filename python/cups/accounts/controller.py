"""Accounts over REST."""

from typing import Literal

from litestar import Response, Router, delete, get, post, put

from cups.accounts import agreements
from cups.accounts.joining import Joining
from cups.accounts.second_factor import SecondFactor
from cups.accounts.service import Accounts
from cups.accounts.visitor import Half, Visitor
from cups.api.rendering import problem_answer
from cups.api.sessions import (
    AnyRequest,
    came,
    half,
    language_of,
    refuse_later_tries,
    signed_in,
    with_half,
    with_language,
    with_session,
    without_half,
    without_referral,
    without_session,
)
from cups.courses.service import training_passed
from cups.errors import Refused
from cups.settings import Settings
from cups.wire.people import (
    AcceptedList,
    AcceptIn,
    Agreement,
    AgreementVersions,
    BecomeListenerIn,
    BlockIn,
    Blocks,
    GateIn,
    GateOut,
    LanguagesIn,
    Me,
    PageLanguageIn,
    Person,
    SignInIn,
    SignUpIn,
    StatusIn,
)
from cups.wire.signin import CodeIn, SignUpOut


@get("/me")
async def me(visitor: Visitor | None) -> Me:
    """Who is asking; an empty `person` for a visitor without a session."""
    return visitor.me if visitor else Me()


@get("/agreements")
async def all_agreements(request: AnyRequest, visitor: Visitor | None) -> list[Agreement]:
    """The agreements in force, with plain-language summaries, in the reader's language."""
    return agreements.all_current(language_of(request, visitor))


@get("/agreements/{kind:str}")
async def agreement_versions(kind: str, accounts: Accounts) -> AgreementVersions:
    """All versions that were ever in force here."""
    return await accounts.agreement_versions(agreements.kind_of(kind))


@get("/agreements/{kind:str}/{version:str}")
async def agreement_of_version(
    request: AnyRequest, visitor: Visitor | None, kind: str, version: str, accounts: Accounts
) -> Agreement:
    found = await accounts.agreement(agreements.kind_of(kind), version)
    return agreements.told(found, language_of(request, visitor))


@post("/agreements/accept", status_code=200)
async def accept(data: AcceptIn, visitor: Visitor | None, joining: Joining) -> Me:
    """A newer version, by whoever has passed the gate before."""
    return await joining.accept(signed_in(visitor), data)


@get("/me/agreements")
async def accepted(visitor: Visitor | None, accounts: Accounts) -> AcceptedList:
    """What one has accepted, and when."""
    return AcceptedList(accepted=await accounts.accepted(signed_in(visitor)))


@post("/gate", status_code=200)
async def gate(
    request: AnyRequest, data: GateIn, visitor: Visitor | None, joining: Joining, settings: Settings
) -> Response[GateOut]:
    """Declares age and danger and accepts the agreements; makes a guest of a first visitor. `next` is `help` where someone is in danger."""
    try:
        joined = await joining.pass_gate(visitor, data, came(request, settings))
    except Refused as refused:
        if refused.code != "too-young":
            raise
        return refuse_later_tries(problem_answer(request, refused), settings)
    on: Literal["consent", "go-on"] = "consent" if joined.me.consent_waits else "go-on"
    body = GateOut(me=joined.me, next="help" if data.danger != "none" else on)
    return with_session(Response(body), joined, settings)


@post("/sign-up", status_code=200)
async def sign_up(
    request: AnyRequest, data: SignUpIn, visitor: Visitor | None, joining: Joining, settings: Settings
) -> Response[SignUpOut]:
    """Turns the guest of this session into a member, in place. The recovery codes are shown this once."""
    joined = await joining.sign_up(visitor, data, came(request, settings))
    body = SignUpOut(me=joined.me, recovery_codes=list(joined.recovery_codes))
    return without_referral(request, with_session(Response(body), joined, settings), settings)


@post("/sign-in", status_code=200)
async def sign_in(
    request: AnyRequest, data: SignInIn, visitor: Visitor | None, joining: Joining, settings: Settings
) -> Response[Me]:
    """Where the account has a second factor: 401, `second-factor-needed`, and `POST /api/sign-in/second` comes next."""
    outcome = await joining.sign_in(visitor, data, came(request, settings))
    if isinstance(outcome, Half):
        return with_half(problem_answer(request, Refused("second-factor-needed")), outcome, settings)
    return with_session(Response(outcome.me), outcome, settings)


@post("/sign-in/second", status_code=200)
async def sign_in_second(
    request: AnyRequest, data: CodeIn, visitor: Visitor | None, second_factor: SecondFactor, settings: Settings
) -> Response[Me]:
    """The second step: a code of the app, or a recovery code."""
    joined = await second_factor.sign_in(visitor, half(request, settings), data.code, came(request, settings))
    return without_half(with_session(Response(joined.me), joined, settings), settings)


@post("/sign-out", status_code=204)
async def sign_out(visitor: Visitor | None, joining: Joining, settings: Settings) -> Response[None]:
    if visitor is not None:
        await joining.sign_out(visitor)
    return without_session(Response(None, status_code=204), settings)


@post("/switch", status_code=200)
async def switch(visitor: Visitor | None, joining: Joining, settings: Settings) -> Response[Me]:
    """To the same person's other account."""
    joined = await joining.switch(signed_in(visitor))
    return with_session(Response(joined.me), joined, settings)


@post("/listener", status_code=200)
async def become_listener(
    data: BecomeListenerIn, visitor: Visitor | None, joining: Joining, settings: Settings
) -> Response[Me]:
    """Opens the linked listener account of a member who passed the training, and switches to it."""
    joined = await joining.become_listener(signed_in(visitor), data, training_passed)
    return with_session(Response(joined.me), joined, settings)


@put("/me/status")
async def status(data: StatusIn, visitor: Visitor | None, accounts: Accounts) -> Me:
    return await accounts.set_status(signed_in(visitor), data.status, data.until)


@put("/me/languages")
async def languages(data: LanguagesIn, visitor: Visitor | None, accounts: Accounts) -> Me:
    """The languages this person talks in; a listener is shown requests in these."""
    return await accounts.set_languages(signed_in(visitor), data)


@put("/me/page-language")
async def page_language(
    request: AnyRequest, data: PageLanguageIn, visitor: Visitor | None, accounts: Accounts, settings: Settings
) -> Response[Me]:
    """The language in which the page is read and errors are told: kept with the account, and by a cookie on this device."""
    changed = await accounts.set_page_language(signed_in(visitor), data)
    return with_language(Response(changed), data.language, settings)


@post("/blocks", status_code=204)
async def block(data: BlockIn, visitor: Visitor | None, accounts: Accounts) -> None:
    await accounts.block(signed_in(visitor), data.name)


@get("/blocks")
async def blocks(visitor: Visitor | None, accounts: Accounts) -> Blocks:
    """Whom this account has blocked, the latest first."""
    return Blocks(blocks=await accounts.blocks(signed_in(visitor)))


@delete("/blocks/{name:str}", status_code=204)
async def unblock(name: str, visitor: Visitor | None, accounts: Accounts) -> None:
    await accounts.unblock(signed_in(visitor), name)


@get("/people/{name:str}")
async def person(name: str, accounts: Accounts) -> Person:
    return await accounts.public(name)


router = Router(
    "",
    route_handlers=[
        me,
        all_agreements,
        agreement_versions,
        agreement_of_version,
        accept,
        accepted,
        gate,
        sign_up,
        sign_in,
        sign_in_second,
        sign_out,
        switch,
        become_listener,
        status,
        languages,
        page_language,
        block,
        blocks,
        unblock,
        person,
    ],
    tags=["accounts"],
)
