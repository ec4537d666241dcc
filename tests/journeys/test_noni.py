"""Talking with Noni while one waits: offered, never pushed; skipped, changed, held, helped; and read by the listener who comes."""

import re
from typing import Literal

import pytest
from playwright.sync_api import Locator, expect

from journeys.crowd import Crowd
from journeys.someone import Someone, told
from journeys.steps import ask
from journeys.test_by_keyboard import tab_to

pytestmark = pytest.mark.browser
SMALL = {"width": 360, "height": 640}


def noni(person: Someone) -> Locator:
    return person.page.get_by_role("region", name=told("Talk to Noni meanwhile"))


def push(person: Someone, words: str, role: Literal["button", "link"] = "button") -> None:
    """By words that hold a name, which invisible marks keep apart from the rest."""
    person.page.get_by_role(role, name=told(words)).first.click()


def begin(person: Someone) -> None:
    push(person, "Talk to Noni meanwhile")
    expect(person.page.get_by_role("heading", name=told("Talk to Noni meanwhile"))).to_be_focused()


def asked(person: Someone, question: str) -> Locator:
    form = person.page.get_by_role("form", name=question)
    expect(form).to_be_visible()
    return form


def in_sight(person: Someone, words: str) -> None:
    expect(person.page.locator(".waiting-now").get_by_text(told(words))).to_be_in_viewport()


def test_two_answers_one_skipped_and_the_listener_reads_them(crowd: Crowd) -> None:
    listener = crowd.demo("listener")
    member = crowd.someone("member", phone=True).pass_gate().go("/talk")
    member.page.set_viewport_size(SMALL)  # type: ignore[arg-type]
    ask(member)
    member.sees("You are next.", "Hello. I am Noni. I am a program, not a person.")
    expect(member.page.get_by_role("main").get_by_role("form")).to_have_count(0)
    member.shot("offered", whole=True)

    begin(member)
    in_sight(member, "You are next.")
    form = asked(member, "What brings you here today?")
    form.get_by_label("In your own words").fill("My old cat died last week.")
    member.shot("first-question")
    form.get_by_role("button", name=told("Tell Noni")).click()
    form = asked(member, "How long has it been going on?")
    in_sight(member, "You are next.")
    member.shot("second-question")
    form.get_by_role("button", name="Skip this question").click()
    form = asked(member, "How does it feel right now?")
    expect(form.get_by_role("radio").first).to_be_focused()
    form.get_by_label("Heavy", exact=True).check()
    form.get_by_role("button", name=told("Tell Noni")).click()
    asked(member, "What do you hope for from the talk?")

    # A reload takes nothing, and one can change one's mind.
    member.go("/talk")
    asked(member, "What do you hope for from the talk?")
    log = member.page.get_by_role("log")
    expect(log).to_contain_text("My old cat died last week.")
    push(member, "Change your answer to: What brings you here today?")
    form = asked(member, "What brings you here today?")
    form.get_by_label("In your own words").fill("My old cat Biscuit died.")
    form.get_by_role("button", name="Keep this instead").click()
    asked(member, "What do you hope for from the talk?").get_by_role("button", name="Skip this question").click()
    member.sees("Thank you. That is all I wanted to ask.")
    member.page.get_by_text("Breathe slowly").click()
    member.sees("Breathe in through your nose while you count to four.")
    member.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    in_sight(member, "You are next.")
    member.shot("all-asked", whole=True)

    listener.sees("One person is waiting.")
    listener.sees_no("Biscuit")
    listener.press("Take the next person")
    card = listener.page.locator(".told:not(.notes)")
    expect(card.locator("summary")).to_have_text(told(f"What {member.name} told Noni while waiting"))
    listener.shot("folded")
    card.locator("summary").press("Enter")
    expect(card).to_contain_text("My old cat Biscuit died.")
    expect(card).to_contain_text("Heavy")
    expect(card).not_to_contain_text("How long has it been going on?")
    listener.sees("and nobody else.")
    listener.shot("read")
    member.sees("Your listener is here.")
    own = member.page.locator(".told:not(.notes)")
    own.locator("summary").click()
    expect(own).to_contain_text("My old cat Biscuit died.")
    member.shot("own")
    own.locator("summary").click()
    listener.says("I am sorry about Biscuit.")
    expect(member.message("I am sorry about Biscuit.")).to_be_visible()

    # The listener leaves: they read it no more, and the next one does.
    listener.press("End the chat")
    listener.page.get_by_role("dialog").get_by_role("button", name="End the chat").click()
    listener.sees("You ended this chat.")
    expect(card).to_have_count(0)
    listener.page.reload()
    listener.settled()
    expect(card).to_have_count(0)
    member.press("Look for someone else")
    member.sees("You are next.", "My old cat Biscuit died.")
    expect(member.page.get_by_role("button", name=told("Change your answer to"))).to_have_count(4)
    member.shot("back-in-the-queue", whole=True)
    listener.go("/listen").press("Take the next person")
    expect(card.locator("summary")).to_have_text(told(f"What {member.name} told Noni while waiting"))
    member.sees("Your listener is here.")
    member.press("End the chat")
    member.page.get_by_role("dialog").get_by_role("button", name="End the chat").click()


