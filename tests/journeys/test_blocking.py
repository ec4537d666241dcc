"""Somebody blocks somebody else in a room: their words are gone at once, and come back when it is taken back, by a form that needs no scripts."""

import pytest
from playwright.sync_api import expect

from journeys.crowd import Crowd
from journeys.someone import told
from journeys.steps import into_the_kitchen, open_menu

pytestmark = pytest.mark.browser
LOUD, LATER, QUIET = "I will find you wherever you write.", "Still here.", "Tea, anyone?"


def test_blocking_in_a_room(crowd: Crowd) -> None:
    calm = into_the_kitchen(crowd.someone("calm", phone=True, dark=True).pass_gate())
    loud = into_the_kitchen(crowd.someone("loud").pass_gate())
    third = into_the_kitchen(crowd.someone("third").pass_gate())
    for person in (calm, loud, third):
        person.press("Understood")
    third.says(QUIET)
    loud.says(LOUD)
    expect(calm.message(LOUD)).to_be_visible()

    open_menu(calm.message(LOUD))
    calm.message(LOUD).get_by_role("button", name=told(f"Block {loud.name}")).click()
    calm.sees(
        "Block this person?",
        "From this moment you see nothing that they write, in any room, and not that they are there.",
        "They are not told. They can still read what you write in rooms.",
    )
    calm.shot("what-it-does", whole=True)
    calm.page.get_by_role("dialog").get_by_role("button", name="Block this person").click()
    calm.sees_no(LOUD)
    calm.sees(QUIET, "is blocked")
    calm.shot("blocked")

    loud.says(LATER)
    expect(third.message(LATER)).to_be_visible()
    third.says("Something warm?")
    expect(calm.message("Something warm?")).to_be_visible()
    calm.sees_no(LATER)
    calm.page.reload()
    calm.settled()
    calm.sees(QUIET)
    calm.sees_no(LOUD, LATER)
    assert LOUD not in calm.page.content()

    # Whoever was blocked sees what they saw before.
    calm.says("Yes please.")
    expect(loud.message("Yes please.")).to_be_visible()
    loud.page.locator("summary", has_text="people here").click()
    expect(loud.page.locator(".presence").get_by_text(calm.name)).to_be_visible()
    calm.page.locator("summary", has_text="people here").click()
    expect(calm.page.locator(".presence").get_by_text(third.name)).to_be_visible()
    expect(calm.page.locator(".presence").get_by_text(loud.name)).to_have_count(0)

    calm.go("/account")
    calm.follow("People you have blocked")
    calm.heading("People you have blocked")
    calm.sees(loud.name)
    calm.shot("whom", whole=True)
    calm.page.get_by_role("button", name=told(f"Unblock @{loud.name}")).click()
    calm.sees("This person is no longer blocked.", "You have blocked nobody.")
    into_the_kitchen(calm)
    calm.sees(LOUD, LATER)


def test_blocking_without_scripts(crowd: Crowd) -> None:
    other = crowd.someone("other").pass_gate()
    other.send("/api/sign-up", {"password": "a long enough one"})
    calm = crowd.someone("calm", scripts=False).pass_gate()
    calm.go(f"/@{other.name}")
    calm.press("Block this person")
    calm.heading("People you have blocked")
    calm.sees("This person is blocked.", other.name)
    calm.press(f"Unblock @{other.name}")
    calm.sees("This person is no longer blocked.")
