"""A person at a browser of their own: what they press, what they see, and whatever went wrong behind it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import (
    APIResponse,
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    WebSocket,
    expect,
)

SCREENSHOTS = Path(__file__).parents[2] / "screenshots"
PHONE = (390, 844)
WIDE = (1280, 800)
LEFT_BEHIND = "net::ERR_ABORTED"
"""What a browser says of a request that its page did not wait for, because it went elsewhere."""


def told(words: str) -> re.Pattern[str]:
    """These words as a page has them, where invisible marks keep names and numbers apart from the text around them."""
    return re.compile("".join(f"[\u2068\u2069]*{re.escape(letter)}" for letter in words))


class Someone:
    """One person: a fresh browser context, and a page in it. `troubles` must be empty at the end of a journey."""

    def __init__(
        self,
        browser: Browser,
        base: str,
        journey: str,
        who: str,
        *,
        size: tuple[int, int] = WIDE,
        scripts: bool = True,
        dark: bool = False,
    ) -> None:
        self.base, self.journey, self.who, self._scripts = base, journey, who, scripts
        self.context = browser.new_context(
            base_url=base,
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            locale="en-GB",
            timezone_id="Europe/London",
            has_touch=size == PHONE,
        )
        self.troubles: list[str] = []
        self._borne: list[str] = []
        self._shots = 0
        self.context.on("console", self._said)
        self.context.on("weberror", lambda error: self._trouble(f"page error: {error.error}"))
        self.context.on("request", self._asked)
        self.context.on("requestfailed", self._failed)
        self.context.on("response", self._answered)
        self.context.on("page", lambda page: page.on("websocket", self._opened))
        self.page: Page = self.context.new_page()

    # What must not happen.

    def _trouble(self, words: str) -> None:
        if not any(part in words for part in self._borne):
            self.troubles.append(f"{self.who}: {words}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._trouble(f"console {message.type}: {message.text} ({message.location.get('url', '')})")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.base + "/", "data:", "blob:")):
            self._trouble(f"asked another origin: {request.url}")

    def _opened(self, socket: WebSocket) -> None:
        if urlsplit(socket.url).netloc != urlsplit(self.base).netloc:
            self._trouble(f"opened a socket to another origin: {socket.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != LEFT_BEHIND:
            self._trouble(f"failed: {request.method} {request.url}: {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self._trouble(f"answer {response.status} to {response.request.method} {response.url}")

    @contextmanager
    def bearing(self, *parts: str) -> Iterator[None]:
        """While this lasts, troubles with one of these words in them belong to the journey."""
        self._borne += parts
        try:
            yield
            # What the browser has to say about it may be on its way yet.
            self.page.evaluate("0")
        finally:
            self._borne = self._borne[: -len(parts)]

    @contextmanager
    def refused(self, status: int) -> Iterator[None]:
        """While this lasts, the server may refuse with this status."""
        with self.bearing(f"answer {status} ", f"responded with a status of {status}"):
            yield

    # Getting in without a journey of its own.

    def go(self, path: str) -> "Someone":
        self.page.goto(path if path.startswith("http") else self.base + path)
        self.settled()
        return self

    def settled(self) -> None:
        """Until every component of the page stands where its fallback stood."""
        if self._scripts:
            expect(self.page.locator("[data-component]:not([data-mounted])")).to_have_count(0)

    def enter(self, link: str) -> "Someone":
        """By one of the demo's ready-made links."""
        return self.go(link)

    def pass_gate(self, age: str = "18-plus", danger: str = "none") -> "Someone":
        """Answers the questions without the form, for journeys that are about something else."""
        agreements = self.context.request.get(f"{self.base}/api/agreements").json()
        versions = [{"kind": one["kind"], "version": one["version"]} for one in agreements]
        self.send("/api/gate", {"age": age, "danger": danger, "agreements": versions})
        return self

    def send(self, path: str, body: object) -> APIResponse:
        """Posts to the API with this person's cookies."""
        cookies = {cookie.get("name"): cookie.get("value", "") for cookie in self.context.cookies()}
        if "cups-csrf" not in cookies:
            self.context.request.get(f"{self.base}/api/me")
            cookies = {cookie.get("name"): cookie.get("value", "") for cookie in self.context.cookies()}
        headers = {"x-csrf-token": cookies["cups-csrf"], "origin": self.base}
        answer = self.context.request.post(self.base + path, data=body, headers=headers)
        assert answer.ok, f"{path}: {answer.status} {answer.text()[:500]}"
        return answer

    @property
    def name(self) -> str:
        return str(self.context.request.get(f"{self.base}/api/me").json()["person"]["name"])

    # What they press and see.

    def press(self, name: str, *, role: str = "button", exact: bool = True) -> None:
        self.page.get_by_role(role, name=name, exact=exact).click()  # type: ignore[arg-type]

    def follow(self, name: str, *, exact: bool = True) -> None:
        self.press(name, role="link", exact=exact)

    def sees(self, *words: str) -> None:
        for one in words:
            expect(self.page.get_by_text(told(one)).filter(visible=True).first).to_be_visible()

    def sees_no(self, *words: str) -> None:
        for one in words:
            expect(self.page.get_by_text(told(one)).filter(visible=True)).to_have_count(0)

    def heading(self, words: str, level: int = 1) -> None:
        expect(self.page.get_by_role("heading", name=told(words), level=level)).to_be_visible()

    def at(self, path: str) -> None:
        expect(self.page).to_have_url(self.base + path)

    @property
    def composer(self) -> Locator:
        return self.page.get_by_role("textbox", name="Your message")

    def says(self, text: str) -> None:
        """Writes it and sends it by Enter, and sees it arrive."""
        self.composer.fill(text)
        self.composer.press("Enter")
        expect(self.message(text)).to_be_visible()
        expect(self.page.get_by_text("Sending…")).to_have_count(0)

    def message(self, text: str) -> Locator:
        """The line of the conversation with these words."""
        return self.page.get_by_role("log").get_by_role("listitem").filter(has_text=text)

    def shot(self, step: str, *, whole: bool = False) -> None:
        """Keeps what is on the screen, or the whole page, for whoever wants to look."""
        self._shots += 1
        SCREENSHOTS.mkdir(exist_ok=True)
        path = SCREENSHOTS / f"{self.journey}-{self.who}-{self._shots:02}-{step}.png"
        self.page.screenshot(path=path, full_page=whole, animations="disabled")

    def close(self) -> None:
        self.context.close()
