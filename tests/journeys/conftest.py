"""One browser for all journeys, a server of its own for each file of them, and a fresh context for each person."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from harness.server import ServerProcess
from journeys.someone import PHONE, WIDE, Someone

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENT_MS = 15_000
"""How long something may take on a busy machine before it counts as not happening."""

ROOMY = {
    "pace_guest_create_burst": 1000,
    "pace_sign_up_burst": 1000,
    "pace_guest_message_burst": 100,
    "pace_attempt_burst": 1000,
    "listener_chats_first": 20,
}
"""Journeys follow each other faster than people do; the limits have a journey of their own."""


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENT_MS)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    running = ServerProcess(tmp_path_factory.mktemp("site"), **ROOMY).start()
    yield running
    running.close()


class Crowd:
    """New people, each at a browser of their own."""

    def __init__(self, browser: Browser, site: ServerProcess, journey: str) -> None:
        self._browser, self._journey, self.site = browser, journey, site
        self.all: list[Someone] = []

    def someone(self, who: str, *, phone: bool = False, scripts: bool = True, dark: bool = False) -> Someone:
        size = PHONE if phone else WIDE
        one = Someone(self._browser, self.site.base, self._journey, who, size=size, scripts=scripts, dark=dark)
        one.context.set_default_timeout(PATIENT_MS)
        self.all.append(one)
        return one

    def demo(self, who: str, *, phone: bool = False) -> Someone:
        """Signed in by a ready-made link."""
        return self.someone(who, phone=phone).enter(self.site.links[who])

    def leave(self) -> list[str]:
        """Everybody closes their browser; what went wrong on the way."""
        for one in self.all:
            one.close()
        return [trouble for one in self.all for trouble in one.troubles]


@pytest.fixture
def crowd(browser: Browser, site: ServerProcess, request: pytest.FixtureRequest) -> Iterator[Crowd]:
    gathered = Crowd(browser, site, request.node.name.removeprefix("test_"))
    yield gathered
    troubles = gathered.leave()
    assert not troubles, "\n".join(troubles)
