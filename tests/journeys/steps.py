"""What people do in more than one journey."""

from playwright.sync_api import Locator, expect

from journeys.answers import right_answers
from journeys.someone import Someone


def answer_the_gate(person: Someone, age: str = "18 or over", danger: str = "No") -> None:
    person.heading("Before you talk with someone")
    person.page.get_by_role("group", name="How old are you?").get_by_label(age, exact=True).check()
    person.page.get_by_role("group", name="in danger right now?").get_by_label(danger, exact=True).check()
    person.page.get_by_label("I have read this, or the short form of it, and I agree.").check()
    person.press("Go on")


def ask(person: Someone) -> None:
    """Until a place in the queue is told."""
    person.press("Ask for a listener")
    person.settled()
    person.heading("You are in the queue", 2)


def into_the_kitchen(person: Someone) -> Someone:
    person.go("/rooms")
    person.follow("The kitchen table")
    person.settled()
    person.heading("The kitchen table")
    person.sees("Welcome. Pull up a chair")
    return person


def open_menu(line: Locator) -> None:
    """What can be done with a message; it may be open from before."""
    opener = line.get_by_role("button", name="What you can do with this message")
    if opener.get_attribute("aria-expanded") == "false":
        opener.click()


def mark(person: Someone, *, wrong: int = 0) -> list[str]:
    """Marks all statements of the quiz in sight, the first `wrong` of them wrongly. The statements."""
    statements = person.page.locator(".quiz fieldset")
    expect(statements).to_have_count(6)
    texts = statements.locator("legend").all_inner_texts()
    for number, text in enumerate(texts):
        truly = right_answers()[text.strip()] ^ (number < wrong)
        statements.nth(number).get_by_label("True" if truly else "False", exact=True).check()
    return texts


def set_status(listener: Someone, status: str) -> None:
    """By hand, on their page; and it is stored."""
    with listener.page.expect_response(lambda answer: answer.url.endswith("/api/me/status")):
        listener.page.get_by_role("radio", name=status).check()
