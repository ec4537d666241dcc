"""Words by which one finds again what a server was sent: in its log, in what it prints, in its metrics and traces."""

import itertools
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

from harness.authorisation.cast import Try
from harness.authorisation.probes import FORM, Door, filled

MARK = "plantedWord"
FREE = frozenset(
    {"text", "note", "reason", "report", "password", "about", "statement", "q", "email", "current", "new", "code", "why",
     "comment", "words", "title", "summary", "key", "name"}
)  # fmt: skip
"""Fields whose text is up to whoever sends it, in most of the bodies that have them."""
Sent = tuple[str, str, bytes | None, str]
"""Method, path, body and its type."""


class Words:
    """Each word is another one, so that what was found says which way it came."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def next(self) -> str:
        return f"{MARK}{next(self._numbers)}"

    def in_every_text(self, body: Any, only: frozenset[str] | None = None, field: str = "") -> Any:
        match body:
            case dict():
                return {name: self.in_every_text(one, only, name) for name, one in body.items()}
            case list():
                return [self.in_every_text(one, only, field) for one in body]
            case str() if only is None or field in only:
                return f"{self.next()}@example.org" if field == "email" else f"{self.next()} {self.next()}"
        return body

    def headers(self) -> dict[str, str]:
        return {
            name: self.next() for name in ("user-agent", "x-planted", "referer", "accept-language", "x-forwarded-for")
        }


def ways_in(one: Try, words: Words) -> Iterator[Sent]:
    """The same act as it should be, with words where they may stand, and in all the ways in which it should not be."""
    row, path = one.row, filled(one.row.path, one.fill)
    of_rest = path.startswith("/api/")
    media = "application/json" if of_rest else FORM

    def coded(body: Any) -> bytes:
        return (json.dumps(body) if of_rest else urlencode(body)).encode()

    yield row.method, f"{path}?{words.next()}={words.next()}&q={words.next()}&cursor={words.next()}", None, media
    for name in one.fill:
        if "{" + name in row.path:
            yield row.method, filled(row.path, one.fill | {name: quote(words.next())}), None, media
    if row.method == "GET":
        return
    body = filled(row.body, one.fill) or {}
    yield row.method, path, coded(words.in_every_text(body)), media
    if isinstance(body, dict):
        yield row.method, path, coded({**body, words.next(): words.next()}), media
    yield row.method, path, b'{"text": "' + words.next().encode() + b"\xff", media
    yield row.method, path, words.next().encode(), f"text/{words.next()}"
    yield row.method, path, coded(words.in_every_text(body, FREE)), media


def send(door: Door, one: Try, sent: Sent, words: Words) -> int:
    method, path, body, media = sent
    status, _, _ = door.request(method, path, one.someone.token, body, media, words.headers())
    return status
