"""On a small phone what matters is on the screen without scrolling: the newest message, why words came back, the help, the end."""

import pytest
from playwright.sync_api import Locator, expect

from journeys.crowd import Crowd
from journeys.someone import Someone
from journeys.steps import answer_the_gate, ask, into_the_kitchen, open_menu

pytestmark = pytest.mark.browser
SMALL = {"width": 360, "height": 740}


def small(person: Someone) -> Someone:
    person.page.set_viewport_size(SMALL)  # type: ignore[arg-type]
    return person


def clear_of_the_composer(person: Someone, shown: Locator) -> None:
    """All of it on the screen, and nothing of it behind the line where one writes."""
    expect(shown).to_be_in_viewport(ratio=0.99)
    expect(person.composer).to_be_in_viewport(ratio=0.99)
    box, composer = shown.bounding_box(), person.composer.bounding_box()
    assert box is not None and composer is not None
    assert box["y"] + box["height"] <= composer["y"], f"{box} reaches behind {composer}"


def test_a_talk_on_a_small_phone(crowd: Crowd) -> None:
    listener = small(crowd.demo("listener", phone=True))
    asker = small(crowd.someone("asker", phone=True)).go("/gate?next=/talk")
    answer_the_gate(asker)
    ask(asker)
    listener.press("Take the next person")
    for number in range(4):
        asker.says(f"There is so much to say that it takes several lines, and this is number {number}.")
    for side in (asker, listener):
        clear_of_the_composer(side, side.message("this is number 3").locator(".bubble"))
        side.shot("newest")

    asker.composer.fill("My mail is somebody at gmail dot com")
    asker.composer.press("Enter")
    asker.sees("To keep everyone safe")
    clear_of_the_composer(asker, asker.page.locator(".held"))
    asker.shot("held")

    asker.composer.fill("Sometimes I want to kill myself")
    asker.composer.press("Enter")
    asker.sees("It sounds as if you are carrying something very heavy.")
    asker.shot("help")
    expect(asker.page.get_by_role("link", name="116 123")).to_be_in_viewport(ratio=0.99)
    clear_of_the_composer(asker, asker.message("Sometimes I want to kill myself").locator(".bubble"))

    asker.press("End the chat")
    asker.page.get_by_role("dialog").get_by_role("button", name="End the chat").click()
    expect(asker.page.get_by_text("You ended this chat.")).to_be_in_viewport(ratio=0.99)
    expect(asker.page.get_by_role("status").filter(has_text="You ended this chat.")).to_be_focused()
    asker.shot("ended")


def test_a_moderator_on_a_small_phone_reads_what_came_of_it(crowd: Crowd) -> None:
    guest = crowd.someone("guest").pass_gate()
    into_the_kitchen(guest).says("You are all so stupid.")
    moderator = small(into_the_kitchen(crowd.demo("moderator", phone=True)))
    moderator.press("Understood")
    line = moderator.message("You are all so stupid.")
    open_menu(line)
    line.get_by_role("button", name="Warn", exact=True).click()
    moderator.page.get_by_label("Your words to them").fill("Please be kind.")
    moderator.page.get_by_role("dialog").get_by_role("button", name="Warn").click()
    moderator.sees("Warned. It is their first warning at present.")
    clear_of_the_composer(moderator, moderator.page.get_by_text("Warned. It is their first"))
    moderator.shot("warned")


@pytest.mark.parametrize(("width", "height"), [(640, 400), (740, 360)], ids=["at 200 %", "on its side"])
def test_a_low_screen_shows_what_one_said(crowd: Crowd, width: int, height: int) -> None:
    person = crowd.someone("low").pass_gate()
    person.page.set_viewport_size({"width": width, "height": height})
    into_the_kitchen(person)
    person.press("Understood")
    person.says(f"Here, {width} wide.")
    clear_of_the_composer(person, person.message(f"Here, {width} wide.").locator(".bubble").last)
    person.shot(f"{width}")
