"""A forgotten password comes back by a letter: on a small phone, without scripts, and by the keyboard alone."""

import pytest
from playwright.sync_api import expect

from journeys.crowd import Crowd
from journeys.someone import Someone
from journeys.test_safety import PASSWORD, SMALL, fits, sign_in

pytestmark = pytest.mark.browser
NEW = "some other words in a row"


def newest(person: Someone, subject: str, to: str) -> Someone:
    """Opens the newest letter's link, from the trial's page, where the page leads there."""
    person.follow("Trying things out? The letter is shown here")
    letter = person.page.locator(".letter").filter(has_text=to).filter(has_text=subject).first
    for _ in range(50):
        if letter.count():
            break
        person.page.wait_for_timeout(200)
        person.follow("Look again")
    person.shot("letters", whole=True)
    letter.locator(".letter-text a").first.click()
    return person


def test_a_forgotten_password_by_letter(crowd: Crowd) -> None:
    person = crowd.someone("forgetful", phone=True, scripts=False, dark=True).pass_gate()
    person.page.set_viewport_size({"width": SMALL[0], "height": SMALL[1]})
    person.go("/sign-up").page.get_by_label("Password").fill(PASSWORD)
    person.page.get_by_label("E-mail address").fill("forgetful@example.org")
    fits(person)
    person.shot("sign-up", whole=True)
    person.press("Keep this account")
    person.heading("Recovery codes")
    name = person.name
    person.go("/account").sees("Waiting to be confirmed: f…@example.org.")
    newest(person, "Please confirm your address", "forgetful@example.org")
    person.heading("Is this your address?")
    person.press("Yes, it is mine")
    person.sees("Your address is confirmed.")
    person.go("/account").sees("Confirmed: f…@example.org")
    fits(person)
    person.shot("account", whole=True)

    other = crowd.someone("elsewhere").go("/sign-in")
    other.page.set_viewport_size({"width": SMALL[0], "height": SMALL[1]})
    other.follow("I forgot my password")
    box = other.page.get_by_label("What you are called here, or your e-mail address")
    for _ in range(40):  # by the keyboard alone
        if box.evaluate("it => it === document.activeElement"):
            break
        other.page.keyboard.press("Tab")
    other.page.keyboard.type(name)
    fits(other)
    other.shot("recover", whole=True)
    other.page.keyboard.press("Enter")
    other.heading("Look into your e-mail")
    other.sees("We say the same for every name")
    fits(other)
    other.shot("sent", whole=True)
    newest(other, "A link to choose a new password", "forgetful@example.org")
    other.heading("Choose a new password")
    other.sees(f"@{name}")
    other.page.get_by_label("New password").fill(NEW)
    fits(other)
    other.shot("choose", whole=True)
    address = other.page.url
    other.page.keyboard.press("Enter")
    other.sees("Your new password is set, and you are signed out everywhere.")
    sign_in(other, name, NEW)
    assert other.name == name
    person.go("/account").heading("Sign in")
    with other.refused(410):
        other.go(address).sees("This link does not work any more")
    other.go("/account")
    other.page.get_by_role("button", name="Remove it").click()
    other.sees("Your e-mail address is removed.", "You gave no address.")
    expect(other.page.get_by_role("link", name="Give an address")).to_be_visible()
