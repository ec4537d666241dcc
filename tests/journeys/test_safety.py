"""The safety of the own account, on a small phone and without scripts."""

import time
from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Browser, expect

from harness.server import ServerProcess
from journeys.crowd import Crowd
from journeys.someone import Someone
from journeys.test_everywhere import _TOO_WIDE

pytestmark = pytest.mark.browser
SMALL = (360, 640)
PASSWORD = "several words in a row"


def signed_up(crowd: Crowd, who: str) -> Someone:
    """With scripts switched off, on a small phone."""
    person = crowd.someone(who, phone=True, scripts=False).pass_gate()
    person.page.set_viewport_size({"width": SMALL[0], "height": SMALL[1]})
    person.go("/sign-up").page.get_by_label("Password").fill(PASSWORD)
    person.press("Keep this account")
    person.heading("Recovery codes")
    return person


def codes(person: Someone) -> list[str]:
    """As they are on the page."""
    found = person.page.locator(".codes code")
    expect(found).to_have_count(10)
    return found.all_inner_texts()


def sign_in(person: Someone, name: str, password: str = PASSWORD) -> None:
    person.go("/sign-in").page.get_by_label("Name").fill(name)
    person.page.get_by_label("Password").fill(password)
    person.press("Sign in")


def fits(person: Someone) -> None:
    assert person.page.evaluate(_TOO_WIDE) == ""


def test_a_lost_device_is_signed_out(crowd: Crowd) -> None:
    person, lost = signed_up(crowd, "owner"), crowd.someone("lost")
    sign_in(lost, person.name)
    lost.go("/rooms/night-owls").press("Understood")
    lost.sees("Night owls")
    person.go("/account")
    person.heading("Where you are signed in", 2)
    expect(person.page.locator(".sessions > li")).to_have_count(2)
    fits(person)
    person.shot("sessions", whole=True)
    person.page.locator(".sessions").get_by_role("button").click()
    person.sees("That session is ended.", "You are signed in nowhere else.")
    with lost.bearing("answer 4", "status of 4", "WebSocket"):
        lost.sees("signed out")
        lost.go("/account")
        lost.heading("Sign in")

    person.follow("Change your password")
    person.page.get_by_label("Present password").fill("not this one at all")
    person.page.get_by_label("New password").fill("some other words in a row")
    with person.refused(403):
        person.press("Change your password")
        person.sees("That is not your present password.")
        fits(person)
        person.shot("password-refused", whole=True)
    person.page.get_by_label("Present password").fill(PASSWORD)
    person.page.get_by_label("New password").fill("some other words in a row")
    person.press("Change your password")
    person.sees("Your password is changed.")
    name = person.name
    person.press("Sign out")
    sign_in(person, name, "some other words in a row")
    assert person.name == name


def test_a_forgotten_password(crowd: Crowd) -> None:
    person = signed_up(crowd, "forgetful")
    kept = codes(person)
    fits(person)
    person.shot("codes", whole=True)
    person.page.emulate_media(media="print")
    expect(person.page.get_by_role("navigation").first).to_be_hidden()
    expect(person.page.locator(".codes")).to_be_visible()
    person.shot("codes-on-paper", whole=True)
    person.page.emulate_media(media="screen")
    person.follow("I have kept them, go on")
    name = person.name
    person.sees("You have 10 recovery codes left.")

    other = crowd.someone("elsewhere", phone=True, scripts=False).go("/sign-in")
    other.follow("I forgot my password")
    other.page.get_by_label("Name").fill(name)
    other.page.get_by_role("textbox", name="Recovery code").fill("0000 0000 0000 0000")
    other.page.get_by_label("New password").fill("some other words in a row")
    with other.refused(401):
        other.press("Set the new password")
        other.sees("Name and code do not belong together, or the code was used before.")
        other.shot("recover-refused", whole=True)
    other.page.get_by_role("textbox", name="Recovery code").fill(kept[0].upper().replace("-", " "))
    other.page.get_by_label("New password").fill("some other words in a row")
    other.press("Set the new password")
    other.sees("Your new password is set, and you are signed out everywhere.")
    other.page.get_by_label("Name").fill(name)
    other.page.get_by_label("Password").fill("some other words in a row")
    other.press("Sign in")
    assert other.name == name
    person.go("/account").heading("Sign in")

    other.go("/account").sees("You have 9 recovery codes left.")
    other.follow("Make new recovery codes")
    other.press("Make new recovery codes")
    assert not {*codes(other)} & {*kept}