def test_danger_and_numbers_and_a_lost_connection(crowd: Crowd) -> None:
    guest = crowd.someone("guest", phone=True, dark=True).pass_gate().go("/talk")
    ask(guest)
    begin(guest)
    field = asked(guest, "What brings you here today?").get_by_label("In your own words")
    field.fill("Call me at 555 010 4477")
    with guest.refused(422):
        push(guest, "Tell Noni")
        guest.sees("phone numbers, addresses, links and names on other sites stay out of here")
        expect(field).to_have_value("Call me at 555 010 4477")
        expect(field).to_be_focused()
        guest.shot("held")
    guest.go("/talk")
    expect(field).to_have_value("Call me at 555 010 4477")

    field.fill("I don't want to live anymore")
    push(guest, "Tell Noni")
    guest.sees("What you wrote sounds very heavy, and it matters.", "Samaritans")
    expect(noni(guest).locator(".help-offer")).to_be_visible()
    expect(guest.page.locator(".help-offer")).to_have_count(1)
    expect(guest.page.locator(".noni-help")).to_be_focused()
    expect(guest.page.get_by_role("link", name="116 123")).to_be_in_viewport()
    guest.shot("help")
    guest.shot("help-whole", whole=True)
    admin = crowd.demo("admin")
    admin.page.get_by_role("button", name=re.compile("^People to look after.*waiting")).click()
    entry = admin.page.get_by_role("listitem").filter(has_text=told(f"@{guest.name}"))
    expect(entry).to_contain_text("told Noni while waiting")
    expect(entry).not_to_contain_text("Show what was written")
    admin.shot("concern")

    form = asked(guest, "How long has it been going on?")
    form.get_by_label("For some weeks", exact=True).check()
    with guest.bearing("ERR_INTERNET_DISCONNECTED", "failed: PUT", "WebSocket"):
        guest.context.set_offline(True)
        form.get_by_role("button", name=told("Tell Noni")).click()
        guest.sees("This did not reach us.")
        guest.shot("offline")
        guest.context.set_offline(False)
        guest.press("Send it now")
        asked(guest, "How does it feel right now?")
    guest.sees_no("This did not reach us.")
    expect(guest.page.get_by_role("log")).to_contain_text("For some weeks")
    guest.press("Just wait")
    expect(guest.page.get_by_role("main").get_by_role("form")).to_have_count(0)
    expect(guest.page.get_by_role("button", name=told("Talk to Noni meanwhile"))).to_be_focused()
    guest.press("Leave the queue")
    guest.sees("You have left the queue.")


def test_a_teen_meets_people_first_by_keyboard(crowd: Crowd) -> None:
    teen = crowd.someone("teen").pass_gate("13-17").go("/talk")
    ask(teen)
    teen.sees("You are next.", "Sit with others in a room", "Noni, a program, asks a few questions, if you like.")
    teen.sees_no("I am Noni.", "What brings you here today?")
    teen.shot("teen")
    # What people made comes first in the order of the page, too.
    room, leave, offer = (
        teen.page.get_by_role("link", name="Sit with others in a room"),
        teen.page.get_by_role("button", name="Leave the queue"),
        teen.page.get_by_role("button", name=told("Talk to Noni meanwhile")),
    )
    for target in (room, leave, offer):
        tab_to(teen, target)
    teen.page.keyboard.press("Enter")
    teen.sees("Hello. I am Noni. I am a program, not a person.")
    tab_to(teen, teen.page.get_by_label("In your own words"))
    teen.page.keyboard.type("School.")
    tab_to(teen, teen.page.get_by_role("button", name=told("Tell Noni")))
    teen.page.keyboard.press("Enter")
    expect(asked(teen, "How long has it been going on?").get_by_role("radio").first).to_be_focused()
    teen.page.keyboard.press("ArrowDown")
    tab_to(teen, teen.page.get_by_role("button", name="Skip this question"))
    teen.shot("teen-talking")
    teen.page.keyboard.press("Enter")
    asked(teen, "How does it feel right now?")
    teen.press("Leave the queue")
    teen.sees("You have left the queue.")


def test_without_scripts(crowd: Crowd) -> None:
    person = crowd.someone("reader", phone=True, scripts=False).pass_gate().go("/talk")
    ask(person)
    person.sees("Hello. I am Noni. I am a program, not a person.")
    push(person, "Talk to Noni meanwhile", "link")
    person.heading("Talk to Noni meanwhile")
    person.sees("You are next.", "What brings you here today?")
    person.shot("plain", whole=True)
    field = person.page.get_by_label("In your own words")
    field.fill("write to sad.owl@example.com")
    with person.refused(422):
        push(person, "Tell Noni")
        person.sees("phone numbers, addresses, links")
        expect(field).to_have_value("write to sad.owl@example.com")
    with person.refused(422):
        person.press("Skip this question")
    person.sees("(skipped)", "How long has it been going on?")
    person.page.get_by_label("For months", exact=True).check()
    push(person, "Tell Noni")
    person.sees("For months", "How does it feel right now?")
    push(person, "Change your answer to: What brings you here today?", "link")
    person.page.get_by_label("In your own words").fill("I want to die")
    person.press("Keep this instead")
    person.sees("What you wrote sounds very heavy, and it matters.")
    expect(person.page.locator("#help-brings").get_by_role("link", name="People who can help now")).to_be_in_viewport()
    person.shot("plain-help", whole=True)
    for _ in range(2):
        person.press("Skip this question")
    person.sees("Thank you. That is all I wanted to ask.", "Breathe slowly")
    push(person, "Back to your place in the queue", "link")
    person.press("Leave the queue")
