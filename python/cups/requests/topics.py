"""What a request can be about and in which language: ids here, words in the message catalogue."""

from functools import cache
from importlib.resources import files

import msgspec

LANGUAGES = (
    "en",
    "es",
    "fr",
    "de",
    "pt",
    "it",
    "nl",
    "pl",
    "ru",
    "uk",
    "tr",
    "ar",
    "fa",
    "hi",
    "bn",
    "ur",
    "id",
    "tl",
    "vi",
    "zh",
    "ja",
    "ko",
)
"""What a request can be in: the languages asked for most; staff can see who waits in which."""


class _Topic(msgspec.Struct):
    id: str


@cache
def topics() -> tuple[str, ...]:
    found = msgspec.json.decode(files("cups.content").joinpath("topics.json").read_bytes(), type=list[_Topic])
    return tuple(topic.id for topic in found)
