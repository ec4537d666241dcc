"""One's own data, by the page: a copy, closing and coming back, and erasure, after which no file holds a word of it."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from harness.server import ServerProcess
from journeys.crowd import Crowd
from journeys.steps import into_the_kitchen
from journeys.test_safety import PASSWORD, fits, sign_in, signed_up

pytestmark = pytest.mark.browser
WORDS = "my cat is called Plumcakeinside"


def left(server: ServerProcess, *words: str) -> list[str]:
    files = [file.read_bytes() for file in (server.data / "data").rglob("*") if file.is_file()]
    return [word for word in words if any(word.encode() in file for file in files)]


def test_closing_and_coming_back_without_scripts(crowd: Crowd) -> None:
    person = signed_up(crowd, "closer")
    name = person.name
    person.go("/account").follow("Have a copy, close the account, or erase everything")
    person.heading("Your data")
    fits(person)
    person.press("Make a copy")
    person.sees("Your copy is being made.")
    person.page.wait_for_timeout(1000)
    person.go("/account/data")
    with person.page.expect_download() as download:
        person.follow("Download it")
    assert Path(download.value.path()).read_bytes().startswith(b"PK")
    person.shot("data", whole=True)
    person.page.get_by_text("Close it…").click()
    person.page.locator("#close-go").check()
    person.page.get_by_label("Yes, close it").check()
    fits(person)
    person.shot("closing", whole=True)
    person.press("Close my account")
    person.heading("Your account is closed")
    person.shot("closed")
    sign_in(person, name)
    person.go("/account").sees(f"@{name}")


def test_erasure_leaves_no_word(crowd: Crowd) -> None:
    person, other = crowd.someone("leaver").pass_gate(), crowd.someone("stayer").pass_gate()
    person.go("/sign-up").page.get_by_label("Password").fill(PASSWORD)
    person.press("Keep this account")
    person.heading("Recovery codes")
    for one in (person, other):
        into_the_kitchen(one)
    name = person.name
    person.says(WORDS)
    other.sees(WORDS)
    other.says(f"hello @{name}")
    person.sees("hello")
    assert left(crowd.site, WORDS, name) == [WORDS, name]
    person.go("/account/data")
    person.page.get_by_text("Erase everything…").click()
    person.page.locator("#erase-go").check()
    person.page.get_by_label("Yes, erase it.").check()
    person.shot("erasing", whole=True)
    person.press("Erase everything now")
    person.heading("You are erased")
    expect(other.page.get_by_text(WORDS)).to_have_count(0)
    other.sees("someone who has left")
    expect(other.page.get_by_text(f"hello @{name}")).to_have_count(0)
    other.shot("after")
    for _ in range(100):
        if not left(crowd.site, WORDS, name):
            break
        other.page.wait_for_timeout(100)
    assert left(crowd.site, WORDS, name) == []
