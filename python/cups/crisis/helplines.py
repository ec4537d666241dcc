"""Helplines by country. Read from the package at start and kept in memory: crisis help must work with every other part down."""

from functools import cache
from importlib.resources import files

import msgspec

from cups.errors import Refused
from cups.wire.crisis import CountryHelp, Helpline
from cups.words import DEFAULT

INTERNATIONAL = "international"


@cache
def _all() -> dict[str, list[Helpline]]:
    return msgspec.json.decode(
        files("cups.content").joinpath("helplines.json").read_bytes(), type=dict[str, list[Helpline]]
    )


@cache
def _phrases(language: str) -> dict[str, str]:
    """What `helplines.json` says in English, in another language: hours, cost, who answers, and names that describe."""
    file = files("cups.content").joinpath(f"helplines.{language}.json")
    return msgspec.json.decode(file.read_bytes(), type=dict[str, str]) if file.is_file() else {}


def in_language(service: Helpline, language: str) -> Helpline:
    """The same service, told in this language as far as there are words for it. Numbers, and names that are names, stay."""
    phrases = _phrases(language)
    if not phrases:
        return service
    return msgspec.structs.replace(
        service,
        name=_name(service.name, phrases),
        hours=phrases.get(service.hours, service.hours),
        cost=phrases.get(service.cost, service.cost),
        who_answers=phrases.get(service.who_answers, service.who_answers),
    )


def _name(name: str, phrases: dict[str, str]) -> str:
    """The whole of it where that describes (Police), else what stands in brackets behind a name: Bris (under 18)."""
    if name in phrases:
        return phrases[name]
    own, bracket, about = name.partition(" (")
    about = about.removesuffix(")")
    return f"{phrases.get(own, own)} ({phrases[about]})" if bracket and about in phrases else name


def countries() -> list[str]:
    """Country codes (ISO 3166-1 alpha-2) with an entry of their own."""
    return sorted(code for code in _all() if code != INTERNATIONAL)


def of(country: str | None, language: str = DEFAULT) -> CountryHelp:
    """The country's services and the international ones. Without a country, the international ones alone; not-found for an unknown one."""
    found = _of(country)
    if language == DEFAULT:
        return found
    return CountryHelp(country=found.country, services=[in_language(one, language) for one in found.services])


def _of(country: str | None) -> CountryHelp:
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
