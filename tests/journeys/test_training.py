"""A guest keeps the account, takes the training, and listens from a second account."""

import pytest
from playwright.sync_api import expect

from journeys.answers import given_away, sections
from journeys.crowd import Crowd
from journeys.someone import Someone, told
from journeys.steps import answer_the_gate, mark

pytestmark = pytest.mark.browser
PASSWORD = "several words in a row"


def source(person: Someone) -> str:
    """What the server sent for the page in sight, not what became of it."""
    return person.context.request.get(person.page.url).text()


def test_guest_becomes_member_then_listener(crowd: Crowd) -> None:
    person = crowd.someone("newcomer").go("/sign-up")
    answer_the_gate(person)
    person.heading("Keep this account")
    guest_name = person.page.get_by_label("Name", exact=False).first.input_value()
    person.page.get_by_label("Password").fill("password12")
    person.shot("sign-up", whole=True)
    with person.refused(422), person.refused(400), person.refused(409):
        person.press("Keep this account")
        person.sees("This password is on lists of known passwords.")
        person.shot("sign-up-refused", whole=True)
    assert person.page.get_by_label("Name", exact=False).first.input_value() == guest_name
    person.page.get_by_label("Password").fill(PASSWORD)
    person.press("Keep this account")
    person.heading("Recovery codes")
    person.follow("I have kept them, go on")
    person.at("/account")
    person.heading("You")
    person.sees(f"@{guest_name}", "member")
    person.shot("member", whole=True)

    person.go("/become-a-listener")
    person.sees("The training comes first.")
    person.follow("Go to the training")
    person.shot("courses", whole=True)
    person.follow("Listener training")
    for title in sections():
        expect(person.page.get_by_role("link", name=title, exact=True)).to_be_visible()
    person.shot("course", whole=True)
    person.follow("Welcome")
    person.press("I have read this, go on")

    learn(person)

    person.sees("You have passed this course.")
    person.shot("passed", whole=True)
    person.page.get_by_role("main").get_by_role("link", name="Become a listener").click()
    listener_name = f"calm{guest_name[-4:]}Shore"
    person.page.get_by_label("Your name as a listener").fill(listener_name)
    person.page.get_by_text("Read the whole agreement").click()
    person.page.get_by_label("I have read the listener agreement, and I accept it.").check()
    person.shot("agreement", whole=True)
    person.press("Start listening")
    person.at("/listen")
    person.settled()
    expect(person.page.get_by_role("button", name="Take the next person")).to_be_visible()
    person.sees("Nobody is waiting at present.")
    person.shot("board")

    person.go("/account")
    person.sees(
        f"@{listener_name}", "Your other account", f"@{guest_name}", "Only you can see that these two belong together."
    )
    person.shot("linked", whole=True)
    person.press("Switch to your member account")
    person.at("/talk")
    assert person.name == guest_name
    person.go("/listen")
    person.sees("You listen from your other account.")
    person.press("Switch to listening")
    person.settled()
    assert person.name == listener_name

    stranger = crowd.someone("stranger").pass_gate()
    for name, other in ((listener_name, guest_name), (guest_name, listener_name)):
        stranger.go(f"/@{name}")
        stranger.heading(f"@{name}")
        assert other not in stranger.page.content()
    stranger.shot("profile")


def learn(person: Someone) -> None:
    """Reads each section and takes its quiz; the first one fails at first."""
    titles = sections()[1:]
    for title in titles:
        person.heading(title)
        assert given_away(source(person)) == []
        if title == titles[0]:
            person.shot("section", whole=True)
            fail_first(person, title)
        person.press("Take the quiz")
        person.heading(f"Quiz: {title}")
        assert given_away(source(person)) == []
        texts = mark(person)
        person.press("See how it went")
        person.heading(f"How it went: {title}")
        person.sees("6 of 6 right, 100 %.")
        assert len(given_away(source(person))) == len(texts)
        if title != titles[-1]:
            person.follow("Next section")


def fail_first(person: Someone, title: str) -> None:
    person.press("Take the quiz")
    person.shot("quiz", whole=True)
    mark(person, wrong=3)
    person.press("See how it went")
    person.sees("3 of 6 right, 50 %.", "Not enough yet. Read the explanations")
    expect(person.page.get_by_text("That is not right.")).to_have_count(3)
    assert len(given_away(source(person))) == 6
    person.shot("failed", whole=True)
    person.page.get_by_role("link", name=told(title), exact=True).click()
    person.heading(title)
