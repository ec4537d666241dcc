"""Moderators' acts, and a person's own standing, over REST."""

from typing import Annotated, Literal

from litestar import Router, delete, get, post, put
from litestar.params import Parameter

from cups.accounts.visitor import Visitor, require_staff
from cups.api.sessions import signed_in
from cups.moderation.hosting import Hosting
from cups.moderation.sanctions import Sanctions
from cups.moderation.service import Moderation
from cups.moderation.standing import Standings
from cups.wire.rooms import (
    ClosureIn,
    GivenWarnings,
    RemoveIn,
    RoomDesk,
    RoomNow,
    RoomSanction,
    RoomSanctions,
    SanctionIn,
    SlowIn,
    WarnIn,
    Warnings,
    WarnOut,
)
from cups.wire.standing import Contest, ContestCases, ContestDecisionIn, ContestIn, Standing


@post("/rooms/{slug:str}/messages/{seq:int}/removal", status_code=204)
async def remove(slug: str, seq: int, data: RemoveIn, visitor: Visitor | None, moderation: Moderation) -> None:
    """Takes a message away: once this is answered it reaches nobody any more."""
    await moderation.remove(signed_in(visitor), slug, seq, data)


@post("/rooms/{slug:str}/warnings", status_code=200)
async def warn(slug: str, data: WarnIn, visitor: Visitor | None, moderation: Moderation) -> WarnOut:
    """Warns somebody; the ladder says what follows."""
    return await moderation.warn(signed_in(visitor), slug, data)


@get("/rooms/{slug:str}/warnings")
async def given(slug: str, visitor: Visitor | None, moderation: Moderation) -> GivenWarnings:
    """For the room's moderators: what was said to whom lately, and whether they have read it."""
    return await moderation.given(signed_in(visitor), slug)


@get("/rooms/{slug:str}/desk")
async def desk(slug: str, visitor: Visitor | None, hosting: Hosting) -> RoomDesk:
    """For the room's moderators: how it is, and what they can choose from."""
    return await hosting.desk(signed_in(visitor), slug)


@put("/rooms/{slug:str}/slow")
async def slow(slug: str, data: SlowIn, visitor: Visitor | None, hosting: Hosting) -> RoomNow:
    """The least time between two messages of one person in the room; its moderators and staff are free of it."""
    return await hosting.slow(signed_in(visitor), slug, data)


@put("/rooms/{slug:str}/closure")
async def close(slug: str, data: ClosureIn, visitor: Visitor | None, hosting: Hosting) -> RoomNow:
    """Nobody but moderators and staff writes, everybody reads, until it is opened or the time is over."""
    return await hosting.close(signed_in(visitor), slug, data)


@delete("/rooms/{slug:str}/closure", status_code=200)
async def open_again(slug: str, visitor: Visitor | None, hosting: Hosting) -> RoomNow:
    return await hosting.open_again(signed_in(visitor), slug)


@put("/rooms/{slug:str}/pins/{seq:int}", status_code=204)
async def pin(slug: str, seq: int, visitor: Visitor | None, hosting: Hosting) -> None:
    """Puts a message at the top of the room."""
    await hosting.pin(signed_in(visitor), slug, seq)


@delete("/rooms/{slug:str}/pins/{seq:int}", status_code=204)
async def unpin(slug: str, seq: int, visitor: Visitor | None, hosting: Hosting) -> None:
    await hosting.unpin(signed_in(visitor), slug, seq)


@post("/rooms/{slug:str}/sanctions")
async def sanction(slug: str, data: SanctionIn, visitor: Visitor | None, sanctions: Sanctions) -> RoomSanction:
    """Mutes somebody in this room, removes them from it, or bans them from it, by hand and for a time."""
    return await sanctions.give(signed_in(visitor), slug, data)


@get("/rooms/{slug:str}/sanctions")
async def in_force(
    slug: str,
    visitor: Visitor | None,
    sanctions: Sanctions,
    after: Annotated[str, Parameter(max_length=40, description="The `next` of the page before.")] = "",
    limit: Annotated[int, Parameter(ge=1, le=200)] = 50,
) -> RoomSanctions:
    """For the room's moderators: what is in force there about whom, newest first."""
    return await sanctions.here(signed_in(visitor), slug, after, limit)


@delete("/rooms/{slug:str}/sanctions/{sanction_id:str}", status_code=204)
async def lift(slug: str, sanction_id: str, visitor: Visitor | None, sanctions: Sanctions) -> None:
    """Before its end."""
    await sanctions.lift(signed_in(visitor), slug, sanction_id)


@get("/staff/sanctions", tags=["staff"])
async def all_sanctions(
    visitor: Visitor | None,
    sanctions: Sanctions,
    after: Annotated[str, Parameter(max_length=40, description="The `next` of the page before.")] = "",
    limit: Annotated[int, Parameter(ge=1, le=200)] = 50,
) -> RoomSanctions:
    """What moderators decided by hand, in all rooms."""
    return await sanctions.every(require_staff(visitor), after, limit)


@delete("/staff/sanctions/{sanction_id:str}", status_code=204, tags=["staff"])
async def lift_any(sanction_id: str, visitor: Visitor | None, sanctions: Sanctions) -> None:
    await sanctions.lift_any(require_staff(visitor), sanction_id)


@get("/warnings")
async def mine(visitor: Visitor | None, moderation: Moderation) -> Warnings:
    return Warnings(warnings=await moderation.of(signed_in(visitor).id))


@post("/warnings/{warning_id:str}/seen", status_code=204)
async def seen(warning_id: str, visitor: Visitor | None, moderation: Moderation) -> None:
    await moderation.see(signed_in(visitor).id, warning_id)


@get("/standing")
async def standing(visitor: Visitor | None, standings: Standings) -> Standing:
    """Every decision about oneself."""
    return await standings.of(signed_in(visitor).id)


@post("/standing/seen", status_code=204)
async def all_seen(visitor: Visitor | None, standings: Standings) -> None:
    """Marks warnings and outcomes as read."""
    await standings.see_all(signed_in(visitor).id)


@post("/standing/{decision_id:str}/contest")
async def contest(decision_id: str, data: ContestIn, visitor: Visitor | None, standings: Standings) -> Contest:
    """Once for each decision; somebody else than the first looks at it."""
    return await standings.contest(signed_in(visitor), decision_id, data)


@get("/staff/contests", tags=["staff"])
async def cases(
    visitor: Visitor | None,
    standings: Standings,
    which: Literal["open", "upheld", "overturned"] = "open",
    after: Annotated[str, Parameter(max_length=40, description="The `next` of the page before.")] = "",
    limit: Annotated[int, Parameter(ge=1, le=200)] = 50,
) -> ContestCases:
    return await standings.cases(require_staff(visitor), which, after, limit)


@post("/staff/contests/{contest_id:str}/decision", status_code=204, tags=["staff"])
async def decide(contest_id: str, data: ContestDecisionIn, visitor: Visitor | None, standings: Standings) -> None:
    """By somebody else than the first. Overturning undoes all that came of the decision."""
    await standings.decide(require_staff(visitor), contest_id, data)


router = Router(
    "",
    route_handlers=[
        remove,
        warn,
        given,
        desk,
        slow,
        close,
        open_again,
        pin,
        unpin,
        sanction,
        in_force,
        lift,
        all_sanctions,
        lift_any,
        mine,
        seen,
        standing,
        all_seen,
        contest,
        cases,
        decide,
    ],
    tags=["moderation"],
)
