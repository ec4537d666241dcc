"""The way from a personal request to the queue, as a page has it."""

from typing import Any

from litestar import Response, Router, post
from litestar.response import Redirect

from cups.accounts.visitor import Visitor
from cups.errors import Refused
from cups.requests.personal import Personal

UNDER_WAY = frozenset({"already-waiting", "already-in-chat"})
"""Refusals whose answer is the page on which that is under way."""


def _go(target: str) -> Redirect:
    return Redirect(target, status_code=303)


@post("/talk/queue")
async def to_queue(visitor: Visitor | None, personal: Personal) -> Response[Any]:
    if visitor is None or not visitor.me.gated:
        return _go("/gate?next=/talk")
    try:
        await personal.to_queue(visitor)
    except Refused as refused:
        if refused.code not in {"conflict", *UNDER_WAY}:
            raise
    return _go("/talk")


router = Router("", route_handlers=[to_queue], include_in_schema=False)
