"""The page of whom somebody has blocked, where it is taken back. Plain forms."""

from typing import Any

from litestar import Response, Router, get, post
from litestar.response import Redirect

from cups.accounts.service import Accounts
from cups.accounts.visitor import Visitor
from cups.api import forms
from cups.api.forms import Form
from cups.api.rendering import Pages
from cups.api.sessions import AnyRequest, signed_in
from cups.wire.people import BlockIn

DONE = frozenset({"put", "lifted"})
"""What the page can say was just done."""


@get("/account/blocks")
async def blocks(request: AnyRequest, visitor: Visitor | None, accounts: Accounts, pages: Pages) -> Response[Any]:
    if visitor is None:
        return Redirect("/sign-in?next=/account/blocks", status_code=303)
    done = request.query_params.get("done", "")
    found = await accounts.blocks(visitor)
    return pages.show(request, visitor, "accounts/blocks.html", blocks=found, done=done if done in DONE else "")


@post("/account/blocks/lift")
async def lift(data: Form, visitor: Visitor | None, accounts: Accounts) -> Redirect:
    person = signed_in(visitor)
    await accounts.unblock(person, forms.read(data, BlockIn).name)
    return Redirect("/account/blocks?done=lifted", status_code=303)


router = Router("", route_handlers=[blocks, lift], include_in_schema=False)
