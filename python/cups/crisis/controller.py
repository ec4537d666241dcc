"""Crisis help over REST and as pages. Help touches no database, so that it works when nothing else does."""

import contextlib
import unicodedata
from typing import Any

from litestar import Response, Router, get

from cups import words
from cups.accounts.joining import Joining
from cups.accounts.service import Accounts
from cups.api.forms import local
from cups.api.rendering import Pages
from cups.api.sessions import LEAVE_ENDS, AnyRequest, language_of, marked, without_session
from cups.crisis import helplines
from cups.settings import Settings
from cups.wire.crisis import Countries, CountryHelp


@get("/help")
async def all_countries() -> Countries:
    return Countries(countries=helplines.countries())


@get("/help/{country:str}")
async def of_country(request: AnyRequest, country: str) -> Response[CountryHelp]:
    """The country's services and the international ones, told in the language that this device has chosen or its browser asks for."""
    language = language_of(request)
    return Response(
        helplines.of(country, language), headers={"content-language": language, "vary": "accept-language, cookie"}
    )


router = Router("", route_handlers=[all_countries, of_country], tags=["crisis"])


def spoken_in(accepted: str) -> str | None:
    """The first country of an Accept-Language header (`en-GB, en;q=0.8`) with an entry of its own. Browsers name the best first."""
    for one in accepted.split(","):
        for part in one.partition(";")[0].strip().split("-")[1:]:
            if part.upper() in helplines.countries():
                return part.upper()
    return None


def _by_name(countries: list[str], language: str) -> list[str]:
    """As a reader looks for them: accents do not matter to the order."""
    name = words.of(language).t
    return sorted(countries, key=lambda code: _bare(name(f"country-{code}")))


def _bare(name: str) -> str:
    """Without accents, and without how Arabic writes an alif: as words are looked up."""
    return "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))


def _page(request: AnyRequest, pages: Pages, country: str | None) -> Response[str]:
    """With the services of the country asked for; where none was, of the one that the browser's language tells."""
    guessed = None if country else spoken_in(request.headers.get("accept-language", ""))
    language = language_of(request)
    found = helplines.of(country or guessed, language)
    return pages.show(
        request,
        None,
        "crisis/help.html",
        # Reading the session takes the database, so nobody is known here.
        anonymous=True,
        country=country and found.country,
        guessed=guessed,
        countries=_by_name(helplines.countries(), language),
        services=helplines.grouped(found.services),
        next=local(request.query_params.get("next"), ""),
    )


@get("/help", include_in_schema=False)
async def help_page(request: AnyRequest, pages: Pages) -> Response[str]:
    chosen = request.query_params.get("country")
    return _page(request, pages, chosen if chosen and chosen.upper() in helplines.countries() else None)


@get("/help/{country:str}", include_in_schema=False)
async def country_page(request: AnyRequest, pages: Pages, country: str) -> Response[str]:
    return _page(request, pages, country)


@get("/away", include_in_schema=False)
async def away(
    request: AnyRequest, pages: Pages, accounts: Accounts, joining: Joining, settings: Settings
) -> Response[Any]:
    """The neutral page. Without scripts the way here is a link, and whoever has set it is signed out on arriving; nothing keeps the page from showing."""
    response = pages.show(request, None, "crisis/away.html")
    token = request.cookies.get(settings.session_cookie())
    if marked(request, LEAVE_ENDS) is None or token is None:
        return response
    with contextlib.suppress(Exception):
        visitor = await accounts.visitor(token)
        if visitor is not None:
            await joining.sign_out(visitor)
    return without_session(response, settings)


pages_router = Router("", route_handlers=[help_page, country_page, away])
