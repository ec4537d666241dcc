"""A young person's browser tells where it is night for them, and they can say otherwise."""

import pytest
from playwright.sync_api import expect

from journeys.crowd import Crowd
from journeys.test_everywhere import _TOO_WIDE

pytestmark = pytest.mark.browser


def test_a_young_person_sees_and_changes_when_their_nights_are_quiet(crowd: Crowd) -> None:
    teen = crowd.someone("teen", phone=True, dark=True)
    teen.page.set_viewport_size({"width": 360, "height": 740})
    teen.pass_gate("13-17")
    with teen.page.expect_response("**/api/me/time-zone") as told:
        teen.go("/account")
    assert told.value.ok
    teen.follow("When your nights are quiet")
    teen.heading("Your nights")
    zone = teen.page.get_by_label("Where it is night for you")
    expect(zone).to_have_value("Europe/London")
    assert teen.page.evaluate(_TOO_WIDE) == ""
    teen.shot("nights", whole=True)
    zone.select_option("")
    teen.press("Keep this")
    teen.sees("It is kept.")
    expect(zone).to_have_value("")

    adult = crowd.someone("adult").pass_gate().go("/account")
    adult.sees_no("Your nights")
