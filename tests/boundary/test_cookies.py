"""Cookies as a site over https sets them, from every route that sets one."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

import cups
from cups.accounts.agreements import REQUIRED, current
from harness.authorisation.probes import Door
from harness.server import ServerProcess

SITE = "https://cups.example"
HOST = "cups.example"
PACKAGE = Path(cups.__file__).parent


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """Behind a proxy that speaks TLS: the server itself answers to the site's name."""
    server = ServerProcess(tmp_path_factory.mktemp("https"), demo=False, origins=SITE).start()
    yield Door(server.base, host=HOST, origin=SITE, prefix="__Host-")
    server.close()


def cookies(headers: dict[str, str]) -> dict[str, tuple[str, set[str]]]:
    """By name: the value, and the attributes in lower case."""
    found = {}
    for one in re.split(r",\s*(?=[\w-]+=)", headers.get("set-cookie", "")):
        name, _, rest = one.partition("=")
        value, *attributes = [part.strip() for part in rest.split(";")]
        if name:
            found[name] = (value, {attribute.lower() for attribute in attributes})
    return found


def gate(door: Door, age: str) -> dict[str, tuple[str, set[str]]]:
    agreements = [{"kind": one.kind, "version": one.version} for one in map(current, REQUIRED["guest"])]
    body = json.dumps({"age": age, "danger": "none", "agreements": agreements}).encode()
    status, headers, content = door.request("POST", "/api/gate", None, body)
    assert status in (200, 403), content
    return cookies(headers)


BOUND = {"secure", "path=/", "samesite=lax"}


def test_the_session_is_out_of_reach_of_scripts_and_bound_to_the_host(door: Door) -> None:
    ((name, (token, attributes)),) = gate(door, "18-plus").items()
    assert name == "__Host-cups" and len(token) >= 43
    assert attributes >= {"httponly", *BOUND} and not any(one.startswith("domain") for one in attributes)
    status, headers, _ = door.request("POST", "/api/sign-out", token)
    assert status == 204
    ((name, (left, attributes)),) = cookies(headers).items()
    assert (name, left.strip('"')) == ("__Host-cups", "") and attributes >= {"max-age=0", "httponly", *BOUND}


def test_every_cookie_that_any_code_sets_is_secure_and_stays_on_the_site() -> None:
    """Read from the code: a cookie that is set otherwise than by the functions of `api/sessions.py` fails here."""
    found = [
        f"{path.relative_to(PACKAGE)}: {line.strip()}"
        for path in PACKAGE.rglob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if re.search(r"\bset_cookie\(|\bCookie\(|set-cookie", line) and path != PACKAGE / "api" / "sessions.py"
    ]
    assert found == []
    made = re.findall(r"Cookie\(\n?(.*?)\n?    \)", (PACKAGE / "api" / "sessions.py").read_text("utf-8"), re.DOTALL)
    assert made
    for one in made:
        assert (
            "secure=settings.secure()" in one and 'samesite="lax"' in one and 'path="/"' in one and "domain" not in one
        )


def test_the_token_against_forged_requests_is_bound_to_the_host_too(door: Door) -> None:
    """Scripts read it, so it is not HttpOnly; its value alone is good for nothing."""
    _, headers, _ = Door(door.base, host=HOST, origin=SITE).request("GET", "/", None, more={"cookie": ""})
    ((name, (_, attributes)),) = cookies(headers).items()
    assert (
        name == "__Host-cups-csrf" and attributes >= BOUND and not any(one.startswith("domain") for one in attributes)
    )


def test_the_device_that_was_too_young_keeps_one_word(door: Door) -> None:
    ((name, (value, attributes)),) = gate(door, "under-13").items()
    assert (name, value) == ("__Host-cups-later", "1") and attributes >= {"httponly", *BOUND}


def test_every_word_on_the_device_is_bound_to_the_host(door: Door) -> None:
    for path, form, name in (
        ("/language", {"language": "es", "next": "/help"}, "__Host-cups-language"),
        ("/account/leaving", {"end": "yes"}, "__Host-cups-leave-ends"),
    ):
        form_type = "application/x-www-form-urlencoded"
        status, headers, _ = door.request("POST", path, None, urlencode(form).encode(), form_type)
        assert status == 303
        ((set_name, (_, attributes)),) = cookies(headers).items()
        assert set_name == name and attributes >= BOUND
    _, headers, _ = door.request("GET", "/r/012345678901", None)
    assert set(cookies(headers)) == {"__Host-cups-from"}
    # Scripts read one of them. One of before counts until it is taken back, and goes then.
    _, headers, _ = door.request("POST", "/account/leaving", None, b"end=no", form_type)
    assert {one for one, (_, attributes) in cookies(headers).items() if "max-age=0" in attributes} == {
        "__Host-cups-leave-ends",
        "cups-leave-ends",
    }
    child = {"cookie": f"cups-later=1; __Host-cups-csrf={door.csrf}"}
    assert door.request("GET", "/gate", None, more=child)[0] == 403


def test_over_https_alone_and_it_says_so(door: Door) -> None:
    for path in ("/", "/api/me", "/nothing/at/all", "/assets/nothing.js"):
        _, headers, _ = door.request("GET", path, None)
        assert headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
    assert door.request("GET", "/", None, more={"host": "localhost"})[0] == 400
    assert (
        Door.said(*door.request("POST", "/api/sign-out", None, more={"origin": "http://cups.example"})) == "bad-origin"
    )


def test_a_site_without_https_promises_none(server: ServerProcess) -> None:
    """A browser that was told so on a developer's machine would never open it again."""
    door = Door(server.base)
    assert "strict-transport-security" not in door.request("GET", "/", None)[1]
    door.close()
