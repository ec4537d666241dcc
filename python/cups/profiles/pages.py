"""Pages about what people show of themselves: /@name, pictures, and what its owner changes there. Plain forms, all of them."""

from collections.abc import Sequence
from typing import Annotated, Any

from litestar import Response, Router, get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect

from cups.accounts.service import Accounts
from cups.accounts.visitor import Visitor, gated
from cups.api import forms
from cups.api.forms import Form
from cups.api.rendering import Pages, problem_of
from cups.api.sessions import AnyRequest, signed_in
from cups.errors import Refused
from cups.notes.service import NoteBook
from cups.profiles.controller import BODY
from cups.profiles.own import OwnProfiles
from cups.profiles.service import Profiles
from cups.reach import is_staff
from cups.requests.topics import LANGUAGES, topics
from cups.wire.notes import Note
from cups.wire.people import LanguagesIn, RefusedTopicsIn
from cups.wire.profiles import ProfileIn, ProfileReportIn

Sent = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.MULTI_PART)]
DONE = frozenset({"about", "picture", "no-picture", "listener", "break", "back", "reported", "removed"})
PICTURE_HEADERS = {
    "content-security-policy": "default-src 'none'; sandbox",
    "cache-control": "private, max-age=31536000, immutable",
    "content-disposition": "inline",
}
"""A picture's id is another for each upload, so it never changes; no shared cache has it."""


def _go(target: str) -> Redirect:
    return Redirect(target, status_code=303)


def _done(request: AnyRequest) -> str:
    done = request.query_params.get("done", "")
    return done if done in DONE else ""


# Pictures


@get("/pictures/{picture_id:str}")
async def picture(picture_id: str, visitor: Visitor | None, profiles: Profiles) -> Response[bytes]:
    return _picture(await profiles.picture(picture_id, visitor, small=False))


@get("/pictures/{picture_id:str}/small")
async def small_picture(picture_id: str, visitor: Visitor | None, profiles: Profiles) -> Response[bytes]:
    return _picture(await profiles.picture(picture_id, visitor, small=True))


def _picture(data: bytes) -> Response[bytes]:
    return Response(data, media_type="image/webp", headers=PICTURE_HEADERS)


# Somebody's profile


@get("/{handle:str}")
async def profile(
    request: AnyRequest, handle: str, visitor: Visitor | None, profiles: Profiles, notes: NoteBook, pages: Pages
) -> Response[Any]:
    """/@name; every other single word is not-found."""
    if not handle.startswith("@"):
        raise Refused("not-found")
    noted = (await notes.about(visitor, name=handle)).notes if visitor is not None and visitor.me.gated else []
    return await show(request, handle, visitor, profiles, pages, noted=noted)


async def show(
    request: AnyRequest,
    handle: str,
    visitor: Visitor | None,
    profiles: Profiles,
    pages: Pages,
    refused: Refused | None = None,
    said: str = "",
    noted: Sequence[Note] = (),
) -> Response[Any]:
    found = await profiles.of(handle, visitor)
    page = pages.show(
        request,
        visitor,
        "profiles/profile.html",
        status=refused.status if refused else 200,
        profile=found,
        as_staff=visitor is not None and is_staff(visitor.facts) and not found.own,
        done=_done(request),
        problem=problem_of(refused) if refused else None,
        said=said,
        noted=noted,
    )
    if not found.open:
        page.headers["x-robots-tag"] = "noindex, nofollow"
    return page


@post("/{handle:str}/block")
async def block(handle: str, visitor: Visitor | None, accounts: Accounts) -> Response[Any]:
    await accounts.block(signed_in(visitor), handle)
    return _go("/account/blocks?done=put")


@post("/{handle:str}/report")
async def report(
    request: AnyRequest, data: Form, handle: str, visitor: Visitor | None, profiles: Profiles, pages: Pages
) -> Response[Any]:
    try:
        await profiles.report(gated(visitor), handle, forms.read(data, ProfileReportIn).text)
    except Refused as refused:
        return await show(request, handle, visitor, profiles, pages, refused, data.get("text", ""))
    return _go(f"/{handle}?done=reported")


# One's own


