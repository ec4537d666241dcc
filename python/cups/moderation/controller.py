"""Moderators' acts, and a person's own standing, over REST."""

from typing import Annotated, Literal

from litestar import Router, get, post
from litestar.params import Parameter

from cups.accounts.visitor import Visitor, require_staff
from cups.api.sessions import signed_in
from cups.moderation.service import Moderation
from cups.moderation.standing import Standings
from cups.wire.rooms import GivenWarnings, RemoveIn, WarnIn, Warnings, WarnOut
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
    route_handlers=[remove, warn, given, mine, seen, standing, all_seen, contest, cases, decide],
    tags=["moderation"],
)
