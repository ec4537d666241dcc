"""Reviews of listeners over REST, for staff."""

from typing import Annotated

from litestar import Router, get, post
from litestar.params import Parameter

from cups.accounts.visitor import Visitor
from cups.staff import permissions
from cups.staff.reviews import ReviewDesk
from cups.wire.reviews import Review, ReviewDecisionIn, Reviews, ReviewState

After = Annotated[str, Parameter(max_length=40, description="The `next` of the page before.")]
PageSize = Annotated[int, Parameter(ge=1, le=200)]


@get("/reviews")
async def reviews(
    visitor: Visitor | None,
    review_desk: ReviewDesk,
    which: ReviewState = "waits",
    after: After = "",
    limit: PageSize = 50,
) -> Reviews:
    """What members allowed to be published of what they said about listeners."""
    return await review_desk.cases(permissions.require(visitor, "reviews"), which, after, limit)


@post("/reviews/{review_id:str}/decision", status_code=200)
async def decide_review(
    review_id: str, data: ReviewDecisionIn, visitor: Visitor | None, review_desk: ReviewDesk
) -> Review:
    """A good one is published with others, once there are five. Refusing takes out one that is shown."""
    return await review_desk.decide(permissions.require(visitor, "reviews"), review_id, data)


router = Router("/staff", route_handlers=[reviews, decide_review], tags=["staff"])
