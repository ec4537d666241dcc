"""Messages left for a listener, over REST."""

from litestar import Router, delete, get, post

from cups.accounts.visitor import Visitor, gated
from cups.requests.left import Left
from cups.requests.topics import topics
from cups.wire.requests import LeaveIn, LeftMessage, LeftMessages, Taken


@post("/left-messages")
async def leave(data: LeaveIn, visitor: Visitor | None, left: Left) -> LeftMessage:
    """For a listener who is busy or away. It waits until `until`; the same `ref` again gives the same message."""
    return await left.leave(gated(visitor), data, frozenset(topics()))


@get("/left-messages/sent")
async def sent(visitor: Visitor | None, left: Left) -> LeftMessages:
    """One's own, with what has become of them."""
    return await left.sent(gated(visitor))


@get("/left-messages")
async def waiting(visitor: Visitor | None, left: Left) -> LeftMessages:
    """What waits for this listener."""
    return await left.waiting(gated(visitor))


@post("/left-messages/{message_id:str}/answer", status_code=200)
async def answer(message_id: str, visitor: Visitor | None, left: Left) -> Taken:
    """Opens a chat that begins with what was left."""
    return await left.answer(gated(visitor), message_id)


@post("/left-messages/{message_id:str}/decline", status_code=204)
async def decline(message_id: str, visitor: Visitor | None, left: Left) -> None:
    await left.decline(gated(visitor), message_id)


@delete("/left-messages/{message_id:str}", status_code=204)
async def withdraw(message_id: str, visitor: Visitor | None, left: Left) -> None:
    await left.withdraw(gated(visitor), message_id)


router = Router("", route_handlers=[leave, sent, waiting, answer, decline, withdraw], tags=["left messages"])
