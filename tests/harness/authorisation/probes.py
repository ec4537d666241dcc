"""Does one thing as one person, over HTTP or a socket, and says what came of it in the table's words."""

import http.client
import json
from html import escape
from typing import Any
from urllib.parse import urlencode, urlsplit

import trio
from trio_websocket import ConnectionRejected

from cups.errors import CODES
from cups.words import Words
from harness.authorisation.cast import Someone, Try
from harness.authorisation.table import UNANSWERED
from harness.person import LiveConnection, Person

COOKIE = "cups"
FORM = "application/x-www-form-urlencoded"
_words = Words("en")
_TEXTS = {code: escape(_words.refusal(code), quote=False) for code in CODES}


def filled(value: Any, fill: dict[str, str]) -> Any:
    """With what stands for a thing's parts replaced; `{seq}` and `{answers}` by what is no text."""
    match value:
        case dict():
            return {key: filled(one, fill) for key, one in value.items()}
        case list():
            return [filled(one, fill) for one in value]
        case "{seq}" | "{answers}":
            return json.loads(fill[value[1:-1]])
        case str():
            return value.format_map(fill) if "{" in value else value
    return value


class Door:
    """HTTP, on one connection, as whoever the cookie says."""

    def __init__(self, base: str, *, host: str = "", origin: str = "", prefix: str = "") -> None:
        """`host` and `origin`: of the site, where it has another name than the server's address. `prefix`: of its cookies' names."""
        self.base, self._host, self._origin, self._prefix = base, host, origin or base, prefix
        self._connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=20)
        self.csrf = ""
        self.csrf = self._token()

    def _token(self) -> str:
        _, headers, _ = self.request("GET", "/api/me", None)
        return headers["set-cookie"].partition("cups-csrf=")[2].partition(";")[0]

    def request(
        self,
        method: str,
        path: str,
        token: str | None,
        body: bytes | None = None,
        media_type: str = "application/json",
        more: dict[str, str] | None = None,
    ) -> tuple[int, dict[str, str], bytes]:
        cookies = [f"{self._prefix}cups-csrf={self.csrf}"] if self.csrf else []
        if token:
            cookies.append(f"{self._prefix}{COOKIE}={token}")
        headers = {
            "cookie": "; ".join(cookies),
            "x-csrf-token": self.csrf,
            "origin": self._origin,
            "host": self._host,
        } | (more or {})
        if body is not None:
            headers["content-type"] = media_type
        self._connection.request(method, path, body, {name: text for name, text in headers.items() if text})
        answer = self._connection.getresponse()
        told: dict[str, str] = {}
        for name, text in answer.getheaders():  # several cookies are one header each
            told[name.lower()] = f"{told[name.lower()]}, {text}" if name.lower() in told else text
        return answer.status, told, answer.read()

    def outcome(self, one: Try) -> str:
        row = one.row
        path = filled(row.path, one.fill)
        of_rest = path.startswith("/api/")
        body = None if row.method == "GET" else filled(row.body, one.fill)
        data = None
        if body is not None:
            data = json.dumps(body).encode() if of_rest else urlencode(body).encode()
        return self.said(
            *self.request(row.method, path, one.someone.token, data, "application/json" if of_rest else FORM)
        )

    @staticmethod
    def said(status: int, headers: dict[str, str], content: bytes) -> str:
        if headers.get("content-type", "").startswith("application/problem+json"):
            return str(json.loads(content)["code"])
        if status in (301, 302, 303, 307):
            return "to " + headers["location"].partition("?")[0].partition("#")[0]
        if status >= 400:
            page = content.decode()
            codes = [code for code, text in _TEXTS.items() if CODES[code].status == status and text in page]
            return max(codes, key=lambda code: len(_TEXTS[code])) if codes else str(status)
        return str(status)

    def close(self) -> None:
        self._connection.close()


def signed_in(base: str, someone: Someone) -> Person:
    person = Person(base)
    if someone.token:
        person.http.cookies.set(COOKIE, someone.token)
    return person


async def frame_outcome(base: str, one: Try) -> str:
    """`ok`, the code of the refusal, or for what is never answered, `told` or `silent`: whether anybody else hears of it."""
    person = signed_in(base, one.someone)
    try:
        async with person.live() as live:
            return await _frame(base, one, live)
    except ConnectionRejected as rejected:
        return str(json.loads(rejected.body or b"{}").get("code", rejected.status_code))
    finally:
        await person.aclose()


async def _frame(base: str, one: Try, live: LiveConnection) -> str:
    tag = one.row.act.split(" ")[1]
    if tag == "connect":
        return "ok"
    body = filled(one.row.body or {}, one.fill)
    if one.row.given == "inside":
        await live.answer(type="subscribe", channel=one.fill["channel_id"], since=None)
    if tag not in UNANSWERED:
        answer = await live.answer(type=tag, **body)
        return str(answer["code"]) if answer["type"] == "error" else "ok"
    assert one.observer is not None
    person = signed_in(base, one.observer)
    async with person.live() as watching:
        await watching.subscribe(one.fill["channel_id"])
        await live.send(type=tag, **body)
        await live.answer(type="ping")
        told = "silent"
        with trio.move_on_after(0.25):
            await watching.until(UNANSWERED[tag])
            told = "told"
    await person.aclose()
    return told
