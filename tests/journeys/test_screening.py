"""What people see of screening: words that come back, help that is offered, and staff who are called."""

import re

import pytest
from playwright.sync_api import expect

from journeys.crowd import Crowd
from journeys.someone import told
from journeys.steps import into_the_kitchen

pytestmark = pytest.mark.browser


def test_a_number_comes_back_and_danger_shows_help(crowd: Crowd) -> None:
    guest = into_the_kitchen(crowd.someone("guest", phone=True).pass_gate())
    other = into_the_kitchen(crowd.someone("other").pass_gate())
    guest.press("Understood")
    guest.composer.fill("Call me at 555 010 4477")
    guest.composer.press("Enter")
    guest.sees("phone numbers, addresses, links and names on other sites stay out of here")
    expect(guest.composer).to_have_value("Call me at 555 010 4477")
    expect(guest.composer).to_be_focused()
    guest.shot("held")
    guest.says("Talk to me here, please.")
    guest.sees_no("phone numbers, addresses")
    expect(other.message("Talk to me here, please.")).to_be_visible()
    expect(other.message("555 010 4477")).to_have_count(0)

    guest.says("I don't want to live anymore")
    expect(other.message("I don't want to live anymore")).to_be_visible()
    guest.sees("you are carrying something very heavy", "Samaritans")
    expect(guest.page.get_by_role("link", name="People who can help now")).to_be_visible()
    guest.shot("help")
    other.sees_no("you are carrying something very heavy")

    admin = crowd.demo("admin")
    admin.page.get_by_role("button", name=re.compile("^People to look after.*waiting")).click()
    admin.heading("People to look after", 2)
    entry = admin.page.get_by_role("listitem").filter(has_text=told(f"@{guest.name}"))
    expect(entry).to_contain_text("may be in danger")
    expect(entry).not_to_contain_text("I don't want to live anymore")
    admin.shot("concern")
    entry.get_by_text("Show what was written").click()
    expect(entry).to_contain_text("I don't want to live anymore")
    entry.get_by_role("button", name=told(f"I look after this person: @{guest.name}")).press("Enter")
    admin.press("Being looked after")
    expect(admin.page.get_by_role("listitem").filter(has_text=told(f"@{guest.name}"))).to_be_visible()
    guest.press("Put this away")
    guest.sees_no("you are carrying something very heavy")

    admin.press("Screening")
    stage = admin.page.get_by_label(told("Stage of any.contact.phone")).first
    stage.focus()
    stage.select_option("shadow")
    admin.page.get_by_role("button", name=told("Save any.contact.phone")).first.press("Enter")
    admin.sees("Done.")
    admin.page.get_by_text("Try a text").first.click()
    admin.page.get_by_role("textbox", name="Try a text").fill("555 010 4477")
    admin.press("Try")
    admin.sees("only counts")
    admin.shot("rules", whole=True)
    guest.says("555 010 4478")
