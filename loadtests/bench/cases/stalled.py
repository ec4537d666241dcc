"""A room of 1,000 where 5 % stop reading: how much longer texts take to the others, at the 99th percentile, than without."""

from collections.abc import Mapping

from bench.contest import Contest, Key, Sample
from bench.lines import Line
from bench.processes import Server, client
from bench.settings import Settings

PEOPLE = 1000
SHARE = 0.05
RATE = 20
"""Texts a second, of 3.5 KB, so that the stalled fill what the system buffers for them."""


def run(settings: Settings) -> list[Line]:
    people = settings.count(PEOPLE)
    contest = Contest(settings, "stalled", {"cups": ("--people", str(people)), "centrifuge": (), "websockets": ()})

    def measure(_name: str, server: Server) -> Mapping[Key, Sample]:
        def go(share: float) -> Sample:
            times = {"seconds": 5 * settings.seconds, "warm_up": 2 * settings.seconds}
            (found,) = client("stalled", server, count=people, rate=RATE, share=share, **times)
            return found

        calm, troubled = go(0), go(SHARE)
        return {("", None): troubled | {"calm_p99_ms": calm["delivery_p99_ms"]}}

    contest.run(measure)
    return contest.absent() + contest.lines(
        lambda sample: sample["delivery_p99_ms"] / sample["calm_p99_ms"],
        "p99 with stalled readers over p99 without",
        more_is_better=False,
        more=("calm_p99_ms", "delivery_p99_ms", "missing"),
    )
