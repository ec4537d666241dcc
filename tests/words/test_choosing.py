"""In which language somebody is answered: by the account's own, else by the device's, else by the browser's, else in English."""

import re

import pytest

from conftest import Cast
from cups import words
from harness.person import Person

GATE = {"en": "Before you talk with someone", "es": "Antes de hablar con alguien"}


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("es", "es"),
        ("es-MX,es;q=0.9,en;q=0.8", "es"),
        ("fr-FR, fr;q=0.9, es;q=0.5, en;q=0.7", "en"),
        ("fr, es;q=0.5", "es"),
        ("es;q=0.2, en;q=0.9", "en"),
        ("en;q=0.5, es;q=0.5", "en"),
        ("ES", "es"),
        ("es;q=0, *", "en"),
        ("es-MX;q=0, es", "es"),
        ("es;q=0, es-MX", None),
        ("*", "en"),
        ("", None),
        ("fr", None),
        ("es;q=2, en;q=0.1", "en"),
        (";;;,,q=1, es;level=1", None),
        ("x" * 5000, None),
        (",".join(["fr"] * 40) + ",es", None),
    ],
)
def test_the_browsers_wish_is_read_as_it_is_meant(accepted: str, language: str | None) -> None:
    assert words.negotiated(accepted) == language


def test_what_is_chosen_comes_before_what_is_asked_for() -> None:
    assert words.chosen("es", "en", accepted="en") == "es"
    assert words.chosen("", "es", accepted="en") == "es"
    assert words.chosen("xx", None, accepted="es-AR") == "es"
    assert words.chosen(None, "../../etc", accepted="") == "en"


def test_what_no_language_has_is_a_mark_and_is_counted() -> None:
    before = words.missing["es"]
    assert words.of("es").t("no-such-message") == words.NOTHING
    assert words.missing["es"] > before


def test_a_name_that_runs_the_other_way_keeps_its_neighbours_in_place() -> None:
    assert words.of("en").t("chats-with", name="calmOak") == "Chat with calmOak"
    assert words.of("en").t("chats-with", name="سلام") == "Chat with \u2068سلام\u2069"


async def _page(people: Cast, accepted: str, path: str = "/gate", **cookies: str) -> tuple[str, str]:
    """The language that a page says it is in, and its text."""
    visitor = people.visitor()
    visitor.http.cookies.update(cookies)
    response = await visitor.http.get(path, headers={"accept-language": accepted})
    found = re.search(r'<html lang="(\w+)" dir="(\w+)"', response.text)
    assert found is not None
    assert response.headers["content-language"] == found[1]
    assert {"accept-language", "cookie"} <= {one.strip() for one in response.headers["vary"].lower().split(",")}
    assert "no-store" in response.headers["cache-control"]
    return found[1], response.text


async def test_a_page_speaks_the_browsers_language_until_another_is_chosen(people: Cast) -> None:
    for accepted, language in (("es-CO", "es"), ("en-GB", "en"), ("fr", "en")):
        said, text = await _page(people, accepted)
        assert said == language and GATE[language] in text
    said, text = await _page(people, "en", **{"cups-language": "es"})
    assert said == "es" and GATE["es"] in text
    said, _ = await _page(people, "es", **{"cups-language": "tlh"})
    assert said == "es"


@pytest.mark.parametrize(
    "path",
    ["/", "/help", "/help/AR", "/away", "/talk", "/rooms", "/learn", "/sign-in", "/guidelines", "/nowhere/at/all"],
)
async def test_every_page_says_its_language(people: Cast, path: str) -> None:
    assert (await _page(people, "es", path))[0] == "es"


async def _choose(people: Cast, person: Person, language: str, next_: str = "/sign-in") -> str:
    http = person.http
    token = re.search(r'name="_csrf_token" value="([^"]+)"', (await http.get("/sign-in")).text)
    assert token is not None
    form = {"_csrf_token": token[1], "language": language, "next": next_}
    response = await http.post("/language", data=form, headers={"origin": people.server.base})
    assert response.status_code == 303, response.text[:300]
    return str(response.headers["location"])


async def test_the_menu_works_by_a_form_alone_and_leads_back(people: Cast) -> None:
    visitor = people.visitor()
    page = (await visitor.http.get("/help/AR?next=/talk")).text
    assert 'action="/language"' in page and 'name="next" value="/help/AR?next=/talk"' in page
    assert re.search(r'value="es" lang="es"[^>]*>Español<', page)
    assert await _choose(people, visitor, "es", "/help/AR?next=/talk") == "/help/AR?next=/talk"
    assert 'lang="es"' in (await visitor.http.get("/help/AR")).text
    assert await _choose(people, visitor, "en", "//elsewhere.example/") == "/"


async def test_an_account_keeps_its_language_on_every_device(people: Cast) -> None:
    guest = people.visitor()
    guest.http.headers["accept-language"] = "es"
    await guest.pass_gate()
    assert (await guest.get("/api/me"))["page_language"] == "es", "a new account reads on as it began"
    await guest.sign_up(name="palabraTranquila")
    other = await people.visitor().sign_in("palabraTranquila")
    other.http.headers["accept-language"] = "en"
    assert 'lang="es"' in (await other.http.get("/talk")).text
    # What knows nobody, crisis help, speaks it there as well from then on.
    assert other.http.cookies["cups-language"] == "es" and 'lang="es"' in (await other.http.get("/help")).text
    await _choose(people, other, "en")
    assert (await guest.get("/api/me"))["page_language"] == "en"
    assert 'lang="en"' in (await guest.http.get("/talk")).text


async def test_the_two_accounts_of_a_person_read_alike(people: Cast) -> None:
    listener = await people.demo("listener")
    await listener.call("PUT", "/api/me/page-language", {"language": "es"}, expect=200)
    await listener.post("/api/switch")
    assert (await listener.get("/api/me"))["page_language"] == "es"
    await listener.call("PUT", "/api/me/page-language", {"language": "en"}, expect=200)


async def test_refusals_are_told_in_the_persons_language(people: Cast) -> None:
    visitor = people.visitor()
    refused = await visitor.http.get("/api/chats", headers={"accept-language": "es"})
    assert refused.json()["detail"] == words.of("es").refusal(refused.json()["code"])
    assert refused.headers["content-language"] == "es"
    guest = await people.guest()
    unknown = await guest.call("PUT", "/api/me/page-language", {"language": "tlh"})
    assert unknown.status_code == 422 and unknown.json()["detail"] == words.of("en").refusal("bad-input")
    await guest.call("PUT", "/api/me/page-language", {"language": "es"}, expect=200)
    unknown = await guest.call("PUT", "/api/me/page-language", {"language": "tlh"})
    assert unknown.json()["detail"] == words.of("es").refusal("bad-input")


async def test_a_connection_hears_refusals_in_its_persons_language_from_the_change_on(people: Cast) -> None:
    guest = await people.guest()
    async with guest.live() as connection:
        await connection.send(type="subscribe", ref="a", channel="0" * 26)
        assert (await connection.until("error"))["detail"] == words.of("en").refusal("not-found")
        await guest.call("PUT", "/api/me/page-language", {"language": "es"}, expect=200)
        await connection.until("me")
        await connection.send(type="subscribe", ref="b", channel="0" * 26)
        assert (await connection.until("error"))["detail"] == words.of("es").refusal("not-found")
