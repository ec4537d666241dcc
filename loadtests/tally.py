"""What a run counts beside Locust's own statistics, and how a time gets into those."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

PACE_SETTINGS = {
    "/api/gate": "CUPS_PACE_GUEST_CREATE_BURST",
    "/api/sign-up": "CUPS_PACE_SIGN_UP_BURST",
}
"""What the server allows one address, and the setting that widens it: all people of a load test come from one address."""


@dataclass
class Tally:
    """Counts of one run, shared by all its people."""

    counts: Counter[str] = field(default_factory=Counter)
    hindrances: list[str] = field(default_factory=list)
    """What makes going on pointless, in words for whoever runs the test."""

    def add(self, what: str) -> None:
        self.counts[what] += 1

    def hindered(self, why: str) -> None:
        if why not in self.hindrances:
            self.hindrances.append(why)

    def limit_met(self, path: str) -> None:
        if path in PACE_SETTINGS:
            self.hindered(
                f"The server refused {path} with too-fast: it limits how many people one address may bring, and all of a load "
                f"test come from one. Start the server under test with {PACE_SETTINGS[path]} at the number of people or more; "
                "docs/operating.md says more."
            )


class Times:
    """Passes measured times on to Locust."""

    def __init__(self, environment: Any) -> None:
        self._environment = environment

    def record(
        self, kind: str, name: str, seconds: float, *, failure: Exception | None = None, length: int = 0
    ) -> None:
        self._environment.events.request.fire(
            request_type=kind,
            name=name,
            response_time=seconds * 1000,
            response_length=length,
            exception=failure,
            context={},
        )
