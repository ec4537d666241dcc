"""What is refused, in the log: by code and route, never by person, and so seldom that nobody fills the log by it."""

import time
from collections.abc import Callable

import structlog

from cups.errors import Refused

log = structlog.get_logger()
EVERY_S = 10.0
"""Between two lines about the same code and route."""
FORGED = frozenset({"bad-csrf", "bad-origin", "too-fast"})
"""Refusals that are worth a line at any route."""
OF_STAFF = ("/api/staff", "/staff")


class Refusals:
    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._told: dict[tuple[str, str], tuple[float, int]] = {}
        """When the last line was written, and how many came since. As many as there are routes and codes, at the most."""

    def note(self, refused: Refused, route: str) -> None:
        """`route`: as it is declared, without what stands for a name in it."""
        if not (refused.code in FORGED or (route.startswith(OF_STAFF) and refused.status in (401, 403))):
            return
        now, key = self._monotonic(), (refused.code, route)
        told, since = self._told.get(key, (now - EVERY_S, 0))
        if now - told < EVERY_S:
            self._told[key] = (told, since + 1)
            return
        self._told[key] = (now, 0)
        log.warning("refused", code=refused.code, route=route, times=since + 1)
