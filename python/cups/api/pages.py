"""Pages that bring several features together: the front page, talking, listening, rooms, own warnings, staff."""

from typing import Any

from litestar import Response, Router, get, post
from litestar.response import Redirect

from cups.accounts.visitor import Visitor
from cups.api import forms
from cups.api.document import document
from cups.api.forms import Form
from cups.api.rendering import Pages, problem_of
from cups.api.sessions import AnyRequest, signed_in
from cups.bots.service import Bots
from cups.chats.service import Chats
from cups.courses.service import Courses
from cups.errors import Refused
from cups.ids import new_token
from cups.moderation.standing import Standings
from cups.profiles.browsing import Browsing
from cups.reach import is_staff
from cups.requests.personal import Personal
from cups.requests.service import Requests
from cups.requests.taking import Taking
from cups.requests.topics import LANGUAGES, topics
from cups.rooms.service import Rooms
from cups.wire.chats import Chat, History
from cups.wire.requests import RequestIn, RequestState
from cups.wire.standing import ContestIn, Standing


def _go(target: str) -> Redirect:
    return Redirect(target, status_code=303)


@get("/")
async def front(
    request: AnyRequest, visitor: Visitor | None, rooms: Rooms, requests: Requests, browsing: Browsing, pages: Pages
) -> Response[Any]:
    return pages.show(
        request,
        visitor,
        "front/front.html",
        topics=topics(),
        rooms=(await rooms.enterable(visitor))[:4],
        waiting=requests.line.index.waiting(),
        listening=await browsing.listening(),
    )


async def _member_side(visitor: Visitor, requests: Requests, chats: Chats) -> tuple[RequestState | None, list[Chat]]:
    state = await requests.mine(visitor.id)
    return state, await chats.recent(visitor.id)


@get("/talk")
async def talk(
    request: AnyRequest,
    visitor: Visitor | None,
    requests: Requests,
    personal: Personal,
    chats: Chats,
    bots: Bots,
    pages: Pages,
) -> Response[Any]:
    """Asking for somebody, waiting, and the chat. Loading this page keeps the place in the queue."""
    state: RequestState | None = None
    found: list[Chat] = []
    if visitor is not None:
        requests.line.touch(visitor.id)
        state, found = await _member_side(visitor, requests, chats)
    topic = request.query_params.get("topic")
    if topic in topics() and (visitor is None or not visitor.me.gated):
        return _go(f"/gate?next=/talk%3Ftopic={topic}")
    waiting = state if state and state.state == "waiting" else None
    return pages.show(
        request,
        visitor,
        "requests/talk.html",
        topics=topics(),
        topic=topic if topic in topics() else None,
        languages=LANGUAGES,
        request=state if state and state.state in ("ringing", "waiting") else None,
        unanswered=state if await personal.leads_on(state) else None,
        noni=await bots.talk(visitor, waiting.id) if visitor and waiting else None,
        chats=found,
        ref=new_token(),
    )


@post("/talk")
async def ask(data: Form, visitor: Visitor | None, requests: Requests) -> Response[Any]:
    if visitor is None or not visitor.me.gated:
        topic = data.get("topic", "")
        return _go(f"/gate?next=/talk{'%3Ftopic=' + topic if topic in topics() else ''}")
    form = forms.read(data, RequestIn, ref=data.get("ref") or new_token())
    try:
        await requests.ask(visitor, form, frozenset(topics()))
    except Refused as refused:
        if refused.code not in ("already-waiting", "already-in-chat"):
            raise
    return _go("/talk")


@post("/talk/cancel")
async def cancel(visitor: Visitor | None, requests: Requests) -> Response[Any]:
    try:
        await requests.cancel(signed_in(visitor))
    except Refused as refused:
        if refused.code not in ("not-found", "conflict"):
            raise
    return _go("/talk")


@get("/listen")
async def listen(
    request: AnyRequest,
    visitor: Visitor | None,
    taking: Taking,
    chats: Chats,
    courses: Courses,
    pages: Pages,
) -> Response[Any]:
    board, found, passed = None, [], False
    if visitor is not None:
        passed = await courses.passed_training(visitor.id)
        found = await chats.recent(visitor.id)
        if visitor.kind == "listener" and visitor.me.gated:
            board = await taking.board(visitor.id)
    linked = visitor.me.linked if visitor else None
    return pages.show(
        request,
        visitor,
        "requests/listen.html",
        board=board,
        chats=found,
        passed=passed,
        linked=linked,
        languages=LANGUAGES,
        topics=topics(),
    )


