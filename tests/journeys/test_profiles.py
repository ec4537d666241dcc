"""Profiles in the browser: words and a picture, kept and taken out; what a listener shows; a break; and nothing that reaches across ages."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from journeys.crowd import Crowd
from journeys.someone import Someone
from journeys.test_personal import SMALL, fits
from profiles.test_repainting import picture

pytestmark = pytest.mark.browser


def keeper(crowd: Crowd, who: str, *, age: str = "18-plus", phone: bool = False, dark: bool = False) -> Someone:
    one = crowd.someone(who, phone=phone, dark=dark).pass_gate(age)
    one.send("/api/sign-up", {"password": "several words in a row"})
    return one


def send_picture(person: Someone, folder: Path, data: bytes, name: str = "me.png") -> None:
    file = folder / name
    file.write_bytes(data)
    person.page.get_by_label("A picture file").set_input_files(file)
    person.press("Use this picture")


def loaded(person: Someone) -> bool:
    """Whether the picture is really drawn: in the icon, over its letters."""
    href = person.page.locator(".profile .icon-picture").get_attribute("href")
    return bool(
        person.page.evaluate(
            "href => { const one = new Image(); one.src = href; return one.decode().then(() => one.naturalWidth === 256); }",
            href,
        )
    )


def test_words_and_a_picture(crowd: Crowd, tmp_path: Path) -> None:
    member = keeper(crowd, "member", phone=True, dark=True)
    member.page.set_viewport_size(SMALL)  # type: ignore[arg-type]
    member.go("/account").follow("Change your profile")
    member.heading("Your profile")
    member.page.get_by_label("A few words about you").fill("Write to me: anna.b@example.com")
    with member.refused(422):
        member.press("Save")
    expect(member.page.get_by_label("A few words about you")).to_have_value("Write to me: anna.b@example.com")
    member.shot("held", whole=True)
    member.page.get_by_label("A few words about you").fill("I like rain, tea and long walks.")
    member.press("Save")
    member.sees("What you wrote is on your profile now.")
    with member.refused(422):
        send_picture(member, tmp_path, b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    member.sees("This can’t be used as a picture.")
    send_picture(member, tmp_path, picture("JPEG", size=(900, 600)), "me.jpg")
    member.sees("Your new picture is on your profile now.")
    fits(member)
    member.shot("own", whole=True)
    member.follow("See it as others do")
    member.heading(f"@{member.name}")
    member.sees("I like rain, tea and long walks.")
    assert loaded(member)
    fits(member)
    member.shot("profile", whole=True)

    admin = crowd.demo("admin").go(f"/@{member.name}")
    admin.page.get_by_label("Why is it taken out?").fill("A face of somebody else")
    admin.press("Take the picture out")
    admin.sees("It was taken out, and the person can read why.")
    expect(admin.page.locator(".icon-picture")).to_have_count(0)
    member.go("/account/profile").sees("Staff took your picture out on", "A face of somebody else")


def test_a_listener_edits_and_rests_and_the_profile_says_so_without_scripts(crowd: Crowd) -> None:
    listener = crowd.someone("listener", scripts=False).enter(crowd.site.links["listener"])
    listener.go("/account").follow("Your profile as a listener: words, picture, languages, topics, breaks")
    listener.page.get_by_label("French").check()
    listener.page.get_by_label("Loss and grief").uncheck()
    listener.page.get_by_label("Show that I am 35 or over").check()
    listener.page.locator("form[action='/account/profile/listener']").get_by_role("button", name="Save").click()
    listener.sees("Your profile as a listener is as you chose.")
    listener.shot("own", whole=True)
    guest = crowd.someone("guest", phone=True).pass_gate().go(f"/@{listener.name}")
    guest.page.set_viewport_size(SMALL)  # type: ignore[arg-type]
    guest.sees(
        "35 or over", "English, Français (French)", "Does not take", "Loss and grief", "Too few ratings yet to say"
    )
    fits(guest)
    guest.shot("listener", whole=True)
    listener.page.get_by_label("For how many days").fill("4")
    listener.press("Take a break")
    listener.sees("You are on a break. Rest well.")
    guest.go(f"/@{listener.name}").sees("This listener is on a break.", "Back around")
    guest.shot("resting", whole=True)
    guest.go("/listeners").sees_no("@warmRiver")
    listener.press("I am back")
    listener.sees("Welcome back.")
    guest.go(f"/@{listener.name}").sees_no("is on a break")


def test_no_button_reaches_across_the_ages(crowd: Crowd) -> None:
    crowd.demo("listener").page.get_by_role("radio", name="Online").check()
    adult = crowd.someone("adult").pass_gate().go("/@warmRiver")
    expect(adult.page.get_by_role("button", name=re.compile("Chat now"))).to_be_visible()
    teen = crowd.someone("teen").pass_gate("13-17").go("/@warmRiver")
    teen.heading("@warmRiver")
    expect(teen.page.get_by_role("button", name=re.compile("Chat now|message", re.IGNORECASE))).to_have_count(0)
    cookies = {one.get("name"): one.get("value", "") for one in teen.context.cookies()}
    answer = teen.context.request.post(
        f"{teen.base}/api/requests/personal",
        data={"ref": "r", "listener": "warmRiver"},
        headers={"x-csrf-token": cookies["cups-csrf"], "origin": teen.base},
    )
    assert answer.status == 409 and answer.json()["code"] == "listener-unavailable"
    teen.shot("no-button", whole=True)


def test_a_message_is_left_and_answered(crowd: Crowd) -> None:
    listener = crowd.demo("listener")
    listener.page.get_by_role("radio", name="Busy").check()
    listener.sees("Busy")
    guest = crowd.someone("guest", phone=True, dark=True).pass_gate().go("/@warmRiver")
    guest.page.set_viewport_size(SMALL)  # type: ignore[arg-type]
    guest.follow("Leave a message")
    guest.heading("Leave a message for warmRiver")
    guest.page.get_by_label("Your message").fill("Write to me: anna.b@example.com")
    with guest.refused(422):
        guest.press("Leave the message")
    expect(guest.page.get_by_label("Your message")).to_have_value("Write to me: anna.b@example.com")
    guest.page.get_by_label("Your message").fill("I would like to go on where we stopped.")
    fits(guest)
    guest.shot("leave", whole=True)
    guest.press("Leave the message")
    guest.sees("Your message waits for them now.", "I would like to go on where we stopped.")
    fits(guest)
    guest.shot("left", whole=True)
    listener.sees("One message was left for you.")
    listener.page.get_by_role("link", name="Read and answer").click()
    listener.heading("Messages left for you")
    listener.sees("I would like to go on where we stopped.")
    listener.shot("waiting", whole=True)
    listener.press(f"Answer {guest.name}, and open a chat")
    listener.settled()
    expect(listener.message("I would like to go on where we stopped.")).to_be_visible()
    listener.says("Hello. I am here now.")
    guest.go("/talk/messages").sees("Answered")
    guest.follow("To the chat with warmRiver")
    guest.settled()
    expect(guest.message("Hello. I am here now.")).to_be_visible()
    guest.press("End the chat")
    guest.page.get_by_role("dialog").get_by_role("button", name="End the chat").click()
    guest.sees("How was it?")
    listener.go("/listen").page.get_by_role("radio", name="Online").check()
