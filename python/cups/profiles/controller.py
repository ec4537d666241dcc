"""Profiles and pictures over REST."""

from litestar import Router, delete, get, patch, post, put

from cups.accounts.visitor import Visitor, gated
from cups.api.sessions import AnyRequest, signed_in
from cups.profiles.own import OwnProfiles
from cups.profiles.service import Profiles
from cups.wire.profiles import OwnProfile, Profile, ProfileIn, ProfileReportIn

BODY = 8 * 1024 * 1024
"""Bytes that the routes for pictures read at the most; `picture_bytes` says what is taken of them."""


@get("/profiles/{name:str}")
async def profile(name: str, visitor: Visitor | None, profiles: Profiles) -> Profile:
    """Somebody's profile as this viewer may see it, with what they can do there."""
    return await profiles.of(name, visitor)


@post("/profiles/{name:str}/report", status_code=204)
async def report(name: str, data: ProfileReportIn, visitor: Visitor | None, profiles: Profiles) -> None:
    """Tells the moderators. They see the words and the picture as they are now."""
    await profiles.report(gated(visitor), name, data.text)


@get("/me/profile")
async def own(visitor: Visitor | None, own_profiles: OwnProfiles) -> OwnProfile:
    return await own_profiles.of(signed_in(visitor))


@patch("/me/profile")
async def change(data: ProfileIn, visitor: Visitor | None, own_profiles: OwnProfiles) -> OwnProfile:
    """What is left out stays as it is."""
    return await own_profiles.change(gated(visitor), data)


@put("/me/picture", request_max_body_size=BODY)
async def picture(request: AnyRequest, visitor: Visitor | None, own_profiles: OwnProfiles) -> OwnProfile:
    """The body is the file itself: PNG, JPEG or WebP. It is made anew from its pixels; nothing else of it is kept."""
    return await own_profiles.put_picture(gated(visitor), await request.body())


@delete("/me/picture", status_code=200)
async def no_picture(visitor: Visitor | None, own_profiles: OwnProfiles) -> OwnProfile:
    return await own_profiles.drop_picture(signed_in(visitor))


router = Router("", route_handlers=[profile, report, own, change, picture, no_picture], tags=["profiles"])
