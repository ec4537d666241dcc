"""Moderators' acts, and a person's own warnings, over REST."""

from litestar import Router, get, post

from cups.accounts.visitor import Visitor
from cups.api.sessions import signed_in
from cups.moderation.service import Moderation
from cups.wire.rooms import RemoveIn, WarnIn, Warnings, WarnOut


@post("/rooms/{slug:str}/messages/{seq:int}/removal", status_code=204)
async def remove(slug: str, seq: int, data: RemoveIn, visitor: Visitor | None, moderation: Moderation) -> None:
    """Takes a message away: once this is answered it reaches nobody any more."""
    await moderation.remove(signed_in(visitor), slug, seq, data)


@post("/rooms/{slug:str}/warnings", status_code=200)
async def warn(slug: str, data: WarnIn, visitor: Visitor | None, moderation: Moderation) -> WarnOut:
    """Warns somebody; the ladder says what follows."""
    return await moderation.warn(signed_in(visitor), slug, data)


@get("/warnings")
async def mine(visitor: Visitor | None, moderation: Moderation) -> Warnings:
    return Warnings(warnings=await moderation.of(signed_in(visitor).id))


@post("/warnings/{warning_id:str}/seen", status_code=204)
async def seen(warning_id: str, visitor: Visitor | None, moderation: Moderation) -> None:
    await moderation.see(signed_in(visitor).id, warning_id)


router = Router("", route_handlers=[remove, warn, mine, seen], tags=["moderation"])
