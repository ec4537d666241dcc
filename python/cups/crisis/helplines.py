"""Helplines by country. Read from the package at start and kept in memory: crisis help must work with every other part down."""

from functools import cache
from importlib.resources import files

import msgspec

from cups.errors import Refused
from cups.wire.crisis import CountryHelp, Helpline

INTERNATIONAL = "international"


@cache
def _all() -> dict[str, list[Helpline]]:
    return msgspec.json.decode(
        files("cups.content").joinpath("helplines.json").read_bytes(), type=dict[str, list[Helpline]]
    )


def countries() -> list[str]:
    """Country codes (ISO 3166-1 alpha-2) with an entry of their own."""
    return sorted(code for code in _all() if code != INTERNATIONAL)


def of(country: str | None) -> CountryHelp:
    """The country's services and the international ones. Without a country, the international ones alone; not-found for an unknown one."""
    everywhere = _all().get(INTERNATIONAL, [])
    if country is None:
        return CountryHelp(country="", services=everywhere)
    own = _all().get(country.upper())
    if own is None or country.lower() == INTERNATIONAL:
        raise Refused("not-found")
    return CountryHelp(country=country.upper(), services=own + everywhere)


def grouped(services: list[Helpline]) -> list[list[Helpline]]:
    """Paired services (adult and youth) stay together: shown both or not at all."""
    by_id = {service.id: service for service in services}
    groups: list[list[Helpline]] = []
    placed: set[str] = set()
    for service in services:
        if service.id in placed:
            continue
        pair = by_id.get(service.pair or "")
        group = [service, pair] if pair else [service]
        placed.update(s.id for s in group)
        groups.append(group)
    return groups
