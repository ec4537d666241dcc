"""What a request can be about: ids here, words in the message catalogue."""

from functools import cache
from importlib.resources import files

import msgspec


class _Topic(msgspec.Struct):
    id: str


@cache
def topics() -> tuple[str, ...]:
    found = msgspec.json.decode(files("cups.content").joinpath("topics.json").read_bytes(), type=list[_Topic])
    return tuple(topic.id for topic in found)
