"""The menu of languages at the foot of every page: a form, so that it works without scripts and without an account."""

from typing import Any

from litestar import Response, Router, post
from litestar.response import Redirect

from cups import words
from cups.accounts.service import Accounts
from cups.accounts.visitor import Visitor
from cups.api.forms import Form, local
from cups.api.sessions import with_language
from cups.errors import Refused
from cups.settings import Settings
from cups.wire.people import PageLanguageIn


@post("/language")
async def choose(data: Form, visitor: Visitor | None, accounts: Accounts, settings: Settings) -> Response[Any]:
    """Kept by this device, and with the account of whoever has one. Refused: bad-input."""
    language = words.known(data.get("language"))
    if language is None:
        raise Refused("bad-input", field="language")
    if visitor is not None:
        await accounts.set_page_language(visitor, PageLanguageIn(language=language))
    back = Redirect(local(data.get("next")), status_code=303)
    return with_language(back, language, settings)


router = Router("", route_handlers=[choose], include_in_schema=False)
