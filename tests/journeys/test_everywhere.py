"""What holds on every page: nothing that shuts somebody out, in the light and in the dark, and nothing wider than a small phone."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from journeys.crowd import Crowd
from journeys.places import places

pytestmark = pytest.mark.browser
AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
NARROW = {"width": 320, "height": 640}

# Run by the debugger's way into the page, so that the page's own policy for scripts stays as it is.
_RUN_AXE = """async () => {
    const found = await axe.run(document, {resultTypes: ["violations"]});
    if (found.passes.length < 5) throw new Error("axe looked at nothing");
    return found.violations
        .filter((one) => ["serious", "critical"].includes(one.impact))
        .map((one) => `${one.id}: ` + one.nodes.map((node) => `${node.target.join(" ")} (${node.any.map((check) => check.message)[0] ?? ""})`).join("; "));
}"""

_TOO_WIDE = """() => {
    const wide = document.documentElement.scrollWidth;
    if (wide <= innerWidth) return "";
    const beyond = [...document.body.querySelectorAll("*")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1);
    return `${wide} px: ` + beyond.slice(0, 5).map((one) => one.outerHTML.slice(0, 120)).join(" | ");
}"""


def serious(page: Page) -> list[str]:
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE.read_text("utf-8"))
    found: list[str] = page.evaluate(_RUN_AXE)
    return found


def named(place: str) -> str:
    return place.strip("/").replace("/", "-").replace(" ", "-").replace(",", "").replace("'", "") or "front"


def test_axe_finds_nothing_serious(crowd: Crowd) -> None:
    found: list[str] = []
    for place, person in places(crowd):
        for scheme in ("light", "dark"):
            person.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found += [f"{place}, {scheme}: {one}" for one in serious(person.page)]
        person.page.emulate_media(color_scheme="light")
    assert not found, "\n".join(found)


def test_dark_and_narrow(crowd: Crowd) -> None:
    found: list[str] = []
    for place, person in places(crowd):
        before = person.page.viewport_size
        person.page.emulate_media(color_scheme="dark")
        person.page.set_viewport_size(NARROW)  # type: ignore[arg-type]
        person.shot(named(place), whole=True)
        if too_wide := person.page.evaluate(_TOO_WIDE):
            found.append(f"{place}: {too_wide}")
        if before:
            person.page.set_viewport_size(before)
    assert not found, "\n".join(found)
