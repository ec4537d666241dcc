"""Talking with Noni over REST while one waits, and what came of it in the chat."""

from litestar import Router, get, put

from cups.accounts.visitor import Visitor
from cups.api.sessions import signed_in
from cups.bots.service import Bots
from cups.requests.service import Requests
from cups.wire.bots import BotAnswerIn, BotTalk, Told


@get("/requests/{request_id:str}/noni")
async def talk(request_id: str, visitor: Visitor | None, requests: Requests, bots: Bots) -> BotTalk:
    """What Noni, a program, says to the person of this request, and what they answered. Reading it starts nothing and stores nothing, and keeps
    the place, as an open connection does."""
    requests.line.touch(signed_in(visitor).id)
    return await bots.talk(signed_in(visitor), request_id)


@put("/requests/{request_id:str}/noni/answers/{question:str}")
async def answer(
    request_id: str, question: str, data: BotAnswerIn, visitor: Visitor | None, requests: Requests, bots: Bots
) -> BotTalk:
    """An answer, or another one in its place, until a listener takes the request. The same `ref` again gives the same result."""
    requests.line.touch(signed_in(visitor).id)
    outcome = await bots.answer(signed_in(visitor), request_id, question, data)
    if outcome.talk is None:
        assert outcome.refused is not None
        raise outcome.refused
    return outcome.talk


@get("/chats/{chat_id:str}/noni")
async def told(chat_id: str, visitor: Visitor | None, bots: Bots) -> Told:
    """What the member told Noni while they waited: for themselves, and for the listener who has the chat, as long as it runs."""
    return await bots.told(signed_in(visitor).id, chat_id)


router = Router("", route_handlers=[talk, answer, told], tags=["bots"])
