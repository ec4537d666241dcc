"""A change of what protects the account is told in a letter and in the own list, and what helps is one step away: on a small phone, without scripts."""

import pytest

from journeys.crowd import Crowd
from journeys.test_letters import newest
from journeys.test_safety import PASSWORD, SMALL, fits, sign_in

pytestmark = pytest.mark.browser
NEW = "some other words in a row"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_change_is_told_and_what_to_do(crowd: Crowd, dark: bool) -> None:
    address = f"told-{dark}@example.org".lower()
    person = crowd.someone("told", phone=True, scripts=False, dark=dark).pass_gate()
    person.page.set_viewport_size({"width": SMALL[0], "height": SMALL[1]})
    person.go("/sign-up").page.get_by_label("Password").fill(PASSWORD)
    person.page.get_by_label("E-mail address").fill(address)
    person.press("Keep this account")
    person.heading("Recovery codes")
    name = person.name
    person.go("/account").heading("What happened with your account", 2)
    person.sees("Nothing has happened lately.")
    newest(person, "Please confirm your address", address).press("Yes, it is mine")

    other = crowd.someone("elsewhere")
    sign_in(other, name)
    person.go("/account/password").page.get_by_label("Present password").fill(PASSWORD)
    person.page.get_by_label("New password").fill(NEW)
    person.press("Change your password")
    person.sees(
        "The password was changed.", "Somebody signed in from a browser that was new here: ", "An e-mail address"
    )
    fits(person)
    person.shot("account", whole=True)

    person.go("/trial/mail")
    letter = person.page.locator(".letter").filter(has_text=address).filter(has_text="The password was changed.")
    for _ in range(50):
        if letter.count():
            break
        person.page.wait_for_timeout(200)
        person.follow("Look again")
    person.sees("A note about your account", "If it was you, there is nothing to do.")
    person.shot("letter")
    letter.locator(".letter-text a").first.click()
    person.heading("Was it not you?")
    fits(person)
    person.shot("not-me", whole=True)
    person.page.get_by_role("link", name="Where you are signed in").click()
    person.heading("What happened with your account", 2)
    other.go("/account/not-me").sees("You can’t get in any more?")
    fits(other)
