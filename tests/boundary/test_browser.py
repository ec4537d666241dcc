"""The browser's boundary, made from the route table: what every answer carries, and what every changing request has to.

Each test goes over all routes that there are; the table of who may do what (`tests/authorisation/matrix.yaml`) gives each of them a body and somebody who may.
"""

import html
import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import msgspec
import pytest
import trio
from litestar.routes import HTTPRoute

from cups.api.answers import CSP
from cups.api.application import MAX_BODY, application
from cups.app import running
from harness.authorisation.cast import Try, prepare
from harness.authorisation.probes import FORM, Door, filled
from harness.authorisation.table import Row, read
from harness.server import ServerProcess
from harness.store import settings_at

ROWS: dict[str, Row] = {row.act: row for row in reversed(read()) if not row.is_frame}
CHANGING = [row for row in ROWS.values() if row.changes]
READING = [row for row in ROWS.values() if not row.changes]
PAGES = [row for row in READING if not row.path.startswith(("/api/", "/assets/"))]
RAW = {"PUT /api/me/picture"}
"""Routes that take the bytes of a file, and no JSON."""
WITH_BODY = [row for row in CHANGING if row.body is not None and row.path.startswith("/api/") and row.act not in RAW]
ELSEWHERE = "https://elsewhere.example"
TARGETS = (
    ELSEWHERE,
    "//elsewhere.example",
    "/\\elsewhere.example",
    "/\t/elsewhere.example",
    "javascript:alert(1)",
    "\\\\elsewhere.example",
)
AGREEMENTS = {"POST /api/staff/agreements/{kind}", "POST /api/staff/agreements/{kind}/preview"}
LARGER = {"POST /api/staff/courses/import", *AGREEMENTS, *RAW}
"""Routes with a limit of their own: whole courses and agreements come at once, from staff, and pictures have theirs (`profiles/test_profiles.py`)."""
WIDE: dict[str, Any] = {"pace_address_changes_burst": 100_000, "pace_changes_burst": 100_000, "listener_grace_s": 600}


class World(NamedTuple):
    server: ServerProcess
    door: Door
    tries: dict[str, Try]
    """Of each route, somebody who may: staff, but where they have no part in it the owner."""

    def ask(self, row: Row, **more: Any) -> tuple[int, dict[str, str], bytes]:
        """As somebody who may, the right body with it."""
        one = self.tries[row.act]
        body = more.pop("body", None if row.body is None else filled(row.body, one.fill))
        of_rest = row.path.startswith("/api/")
        if not isinstance(body, bytes | None):
            body = msgspec.json.encode(body) if of_rest else urlencode(body).encode()
        media_type = "application/json" if of_rest else FORM
        path = filled(row.path, one.fill) + more.pop("query", "")
        return self.door.request(row.method, path, one.someone.token, body, media_type, **more)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("boundary")
    tries: dict[str, Try] = {}
    rows = list(ROWS.values())
    for one in trio.run(prepare, settings_at(folder / "data", consent=("*=none",)), rows, {"admin", "member", "owner"}):
        allowed = one.row.outcomes[one.subject] in ("ok", "200")
        if one.row.act not in tries or (
            allowed and tries[one.row.act].row.outcomes[tries[one.row.act].subject] != "ok"
        ):
            tries[one.row.act] = one
    server = ServerProcess(folder, demo=False, **WIDE).start()
    door = Door(server.base)
    yield World(server, door, tries)
    door.close()
    server.close()


# What every answer carries


def _protected(headers: dict[str, str], path: str) -> None:
    assert headers["content-security-policy"] == CSP
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in headers
    assert "server" not in headers and "x-powered-by" not in headers
    if not path.startswith("/assets/"):
        assert headers["cache-control"] == "no-store"


def test_the_policy_allows_nothing_from_elsewhere_and_nothing_inline() -> None:
    rules = {name: values.split() for name, _, values in (part.strip().partition(" ") for part in CSP.split(";"))}
    assert rules["frame-ancestors"] == rules["object-src"] == rules["base-uri"] == ["'none'"]
    assert rules["default-src"] == rules["script-src"] == rules["style-src"] == rules["form-action"] == ["'self'"]
    assert rules["img-src"] == ["'self'", "data:"]
    assert "unsafe" not in CSP and "http" not in CSP


@pytest.mark.parametrize("row", READING, ids=lambda row: row.act)
def test_every_answer_protects_itself_and_is_kept_by_no_cache(world: World, row: Row) -> None:
    status, headers, _ = world.ask(row)
    assert status < 500
    _protected(headers, row.path)


@pytest.mark.parametrize("row", CHANGING, ids=lambda row: row.act)
def test_refusals_too(world: World, row: Row) -> None:
    """Without the token, in a method that is not there, and for a path that is not."""
    for status, headers, content in (
        world.ask(row, more={"x-csrf-token": ""}),
        world.door.request(
            "PATCH" if row.method != "PATCH" else "PUT", filled(row.path, world.tries[row.act].fill), None
        ),
    ):
        assert status in (403, 405)
        _protected(headers, row.path)
        assert b"Traceback" not in content and b"litestar" not in content.lower()


INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle=|\son[a-z]+\s*=|javascript:", re.IGNORECASE)
OUTSIDE = re.compile(
    r"<(?:script|link|img|iframe|form|source|video|audio|object|embed)\b[^>]*\b(?:src|href|action|data)=\"(?:https?:)?//",
    re.IGNORECASE,
)


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.act)
def test_no_page_holds_anything_inline_or_from_elsewhere(world: World, row: Row) -> None:
    for token in (world.tries[row.act].someone.token, None):
        path = filled(row.path, world.tries[row.act].fill)
        _, headers, content = world.door.request("GET", path, token)
        if headers.get("content-type", "").startswith("text/html"):
            assert "charset=utf-8" in headers["content-type"].lower()
            page = content.decode()
            assert not (found := INLINE.search(page)), found
            assert not (found := OUTSIDE.search(page)), found


