"""In a room: what moderators do is seen by everybody at once, and stays."""

import re

import pytest
from playwright.sync_api import expect

from journeys.crowd import Crowd
from journeys.someone import Someone, told
from journeys.steps import into_the_kitchen, open_menu

pytestmark = pytest.mark.browser
RUDE = "You are all fools."
SOON = re.compile(r"You can try again in [\u2068\u2069]*[1-5]?[0-9][\u2068\u2069]* seconds")


def moderate(moderator: Someone, text: str, act: str) -> None:
    line = moderator.message(text)
    open_menu(line)
    line.get_by_role("button", name=act, exact=True).click()
    expect(moderator.page.get_by_role("dialog").get_by_text(text)).to_be_visible()
    expect(line.get_by_role("button", name=act, exact=True)).to_have_count(0)


def test_moderator_removes_and_warns(crowd: Crowd) -> None:
    visitor = crowd.someone("visitor", phone=True).go("/rooms")
    visitor.sees("Each room is about one thing", "Before you see the rooms")
    visitor.sees_no("No room is open to you at present.")
    guest = crowd.demo("guest", phone=True)
    guest.go("/rooms").shot("rooms", whole=True)
    into_the_kitchen(guest)
    guest.sees("The rules of the rooms", "You can say that you are in danger. That is never an offence.")
    guest.shot("first-visit", whole=True)
    guest.press("Understood")
    guest.sees_no("The rules of the rooms")

    moderator = into_the_kitchen(crowd.demo("moderator"))
    moderator.press("Understood")
    for person in (guest, moderator):
        person.sees("2 people here")
    guest.says(RUDE)
    expect(moderator.message(RUDE)).to_be_visible()
    expect(guest.message(RUDE).get_by_role("button", name="Remove the message")).to_have_count(0)
    moderator.shot("room")

    moderate(moderator, RUDE, "Warn")
    moderator.sees("They see the rule and your words.")
    moderator.page.get_by_label("Which rule?").select_option("Be kind")
    moderator.page.get_by_label("Your words to them").fill(
        "Please speak to people as you would like them to speak to you."
    )
    moderator.shot("warn")
    moderator.page.get_by_role("dialog").get_by_role("button", name="Warn", exact=True).click()
    moderator.sees("Warned. It is their first warning at present. What follows: Nothing for now.")
    guest.sees(
        "A moderator has something to tell you",
        "The kitchen table",
        "Be kind",
        "Please speak to people as you would like them to speak to you.",
        "Nothing for now. Please keep to the rule.",
        "You can contest a note",
    )
    guest.shot("warned", whole=True)

    moderate(moderator, RUDE, "Warn")
    moderator.page.get_by_label("Your words to them").fill("And again.")
    with moderator.refused(429):
        moderator.page.get_by_role("dialog").get_by_role("button", name="Warn", exact=True).click()
        moderator.sees("You warned this person less than a minute ago.")
        expect(moderator.page.get_by_role("dialog").get_by_text(SOON)).to_be_visible()
    moderator.shot("warned-too-soon")
    moderator.press("Cancel")

    moderate(moderator, RUDE, "Remove the message")
    moderator.shot("remove")
    moderator.page.get_by_role("dialog").get_by_role("button", name="Remove", exact=True).click()
    moderator.sees("The message is removed.")
    for person in (guest, moderator):
        person.sees("A moderator removed this message.")
        person.sees_no(RUDE)
        person.shot("removed")
        person.page.reload()
        person.settled()
        person.sees("A moderator removed this message.")
        person.sees_no(RUDE)
        assert RUDE not in person.page.content()

    # The note waits until it is read, and can be read again later.
    guest.sees("A moderator has something to tell you")
    guest.press("I have read this")
    guest.sees_no("A moderator has something to tell you")
    guest.page.reload()
    guest.settled()
    guest.sees("Welcome. Pull up a chair")
    guest.sees_no("A moderator has something to tell you")
    guest.go("/standing")
    guest.sees("Be kind", "Please speak to people", "Nothing for now.", "I see it differently")
    guest.sees_no("And again.")
    guest.shot("notes", whole=True)


def test_a_reply_shows_what_it_answers(crowd: Crowd) -> None:
    one, other = (into_the_kitchen(crowd.someone(who).pass_gate()) for who in ("one", "other"))
    one.says("Has anyone slept?")
    asked = other.message("Has anyone slept?")
    open_menu(asked)
    asked.get_by_role("button", name="Reply", exact=True).click()
    other.sees(f"Replying to {one.name}")
    expect(other.composer).to_be_focused()
    other.says("Not much.")
    expect(one.message("Not much.")).to_contain_text("Has anyone slept?")
    expect(one.message("Not much.")).to_contain_text(told(f"In reply to {one.name}"))
    one.shot("reply")
