"""A room of 1,000: one says something and all hear it, with nothing to coalesce, and in bursts of 16."""

from collections.abc import Mapping

from bench.contest import Contest, Key, Sample
from bench.lines import Line
from bench.processes import Server, client
from bench.settings import Settings

PEOPLE = 1000
BURSTS = (1, 16)


def run(settings: Settings) -> list[Line]:
    people = settings.count(PEOPLE)
    contest = Contest(
        settings,
        "room",
        {
            "cups": ("--people", str(people)),
            "centrifuge": (),
            "websockets": (),
            "trio-websocket": (),
            "floor": (),
        },
    )

    def measure(_name: str, server: Server) -> Mapping[Key, Sample]:
        found = client(
            "room",
            server,
            count=people,
            bursts=",".join(map(str, BURSTS)),
            seconds=settings.seconds,
            warm_up=settings.seconds / 4,
        )
        return {("", sample["in_flight"]): sample for sample in found}

    contest.run(measure)
    return contest.absent() + contest.lines(
        lambda sample: sample["deliveries"] / sample["cpu_s"],
        "deliveries per server-CPU-second",
        more_is_better=True,
        keys=[("", burst) for burst in BURSTS],
        more=("delivery_p50_ms", "delivery_p99_ms"),
    )
