"""A young person asks a parent, who answers by two letters; then they talk with others. On small phones, without scripts, and by the keyboard alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from harness.server import ServerProcess
from journeys.crowd import Crowd
from journeys.someone import Someone
from journeys.steps import answer_the_gate
from journeys.test_letters import newest
from journeys.test_safety import SMALL, fits

pytestmark = pytest.mark.browser
PARENT = "parent@example.org"


@pytest.fixture
def strict(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crowd]:
    """A server as people run it: a parent agrees first. The second letter comes soon."""
    own = ServerProcess(tmp_path_factory.mktemp("strict"), consent="*=double-link", consent_second_after_s=1)
    gathered = Crowd(browser, own.start(), "consent")
    yield gathered
    troubles = gathered.leave()
    own.close()
    assert not troubles, "\n".join(troubles)


def small(crowd: Crowd, who: str, *, scripts: bool = True, dark: bool = False) -> Someone:
    person = crowd.someone(who, phone=True, scripts=scripts, dark=dark)
    person.page.set_viewport_size({"width": SMALL[0], "height": SMALL[1]})
    return person


def by_keys(person: Someone, name: str, role: str = "button") -> None:
    """Tabs to it, and presses Enter."""
    wanted = person.page.get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]
    for _ in range(60):
        if wanted.evaluate("it => it === document.activeElement"):
            person.page.keyboard.press("Enter")
            return
        person.page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard never reaches {name}")


def test_a_teen_with_a_parents_consent(strict: Crowd) -> None:
    teen = small(strict, "teen", scripts=False).go("/gate?next=/talk%3Ftopic=panic")
    answer_the_gate(teen, age="13 to 17")
    teen.heading("A parent’s consent")
    teen.sees("Everything else is open to you now.", "If it is hard to ask at home", "Open to you now")
    fits(teen)
    teen.shot("ask", whole=True)
    teen.go("/talk").sees("Because you are between 13 and 17")
    expect(teen.page.get_by_role("button", name="Ask for a listener")).to_have_count(0)
    fits(teen)
    teen.shot("talk", whole=True)
    teen.go("/rooms").sees("Because you are between 13 and 17")
    with teen.refused(403):
        teen.go("/rooms/teen-lounge").sees("A parent has to agree before you talk with others here.")
    teen.follow("Ask a parent, and see what is open now")
    teen.page.get_by_label("Their e-mail address").fill("nobody")
    teen.page.get_by_label("Their e-mail address").evaluate("it => it.type = 'text'")
    with teen.refused(422):
        teen.press("Send the letter")
        teen.sees("That does not look like an e-mail address.")
    teen.page.get_by_label("Their e-mail address").fill(PARENT)
    teen.press("Send the letter")
    teen.sees("A letter is on its way to p…@example.org.")
    fits(teen)
    teen.shot("asked", whole=True)

    parent = small(strict, "parent", dark=True).go(f"{teen.base}/trial/mail")
    letter = parent.page.locator(".letter").filter(has_text="Somebody asks for your consent")
    for _ in range(50):
        if letter.count():
            break
        parent.page.wait_for_timeout(200)
        parent.go("/trial/mail")
    assert teen.name not in letter.inner_text()
    fits(parent)
    parent.shot("first-letter", whole=True)
    letter.locator(".letter-text a").first.click()
    parent.heading("Do you agree?")
    parent.sees("What they talk about stays theirs.", "You can take it back")
    fits(parent)
    parent.shot("first-page", whole=True)
    by_keys(parent, "Yes, I am their parent, and I agree")
    parent.sees("A second letter comes in a moment")
    parent.shot("once", whole=True)
    teen.follow("See whether they have answered")
    teen.sees("They have said yes once.")
    newest(parent, "Please confirm your consent", PARENT)
    parent.heading("Do you agree?")
    by_keys(parent, "Yes, I confirm it")
    parent.sees("They can talk with others now.")
    fits(parent)
    parent.shot("given", whole=True)

    teen.go("/consent").sees("Your parent has agreed.")
    teen.shot("given", whole=True)
    teen.go("/rooms").follow("Teen lounge")
    teen.heading("Teen lounge")
    teen.go("/talk?topic=panic")
    expect(teen.page.get_by_role("button", name="Ask for a listener")).to_be_visible()

    parent.go("/trial/mail")
    last = parent.page.locator(".letter").filter(has_text="Your consent is confirmed")
    for _ in range(50):
        if last.count():
            break
        parent.page.wait_for_timeout(200)
        parent.go("/trial/mail")
    last.locator(".letter-text a").first.click()
    parent.heading("Take back your consent")
    fits(parent)
    parent.shot("withdraw", whole=True)
    by_keys(parent, "Take it back now")
    parent.sees("Your consent is taken back.")
    teen.go("/consent").sees("It is not a punishment, and you did nothing wrong.")
    fits(teen)
    teen.shot("withdrawn", whole=True)


def test_a_teen_in_danger_comes_to_help_first(strict: Crowd) -> None:
    teen = small(strict, "endangered").go("/gate?next=/talk")
    answer_the_gate(teen, age="13 to 17", danger="Yes, I am")
    teen.heading("Crisis help")
    teen.sees("You can reach people trained for this now.", "Samaritans")
    teen.follow("Go on")
    teen.heading("A parent’s consent")
    teen.sees("If it is hard to ask at home", "You told us that someone is in danger.")
    fits(teen)
    teen.shot("danger", whole=True)
    teen.page.get_by_role("link", name="Who you can reach").click()
    teen.heading("Crisis help")
