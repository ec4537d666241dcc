"""Licences and background checks over REST, for staff."""

from typing import Annotated

from litestar import Router, get, post
from litestar.params import Parameter

from cups.accounts.visitor import Visitor, require_staff
from cups.staff import permissions
from cups.staff.vetting import PERMISSIONS, VettingStaff
from cups.wire.directory import LookIn
from cups.wire.vetting import VettingCase, VettingCases, VettingKind, VettingResultIn, VettingState

After = Annotated[str, Parameter(max_length=40, description="The `next` of the page before.")]
PageSize = Annotated[int, Parameter(ge=1, le=200)]


@get("/vetting")
async def vetting_cases(
    visitor: Visitor | None,
    vetting_staff: VettingStaff,
    kind: VettingKind = "check",
    which: VettingState = "applied",
    ending: bool = False,
    after: After = "",
    limit: PageSize = 50,
) -> VettingCases:
    """Applications with a licence, for a check, or for the mark of a verified listener; `ending`: those that end soon."""
    staff = permissions.require(visitor, PERMISSIONS[kind])
    return await vetting_staff.cases(staff, kind, which, after, limit, ending=ending)


@post("/vetting/{vetting_id:str}/result", status_code=200)
async def decide_vetting(
    vetting_id: str, data: VettingResultIn, visitor: Visitor | None, vetting_staff: VettingStaff
) -> VettingCase:
    """What staff found. Of the documents nothing is kept."""
    return await vetting_staff.decide(require_staff(visitor), vetting_id, data)


@post("/vetting/{vetting_id:str}/end", status_code=204)
async def end_vetting(vetting_id: str, data: LookIn, visitor: Visitor | None, vetting_staff: VettingStaff) -> None:
    """A licence that was withdrawn, or a mark: it is gone at once."""
    await vetting_staff.end(require_staff(visitor), vetting_id, data.reason)


router = Router("/staff", route_handlers=[vetting_cases, decide_vetting, end_vetting], tags=["staff"])