@get("/account/profile")
async def own(request: AnyRequest, visitor: Visitor | None, own_profiles: OwnProfiles, pages: Pages) -> Response[Any]:
    if visitor is None:
        return _go("/sign-in?next=/account/profile")
    return await _own(request, visitor, own_profiles, pages)


async def _own(
    request: AnyRequest,
    visitor: Visitor,
    own_profiles: OwnProfiles,
    pages: Pages,
    refused: Refused | None = None,
    said: str | None = None,
) -> Response[Any]:
    found = await own_profiles.of(visitor)
    return pages.show(
        request,
        visitor,
        "profiles/own.html",
        status=refused.status if refused else 200,
        profile=found,
        about=found.about if said is None else said,
        languages=LANGUAGES,
        topics=topics(),
        done=_done(request),
        help=request.query_params.get("help", "") in ("own", "other", "abuse"),
        problem=problem_of(refused) if refused else None,
    )


@post("/account/profile")
async def change(
    request: AnyRequest, data: Form, visitor: Visitor | None, own_profiles: OwnProfiles, pages: Pages
) -> Response[Any]:
    me = gated(visitor)
    try:
        found = await own_profiles.change(me, forms.read({}, ProfileIn, about=data.get("about", "")))
    except Refused as refused:
        return await _own(request, me, own_profiles, pages, refused, data.get("about", ""))
    return _go(f"/account/profile?done=about&help={found.help}#about")


@post("/account/profile/picture", request_max_body_size=BODY)
async def put_picture(
    request: AnyRequest, data: Sent, visitor: Visitor | None, own_profiles: OwnProfiles, pages: Pages
) -> Response[Any]:
    me = gated(visitor)
    sent = data.get("picture")
    try:
        if not isinstance(sent, UploadFile):
            raise Refused("not-a-picture", field="picture")
        await own_profiles.put_picture(me, await sent.read())
    except Refused as refused:
        return await _own(request, me, own_profiles, pages, refused)
    return _go("/account/profile?done=picture#picture")


@post("/account/profile/no-picture")
async def drop_picture(visitor: Visitor | None, own_profiles: OwnProfiles) -> Response[Any]:
    await own_profiles.drop_picture(signed_in(visitor))
    return _go("/account/profile?done=no-picture#picture")


@post("/account/profile/listener")
async def change_listener(
    request: AnyRequest,
    data: Form,
    visitor: Visitor | None,
    accounts: Accounts,
    own_profiles: OwnProfiles,
    pages: Pages,
) -> Response[Any]:
    """Languages, topics, and the label: what is ticked."""
    me = gated(visitor)
    spoken = [code for code in LANGUAGES if data.get(f"language-{code}")]
    refuses = [topic for topic in topics() if not data.get(f"takes-{topic}")]
    try:
        if not spoken:
            raise Refused("bad-input", field="languages")
        await accounts.refuse_topics(me, RefusedTopicsIn(topics=refuses), frozenset(topics()))
        await accounts.set_languages(me, LanguagesIn(languages=spoken))
        await own_profiles.change(me, ProfileIn(over_35=data.get("over_35") == "yes"))
    except Refused as refused:
        return await _own(request, me, own_profiles, pages, refused)
    return _go("/account/profile?done=listener#listener")


@post("/account/profile/break")
async def take_break(
    request: AnyRequest,
    data: Form,
    visitor: Visitor | None,
    accounts: Accounts,
    own_profiles: OwnProfiles,
    pages: Pages,
) -> Response[Any]:
    """For so many days, or until they come back by hand."""
    me = gated(visitor)
    if data.get("back"):
        await accounts.set_status(me, "offline")
        return _go("/account/profile?done=back#break")
    days = data.get("days", "").strip()
    try:
        if days and not (days.isascii() and days.isdigit() and len(days) < 5):
            raise Refused("bad-input", field="days")
        await accounts.take_break(me, int(days) if days else None)
    except Refused as refused:
        return await _own(request, me, own_profiles, pages, refused)
    return _go("/account/profile?done=break#break")


router = Router(
    "",
    route_handlers=[
        picture,
        small_picture,
        profile,
        block,
        report,
        own,
        change,
        put_picture,
        drop_picture,
        change_listener,
        take_break,
    ],
    include_in_schema=False,
)
