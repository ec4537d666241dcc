"""Asking one listener: found and asked, accepted by keyboard; not now, and on to the queue; missed twice, and set to busy."""

import re

import pytest
from playwright.sync_api import Locator, expect

from journeys.crowd import Crowd
from journeys.someone import Someone, told
from journeys.steps import answer_the_gate
from journeys.test_by_keyboard import enter

pytestmark = pytest.mark.browser
SMALL = {"width": 360, "height": 640}
RING_S = 15
"""The shortest time for an answer that staff can set."""


def choose(person: Someone, name: str) -> None:
    """From wherever one asks for help to the page with those who are here, and asks this one."""
    person.go("/talk").follow("Choose a listener yourself")
    person.heading("Choose a listener")
    person.press(f"Chat now with {name}")
    person.settled()


def ring(person: Someone) -> Locator:
    return person.page.locator("section.ring")


def fits(person: Someone) -> None:
    """Nothing is wider than the screen."""
    wide = person.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= person.page.evaluate("innerWidth"), wide


def test_found_asked_and_accepted_by_keyboard(crowd: Crowd) -> None:
    listener = crowd.demo("listener")
    listener.sees("Nobody is waiting at present.")
    asker = crowd.someone("asker", phone=True).go("/")
    asker.page.set_viewport_size(SMALL)  # type: ignore[arg-type]
    asker.follow("Choose a listener")
    asker.sees("please answer three short questions first")
    asker.follow("Go on")
    answer_the_gate(asker)
    asker.heading("Choose a listener")
    asker.page.get_by_label("What is it about?").select_option("Loneliness")
    asker.press("Show listeners")
    asker.sees("@warmRiver", "free to talk", "Or ask the next free listener")
    fits(asker)
    asker.shot("list", whole=True)
    asker.press("Chat now with warmRiver")
    asker.settled()
    asker.heading("Waiting for warmRiver", 2)
    asker.sees("Time to answer: about", "Loneliness")
    fits(asker)
    asker.shot("ringing", whole=True)

    expect(ring(listener).get_by_role("heading", name=told(f"{asker.name} asks for you"))).to_be_visible()
    alert = listener.page.get_by_role("alert").filter(has_text=told(f"{asker.name} asks for you"))
    expect(alert).to_have_count(1)
    expect(ring(listener)).to_contain_text("Loneliness")
    listener.shot("asked")
    listener.page.set_viewport_size(SMALL)  # type: ignore[arg-type]
    fits(listener)
    listener.shot("asked-small")
    enter(listener, "button", "Accept")
    asker.sees("Your listener is here.")
    expect(ring(listener)).to_have_count(0)
    listener.says("Hello. I am here.")
    expect(asker.message("Hello. I am here.")).to_be_visible()
    asker.says("I chose you from the list.")
    asker.press("End the chat")
    asker.page.get_by_role("dialog").get_by_role("button", name="End the chat").click()
    asker.sees("How was it?")


def test_not_now_and_the_next_free_listener_in_one_press(crowd: Crowd) -> None:
    listener = crowd.demo("listener", phone=True)
    asker = crowd.someone("asker", phone=True, dark=True).pass_gate()
    choose(asker, "warmRiver")
    asker.heading("Waiting for warmRiver", 2)
    asker.go("/help")
    asker.sees("Waiting for warmRiver to answer.")
    asker.follow("Back to where you wait")
    asker.settled()
    other = crowd.someone("other").pass_gate().go("/listeners")
    other.sees("busy right now", "Nobody here is free right now.")
    expect(other.page.get_by_role("button", name=re.compile("Chat now"))).to_have_count(0)
    other.shot("busy", whole=True)
    listener.press("Not now")
    listener.sees("Thank you for answering.")
    asker.heading("warmRiver can’t talk right now", 2)
    asker.sees("This has nothing to do with you.")
    asker.shot("not-now", whole=True)
    asker.go("/talk")
    asker.heading("warmRiver can’t talk right now", 2)
    asker.shot("not-now-again", whole=True)
    asker.press("Ask the next free listener")
    asker.settled()
    asker.sees("You are next.")
    listener.sees("One person is waiting.")
    asker.press("Leave the queue")
    listener.sees("Nobody is waiting at present.")


def test_missed_twice_is_busy_and_says_the_way_back(crowd: Crowd) -> None:
    listener = crowd.demo("listener")
    put_figure(crowd.demo("admin"), "personal_ring_s", RING_S)
    asker = crowd.someone("asker").pass_gate()
    for time in (1, 2):
        choose(asker, "warmRiver")
        expect(ring(listener)).to_be_visible()
        if time == 2:
            listener.go("/rooms").follow("The kitchen table")
            listener.settled()
            expect(ring(listener)).to_be_visible()
            listener.shot("asked-in-a-room")
        expect(asker.page.get_by_role("heading", name=told("warmRiver did not get to answer"))).to_be_visible(
            timeout=(RING_S + 15) * 1000
        )
        asker.shot(f"missed-{time}")
        listener.sees("waited for your answer, and is now offered the next free listener.")
    listener.go("/listen")
    listener.sees("You are set to busy, because people who asked for you had no answer")
    expect(listener.page.get_by_role("radio", name="Busy")).to_be_checked()
    listener.shot("set-to-busy")
    asker.follow("Choose another listener")
    asker.sees("busy right now")
    asker.shot("seen-as-busy", whole=True)
    listener.press("I am back: set me online")
    listener.sees_no("You are set to busy")
    expect(listener.page.get_by_role("radio", name="Online")).to_be_checked()
    asker.go("/listeners")
    asker.sees("free to talk")


def put_figure(admin: Someone, name: str, value: int) -> None:
    headers = {
        "x-csrf-token": admin.page.evaluate("document.cookie.match(/cups-csrf=([^;]+)/)[1]"),
        "origin": admin.base,
    }
    answer = admin.context.request.put(f"{admin.base}/api/staff/figures/{name}", data={"value": value}, headers=headers)
    assert answer.ok, answer.text()
