"""Rooms of 10 whose load grows until the server no longer keeps up, and then twice and three times what it could do."""

from collections.abc import Mapping

from bench.contest import Contest, Key, Sample
from bench.lines import Line
from bench.processes import Server, client
from bench.settings import Settings

PEOPLE, ROOMS = 200, 20
"""Small rooms, so that the server is at its limit long before the load client is."""
TIMES = (2, 3)
CAPACITY: Key = ("capacity", None)


def run(settings: Settings) -> list[Line]:
    people = settings.count(PEOPLE)
    rooms = min(ROOMS, people)
    contest = Contest(
        settings,
        "overload",
        {"cups": ("--people", str(people), "--rooms", str(rooms)), "centrifuge": ()},
        fresh=True,
    )

    def measure(_name: str, server: Server) -> Mapping[Key, Sample]:
        found = client(
            "overload", server, count=people, rooms=rooms, seconds=2 * settings.seconds, times=",".join(map(str, TIMES))
        )
        peak = found[0]["goodput_per_s"]
        made = {CAPACITY: found[0]}
        for times, sample in zip(TIMES, found[1:], strict=True):
            made[_at(times)] = sample | {"share": sample["goodput_per_s"] / peak if peak else 0.0}
        return made

    contest.run(measure)
    more = ("delivery_p99_ms", "refused_with_code", "refusal_p99_ms", "unsent", "unanswered", "lost")
    return [
        *contest.absent(),
        *contest.lines(
            lambda sample: sample["goodput_per_s"], "texts a second", more_is_better=True, keys=(CAPACITY,), more=more
        ),
        *contest.lines(
            lambda sample: sample["share"],
            "share of the capacity that is still done",
            more_is_better=True,
            keys=[_at(times) for times in TIMES],
            more=more,
        ),
    ]


def _at(times: int) -> Key:
    return (f"goodput at {times}x", None)
