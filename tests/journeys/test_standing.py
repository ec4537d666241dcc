"""From a warning to its undoing: why, which rule, whose words, until when, how to contest; and somebody else who agrees. And limits, by keyboard."""

import pytest
from playwright.sync_api import expect

from journeys.crowd import Crowd
from journeys.someone import told
from journeys.steps import into_the_kitchen, open_menu

pytestmark = pytest.mark.browser
SAID = "This is the end, said the old song."
WORDS = "Please no verses about endings in here."


def test_a_person_contests_and_the_mute_ends(crowd: Crowd) -> None:
    # Staff make the ladder steeper while everything runs: with the keyboard alone.
    admin = crowd.demo("admin")
    admin.press("Limits")
    admin.heading("Limits", 2)
    change = admin.page.get_by_role("button", name=told("Change: Warnings that mute"))
    change.focus()
    admin.page.keyboard.press("Enter")
    value = admin.page.get_by_role("dialog").get_by_label("Value")
    value.fill("7")
    with admin.refused(422):
        value.press("Enter")
        admin.sees("Mute, removal and ban follow one another in this order.")
    value.fill("1")
    value.press("Enter")
    admin.sees("It is in force.")
    expect(admin.page.get_by_role("listitem").filter(has_text="Warnings that mute")).to_contain_text("1")
    admin.shot("limits", whole=True)

    guest, moderator = into_the_kitchen(crowd.demo("guest", phone=True)), into_the_kitchen(crowd.demo("moderator"))
    for person in (guest, moderator):
        person.press("Understood")
    guest.says(SAID)
    line = moderator.message(SAID)
    open_menu(line)
    line.get_by_role("button", name="Warn", exact=True).click()
    dialog = moderator.page.get_by_role("dialog")
    # Somebody's own danger is no rule: the dialog says what to do instead, and warns nobody.
    dialog.get_by_label("Which rule?").select_option("They may be in danger")
    moderator.sees("A crisis is never an offence: nobody is warned for it.", "Ask another moderator or the staff")
    expect(dialog.get_by_role("link", name="Help now")).to_be_visible()
    expect(dialog.get_by_role("button", name="Warn", exact=True)).to_have_count(0)
    moderator.shot("danger")
    dialog.get_by_label("Which rule?").select_option("Something else")
    dialog.get_by_label("Your words to them").fill("Do not talk about your suicide here.")
    with moderator.refused(422):
        dialog.get_by_role("button", name="Warn", exact=True).click()
        moderator.sees("that is never an offence. Please get them help instead")
    dialog.get_by_label("Which rule?").select_option("Stay with what the room is for")
    dialog.get_by_label("Your words to them").fill(WORDS)
    dialog.get_by_role("button", name="Warn", exact=True).click()
    moderator.sees("Warned.")
    moderator.press("Notes given")
    moderator.sees("Notes given here", WORDS, "not read yet: it waits for them")
    moderator.shot("given")
    moderator.page.get_by_role("dialog").get_by_role("button", name="Close").last.click()

    guest.sees("A moderator has something to tell you", "Stay with what the room is for", WORDS)
    guest.sees("You can read, but not write in rooms for a while.", "You can contest a note", "You can do that until")
    expect(guest.page.get_by_text("Until", exact=True)).to_be_visible()
    guest.shot("warned", whole=True)
    guest.press("I have read this")
    guest.go("/standing")
    guest.heading("Your standing")
    guest.sees(
        "One warning counts at present.", "The kitchen table", WORDS, "in force", "Until", "Decided by", "a person"
    )
    guest.sees("What you had written", SAID)
    guest.page.get_by_text("I see it differently").click()
    guest.sees("Somebody other than the first reads it")
    guest.page.get_by_label("How do you see it?").fill("It is a line of a song that comforts me.")
    guest.shot("contesting", whole=True)
    guest.press("Contest this")
    guest.sees("It is a line of a song that comforts me.", "Somebody other than the first will read it.")

    moderator.press("Notes given")
    moderator.sees("read", "contested")

    admin.press("Contested")
    admin.heading("Contested", 2)
    admin.sees("It is a line of a song that comforts me.", WORDS, SAID)
    case = admin.page.get_by_role("listitem").filter(has_text="comforts me")
    expect(case.get_by_role("button", name="Undo the decision")).to_be_disabled()
    case.get_by_label("Your answer to them").fill("You are right: it was a song. We are sorry.")
    admin.shot("contested", whole=True)
    case.get_by_role("button", name="Undo the decision").click()
    admin.sees("The decision is undone, with all that followed from it.")

    guest.go("/standing")
    guest.sees("No warning counts at present.", "undone", "You are right: it was a song. We are sorry.")
    guest.sees_no("You can write in rooms again from")
    guest.shot("undone", whole=True)
    guest.press("I have read this")
    into_the_kitchen(guest).says("Thank you.")

    admin.press("Limits")
    admin.page.get_by_role("button", name=told("Change: Warnings that mute")).click()
    admin.press("Back to the default")
    admin.sees("It is in force.")
    admin.press("Audit log")
    for act in ("figure.set", "contest.decide", "figure.reset"):
        admin.sees(act)


def test_staff_clear_a_listener_and_take_it_back(crowd: Crowd) -> None:
    admin, listener = crowd.demo("admin"), crowd.demo("listener")
    admin.press("Ages")
    admin.heading("Ages", 2)
    admin.page.get_by_text("Clear a listener for both ages").click()
    admin.page.get_by_label("The listener’s name").fill(f"@{listener.name}")
    admin.page.get_by_label("Until").fill("2028-01-31")
    admin.page.get_by_label("Which check this rests on").fill("certificate of 2026, seen by two")
    admin.shot("clearance", whole=True)
    admin.press("Clear the listener")
    admin.sees("Done.", f"@{listener.name}")
    listener.go("/rooms").sees("Teen lounge")
    admin.page.get_by_role("button", name=told("End the clearance of")).click()
    admin.sees("There are none.")
    listener.go("/rooms").sees_no("Teen lounge")
