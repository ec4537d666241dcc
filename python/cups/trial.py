"""The page of the letters that a trial has caught. Found where `--demo` started the catch-all, and from this machine alone."""

import ipaddress
from typing import Any

from litestar import Response, Router, get

from cups.accounts.visitor import Visitor
from cups.api.rendering import Pages
from cups.api.sessions import AnyRequest
from cups.errors import Refused
from cups.mail.catching import TrialMail


@get("/trial/mail", include_in_schema=False)
async def trial_mail(request: AnyRequest, visitor: Visitor | None, trial: TrialMail, pages: Pages) -> Response[Any]:
    """Everybody's letters: there is nobody but the one who tries things out."""
    if not trial.on or request.client is None or not _here(request.client.host):
        raise Refused("not-found")
    return pages.show(request, visitor, "mail/trial.html", letters=list(trial.letters))


def _here(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_loopback


router = Router("", route_handlers=[trial_mail])
