"""Rooms over REST."""

from litestar import Router, get

from cups.accounts.visitor import Visitor
from cups.rooms.service import Rooms
from cups.wire.rooms import Room
from cups.wire.rooms import Rooms as RoomList


@get("/rooms")
async def all_rooms(visitor: Visitor | None, rooms: Rooms) -> RoomList:
    """The rooms this person may enter; none before the gate."""
    return RoomList(rooms=await rooms.enterable(visitor))


@get("/rooms/{slug:str}")
async def one(slug: str, visitor: Visitor | None, rooms: Rooms) -> Room:
    return await rooms.one(visitor, slug)


router = Router("", route_handlers=[all_rooms, one], tags=["rooms"])
