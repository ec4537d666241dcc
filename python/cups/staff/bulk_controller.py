"""Acts on many people at once, over REST: preview, do, undo."""

from typing import Annotated

from litestar import Router, get, post
from litestar.params import Parameter

from cups.accounts.visitor import Visitor
from cups.staff import permissions
from cups.staff.bulk import BulkDesk
from cups.wire.bulk import Bulk, BulkIn, Bulks

After = Annotated[str, Parameter(max_length=40, description="The `next` of the page before.")]
PageSize = Annotated[int, Parameter(ge=1, le=200)]


@post("/")
async def plan(data: BulkIn, visitor: Visitor | None, bulk_desk: BulkDesk) -> Bulk:
    """A preview: what would happen to whom. It changes nothing, and is kept for `bulk_plan_minutes`."""
    return await bulk_desk.plan(permissions.require(visitor, "bulk"), data)


@get("/")
async def bulks(visitor: Visitor | None, bulk_desk: BulkDesk, after: After = "", limit: PageSize = 50) -> Bulks:
    return await bulk_desk.every(permissions.require(visitor, "bulk"), after, limit)


@get("/{bulk_id:str}")
async def one_bulk(bulk_id: str, visitor: Visitor | None, bulk_desk: BulkDesk) -> Bulk:
    """With its people, and how far it is."""
    return await bulk_desk.one(permissions.require(visitor, "bulk"), bulk_id)


@post("/{bulk_id:str}/do", status_code=200)
async def do_bulk(bulk_id: str, visitor: Visitor | None, bulk_desk: BulkDesk) -> Bulk:
    """Carries a preview out; every right and condition is asked again for each person."""
    return await bulk_desk.do(permissions.require(visitor, "bulk"), bulk_id)


@post("/{bulk_id:str}/undo", status_code=200)
async def undo_bulk(bulk_id: str, visitor: Visitor | None, bulk_desk: BulkDesk) -> Bulk:
    """Puts back what was changed, but for what somebody changed since. Within `bulk_undo_hours`."""
    return await bulk_desk.undo(permissions.require(visitor, "bulk"), bulk_id)


router = Router("/staff/bulk", route_handlers=[plan, bulks, one_bulk, do_bulk, undo_bulk], tags=["staff"])
