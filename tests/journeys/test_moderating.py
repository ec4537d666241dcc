"""A room's moderator slows it, closes it, pins in it, and mutes and removes somebody by hand; the others see it at once, one of them on a small phone."""

import pytest
from playwright.sync_api import expect

from journeys.crowd import Crowd
from journeys.someone import Someone, told
from journeys.steps import into_the_kitchen, open_menu

pytestmark = pytest.mark.browser
SMALL = {"width": 360, "height": 740}


def desk(moderator: Someone) -> None:
    moderator.press("This room")
    moderator.heading("This room", 2)
    expect(moderator.page.get_by_label("How fast may it go?").get_by_role("option")).to_have_count(4)


def fits(person: Someone) -> None:
    wide = person.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, "the page scrolls sideways"


def decide(moderator: Someone, text: str, act: str, words: str) -> None:
    line = moderator.message(text)
    open_menu(line)
    line.get_by_role("button", name="Mute, remove or ban").click()
    box = moderator.page.get_by_role("dialog")
    box.get_by_label(act).check()
    box.get_by_label("Your words to them").fill(words)
    expect(box.get_by_label("For how long?").get_by_role("option")).to_have_count(3)
    moderator.shot(f"decide-{act[:3].lower()}")
    box.get_by_role("button", name="Decide this").click()
    expect(box).to_have_count(0)


def test_a_moderator_calms_a_room(crowd: Crowd) -> None:
    guest = crowd.someone("guest", phone=True).pass_gate()
    guest.page.set_viewport_size(SMALL)  # type: ignore[arg-type]
    into_the_kitchen(guest).press("Understood")
    moderator = into_the_kitchen(crowd.demo("moderator"))
    moderator.press("Understood")

    # Slow: what one writes too soon stays with one, and is counted down.
    desk(moderator)
    moderator.page.get_by_label("How fast may it go?").select_option("light")
    moderator.press("Set the pace")
    moderator.sees("The room goes slowly now.")
    moderator.shot("desk")
    moderator.press("Close")
    guest.sees("This room goes slowly just now: each person writes once in 10 seconds.")
    guest.says("One at a time, then.")
    guest.composer.fill("And another thing")
    guest.composer.press("Enter")
    guest.sees("seconds")
    expect(guest.composer).to_have_value("And another thing")
    guest.shot("slow")
    fits(guest)
    desk(moderator)
    moderator.page.get_by_label("How fast may it go?").select_option("off")
    moderator.press("Set the pace")
    moderator.sees("The room goes on as people like.")
    guest.sees_no("This room goes slowly just now")

    # Closed: everybody reads, what was begun is kept, and it opens again.
    moderator.page.get_by_label("Why, in your words, for everyone").fill("Tea. We go on at ten.")
    moderator.press("Close the room")
    moderator.sees("The room is closed for writing.")
    guest.sees("This room is closed for writing just now.", "You can read along.", "Tea. We go on at ten.")
    expect(guest.composer).to_have_count(0)
    guest.shot("closed")
    fits(guest)
    late = crowd.someone("late").pass_gate()
    late.go("/rooms").sees("This room is closed for writing just now.")
    into_the_kitchen(late).sees("Tea. We go on at ten.")
    expect(late.composer).to_have_count(0)
    moderator.press("Open the room")
    moderator.press("Close")
    guest.sees_no("This room is closed for writing just now.")
    expect(guest.composer).to_have_value("And another thing")

    # Pinned: at the top for everybody, by keyboard too, and gone with its message.
    guest.says("We meet at eight.")
    line = moderator.message("We meet at eight.")
    open_menu(line)
    line.get_by_role("button", name="Pin", exact=True).click()
    moderator.sees("The message stands at the top of the room.")
    for person in (guest, late):
        expect(person.page.locator(".pins").get_by_text("We meet at eight.")).to_be_visible()
    summary = guest.page.locator(".pins summary")
    summary.focus()
    summary.press("Enter")
    expect(guest.page.locator(".pins").get_by_text("We meet at eight.")).not_to_be_visible()
    summary.press("Enter")
    guest.shot("pinned")
    fits(guest)
    open_menu(line)
    line.get_by_role("button", name="Remove the message").click()
    moderator.page.get_by_role("dialog").get_by_role("button", name="Remove", exact=True).click()
    for person in (guest, late, moderator):
        expect(person.page.locator(".pins")).to_have_count(0)

    # Muted, lifted, removed: told why, which rule, whose decision, until when and how to contest.
    guest.says("You are all fools.")
    decide(moderator, "You are all fools.", "Mute: reads, but does not write", "Please breathe first.")
    guest.sees(
        "A moderator has decided something about you", "Please breathe first.", "Be kind", "a person", "Contest it"
    )
    guest.sees("A moderator decided that you read, but do not write in this room until")
    expect(guest.composer).to_have_count(0)
    guest.shot("muted", whole=True)
    fits(guest)
    guest.press("I have read this")
    desk(moderator)
    moderator.sees("Who does not take part now")
    moderator.shot("desk-muted")
    moderator.page.get_by_role("button", name=told(f"Lift it for {guest.name}")).click()
    moderator.sees("It is lifted")
    moderator.press("Close")
    expect(guest.composer).to_be_visible()
    decide(moderator, "You are all fools.", "Remove: leaves, and may come back", "Come back when it is calmer.")
    guest.sees("You are no longer in this room.", "A moderator has taken you out of this room", "You can come back at")
    guest.shot("removed", whole=True)
    fits(guest)
    with guest.refused(403):
        guest.go("/rooms/the-kitchen-table")
    guest.sees("A moderator has taken you out of this room for a while.")
    guest.shot("not-yet")
    guest.go("/standing")
    guest.sees("A moderator’s decision for one room", "Come back when it is calmer.", "I see it differently")
    guest.shot("standing", whole=True)


