"""Crisis help: who can be reached now, by country."""

from typing import Literal

from cups.wire.base import Body


class Helpline(Body):
    """A service. `chat_url` leads to a service that answers in a written chat, `url` to anything else it has on the web.

    `verified` is the ISO date of the last check, None when it was never confirmed.
    """

    id: str
    name: str
    kind: Literal["crisis", "emergency", "youth", "abuse", "general"]
    audience: Literal["adult", "youth", "all"]
    phone: str | None = None
    text: str | None = None
    chat_url: str | None = None
    url: str | None = None
    hours: str = ""
    languages: list[str] = []
    cost: str = ""
    who_answers: str = ""
    verified: str | None = None
    pair: str | None = None


class CountryHelp(Body):
    country: str
    services: list[Helpline]


class Countries(Body):
    countries: list[str]
