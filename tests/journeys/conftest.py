"""One browser for all journeys, a server of its own for each file of them, and a fresh context for each person."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from harness.server import ServerProcess
from journeys.crowd import PATIENT_MS, Crowd

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


@pytest.fixture
def crowd(browser: Browser, site: ServerProcess, request: pytest.FixtureRequest) -> Iterator[Crowd]:
    gathered = Crowd(browser, site, request.node.name.removeprefix("test_"))
    yield gathered
    troubles = gathered.leave()
    assert not troubles, "\n".join(troubles)
