"""Connecting, arriving and closing over and over, 16 at a time: server CPU for each.

Ours signs in by the session's cookie and enters a room; coming back, it has a ticket and a position. `plain` peers have nothing behind
the upgrade, so they take part in the comparison with an upgrade alone.
"""

from collections.abc import Mapping

from bench.contest import Contest, Key, Sample
from bench.lines import Line
from bench.processes import Server, client
from bench.settings import Settings

PEOPLE = 500
ARRIVE: Key = ("arrive", None)
RESUME: Key = ("resume", None)
AGAINST_UPGRADE: Key = ("resume, against an upgrade alone", None)


def run(settings: Settings) -> list[Line]:
    people = settings.count(PEOPLE)
    contest = Contest(
        settings,
        "handshakes",
        {
            "cups": ("--people", str(people)),
            "centrifuge": ("-history", "100"),
            "websockets": (),
            "trio-websocket": (),
            "floor": (),
        },
    )

    def measure(name: str, server: Server) -> Mapping[Key, Sample]:
        def go(**options: int) -> Sample:
            (found,) = client(
                "handshakes",
                server,
                count=people,
                seconds=settings.seconds,
                warm_up=settings.seconds / 4,
                **options,
            )
            return found

        if server.dialect == "plain":
            return {AGAINST_UPGRADE: go()}
        found = {ARRIVE: go(), RESUME: go(resume=1)}
        found[AGAINST_UPGRADE] = found[RESUME] if name == "cups" else go(upgrade_only=1)
        return found

    contest.run(measure)
    return contest.absent() + contest.lines(
        lambda sample: sample["cpu_s"] / sample["handshakes"] * 1e6,
        "microseconds of server CPU each",
        more_is_better=False,
        keys=(ARRIVE, RESUME, AGAINST_UPGRADE),
        more=("ready_p50_ms", "ready_p99_ms"),
    )
