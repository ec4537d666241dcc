"""10,000 connections that say nothing, signed in and in one room: what each takes of memory, what all take of the CPU."""

from collections.abc import Mapping, Sequence

from bench.contest import Contest, Key, Sample
from bench.lines import Line
from bench.processes import Server, client
from bench.settings import Settings

PEOPLE = 10_000
RUNS = 3
"""Each repeat starts servers of its own and lasts most of a minute."""
HOLD = 15
"""Idle for so many times the usual window."""
MEMORY: Key = ("memory", None)
CPU: Key = ("CPU", None)
TO_ALL: Key = ("one text to all", None)


def run(settings: Settings) -> list[Line]:
    people = settings.count(PEOPLE)
    contest = Contest(settings, "idle", {"cups": ("--people", str(people)), "centrifuge": ()}, fresh=True)

    def measure(_name: str, server: Server) -> Mapping[Key, Sample]:
        (found,) = client("idle", server, count=people, hold=HOLD * settings.seconds)
        return {MEMORY: found, CPU: found, TO_ALL: found}

    contest.run(measure, min(RUNS, settings.runs))
    return idle_lines(contest)


def idle_lines(contest: Contest, more: Sequence[str] = ()) -> list[Line]:
    """The figures of everybody idle; `more` names other fields to tell of the memory's samples."""
    return [
        *contest.absent(),
        *contest.lines(
            lambda sample: sample["private_each"],
            "bytes of private memory a connection (smaps_rollup, less what it was before)",
            more_is_better=False,
            keys=(MEMORY,),
            more=("resident_each", "connections", "lost", *more),
        ),
        *contest.lines(
            lambda sample: sample["cpu_s"] / sample["elapsed_s"] * 1e3,
            "ms of server CPU a second",
            more_is_better=False,
            keys=(CPU,),
        ),
        *contest.lines(
            lambda sample: sample["to_all_ms"],
            "ms until the last has it",
            more_is_better=False,
            keys=(TO_ALL,),
            more=("first_to_all_ms",),
        ),
    ]
