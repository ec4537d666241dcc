"""Chats over REST."""

from litestar import Router, get, post

from cups.accounts.visitor import Visitor
from cups.api.sessions import signed_in
from cups.chats.service import Chats
from cups.wire.chats import Chat, EndIn, RatingIn
from cups.wire.chats import Chats as ChatList


@get("/chats")
async def all_chats(visitor: Visitor | None, chats: Chats) -> ChatList:
    """The open chats first, then the last ones ended."""
    return ChatList(chats=await chats.recent(signed_in(visitor).id))


@get("/chats/{chat_id:str}")
async def one(chat_id: str, visitor: Visitor | None, chats: Chats) -> Chat:
    return await chats.seen_by(signed_in(visitor).id, chat_id)


@post("/chats/{chat_id:str}/end", status_code=200)
async def end(chat_id: str, data: EndIn, visitor: Visitor | None, chats: Chats) -> Chat:
    return await chats.end(signed_in(visitor), chat_id, data)


@post("/chats/{chat_id:str}/rating", status_code=200)
async def rate(chat_id: str, data: RatingIn, visitor: Visitor | None, chats: Chats) -> Chat:
    return await chats.rate(signed_in(visitor), chat_id, data)


router = Router("", route_handlers=[all_chats, one, end, rate], tags=["chats"])
