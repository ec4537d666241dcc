"""The queue's index in a process of its own, as the server has it: claims, and a queue of a million with listeners of mixed constraints.

`python -m bench.servers.queue claims N` and `… million REQUESTS LISTENERS` print one JSON object. CPU is this process's own, of all threads.
"""

import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

from cups._core import Listener, RequestQueue
from cups.clock import ManualClock
from cups.ids import new_id
from cups.limits.live import Limits
from cups.news import RequestOpened
from cups.requests.line import Eligibility, Line
from cups.requests.topics import LANGUAGES, topics
from cups.settings import Settings
from cups.wire.people import Person

NOW = 1_800_000_000_000
LEASE_MS = 60_000


def claims(count: int) -> dict[str, float]:
    """One pool and no constraints, like the peer's: each claim gives an owner, a lease and a fencing token."""
    queue = RequestQueue(head_start_ms=Settings().severity_head_start_s * 1000)
    ids = [new_id(NOW + n) for n in range(count)]
    for n, id in enumerate(ids):
        queue.add(id, pool="adult:en", topic="grief", asker=id, severity=0, first_at=NOW + n)
    anyone = queue.listener(pools=["adult:en"], refused_topics=[], blocked=[])
    owners = ids[:1000]
    claim_next, done = queue.claim_next, 0
    began = time.process_time()
    for n in range(count):
        if claim_next(owners[n % 1000], anyone, now=NOW, lease_ms=LEASE_MS) is not None:
            done += 1
    spent = time.process_time() - began
    assert done == count and queue.statistics()["claimed"] == count
    return {"claims": done, "cpu_s": spent}


def _resident() -> int:
    fields = Path("/proc/self/statm").read_text("ascii").split()
    return int(fields[1]) * 4096


def million(requests: int, listeners: int) -> dict[str, float]:
    """All that the line keeps of each who waits, its hold included. Languages by popularity; every listener has languages, refused topics
    and blocks of their own."""
    chance = random.Random(20261124)
    settings = Settings(request_hold_s=1 << 20)
    line = Line(ManualClock(NOW), settings, Limits(settings))
    languages, about = list(LANGUAGES), list(topics())
    weights = [1 / (place + 1) for place in range(len(languages))]
    before = _resident()
    askers: list[str] = []
    for n in range(requests):
        asker = new_id(NOW)
        if n % 50 == 0:
            askers.append(asker)
        language = chance.choices(languages, weights)[0]
        line.opened(
            RequestOpened(
                id=new_id(NOW + n),
                asker=asker,
                person=Person(name=f"carefulPear{n % 10_000:04}", kind="guest"),
                pool=f"{'teen' if n % 4 == 0 else 'adult'}:{language}",
                topic=chance.choice(about),
                language=language,
                severity=chance.choices((0, 1, 2), (90, 7, 3))[0],
                first_at=NOW - chance.randrange(36_000_000),
                opened_at=NOW,
                fence=0,
            )
        )
    grown = _resident() - before

    def somebody() -> Listener:
        spoken = set(chance.choices(languages, weights, k=chance.choice((1, 1, 2, 3))))
        ages = chance.choice((("adult",), ("adult",), ("teen",), ("adult", "teen")))
        return line.listener(
            Eligibility(
                tuple(f"{age}:{language}" for age in ages for language in spoken),
                tuple(chance.sample(about, chance.choice((0, 0, 2, 6, 15)))),
                tuple(chance.sample(askers, min(len(askers), chance.choice((0, 1, 5, 50))))),
                1,
            )
        )

    crowd = [somebody() for _ in range(listeners)]
    owner = askers[0]

    def take(listener: Listener) -> None:
        claim = line.claim_next(owner, listener)
        if claim is not None:
            line.index.release(claim.id, claim.fence)

    found = {"take": _times(take, crowd), "board": _times(line.board, crowd)}
    told = line.index.statistics()
    return {
        "requests": requests,
        "listeners": listeners,
        "bytes_resident": grown / requests,
        "bytes_counted": told["bytes"] / requests,
        **{f"{name}_{part}_us": value for name, times in found.items() for part, value in times.items()},
    }


def _times(act: Callable[[Listener], object], crowd: list[Listener]) -> dict[str, float]:
    """Twice for each, the second time measured: the first meets cold memory that a busy server never has."""
    clock = time.perf_counter_ns
    times = []
    for listener in crowd:
        act(listener)
    for listener in crowd:
        began = clock()
        act(listener)
        times.append((clock() - began) / 1000)
    times.sort()
    return {"p50": times[len(times) // 2], "p99": times[len(times) * 99 // 100]}


if __name__ == "__main__":
    what, *numbers = sys.argv[1:]
    print(json.dumps({"claims": claims, "million": million}[what](*map(int, numbers))))
