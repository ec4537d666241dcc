"""Consent over REST."""

from litestar import Router, get, post

from cups.accounts.visitor import Visitor
from cups.api.sessions import AnyRequest, came, signed_in
from cups.consent.service import Consents
from cups.settings import Settings
from cups.wire.consent import Answered, AnswerIn, AskParentIn, ConsentState, WithdrawIn


@get("/consent")
async def state(visitor: Visitor | None, consents: Consents) -> ConsentState:
    """How far a parent's consent is."""
    return await consents.state(signed_in(visitor))


@post("/consent", status_code=200)
async def ask(
    request: AnyRequest, data: AskParentIn, visitor: Visitor | None, consents: Consents, settings: Settings
) -> ConsentState:
    """Asks a parent, by a letter."""
    return await consents.ask(signed_in(visitor), data, came(request, settings))


@post("/consent/answer", status_code=200)
async def answer(data: AnswerIn, consents: Consents) -> Answered:
    """The parent's answer, by the token of the letter's link; no session is needed."""
    return Answered(state=await consents.answer(data))


@post("/consent/withdraw", status_code=204)
async def withdraw(data: WithdrawIn, consents: Consents) -> None:
    """The parent withdraws it: from now on the young person meets nobody."""
    await consents.withdraw(data)


router = Router("", route_handlers=[state, ask, answer, withdraw], tags=["consent"])
