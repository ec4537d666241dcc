"""Passkeys in a browser, with an authenticator of Chromium's own: made, named, used, removed."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from harness.server import ServerProcess
from journeys.crowd import Crowd
from journeys.someone import Someone
from journeys.test_everywhere import _TOO_WIDE
from journeys.test_safety import PASSWORD, SMALL, sign_in

pytestmark = pytest.mark.browser


class Device:
    """An authenticator that this browser believes to be built in, and that its owner opens at once."""

    def __init__(self, person: Someone) -> None:
        self._session = person.context.new_cdp_session(person.page)
        self._session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        self.id = self._session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def opens(self, yes: bool) -> None:
        """Whether its owner can open it."""
        self._session.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": yes})


def make(person: Someone, name: str) -> None:
    person.page.get_by_label("A name for this passkey").fill(name)
    person.press("Make a passkey")
    person.sees("Your passkey is made.")


def small(person: Someone) -> None:
    person.page.set_viewport_size({"width": SMALL[0], "height": SMALL[1]})
    assert person.page.evaluate(_TOO_WIDE) == ""


def test_a_member_signs_in_by_a_passkey(crowd: Crowd) -> None:
    person = crowd.someone("member", phone=True, dark=True).pass_gate()
    person.send("/api/sign-up", {"password": PASSWORD})
    name, device = person.name, Device(person)
    person.go("/account").follow("Set up a second factor")
    person.settled()
    small(person)
    person.shot("none-yet", whole=True)
    device.opens(False)
    person.page.get_by_label("A name for this passkey").fill("my phone")
    person.press("Make a passkey")
    person.sees("Nothing came of it.")
    device.opens(True)
    make(person, "my phone")
    person.follow("Passkeys")
    person.settled()
    person.sees("my phone")
    small(person)
    person.shot("made", whole=True)
    person.page.get_by_label("A name for this passkey").fill("again")
    person.press("Make a passkey")
    person.sees("This device has a passkey for you already.")
    person.go("/account").sees("signing in by your password asks for your passkey as well")
    person.press("Sign out")

    person.go("/sign-in")
    person.settled()
    small(person)
    person.shot("sign-in", whole=True)
    device.opens(False)
    person.press("Sign in with a passkey")
    person.sees("Nothing came of it.")
    device.opens(True)
    person.press("Sign in with a passkey")
    person.at("/")
    assert person.name == name

    person.go("/account").press("Sign out")
    sign_in(person, name)
    person.heading("One more step")
    person.settled()
    small(person)
    person.shot("second-step", whole=True)
    person.press("Sign in with a passkey")
    person.at("/")
    assert person.name == name
    person.go("/account/second-factor")
    person.press("Remove the passkey my phone")
    person.sees("That passkey is removed.", "It is not set up.")
    person.press("Sign out")
    person.go("/sign-in")
    person.settled()
    with person.refused(403):
        person.press("Sign in with a passkey")
        person.sees("That passkey did not work here.")


def test_without_scripts_passwords_remain(crowd: Crowd) -> None:
    person = crowd.someone("plain", scripts=False).pass_gate()
    person.send("/api/sign-up", {"password": PASSWORD})
    name = person.name
    person.go("/account/second-factor").sees("Making a passkey needs scripts")
    person.go("/account").press("Sign out")
    person.go("/sign-in")
    expect(person.page.get_by_role("button", name="passkey")).to_have_count(0)
    sign_in(person, name)
    assert person.name == name


@pytest.fixture
def strict(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crowd]:
    """A server as people run it, without demo data, with one admin."""
    own = ServerProcess(tmp_path_factory.mktemp("strict"), demo=False, admin_password=PASSWORD, confirm_within_s=20)
    assert own.command("admin", "create", "theKeeper").returncode == 0
    gathered = Crowd(browser, own.start(), "strict")
    yield gathered
    troubles = gathered.leave()
    own.close()
    assert not troubles, "\n".join(troubles)


def test_staff_come_in_by_a_passkey(strict: Crowd) -> None:
    """It is their second factor; it confirms; and without it nothing of staff is open."""
    admin = strict.someone("admin")
    Device(admin)
    sign_in(admin, "theKeeper")
    admin.heading("Second factor")
    admin.settled()
    make(admin, "the office")
    expect(admin.page.locator(".codes code")).to_have_count(10)
    admin.go("/staff").heading("Staff")
    admin.go("/account").press("Sign out")
    admin.go("/sign-in")
    admin.settled()
    admin.press("Sign in with a passkey")
    admin.at("/")
    admin.go("/staff").heading("Staff")
    admin.page.wait_for_timeout(20_000)
    admin.go("/account/second-factor")
    admin.press("Remove the passkey the office")
    admin.heading("Is it you?")
    admin.settled()
    admin.shot("confirm", whole=True)
    admin.press("Use a passkey instead")
    admin.at("/account/second-factor")
    admin.press("Remove the passkey the office")
    admin.sees("That passkey is removed.", "You are of the staff. Set up a second factor first")
    admin.go("/staff").heading("Second factor")