@get("/chats/{chat_id:str}")
async def chat(request: AnyRequest, chat_id: str, visitor: Visitor | None, chats: Chats, pages: Pages) -> Response[Any]:
    if visitor is None:
        raise Refused("not-found")
    one = await chats.seen_by(visitor.id, chat_id)
    return pages.show(request, visitor, "chats/chat.html", chat=one, chats=await chats.recent(visitor.id))


@get("/rooms")
async def all_rooms(request: AnyRequest, visitor: Visitor | None, rooms: Rooms, pages: Pages) -> Response[Any]:
    gated = visitor is not None and visitor.me.gated
    return pages.show(request, visitor, "rooms/rooms.html", rooms=await rooms.enterable(visitor), gated=gated)


@get("/rooms/{slug:str}")
async def room(request: AnyRequest, slug: str, visitor: Visitor | None, rooms: Rooms, pages: Pages) -> Response[Any]:
    if visitor is None or not visitor.me.gated:
        return _go(f"/gate?next=/rooms/{slug}")
    one = await rooms.one(visitor, slug)
    history: History = await rooms.history(visitor, one.id, 1 << 60, 50)
    pins = await rooms.pins(visitor, one.id)
    return pages.show(request, visitor, "rooms/room.html", room=one, history=history, pins=pins)


@get("/warnings")
async def warnings() -> Response[Any]:
    """Where notes were once: links to it may be anywhere."""
    return _go("/standing")


@get("/standing")
async def standing(request: AnyRequest, visitor: Visitor | None, standings: Standings, pages: Pages) -> Response[Any]:
    return await _standing(request, visitor, standings, pages)


async def _standing(
    request: AnyRequest,
    visitor: Visitor | None,
    standings: Standings,
    pages: Pages,
    *,
    contesting: str = "",
    said: str = "",
    refused: Refused | None = None,
) -> Response[Any]:
    """All of one's own standing; a contest that was refused keeps what was written."""
    found = await standings.of(visitor.id) if visitor else Standing(decisions=[], counting=0)
    return pages.show(
        request,
        visitor,
        "moderation/standing.html",
        status=refused.status if refused else 200,
        standing=found,
        unseen=visitor is not None and visitor.me.warnings_unseen > 0,
        contesting=contesting,
        said=said,
        problem=problem_of(refused) if refused else None,
    )


@post("/standing/{decision_id:str}/contest")
async def contest(
    request: AnyRequest, decision_id: str, data: Form, visitor: Visitor | None, standings: Standings, pages: Pages
) -> Response[Any]:
    try:
        await standings.contest(signed_in(visitor), decision_id, forms.read(data, ContestIn))
    except Refused as refused:
        said = data.get("text", "")
        return await _standing(request, visitor, standings, pages, contesting=decision_id, said=said, refused=refused)
    return _go(f"/standing#decision-{decision_id}")


@post("/standing/seen")
async def standing_seen(visitor: Visitor | None, standings: Standings) -> Response[Any]:
    await standings.see_all(signed_in(visitor).id)
    return _go("/standing")


@get("/staff")
async def staff(request: AnyRequest, visitor: Visitor | None, pages: Pages) -> Response[Any]:
    if visitor is None:
        return _go("/sign-in?next=/staff")
    if visitor.facts.staff_waits:
        return _go("/account/second-factor")
    if not is_staff(visitor.facts):
        raise Refused("not-allowed")
    return pages.show(request, visitor, "staff/staff.html")


@get("/api/docs")
async def api_docs(request: AnyRequest, visitor: Visitor | None, pages: Pages) -> Response[Any]:
    """The REST API for people, without any outside script."""
    return pages.show(request, visitor, "staff/api_docs.html", document=document(request.app))


router = Router(
    "",
    route_handlers=[
        front,
        talk,
        ask,
        cancel,
        listen,
        chat,
        all_rooms,
        room,
        warnings,
        standing,
        contest,
        standing_seen,
        staff,
        api_docs,
    ],
    include_in_schema=False,
)
