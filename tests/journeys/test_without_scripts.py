"""With scripts switched off: reading, the gate, asking and waiting, the training. Only live talking needs scripts, and says so."""

import pytest
from playwright.sync_api import expect

from journeys.crowd import Crowd
from journeys.steps import answer_the_gate, mark

pytestmark = pytest.mark.browser


def test_pages_read_without_scripts(crowd: Crowd) -> None:
    person = crowd.someone("reader", phone=True, scripts=False).go("/")
    page = person.page
    person.heading("You don’t have to carry it alone.")
    assert page.title() == "Someone to talk to · cups"
    description = page.locator("meta[name=description]").get_attribute("content") or ""
    assert "trained volunteer listeners" in description
    person.shot("front", whole=True)
    page.get_by_label("What brings you here?").select_option("Sleep")
    person.press("Talk to a listener")
    answer_the_gate(person)
    expect(page.get_by_label("What is it about?")).to_have_value("sleep")
    person.sees("Live talking needs scripts, and they are switched off in this browser.")
    person.press("Ask for a listener")

    person.heading("You are in the queue", 2)
    person.sees(
        "You are next.",
        "This page does not change by itself.",
        "Live talking needs scripts, and they are switched off in this browser.",
    )
    person.sees_no("the chat opens here by itself")
    person.shot("waiting", whole=True)
    asked = person.context.request.get(f"{person.base}/api/requests/mine").json()
    person.follow("See my place now")
    person.sees("You are next.")
    assert person.context.request.get(f"{person.base}/api/requests/mine").json()["id"] == asked["id"]
    person.press("Leave the queue")
    expect(page.get_by_role("button", name="Ask for a listener")).to_be_visible()

    person.go("/rooms").follow("The kitchen table")
    person.sees("Talking here needs scripts", "Welcome. Pull up a chair")
    expect(page.locator("time").first).to_contain_text("UTC")
    person.shot("room", whole=True)

    with person.refused(404):
        person.go("/no-such-page")
        person.heading("This page is not here")
    expect(page.get_by_role("navigation", name="Main").get_by_role("link", name="Sign in")).to_have_count(0)

    person.go("/help").follow("Germany")
    person.heading("Crisis help: Germany")
    person.sees("TelefonSeelsorge")

    person.go("/learn").follow("Listener training")
    person.follow("What a listener is")
    person.press("Take the quiz")
    mark(person, wrong=1)
    person.press("See how it went")
    person.sees("5 of 6 right, 83 %.", "That is enough: this quiz is passed.", "Explanations")

    person.go("/sign-up")
    person.page.get_by_label("Password").fill("several words in a row")
    name = person.name
    person.press("Keep this account")
    person.heading("Recovery codes")
    person.follow("I have kept them, go on")
    person.heading("You")
    person.press("Sign out")
    person.go("/sign-in")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill("not the right words")
    with person.refused(401), person.refused(400), person.refused(403):
        person.press("Sign in")
        person.sees("Name and password do not belong together.")
        person.shot("sign-in-refused", whole=True)
    page.get_by_label("Password").fill("several words in a row")
    person.press("Sign in")
    assert person.name == name

    page.get_by_role("link", name="Leave this site now").filter(visible=True).last.click()
    person.at("/away")
    person.heading("Kitchen notes")
