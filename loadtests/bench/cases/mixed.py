"""A busy room of 300 at a steady rate: messages, typing, how far people have read, coming and going; CPU per second of it."""

from collections.abc import Mapping

from bench.contest import Contest, Key, Sample
from bench.lines import Line
from bench.processes import Server, client
from bench.settings import Settings

PEOPLE = 300
RATES = {"messages": 20, "hints": 100, "moves": 10}
"""A second: texts; typing and receipts; people who come or go."""


def run(settings: Settings) -> list[Line]:
    people = settings.count(PEOPLE)
    contest = Contest(
        settings,
        "mixed",
        {"cups": ("--people", str(people)), "centrifuge": ("-join-leave",), "websockets": (), "floor": ()},
    )

    def measure(_name: str, server: Server) -> Mapping[Key, Sample]:
        (found,) = client(
            "mixed", server, count=people, seconds=2 * settings.seconds, warm_up=settings.seconds / 2, **RATES
        )
        return {("", None): found}

    contest.run(measure)
    return contest.absent() + contest.lines(
        lambda sample: sample["cpu_s"] / sample["elapsed_s"],
        "server-CPU-seconds per second",
        more_is_better=False,
        more=("delivery_p50_ms", "delivery_p99_ms", "deliveries", "light_deliveries"),
    )
