"""What staff take out of profiles, over REST."""

from litestar import Router, post

from cups.accounts.visitor import Visitor, require_staff
from cups.errors import Refused
from cups.staff.profiles import ProfileStaff
from cups.wire.profiles import TakeOutIn


@post("/people/{name:str}/profile/{what:str}/remove", status_code=204)
async def take_out(name: str, what: str, data: TakeOutIn, visitor: Visitor | None, profile_staff: ProfileStaff) -> None:
    """`picture` or `about`. Its owner reads the reason."""
    staff = require_staff(visitor)
    match what:
        case "picture" | "about":
            await profile_staff.take_out(staff, name, what, data)
        case _:
            raise Refused("not-found")


router = Router("/staff", route_handlers=[take_out], tags=["staff"])
