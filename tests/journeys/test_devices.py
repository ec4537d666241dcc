"""A guest keeps the account in the middle of a talk, goes on with it on a second device, and signs the first one out from there."""

import pytest
from playwright.sync_api import expect

from journeys.crowd import Crowd
from journeys.someone import Someone, told
from journeys.steps import answer_the_gate, ask
from journeys.test_everywhere import _TOO_WIDE
from journeys.test_safety import PASSWORD, codes, sign_in

pytestmark = pytest.mark.browser


def open_chat(person: Someone) -> None:
    person.go("/talk")
    expect(person.page.get_by_role("heading", name=told("Chat with warmRiver"))).to_be_attached()


def test_a_guest_becomes_a_member_and_goes_on_with_a_second_device(crowd: Crowd) -> None:
    listener = crowd.demo("listener")
    phone = crowd.someone("phone", phone=True)
    phone.page.set_viewport_size({"width": 360, "height": 740})
    phone.go("/talk")
    phone.press("Ask for a listener")
    answer_the_gate(phone)
    ask(phone)
    name = phone.name
    listener.press("Take the next person")
    phone.sees("Your listener is here.")
    phone.says("I write from my phone.")
    expect(listener.message("I write from my phone.")).to_be_visible()

    phone.go("/sign-up")
    phone.heading("Keep this account")
    expect(phone.page.get_by_label("Name", exact=False).first).to_have_value(name)
    phone.page.get_by_label("Password").fill(PASSWORD)
    assert phone.page.evaluate(_TOO_WIDE) == ""
    phone.shot("sign-up", whole=True)
    phone.press("Keep this account")
    kept = codes(phone)
    phone.follow("I have kept them, go on")
    assert phone.name == name, "the same person, now a member"
    open_chat(phone)
    expect(phone.message("I write from my phone.")).to_be_visible()

    laptop = crowd.someone("laptop")
    sign_in(laptop, name)
    assert laptop.name == name
    open_chat(laptop)
    expect(laptop.message("I write from my phone.")).to_be_visible()
    laptop.says("And now from my desk.")
    for side in (phone, listener):
        expect(side.message("And now from my desk.")).to_be_visible()
    listener.says("Good to have you back.")
    for side in (phone, laptop):
        expect(side.message("Good to have you back.")).to_be_visible()
    laptop.shot("goes-on")

    laptop.go("/account")
    expect(laptop.page.locator(".sessions > li")).to_have_count(2)
    laptop.shot("sessions", whole=True)
    with phone.bearing("answer 4", "status of 4", "WebSocket"):
        laptop.page.locator(".sessions").get_by_role("button").click()
        laptop.sees("That session is ended.", "You are signed in nowhere else.")
        phone.sees("You have been signed out")
        phone.shot("signed-out")
        phone.go("/account").heading("Sign in")
    open_chat(laptop)
    laptop.says("Only here now.")
    expect(listener.message("Only here now.")).to_be_visible()

    # The phone comes back with a recovery code, as on any day that the password is forgotten.
    phone.follow("I forgot my password")
    phone.page.get_by_label("Name").fill(name)
    phone.page.get_by_role("textbox", name="Recovery code").fill(kept[0])
    phone.page.get_by_label("New password").fill("some other words in a row")
    with laptop.bearing("answer 4", "status of 4", "WebSocket"):
        phone.press("Set the new password")
        phone.sees("Your new password is set, and you are signed out everywhere.")
        laptop.sees("You have been signed out")
        phone.page.get_by_label("Name").fill(name)
        phone.page.get_by_label("Password").fill("some other words in a row")
        phone.press("Sign in")
        assert phone.name == name
        open_chat(phone)
        expect(phone.message("Only here now.")).to_be_visible()
        phone.shot("back")
