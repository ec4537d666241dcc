"""One person, two accounts: a click from the one to the other, which nobody else sees."""

import pytest
from playwright.sync_api import expect

from journeys.crowd import Crowd
from journeys.steps import into_the_kitchen
from journeys.test_everywhere import _TOO_WIDE

pytestmark = pytest.mark.browser


def test_a_listener_switches_by_one_click_and_nobody_sees_it(crowd: Crowd) -> None:
    person, other = crowd.demo("listener", phone=True), crowd.someone("other").pass_gate()
    person.page.set_viewport_size({"width": 360, "height": 640})
    listener = person.name
    into_the_kitchen(other)
    into_the_kitchen(person).says("Good evening, all.")
    other.page.locator(".presence summary").click()
    here = other.page.locator(".presence")
    expect(here).to_contain_text(listener)
    assert person.page.evaluate(_TOO_WIDE) == ""
    person.shot("as-listener")
    person.press("Switch to @softHarbor")
    person.at("/talk")
    assert person.name == "softHarbor"
    into_the_kitchen(person).says("I had a long day.")
    expect(here).to_contain_text("softHarbor")
    expect(here).to_contain_text(listener)
    other.sees_no("Switch")
    person.shot("as-member")
    person.press(f"Switch to @{listener}")
    person.at("/listen")
    assert person.name == listener


def test_it_works_without_scripts(crowd: Crowd) -> None:
    person = crowd.someone("plain", scripts=False).enter(crowd.site.links["listener"])
    listener = person.name
    person.go("/rooms").press("Switch to @softHarbor")
    person.at("/talk")
    person.press(f"Switch to @{listener}")
    person.at("/listen")
