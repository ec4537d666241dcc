"""50,000 idle connections, over as many servers as the system's limit of open files for one process asks for.

Each server has a data folder and a load client of its own, which comes from other loopback addresses than the rest. A text is said at
all of them at once: it is with everybody when the last client of the last server has it. All servers share one core, and all clients another.
"""

import resource
from collections.abc import Sequence
from contextlib import ExitStack
from statistics import median

from bench import contenders
from bench.cases.idle import CPU, HOLD, MEMORY, TO_ALL, idle_lines
from bench.contest import Contest, Sample
from bench.lines import Line
from bench.processes import Client, Failed, progress
from bench.settings import Settings

PEOPLE = 50_000
OTHER_FILES = 1000
"""What a process has open besides its connections, with room to spare."""
TEXTS = 5
"""As many as the client says."""
AT_ONCE = 8
"""Connections that each client opens at a time: the servers share a core, and one that is late turns newcomers away."""
SOURCES = 10
"""Loopback addresses for each client."""


def run(settings: Settings) -> list[Line]:
    shares = shared_out(settings.count(PEOPLE), resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    contest = Contest(settings, "idle50k", {"cups": (), "centrifuge": ()})
    for name in contest.options:
        if name != contest.ours and not settings.wants(name):
            continue
        progress(f"idle50k: {name}, {len(shares)} servers for {shares} connections")
        try:
            contenders.ALL[name].build()
            sample = _measure(name, shares, HOLD * settings.seconds)
        except Failed as why:
            progress(f"idle50k: {name} is left out: {why}")
            contest.missing[name] = str(why)
        else:
            contest.samples[name] = [{MEMORY: sample, CPU: sample, TO_ALL: sample}]
    return idle_lines(contest, ("servers", "opened_s"))


def shared_out(people: int, most_files: int) -> list[int]:
    """Connections of each server, as evenly as can be, none over what a process may have open."""
    each = people if most_files == resource.RLIM_INFINITY else most_files - OTHER_FILES
    count = max(1, -(-people // max(1, each)))
    return [people // count + (at < people % count) for at in range(count)]


def _measure(name: str, shares: Sequence[int], hold: float) -> Sample:
    peer = contenders.ALL[name]
    with ExitStack() as stack:
        clients = []
        for at, people in enumerate(shares):
            options = ("--people", str(people)) if peer.data else ()
            server = stack.enter_context(peer.start(*options))
            clients.append(
                Client(
                    "idle", server, count=people, hold=hold, together=1, first_source=2 + SOURCES * at, at_once=AT_ONCE
                )
            )
            stack.callback(clients[-1].end)
        _all(clients)
        found = _all(clients, go_on=True)
        return _together(shares, found, [_all(clients, go_on=True) for _ in range(TEXTS)])


def _all(clients: Sequence[Client], *, go_on: bool = False) -> list[Sample]:
    """What each says next."""
    for client in clients:
        if go_on:
            client.go_on()
    return [client.hear() for client in clients]


def _together(shares: Sequence[int], found: Sequence[Sample], texts: Sequence[Sequence[Sample]]) -> Sample:
    """One sample of all: memory for each connection, the sum of the CPU, and from the first word to the last that has it."""
    people = sum(shares)
    took = [max(one["had_s"] for one in text) - min(one["said_s"] for one in text) for text in texts]

    def each(field: str) -> float:
        return sum(float(one[field]) * share for one, share in zip(found, shares, strict=True)) / people

    return {
        "connections": people,
        "servers": len(shares),
        "opened_s": max(one["opened_s"] for one in found),
        "private_each": each("private_each"),
        "resident_each": each("resident_each"),
        "cpu_s": sum(one["cpu_s"] for one in found),
        "elapsed_s": max(one["elapsed_s"] for one in found),
        "to_all_ms": median(took) * 1e3,
        "first_to_all_ms": took[0] * 1e3,
        "lost": sum(one["lost"] for one in texts[-1]),
    }
