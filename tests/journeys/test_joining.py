"""Whoever is in danger, and whoever is too young: the two answers at the gate that change what comes next."""

import pytest
from playwright.sync_api import expect

from journeys.crowd import Crowd
from journeys.steps import answer_the_gate, ask

pytestmark = pytest.mark.browser


def test_whoever_is_in_danger_sees_help_first_and_can_go_on(crowd: Crowd) -> None:
    listener = crowd.demo("listener")
    calm = crowd.someone("calm").pass_gate().go("/talk")
    ask(calm)

    visitor = crowd.someone("visitor", phone=True).go("/gate?next=/talk%3Ftopic=panic")
    visitor.sees("Nobody is turned away for saying that they are in danger.", "It closes no door.")
    answer_the_gate(visitor, danger="Yes, I am")
    visitor.heading("Crisis help")
    visitor.sees(
        "You can reach people trained for this now.", "If a life is in danger right now, call the emergency number"
    )
    # The browser speaks British English: its country's services stand there at once, and another is one choice away.
    visitor.sees("Showing United Kingdom; choose another country", "Samaritans")
    expect(visitor.page.get_by_role("link", name="Sign in")).to_have_count(0)
    visitor.shot("help-first", whole=True)
    visitor.page.get_by_label("choose another country").select_option("Germany")
    visitor.press("Show")
    visitor.heading("Crisis help: Germany")
    visitor.sees("TelefonSeelsorge", "When you are ready")
    visitor.follow("United Kingdom")
    visitor.heading("Crisis help: United Kingdom")
    visitor.sees("Samaritans", "116 123")
    expect(visitor.page.get_by_role("link", name="116 123").first).to_have_attribute("href", "tel:116123")
    visitor.shot("help-country", whole=True)

    visitor.sees("When you are ready", "Nothing is closed to you.")
    visitor.follow("Go on")
    visitor.heading("Talk to a listener")
    expect(visitor.page.get_by_label("What is it about?")).to_have_value("panic")
    visitor.sees("You told us that someone is in danger.")
    expect(visitor.page.get_by_role("link", name="People who can help now")).to_have_attribute("href", "/help")
    ask(visitor)
    # Whoever is in danger comes first; the other moves back by one, and nothing says why.
    visitor.sees("You are next.")
    calm.sees("You are number 2.")
    visitor.shot("waiting")
    first = listener.page.get_by_role("listitem").filter(has_text="waits since").first
    expect(first).to_contain_text(visitor.name)
    expect(first).to_contain_text("may be in danger")
    listener.shot("board-heavy")
    listener.press("Take the next person")
    visitor.sees("Your listener is here.")
    expect(visitor.composer).to_be_in_viewport(ratio=1)
    listener.says("Hello. I am glad that you are here.")
    expect(visitor.message("I am glad that you are here.")).to_be_visible()
    # The crisis help stays one press away, in a tab of its own.
    help_link = visitor.page.get_by_role("link", name="Crisis help", exact=True)
    expect(help_link).to_have_attribute("target", "_blank")
    expect(help_link).to_have_attribute("href", "/help")
    visitor.shot("talking")


def test_under_thirteen_is_refused_and_gets_no_second_try(crowd: Crowd) -> None:
    child = crowd.someone("child", phone=True).go("/gate")
    with child.refused(403):
        answer_the_gate(child, age="Under 13")
        child.heading("This place is for people of 13 and over")
        child.sees("You did nothing wrong.", "We keep nothing of what you told us.", "Who you can reach")
        child.shot("refused", whole=True)
        assert child.context.request.get(f"{crowd.site.base}/api/me").json()["person"] is None

        child.go("/gate")
        child.heading("This place is for people of 13 and over")
        expect(child.page.get_by_role("radio")).to_have_count(0)
        # Nor by asking first, nor after leaving and coming back, nor over the API with another age.
        child.go("/talk")
        child.press("Ask for a listener")
        child.heading("This place is for people of 13 and over")
        child.go("/rooms/the-kitchen-table")
        child.heading("This place is for people of 13 and over")
    body = {"age": "18-plus", "danger": "none", "agreements": []}
    cookies = {cookie.get("name"): cookie.get("value", "") for cookie in child.context.cookies()}
    again = child.context.request.post(
        f"{crowd.site.base}/api/gate", data=body, headers={"x-csrf-token": cookies["cups-csrf"], "origin": child.base}
    )
    assert again.status == 403 and again.json()["code"] == "too-young"
    assert child.context.request.get(f"{crowd.site.base}/api/me").json()["person"] is None
    # The help that is made for them stays open.
    child.go("/help")
    child.heading("Crisis help")
