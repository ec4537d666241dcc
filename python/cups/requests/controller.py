"""The queue over REST: asking and taking."""

from litestar import Router, delete, get, post, put

from cups.accounts.service import Accounts
from cups.accounts.visitor import Visitor, gated
from cups.api.sessions import signed_in
from cups.errors import Refused
from cups.requests.service import Requests
from cups.requests.taking import Taking
from cups.requests.topics import LANGUAGES, topics
from cups.wire.people import Me, RefusedTopicsIn
from cups.wire.requests import Board, RequestIn, RequestState, Taken, Topics


@get("/topics")
async def all_topics() -> Topics:
    return Topics(topics=list(topics()), languages=list(LANGUAGES))


@post("/requests")
async def ask(data: RequestIn, visitor: Visitor | None, requests: Requests) -> RequestState:
    """Enters the worldwide queue. The same `ref` again gives the same request."""
    return await requests.ask(gated(visitor), data, frozenset(topics()))


@get("/requests/mine")
async def mine(visitor: Visitor | None, requests: Requests) -> RequestState:
    """The own last request with its place. Asking keeps the place, as an open connection does."""
    requests.line.touch(signed_in(visitor).id)
    state = await requests.mine(signed_in(visitor).id)
    if state is None:
        raise Refused("not-found")
    return state


@delete("/requests/mine", status_code=200)
async def cancel(visitor: Visitor | None, requests: Requests) -> RequestState:
    return await requests.cancel(signed_in(visitor))


@get("/queue")
async def board(visitor: Visitor | None, taking: Taking) -> Board:
    """What this listener may take, the first in rank first."""
    return await taking.board(gated(visitor).id)


@put("/me/refused-topics")
async def refuse_topics(data: RefusedTopicsIn, visitor: Visitor | None, accounts: Accounts) -> Me:
    """The topics this listener does not take: requests about them are not shown to them."""
    return await accounts.refuse_topics(gated(visitor), data, frozenset(topics()))


@post("/queue/next", status_code=200)
async def take_next(visitor: Visitor | None, taking: Taking) -> Taken:
    """Takes the first in rank whom this listener may talk to."""
    return await taking.take_next(gated(visitor))


@post("/queue/{request_id:str}/take", status_code=200)
async def take(request_id: str, visitor: Visitor | None, taking: Taking) -> Taken:
    """Takes this very person; of all who try at once exactly one gets them."""
    return await taking.take(gated(visitor), request_id)


@post("/chats/{chat_id:str}/requeue", status_code=200)
async def ask_again(chat_id: str, visitor: Visitor | None, requests: Requests) -> RequestState:
    """Back to the queue at the old rank, after the listener left."""
    return await requests.ask_again(gated(visitor), chat_id)


router = Router(
    "",
    route_handlers=[all_topics, ask, mine, cancel, board, refuse_topics, take_next, take, ask_again],
    tags=["requests"],
)