# What every changing request has to carry


@pytest.mark.parametrize("row", CHANGING, ids=lambda row: row.act)
def test_every_changing_request_needs_its_token(world: World, row: Row) -> None:
    for wrong in ("", "x" * 64, world.door.csrf[:-1] + ("0" if world.door.csrf[-1] != "0" else "1")):
        assert Door.said(*world.ask(row, more={"x-csrf-token": wrong})) == "bad-csrf"


@pytest.mark.parametrize("row", CHANGING, ids=lambda row: row.act)
def test_every_changing_request_comes_from_one_of_our_pages(world: World, row: Row) -> None:
    base = world.server.base
    for origin in (
        ELSEWHERE,
        "null",
        base + ".elsewhere.example",
        base.replace("localhost", "localhost.example"),
        base[:-1],
        base.replace("http", "https"),
    ):
        assert Door.said(*world.ask(row, more={"origin": origin})) == "bad-origin"


@pytest.mark.parametrize("row", WITH_BODY, ids=lambda row: row.act)
def test_no_body_is_taken_with_a_field_that_is_not_defined(world: World, row: Row) -> None:
    body = filled(row.body, world.tries[row.act].fill)
    for more in ({"role": "admin"}, {"age_class": "adult"}, {"verified": True}, {"__proto__": {}}):
        status, _, content = world.ask(row, body=body | more)
        assert (status, msgspec.json.decode(content)["code"]) == (422, "bad-input"), content


@pytest.mark.parametrize("row", [row for row in CHANGING if row.path.startswith("/api/")], ids=lambda row: row.act)
def test_a_body_too_large_is_refused(world: World, row: Row) -> None:
    if row.act in LARGER:
        return
    status, headers, content = world.ask(row, body=b'{"a":"' + b"x" * (MAX_BODY + 1) + b'"}')
    if status != 413:  # a route that takes no body never reads one
        assert row.body is None, content
    else:
        assert msgspec.json.decode(content)["code"] == "too-large"
        _protected(headers, row.path)


DEEP = 20_000


@pytest.mark.parametrize("row", WITH_BODY, ids=lambda row: row.act)
def test_nesting_and_crowds_in_a_body_are_refused(world: World, row: Row) -> None:
    field = next(iter(row.body), "a").encode()
    for body in (
        b"[" * DEEP + b"]" * DEEP,
        b'{"%s":' % field + b"[" * DEEP + b"]" * DEEP + b"}",
        b'{"%s":' % field + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"}",
        b'{"%s":[' % field + b"1," * DEEP + b"1]}",
        b"{" + b",".join(b'"f%d":1' % n for n in range(DEEP // 2)) + b"}",
        b'{"%s":1e999}' % field,
        b"\xff\xfe",
        b"",
    ):
        status, _, content = world.ask(row, body=body)
        assert status in (413, 422), (body[:40], content)


# Where one is led


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.act)
def test_no_page_leads_elsewhere(world: World, row: Row, target: str) -> None:
    for token in (world.tries[row.act].someone.token, None):
        path = filled(row.path, world.tries[row.act].fill) + f"?next={quote(target)}&to={quote(target)}"
        _, headers, content = world.door.request("GET", path, token)
        assert _here(headers.get("location", "/"))
        assert all(map(_own, _named(content)))


@pytest.mark.parametrize("row", [row for row in CHANGING if not row.path.startswith("/api/")], ids=lambda row: row.act)
def test_no_form_leads_elsewhere(world: World, row: Row) -> None:
    body = filled(row.body or {}, world.tries[row.act].fill)
    for target in TARGETS:
        _, headers, content = world.ask(row, body=body | {"next": target, "to": target})
        assert _here(headers.get("location", "/"))
        assert all(map(_own, _named(content)))


def _named(content: bytes) -> list[str]:
    """What of a page names the other site: whole values of attributes, and text as it is."""
    page = content.decode("utf-8", "replace")
    values = re.findall(r'="([^"]*)"', page)
    rest = re.sub(r'="[^"]*"', "", page)
    return [html.unescape(one) for one in [*values, rest] if "elsewhere.example" in one or "javascript:" in one]


def _own(value: str) -> bool:
    """A path of ours, in whose query the other site may stand: the form that changes the language leads back to the page as it was asked for."""
    return bool(re.match(r"/(?![/\\])[^\\\x00-\x1f]*\Z", value))


def _here(location: str) -> bool:
    return bool(re.match(r"/(?![/\\])[^\\\x00-\x1f]*\Z", location)) and "elsewhere" not in location


# Host, methods


@pytest.mark.parametrize("row", READING, ids=lambda row: row.act)
def test_every_request_names_a_host_of_ours(world: World, row: Row) -> None:
    for host in (
        "elsewhere.example",
        f"elsewhere.example:{world.server.port}",
        f"localhost.elsewhere.example:{world.server.port}",
    ):
        status, _, content = world.ask(row, more={"host": host})
        assert status == 400 and b"elsewhere" not in content


async def test_reading_never_changes_and_there_are_no_other_methods(world: World, tmp_path: Any) -> None:
    """`GET /away` alone signs out, where that was set on this device: it is the way out."""
    async with running(settings_at(tmp_path)) as cups:
        methods = {
            method for route in application(cups).routes if isinstance(route, HTTPRoute) for method in route.methods
        }
    assert methods <= {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"}
    for method in ("TRACE", "CONNECT", "PROPFIND", "FOO"):
        status, _, _ = world.door.request(method, "/api/me", None)
        assert status in (400, 404, 405, 501)