@pytest.fixture
def strict(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crowd]:
    """A server as people run it, without demo data, with one admin; what was confirmed is forgotten soon."""
    own = ServerProcess(tmp_path_factory.mktemp("strict"), demo=False, admin_password=PASSWORD, confirm_within_s=45)
    assert own.command("admin", "create", "theKeeper").returncode == 0
    gathered = Crowd(browser, own.start(), "strict")
    yield gathered
    troubles = gathered.leave()
    own.close()
    assert not troubles, "\n".join(troubles)


def set_up(person: Someone) -> pyotp.TOTP:
    """From the page about the second factor on, until it is in force; with the code before the present one, so that two are left."""
    person.press("Set up a second factor")
    expect(person.page.get_by_role("img", name="A picture for your app")).to_be_visible()
    app = pyotp.TOTP(person.page.locator(".key").inner_text().replace(" ", ""))
    person.page.get_by_label("Code of the app").fill(app.at(int(time.time()) - 30))
    person.press("Turn it on")
    return app


def test_signing_in_with_a_second_factor(crowd: Crowd) -> None:
    person = signed_up(crowd, "careful")
    kept, name = codes(person), person.name
    person.go("/account").follow("Set up a second factor")
    person.press("Set up a second factor")
    person.page.get_by_label("Code of the app").fill("000000")
    with person.refused(403):
        person.press("Turn it on")
        person.sees("This code is not right, or was used before.")
    fits(person)
    person.shot("set-up", whole=True)
    person.go("/account/second-factor")
    app = set_up(person)
    person.sees("Your second factor is set up.")
    fits(person)
    person.press("Sign out")

    sign_in(person, name)
    person.heading("One more step")
    fits(person)
    person.shot("second-step", whole=True)
    person.page.get_by_label("Code of the app").fill("000000")
    with person.refused(403):
        person.press("Sign in")
        person.sees("This code is not right, or was used before.")
    person.page.get_by_label("Code of the app").fill(app.now())
    person.press("Sign in")
    assert person.name == name
    person.go("/account").press("Sign out")
    sign_in(person, name)
    person.page.get_by_label("Code of the app").fill(kept[0])
    person.press("Sign in")
    person.go("/account").sees("You have 9 recovery codes left.", "It is set up: signing in asks for a code.")
    person.follow("Change it")
    person.press("Turn it off")
    person.sees("Your second factor is turned off.")


def test_staff_give_their_password_again(strict: Crowd) -> None:
    """And before that, they are led to setting up their second factor."""
    member = signed_up(strict, "member")
    admin = strict.someone("admin")
    sign_in(admin, "theKeeper")
    admin.heading("Second factor")
    admin.sees("Staff can see and decide about others")
    admin.go("/rooms").sees("You are of the staff. Set up a second factor first")
    admin.go("/staff").heading("Second factor")
    set_up(admin)
    assert len(codes(admin)) == 10
    admin.go("/staff#roles").heading("Roles", 2)
    admin.page.wait_for_timeout(45_000)
    admin.page.get_by_label("Name").fill(member.name)
    with admin.refused(403):
        admin.press("Give the role")
        admin.sees("Please give your password again first")
    admin.follow("Give your password again")
    admin.heading("Is it you?")
    admin.shot("confirm", whole=True)
    admin.page.get_by_label("Password").fill(PASSWORD)
    admin.press("Go on")
    admin.heading("Roles", 2)
    admin.page.get_by_label("Name").fill(member.name)
    admin.press("Give the role")
    admin.sees("Done.")