def test_without_a_message_nobody_is_put_away_while_they_may_be_in_danger(crowd: Crowd) -> None:
    """From the list of people the dialog asks for the message, and shows what helps; by the message that breaks a rule it is decided."""
    guest = into_the_kitchen(crowd.someone("hurting").pass_gate())
    moderator = into_the_kitchen(crowd.demo("moderator", phone=True))
    for person in (guest, moderator):
        person.press("Understood")
    moderator.page.set_viewport_size(SMALL)  # type: ignore[arg-type]
    guest.says("I do not want to live any more.")
    guest.says("And you are all idiots.")
    expect(moderator.message("And you are all idiots.")).to_be_visible()
    moderator.page.locator(".presence summary").click()
    moderator.page.get_by_role("button", name=told(f"Mute, remove or ban {guest.name}")).click()
    box = moderator.page.get_by_role("dialog")
    box.get_by_label("Your words to them").fill("Please be kind, and let us help.")
    with moderator.refused(422):
        box.get_by_role("button", name="Decide this").click()
        moderator.sees("They may be in danger themselves, and nobody is muted, removed, banned or warned for that.")
    moderator.sees("A crisis is never an offence", "Ask another moderator or the staff")
    expect(box.get_by_role("link", name="Help now")).to_be_visible()
    group = box.get_by_role("group", name="The message that breaks the rule")
    expect(group.get_by_role("radio")).to_have_count(2)
    group.get_by_label("I do not want to live any more.").check()
    with moderator.refused(422):
        box.get_by_role("button", name="Decide this").click()
        moderator.sees("This is about somebody’s own danger, and that is never an offence.")
    moderator.shot("choose-message", whole=True)
    fits(moderator)
    choice = group.get_by_label("And you are all idiots.")
    choice.focus()
    moderator.page.keyboard.press("Space")
    expect(choice).to_be_checked()
    box.get_by_role("button", name="Decide this").click()
    expect(box).to_have_count(0)
    guest.sees("Please be kind, and let us help.")
    expect(guest.composer).to_have_count(0)
