"""Older messages of a channel, chat or room, a page at a time."""

from typing import Annotated

from litestar import Router, get
from litestar.params import Parameter

from cups.accounts.visitor import Visitor, gated
from cups.chats.service import Chats
from cups.gateway.channels import Channels
from cups.rooms.service import Rooms
from cups.wire.chats import History

Before = Annotated[int, Parameter(ge=0, le=1 << 60, description="Only messages before this number.")]
Limit = Annotated[int, Parameter(ge=1, le=200)]


@get("/channels/{channel_id:str}/messages")
async def messages(
    channel_id: str,
    visitor: Visitor | None,
    channels: Channels,
    chats: Chats,
    rooms: Rooms,
    before: Before = 1 << 60,
    limit: Limit = 50,
) -> History:
    """Oldest first; `more` says whether there are older ones."""
    person = gated(visitor)
    if await channels.kind(channel_id) == "room":
        return await rooms.history(person, channel_id, before, limit)
    return await chats.history(person.id, channel_id, before, limit)


router = Router("", route_handlers=[messages], tags=["channels"])
