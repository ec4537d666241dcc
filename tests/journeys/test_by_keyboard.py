"""From the front page to a message in a room, without ever touching a mouse."""

import pytest
from playwright.sync_api import Locator, expect

from journeys.crowd import Crowd
from journeys.someone import Someone

pytestmark = pytest.mark.browser
FARTHEST = 80
"""So many presses of Tab are too many to reach anything."""

_FOCUS_SHOWS = """() => {
    const focused = document.activeElement, style = getComputedStyle(focused);
    const box = focused.getBoundingClientRect();
    const ring = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
    const inSight = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    return ring && inSight ? "" : focused.outerHTML.slice(0, 200);
}"""


def tab_to(person: Someone, target: Locator) -> None:
    """Presses Tab until this has the focus; wherever it stops on the way, one can see where it is."""
    expect(target).to_be_visible()
    for _ in range(FARTHEST):
        person.page.keyboard.press("Tab")
        unseen = person.page.evaluate(_FOCUS_SHOWS)
        assert unseen == "", f"the focus does not show on {unseen}"
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"Tab never reaches {target}")


def enter(person: Someone, role: str, name: str) -> None:
    tab_to(person, person.page.get_by_role(role, name=name, exact=True).first)  # type: ignore[arg-type]
    person.page.keyboard.press("Enter")


def test_by_keyboard_alone(crowd: Crowd) -> None:
    person = crowd.someone("typist").go("/")
    page = person.page
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    person.shot("skip-link")
    enter(person, "link", "Rooms")
    person.heading("Rooms")
    enter(person, "link", "Answer them now")

    person.heading("Before you talk with someone")
    tab_to(person, page.get_by_label("Under 13"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("18 or over")).to_be_checked()
    tab_to(person, page.get_by_label("No", exact=True))
    page.keyboard.press("Space")
    tab_to(person, page.get_by_label("I have read this, or the short form of it, and I agree."))
    page.keyboard.press("Space")
    person.shot("gate")
    enter(person, "button", "Go on")

    person.heading("Rooms")
    enter(person, "link", "Night owls")
    person.settled()
    person.heading("Night owls")
    enter(person, "button", "Understood")
    tab_to(person, person.composer)
    page.keyboard.type("Still awake.")
    person.shot("writing")
    page.keyboard.press("Enter")
    expect(person.message("Still awake.")).to_be_visible()
    expect(person.composer).to_be_focused()
    expect(person.composer).to_have_value("")

    # Back to one's own message, and into a dialog and out again: the focus comes back to where it was.
    for _ in range(FARTHEST):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.getAttribute('aria-label')") == "What you can do with this message":
            break
    page.keyboard.press("Enter")
    enter(person, "button", "Delete")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="What you can do with this message")).to_be_focused()
    expect(person.message("Still awake.")).to_be_visible()
