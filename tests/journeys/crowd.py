"""The people of one journey."""

from playwright.sync_api import Browser

from harness.server import ServerProcess
from journeys.someone import PHONE, WIDE, Someone

PATIENT_MS = 15_000
"""How long something may take on a busy machine before it counts as not happening."""


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
