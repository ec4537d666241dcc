"""The own address, and coming back by a letter, over REST."""

from litestar import Router, delete, get, post, put

from cups.accounts.emails import Emails
from cups.accounts.letters import RecoveryLetters
from cups.accounts.visitor import Visitor
from cups.api.sessions import AnyRequest, came, signed_in
from cups.settings import Settings
from cups.wire.signin import EmailConfirmIn, EmailIn, EmailState, RecoverByLinkIn, RecoverLetterIn


@get("/me/email")
async def state(visitor: Visitor | None, emails: Emails) -> EmailState:
    """The own address for a forgotten password, if one was given: all but its first letter left out."""
    return await emails.state(signed_in(visitor))


@put("/me/email")
async def give(data: EmailIn, visitor: Visitor | None, emails: Emails) -> EmailState:
    """Sends a link there; it counts once that is followed. Asks for `POST /api/confirm` first."""
    return await emails.give(signed_in(visitor), data)


@delete("/me/email", status_code=204)
async def remove(visitor: Visitor | None, emails: Emails) -> None:
    await emails.remove(signed_in(visitor))


@post("/email/confirm", status_code=204)
async def confirm(data: EmailConfirmIn, emails: Emails) -> None:
    """By the token of the link, whoever is signed in."""
    await emails.confirm(data)


@post("/recover/letter", status_code=204)
async def letter(
    request: AnyRequest, data: RecoverLetterIn, recovery_letters: RecoveryLetters, settings: Settings
) -> None:
    """Asks for a letter with a link to a new password. The same answer whether there is such an account or not."""
    await recovery_letters.ask(data, came(request, settings))


@post("/recover/link", status_code=204)
async def by_link(
    request: AnyRequest, data: RecoverByLinkIn, recovery_letters: RecoveryLetters, settings: Settings
) -> None:
    """A new password by the token of that link; then one signs in with it."""
    await recovery_letters.recover(data, came(request, settings))


router = Router("", route_handlers=[state, give, remove, confirm, letter, by_link], tags=["accounts"])
