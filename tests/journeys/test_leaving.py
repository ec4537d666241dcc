"""Leaving quickly: by the button and by Shift three times, never by Escape."""

import pytest
from playwright.sync_api import expect

from journeys.crowd import Crowd
from journeys.someone import Someone
from journeys.steps import into_the_kitchen, open_menu

pytestmark = pytest.mark.browser
SAID = "Nobody at home may read this."
WRONG = "This was meant for someone else."


def has_left(person: Someone) -> None:
    """Nothing of the site is in sight, and going back leads to no conversation."""
    person.at("/away")
    person.heading("Kitchen notes")
    for word in ("cups", "listener", SAID):
        assert word not in person.page.title() + person.page.inner_text("body")
    person.page.go_back()
    person.at("/rooms")
    person.sees_no(SAID, WRONG)
    person.page.go_forward()
    person.at("/away")
    person.heading("Kitchen notes")


def test_quick_exit(crowd: Crowd) -> None:
    person = into_the_kitchen(crowd.someone("watched", phone=True).pass_gate())
    person.press("Understood")
    person.says(SAID)
    person.page.get_by_role("link", name="Leave this site now").filter(visible=True).last.click()
    has_left(person)
    person.shot("away", whole=True)

    into_the_kitchen(person)
    # Neither Escape nor capitals leave.
    for key in ("Escape", "Escape", "Escape"):
        person.page.keyboard.press(key)
    person.composer.click()
    for key in ("Shift+N", "Shift+O", "Shift+W", "Escape"):
        person.page.keyboard.press(key)
    expect(person.composer).to_have_value("NOW")
    person.at("/rooms/the-kitchen-table")
    for _ in range(3):
        person.page.keyboard.press("Shift")
    has_left(person)


def test_quick_exit_while_a_dialog_is_open(crowd: Crowd) -> None:
    person = into_the_kitchen(crowd.someone("watched").pass_gate())
    person.says(WRONG)
    open_menu(person.message(WRONG))
    person.message(WRONG).get_by_role("button", name="Delete", exact=True).click()
    expect(person.page.get_by_role("dialog")).to_be_visible()
    for _ in range(3):
        person.page.keyboard.press("Shift")
    has_left(person)
