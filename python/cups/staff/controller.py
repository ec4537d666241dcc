"""The staff's REST endpoints. Each act is in the audit log; `Staff` checks the rights again inside its transaction."""

from typing import Annotated

from litestar import Router, delete, get, patch, post, put
from litestar.params import Parameter

from cups.accounts.visitor import Visitor, require_staff
from cups.errors import Refused
from cups.requests.keeping import Keeping
from cups.requests.statistics import QueueFigures
from cups.rooms.service import Rooms
from cups.staff.service import Staff
from cups.wire.courses import ImportIn, ImportReport
from cups.wire.rooms import Member, Room, RoomEdit, RoomIn
from cups.wire.rooms import Rooms as RoomList
from cups.wire.staff import (
    AuditCheck,
    AuditPage,
    Ban,
    BanIn,
    Bans,
    QueueCheck,
    QueueStatistics,
    Reports,
    StaffRole,
    WaitingRequests,
)

After = Annotated[str, Parameter(max_length=40, description="The `next` of the page before.")]
Limit = Annotated[int, Parameter(ge=1, le=200)]


@get("/rooms")
async def rooms_list(visitor: Visitor | None, rooms: Rooms) -> RoomList:
    require_staff(visitor)
    return RoomList(rooms=await rooms.every())


@post("/rooms")
async def create_room(data: RoomIn, visitor: Visitor | None, staff: Staff) -> Room:
    return await staff.create_room(require_staff(visitor), data)


@patch("/rooms/{slug:str}")
async def edit_room(slug: str, data: RoomEdit, visitor: Visitor | None, staff: Staff) -> Room:
    return await staff.edit_room(require_staff(visitor), slug, data)


@post("/rooms/{slug:str}/retire", status_code=204)
async def retire_room(slug: str, visitor: Visitor | None, staff: Staff) -> None:
    """Closes a room for good; everyone in it is told."""
    await staff.retire_room(require_staff(visitor), slug)


@get("/rooms/{slug:str}/moderators")
async def moderators(slug: str, visitor: Visitor | None, rooms: Rooms) -> list[Member]:
    require_staff(visitor)
    return await rooms.moderators(slug)


@put("/rooms/{slug:str}/moderators/{name:str}", status_code=204)
async def appoint(slug: str, name: str, visitor: Visitor | None, staff: Staff) -> None:
    await staff.appoint(require_staff(visitor), slug, name)


@delete("/rooms/{slug:str}/moderators/{name:str}", status_code=204)
async def dismiss(slug: str, name: str, visitor: Visitor | None, staff: Staff) -> None:
    await staff.dismiss(require_staff(visitor), slug, name)


@post("/courses/import", status_code=200, request_max_body_size=32 * 1024 * 1024)
async def import_courses(data: ImportIn, visitor: Visitor | None, staff: Staff) -> ImportReport:
    """Imports course files. A file with a problem is left out whole and named with its lines; the others are in."""
    return await staff.import_courses(require_staff(visitor), data)


@get("/requests")
async def waiting(visitor: Visitor | None, staff: Staff, after: After = "", limit: Limit = 50) -> WaitingRequests:
    require_staff(visitor)
    return await staff.waiting(after, limit)


@get("/queue")
async def queue(visitor: Visitor | None, figures: QueueFigures) -> QueueStatistics:
    """How the queue stands: by pool, with measured rates; and how index and table compared the last time."""
    require_staff(visitor)
    return figures.now()


@post("/queue/check", status_code=200)
async def check_queue(visitor: Visitor | None, staff: Staff, keeping: Keeping, figures: QueueFigures) -> QueueCheck:
    """Compares the index with the table now, while both are in use, and puts right what differs."""
    await staff.note(require_staff(visitor), "queue.check", "queue")
    await keeping.check()
    return figures.check()


@post("/bans")
async def ban(data: BanIn, visitor: Visitor | None, staff: Staff) -> Ban:
    """Ends the person's sessions, chats and request at once."""
    return await staff.ban(require_staff(visitor), data)


@get("/bans")
async def bans(visitor: Visitor | None, staff: Staff, after: After = "", limit: Limit = 50) -> Bans:
    require_staff(visitor)
    return await staff.bans(after, limit)


@delete("/bans/{ban_id:str}", status_code=204)
async def lift(ban_id: str, visitor: Visitor | None, staff: Staff) -> None:
    await staff.lift(require_staff(visitor), ban_id)


@put("/people/{name:str}/roles/{role:str}", status_code=204)
async def grant(name: str, role: str, visitor: Visitor | None, staff: Staff) -> None:
    await staff.grant(require_staff(visitor), name, _role(role))


@delete("/people/{name:str}/roles/{role:str}", status_code=204)
async def revoke(name: str, role: str, visitor: Visitor | None, staff: Staff) -> None:
    await staff.revoke(require_staff(visitor), name, _role(role))


def _role(role: str) -> StaffRole:
    match role:
        case "moderator" | "community-manager" | "admin":
            return role
    raise Refused("not-found", field="role")


@get("/reports")
async def reports(visitor: Visitor | None, staff: Staff, after: After = "", limit: Limit = 50) -> Reports:
    return await staff.reports(require_staff(visitor), after, limit)


@get("/audit")
async def audit(
    visitor: Visitor | None, staff: Staff, after: Annotated[int, Parameter(ge=0)] = 0, limit: Limit = 50
) -> AuditPage:
    require_staff(visitor)
    return await staff.audit_page(after, limit)


@get("/audit/check")
async def audit_check(visitor: Visitor | None, staff: Staff) -> AuditCheck:
    """Recomputes the chain of hashes."""
    require_staff(visitor)
    return await staff.audit_check()


router = Router(
    "/staff",
    route_handlers=[
        rooms_list,
        create_room,
        edit_room,
        retire_room,
        moderators,
        appoint,
        dismiss,
        import_courses,
        waiting,
        queue,
        check_queue,
        ban,
        bans,
        lift,
        grant,
        revoke,
        reports,
        audit,
        audit_check,
    ],
    tags=["staff"],
)
