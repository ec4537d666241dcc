"""Every page in Arabic and in Spanish on a small phone: nothing is too wide, nothing stands in English, and the menu of languages works without scripts."""

from functools import cache

import pytest
from playwright.sync_api import expect

from cups import words
from cups.translations import messages
from journeys.crowd import Crowd
from journeys.someone import Someone
from journeys.test_everywhere import _TOO_WIDE, named, serious

pytestmark = pytest.mark.browser
SMALL = {"width": 360, "height": 780}
PUBLIC = ["/", "/gate", "/help", "/help/AR", "/help/US", "/learn", "/guidelines", "/sign-in", "/recover", "/away"]
MEMBERS = [
    "/talk",
    "/rooms",
    "/sign-up",
    "/account",
    "/standing",
    "/become-a-listener",
    "/listeners",
    "/listeners?status=any&over_35=yes",
    "/talk/messages",
    "/agreements/member",
]

# What a reader sees and hears of the page, but for what is somebody's own words, a name, a code, or marked as being in another language.
_SPOKEN = """() => {
    const own = "bdi, code, pre, [dir=auto], [lang]:not(html), .brand, .icon, .name, kbd, time, script, style, option";
    const found = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
        const text = walk.currentNode.data.trim();
        if (text && !walk.currentNode.parentElement.closest(own)) found.push(text);
    }
    for (const one of document.querySelectorAll("[aria-label], [title], [placeholder], [alt]")) {
        if (one.closest("[lang]:not(html)")) continue;
        for (const name of ["aria-label", "title", "placeholder", "alt"]) if (one.hasAttribute(name)) found.push(one.getAttribute(name));
    }
    return found;
}"""


def english(person: Someone, language: str) -> list[str]:
    """Texts of the page that are English messages of the catalogue, word for word, where the language has words of its own."""
    shown = {text.replace("\u2068", "").replace("\u2069", "") for text in person.page.evaluate(_SPOKEN)}
    return sorted(text for text in shown if text in _texts("en") and text not in _texts(language))


@cache
def _texts(language: str) -> frozenset[str]:
    of = words.of(language)
    return frozenset(of.t(key).replace("\u2068", "").replace("\u2069", "") for key in messages("en"))


def reader(crowd: Crowd, who: str, language: str) -> Someone:
    one = crowd.someone(who, phone=True)
    one.page.set_viewport_size(SMALL)  # type: ignore[arg-type]
    one.context.add_cookies([{"name": "cups-language", "value": language, "url": one.base}])
    return one


def looked_at(person: Someone, place: str, language: str) -> list[str]:
    html = person.page.locator("html")
    expect(html).to_have_attribute("lang", language)
    expect(html).to_have_attribute("dir", words.direction(language))
    person.shot(f"{language}-{named(place)}", whole=True)
    found = [f"in English: {text!r}" for text in english(person, language)]
    if too_wide := person.page.evaluate(_TOO_WIDE):
        found.append(too_wide)
    return [f"{language} {place}: {one}" for one in found]


@pytest.mark.parametrize("language", ["ar", "es"])
def test_every_kind_of_page(crowd: Crowd, language: str) -> None:
    found: list[str] = []
    visitor = reader(crowd, "visitor", language)
    for path in PUBLIC:
        found += looked_at(visitor.go(path), path, language)
    with visitor.refused(404):
        found += looked_at(visitor.go("/no-such-page"), "nothing", language)
    member = reader(crowd, "member", language).pass_gate()
    for path in MEMBERS:
        found += looked_at(member.go(path), path, language)
    asked = member.send("/api/requests", {"ref": "asked", "topic": "grief", "language": "en"}).json()["id"]
    found += looked_at(member.go("/talk"), "waiting", language)
    found += [f"{language} waiting: {one}" for one in serious(member.page)]
    listener = reader(crowd, "listener", language).enter(crowd.site.links["listener"])
    found += looked_at(listener.go("/listen/messages"), "left", language)
    found += looked_at(listener.go("/listen"), "listen", language)
    listener.send(f"/api/queue/{asked}/take", {})
    listener.go("/listen")
    member.go("/talk")
    expect(member.page.get_by_role("log")).to_be_visible()
    listener.page.get_by_role("textbox").last.fill("Hello, I am here.")
    listener.page.get_by_role("textbox").last.press("Enter")
    expect(member.page.get_by_role("log")).to_contain_text("Hello, I am here.")
    for who, person in (("chat-member", member), ("chat-listener", listener)):
        found += looked_at(person, who, language)
        found += [f"{language} {who}: {one}" for one in serious(person.page)]
    room = reader(crowd, "moderator", language).enter(crowd.site.links["moderator"]).go("/rooms")
    room.page.locator(".rooms a").first.click()
    room.settled()
    found += looked_at(room, "room", language)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", ["ar", "es"])
def test_the_staffs_page(crowd: Crowd, language: str) -> None:
    staff = reader(crowd, "admin", language).enter(crowd.site.links["admin"])
    staff.go("/staff")
    found = looked_at(staff, "staff", language)
    sections = staff.page.locator("nav button, [role=tab], main nav a")
    for number in range(sections.count()):
        sections.nth(number).click()
        staff.page.wait_for_load_state("networkidle")
        found += looked_at(staff, f"staff-{number}", language)
    assert not found, "\n".join(found)


def test_the_menu_of_languages_needs_no_scripts(crowd: Crowd) -> None:
    one = crowd.someone("reader", phone=True, scripts=False).go("/help/ES")
    expect(one.page.locator("html")).to_have_attribute("lang", "en")
    one.press("العربية")
    one.at("/help/ES")
    expect(one.page.locator("html")).to_have_attribute("dir", "rtl")
    expect(one.page.get_by_role("heading", level=1)).to_contain_text("المساعدة في الأزمات")
    one.press("Español")
    expect(one.page.locator("html")).to_have_attribute("lang", "es")
    expect(one.page.locator("html")).to_have_attribute("dir", "ltr")
