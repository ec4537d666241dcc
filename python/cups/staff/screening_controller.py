"""Screening over REST, for staff."""

from typing import Annotated, Literal

from litestar import Router, get, patch, post
from litestar.params import Parameter

from cups.accounts.visitor import Visitor, require_staff
from cups.staff.screening import ScreeningStaff
from cups.wire.screening import (
    Concerns,
    ConcernWords,
    ScreeningRuleEdit,
    ScreeningRuleIn,
    ScreeningRules,
    ScreeningRuleWhole,
    ScreeningTry,
    ScreeningTryIn,
)

After = Annotated[str, Parameter(max_length=80, description="The `next` of the page before.")]
Limit = Annotated[int, Parameter(ge=1, le=200)]


@get("/rules")
async def screening_rules(
    visitor: Visitor | None, screening: ScreeningStaff, after: After = "", limit: Limit = 50
) -> ScreeningRules:
    require_staff(visitor)
    return await screening.rules(after, limit)


@post("/rules")
async def create_rule(data: ScreeningRuleIn, visitor: Visitor | None, screening: ScreeningStaff) -> ScreeningRuleWhole:
    """A rule of staff's own, in the shadow at first."""
    return await screening.create(require_staff(visitor), data)


@get("/rules/{name:str}")
async def one_rule(name: str, visitor: Visitor | None, screening: ScreeningStaff) -> ScreeningRuleWhole:
    require_staff(visitor)
    return await screening.one(name)


@patch("/rules/{name:str}")
async def change_rule(
    name: str, data: ScreeningRuleEdit, visitor: Visitor | None, screening: ScreeningStaff
) -> ScreeningRuleWhole:
    """In force when this is answered."""
    return await screening.change(require_staff(visitor), name, data)


@post("/try", status_code=200)
async def try_text(data: ScreeningTryIn, visitor: Visitor | None, screening: ScreeningStaff) -> ScreeningTry:
    require_staff(visitor)
    return screening.attempt(data)


@get("/")
async def concerns(
    visitor: Visitor | None,
    screening: ScreeningStaff,
    which: Literal["open", "taken", "closed"] = "open",
    after: After = "",
    limit: Limit = 50,
) -> Concerns:
    """Who may be in danger; those who wait longest first."""
    require_staff(visitor)
    return await screening.concerns(which, after, limit)


@post("/{concern_id:str}/words", status_code=200)
async def concern_words(concern_id: str, visitor: Visitor | None, screening: ScreeningStaff) -> ConcernWords:
    """What was written. Reading it is logged."""
    return await screening.words(require_staff(visitor), concern_id)


@post("/{concern_id:str}/take", status_code=204)
async def take_concern(concern_id: str, visitor: Visitor | None, screening: ScreeningStaff) -> None:
    await screening.take(require_staff(visitor), concern_id)


@post("/{concern_id:str}/close", status_code=204)
async def close_concern(concern_id: str, visitor: Visitor | None, screening: ScreeningStaff) -> None:
    await screening.close(require_staff(visitor), concern_id)


router = Router(
    "/staff",
    route_handlers=[
        Router("/screening", route_handlers=[screening_rules, create_rule, one_rule, change_rule, try_text]),
        Router("/concerns", route_handlers=[concerns, concern_words, take_concern, close_concern]),
    ],
    tags=["staff"],
)
