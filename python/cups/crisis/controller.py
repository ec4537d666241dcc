"""Crisis help over REST and as pages. Touches no database, so that it works when nothing else does."""

from litestar import Response, Router, get

from cups.api.forms import local
from cups.api.rendering import Pages
from cups.api.sessions import AnyRequest
from cups.crisis import helplines
from cups.wire.crisis import Countries, CountryHelp


@get("/help")
async def all_countries() -> Countries:
    return Countries(countries=helplines.countries())


@get("/help/{country:str}")
async def of_country(country: str) -> CountryHelp:
    """The country's services and the international ones."""
    return helplines.of(country)


router = Router("", route_handlers=[all_countries, of_country], tags=["crisis"])


def _page(request: AnyRequest, pages: Pages, country: str | None) -> Response[str]:
    found = helplines.of(country)
    return pages.show(
        request,
        None,
        "crisis/help.html",
        country=found.country or None,
        countries=helplines.countries(),
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
async def away(request: AnyRequest, pages: Pages) -> Response[str]:
    return pages.show(request, None, "crisis/away.html")


pages_router = Router("", route_handlers=[help_page, country_page, away])
