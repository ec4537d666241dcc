"""How an age and a parent's consent are established, by country: an adapter for each way, and the setting that says which holds where.

Another way (a country's own age check, a school's list) is another `Way` in `WAYS`; whatever it does, it ends in `account.consent`, by which `reach` decides.
"""

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from cups.wire.people import AgeClass, AgeRange

EVERYWHERE = "*"


class Way(Protocol):
    """One way to establish an age and a consent."""

    name: str
    page: str
    """Where somebody who waits for consent goes on."""

    def age(self, declared: AgeRange) -> AgeClass | None:
        """The age class that is believed; None: too young to be here."""

    def waits(self, age: AgeClass) -> bool:
        """Whether somebody of this age needs a consent before they meet others."""


class Declared:
    """The age is what the person says, and young people need nobody's consent: for countries whose law asks for none."""

    name, page = "none", ""

    def age(self, declared: AgeRange) -> AgeClass | None:
        return None if declared == "under-13" else "teen" if declared == "13-17" else "adult"

    def waits(self, age: AgeClass) -> bool:
        return False


class DoubleLink(Declared):
    """The age is what the person says. From 13 to 17 a parent agrees by two letters, the second some time after the first (`cups.consent`)."""

    name, page = "double-link", "/consent"

    def waits(self, age: AgeClass) -> bool:
        return age == "teen"


WAYS: dict[str, Way] = {way.name: way for way in (Declared(), DoubleLink())}


class Ways(NamedTuple):
    """Which way holds where: from the setting `consent`, as `*=double-link, GB=none`."""

    by_country: dict[str, Way]

    def of(self, country: str | None) -> Way:
        return self.by_country.get((country or "").upper()) or self.by_country[EVERYWHERE]

    @property
    def countries(self) -> list[str]:
        """Those that have a way of their own: the gate asks for the country only if there are any."""
        return sorted(country for country in self.by_country if country != EVERYWHERE)

    @property
    def any_waits(self) -> bool:
        return any(way.waits("teen") for way in self.by_country.values())


def ways(rules: Iterable[str]) -> Ways:
    """ValueError for what is no rule, names no way, or leaves the countries open that have none of their own."""
    found: dict[str, Way] = {}
    for rule in rules:
        country, _, name = (part.strip() for part in rule.partition("="))
        if name not in WAYS or not (country == EVERYWHERE or (len(country) == 2 and country.isalpha())):
            known = ", ".join(sorted(WAYS))
            raise ValueError(f"consent: {rule!r} is not a country (two letters, or *), = and one of {known}")
        found[country.upper()] = WAYS[name]
    if EVERYWHERE not in found:
        raise ValueError("consent: a rule for * is missing: how it is done wherever no country is named")
    return Ways(found)
