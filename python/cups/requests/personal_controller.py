"""Personal requests over REST: asking one of the listeners, and the listener's answer."""

from litestar import Router, get, post

from cups.accounts.visitor import Visitor, gated
from cups.requests.personal import Personal
from cups.requests.topics import topics
from cups.wire.requests import PersonalIn, PersonalRequests, RequestState, Taken


@post("/requests/personal")
async def ask(data: PersonalIn, visitor: Visitor | None, personal: Personal) -> RequestState:
    """Asks one listener, who has until `until` to answer. The same `ref` again gives the same request."""
    return await personal.ask(gated(visitor), data, frozenset(topics()))


@post("/requests/mine/queue", status_code=200)
async def to_queue(visitor: Visitor | None, personal: Personal) -> RequestState:
    """The next free listener instead of the one who was asked: into the queue, with the same topic, language and rank."""
    return await personal.to_queue(gated(visitor))


@get("/personal")
async def asked(visitor: Visitor | None, personal: Personal) -> PersonalRequests:
    """What rings at this listener now."""
    one = await personal.asked(gated(visitor).id)
    return PersonalRequests(requests=[] if one is None else [one])


@post("/personal/{request_id:str}/accept", status_code=200)
async def accept(request_id: str, visitor: Visitor | None, personal: Personal) -> Taken:
    """The chat opens. Accepting again gives the same."""
    return await personal.accept(gated(visitor), request_id)


@post("/personal/{request_id:str}/decline", status_code=204)
async def decline(request_id: str, visitor: Visitor | None, personal: Personal) -> None:
    """Not now. The person is offered the queue, and the listener stays online."""
    await personal.decline(gated(visitor), request_id)


router = Router("", route_handlers=[ask, to_queue, asked, accept, decline], tags=["personal requests"])
