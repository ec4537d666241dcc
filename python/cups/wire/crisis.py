"""Crisis help: who can be reached now, by country."""

from typing import Literal

from cups.wire.base import Body


class Helpline(Body):
    """A service. `chat_url` is a written chat, `url` a website. `verified` is the date of the last check (ISO), if it was checked."""

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
