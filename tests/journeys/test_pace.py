"""Whoever writes too fast is told when to go on, and loses no word by it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from harness.server import ServerProcess
from journeys.crowd import Crowd
from journeys.steps import into_the_kitchen

pytestmark = pytest.mark.browser
SECONDS = re.compile(r"You can send again in [\u2068\u2069]*[1-4][\u2068\u2069]* seconds?[\u2068\u2069]*\.")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    strict = ServerProcess(
        tmp_path_factory.mktemp("strict"), pace_guest_message_burst=2, pace_guest_message_period_ms=4000
    ).start()
    yield strict
    strict.close()


def test_too_fast_says_when_to_go_on(crowd: Crowd) -> None:
    hasty = into_the_kitchen(crowd.someone("hasty", phone=True).pass_gate())
    other = into_the_kitchen(crowd.someone("other").pass_gate())
    hasty.press("Understood")
    hasty.says("One.")
    hasty.says("Two.")
    hasty.composer.fill("Three.")
    hasty.composer.press("Enter")
    hasty.sees("Not sent. That was a little fast. Please wait a moment.")
    expect(hasty.page.get_by_text(SECONDS)).to_be_in_viewport(ratio=1)
    expect(hasty.page.get_by_role("button", name="Send", exact=True)).to_have_attribute("aria-disabled", "true")
    hasty.shot("too-fast")
    # What is written meanwhile stays where it is, Enter or not.
    hasty.composer.fill("Four.")
    hasty.composer.press("Enter")
    expect(hasty.composer).to_have_value("Four.")
    expect(hasty.page.get_by_text(SECONDS)).to_have_count(0)
    hasty.press("Send again")
    expect(other.message("Three.")).to_be_visible()
    hasty.sees_no("Not sent.")
    expect(other.message("Three.")).to_have_count(1)
    expect(hasty.message("Three.")).to_have_count(1)
    expect(hasty.composer).to_have_value("Four.")
