"""Profiles and pictures over REST."""

from typing import Annotated, Literal

from litestar import Router, delete, get, patch, post, put
from litestar.params import Parameter

from cups.accounts.visitor import Visitor, gated
from cups.api.sessions import AnyRequest, signed_in
from cups.errors import Refused
from cups.profiles.browsing import Browsing
from cups.profiles.own import OwnProfiles
from cups.profiles.service import Profiles
from cups.requests.topics import LANGUAGES, topics
from cups.wire.profiles import OwnProfile, Profile, ProfileIn, ProfileReportIn
from cups.wire.requests import Listeners, SeekIn

BODY = 8 * 1024 * 1024
"""Bytes that the routes for pictures read at the most; `picture_bytes` says what is taken of them."""


@get("/listeners")
async def listeners(
    visitor: Visitor | None,
    browsing: Browsing,
    topic: str = "something-else",
    language: str = "en",
    name: Annotated[str, Parameter(max_length=32, description="What the name begins with.")] = "",
    status: Literal["here", "online", "busy", "offline", "any"] = "here",
    serves: Literal["", "both"] = "",
    stars: Annotated[int, Parameter(ge=0, le=50, description="In tenths, at least.")] = 0,
    over_35: bool = False,
    verified: bool = False,
    after: str | None = None,
) -> Listeners:
    """The listeners who fit and whom this person may reach; who is free comes first on each page. `here`: online or busy. An empty language: any."""
    if topic not in topics():
        raise Refused("bad-input", field="topic")
    if language not in ("", *LANGUAGES):
        raise Refused("bad-input", field="language")
    seek = SeekIn(
        topic=topic,
        language=language,
        name=name,
        status=status,
        serves=serves,
        stars=stars,
        over_35=over_35,
        verified=verified,
        after=after,
    )
    return await browsing.listeners(gated(visitor), seek)


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


router = Router("", route_handlers=[listeners, profile, report, own, change, picture, no_picture], tags=["profiles"])
