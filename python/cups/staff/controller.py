"""The staff's REST endpoints. Each act is in the audit log; `Staff` checks the rights again inside its transaction."""

from typing import Annotated

from litestar import Router, delete, get, patch, post, put
from litestar.params import Parameter

from cups.accounts.visitor import Visitor, require_staff
from cups.errors import Refused
from cups.requests.keeping import Keeping
from cups.requests.statistics import QueueFigures
from cups.rooms.service import Rooms
from cups.staff import permissions
from cups.staff.ages import Ages
from cups.staff.limits import LimitsDesk
from cups.staff.service import Staff
from cups.wire.courses import ImportIn, ImportReport
from cups.wire.rooms import Member, Room, RoomEdit, RoomIn
from cups.wire.rooms import Rooms as RoomList
from cups.wire.staff import (
    AgeIn,
    Ban,
    BanIn,
    Bans,
    Clearance,
    ClearanceIn,
    Clearances,
    Figure,
    FigureIn,
    Limit,
    LimitIn,
    Limits,
    QueueCheck,
    QueueStatistics,
    Reports,
    StaffRole,
    WaitingRequests,
)

After = Annotated[str, Parameter(max_length=40, description="The `next` of the page before.")]
PageSize = Annotated[int, Parameter(ge=1, le=200)]


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
async def waiting(visitor: Visitor | None, staff: Staff, after: After = "", limit: PageSize = 50) -> WaitingRequests:
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
    staffer = require_staff(visitor)
    await keeping.check()
    return await staff.note(staffer, "queue.check", "queue", figures.check())


@post("/bans")
async def ban(data: BanIn, visitor: Visitor | None, staff: Staff) -> Ban:
    """Ends the person's sessions, chats and request at once."""
    return await staff.ban(permissions.require(visitor, "bans"), data)


@get("/bans")
async def bans(visitor: Visitor | None, staff: Staff, after: After = "", limit: PageSize = 50) -> Bans:
    permissions.require(visitor, "bans")
    return await staff.bans(after, limit)


@delete("/bans/{ban_id:str}", status_code=204)
async def lift(ban_id: str, visitor: Visitor | None, staff: Staff) -> None:
    await staff.lift(permissions.require(visitor, "bans"), ban_id)


@put("/people/{name:str}/roles/{role:str}", status_code=204)
async def grant(name: str, role: str, visitor: Visitor | None, staff: Staff) -> None:
    await staff.grant(permissions.require(visitor, "roles.give"), name, _role(role))


@delete("/people/{name:str}/roles/{role:str}", status_code=204)
async def revoke(name: str, role: str, visitor: Visitor | None, staff: Staff) -> None:
    await staff.revoke(permissions.require(visitor, "roles.give"), name, _role(role))


def _role(role: str) -> StaffRole:
    match role:
        case "moderator" | "community-manager" | "admin":
            return role
    raise Refused("not-found", field="role")


@put("/people/{name:str}/clearance")
async def clear(name: str, data: ClearanceIn, visitor: Visitor | None, ages: Ages) -> Clearance:
    """Lets an adult's listener account meet both ages, until its end."""
    return await ages.clear(permissions.require(visitor, "clearances"), name, data)


@delete("/people/{name:str}/clearance", status_code=204)
async def unclear(name: str, visitor: Visitor | None, ages: Ages) -> None:
    """Chats and rooms that rested on it end at once."""
    await ages.unclear(permissions.require(visitor, "clearances"), name)


@get("/clearances")
async def clearances(visitor: Visitor | None, ages: Ages, after: After = "", limit: PageSize = 50) -> Clearances:
    permissions.require(visitor, "clearances")
    return await ages.clearances(after, limit)


@put("/people/{name:str}/age", status_code=204)
async def correct_age(name: str, data: AgeIn, visitor: Visitor | None, ages: Ages) -> None:
    """Ends the person's sessions, request and clearance, and the chats that may not be any more."""
    await ages.correct(permissions.require(visitor, "ages.correct"), name, data)


@get("/limits")
async def limits(visitor: Visitor | None, desk: LimitsDesk) -> Limits:
    """Every limit and figure in force."""
    require_staff(visitor)
    return await desk.every()


@put("/limits/{name:str}")
async def set_limit(name: str, data: LimitIn, visitor: Visitor | None, desk: LimitsDesk) -> Limit:
    """In force from the answer on, for everybody, and over restarts."""
    return await desk.set_limit(require_staff(visitor), name, data)


@delete("/limits/{name:str}", status_code=200)
async def reset_limit(name: str, visitor: Visitor | None, desk: LimitsDesk) -> Limit:
    """Back to what the process was started with."""
    return await desk.reset_limit(require_staff(visitor), name)


@put("/figures/{name:str}")
async def set_figure(name: str, data: FigureIn, visitor: Visitor | None, desk: LimitsDesk) -> Figure:
    return await desk.set_figure(require_staff(visitor), name, data)


@delete("/figures/{name:str}", status_code=200)
async def reset_figure(name: str, visitor: Visitor | None, desk: LimitsDesk) -> Figure:
    return await desk.reset_figure(require_staff(visitor), name)


@get("/reports")
async def reports(visitor: Visitor | None, staff: Staff, after: After = "", limit: PageSize = 50) -> Reports:
    return await staff.reports(require_staff(visitor), after, limit)


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
        clear,
        unclear,
        clearances,
        correct_age,
        limits,
        set_limit,
        reset_limit,
        set_figure,
        reset_figure,
        reports,
    ],
    tags=["staff"],
)
