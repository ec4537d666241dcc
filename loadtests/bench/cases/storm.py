"""5,000 clients in 50 rooms are cut at once, miss two messages, and all come back at once from where they were."""

from collections.abc import Mapping

from bench.contest import Contest, Key, Sample
from bench.lines import Line
from bench.processes import Server, client
from bench.settings import Settings

PEOPLE, ROOMS = 5000, 50
TIME: Key = ("time", None)
CPU: Key = ("CPU", None)
FAULTS: Key = ("gaps and doubles", None)


def run(settings: Settings) -> list[Line]:
    people = settings.count(PEOPLE)
    rooms = min(ROOMS, people)
    contest = Contest(
        settings,
        "storm",
        {
            "cups": ("--people", str(people + rooms), "--rooms", str(rooms)),
            "centrifuge": ("-history", "100"),
        },
        fresh=True,
    )

    def measure(_name: str, server: Server) -> Mapping[Key, Sample]:
        (found,) = client("storm", server, count=people, rooms=rooms)
        return {TIME: found, CPU: found, FAULTS: found}

    contest.run(measure)
    return [
        *contest.absent(),
        *contest.lines(
            lambda sample: sample["elapsed_s"],
            "seconds until all are back",
            more_is_better=False,
            keys=(TIME,),
            more=("back_p50_ms", "back_p99_ms", "lost"),
        ),
        *contest.lines(
            lambda sample: sample["cpu_s"] / sample["connections"] * 1e6,
            "microseconds of server CPU each",
            more_is_better=False,
            keys=(CPU,),
        ),
        *contest.counts(
            lambda sample: sample["gaps"] + sample["doubles"] + sample["unrecovered"],
            "events missed, held twice, or channels not recovered",
            FAULTS,
        ),
    ]
