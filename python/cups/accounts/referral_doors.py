"""The doors of referral links: `/r/NUMBER` for whoever follows one, and the own link over REST."""

from typing import Any

from litestar import Response, Router, get
from litestar.response import Redirect

from cups.accounts.referrals import SHAPE, Referrals
from cups.accounts.visitor import Visitor
from cups.api.sessions import signed_in, with_own_link, with_referral
from cups.errors import Refused
from cups.settings import Settings
from cups.wire.people import Referral


@get("/r/{number:str}", include_in_schema=False)
async def follow(number: str, settings: Settings) -> Response[Any]:
    """To the front page, for every number alike: nothing is looked up."""
    if not SHAPE.fullmatch(number):
        raise Refused("not-found")
    return with_referral(Redirect("/", status_code=303), number, settings)


@get("/me/referral")
async def own(visitor: Visitor | None, referrals: Referrals, settings: Settings) -> Response[Referral]:
    """The own link, and how many signed up by it until yesterday. Who they are is written down nowhere."""
    answer: Response[Referral] = with_own_link(Response(await referrals.of(signed_in(visitor))), settings)
    return answer


pages_router = Router("", route_handlers=[follow], include_in_schema=False)
router = Router("", route_handlers=[own], tags=["accounts"])
