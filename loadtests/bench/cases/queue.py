"""Claims of the next in rank, beside a claim in Redis; and a queue of a million with listeners of mixed constraints.

Ours is the index as the server calls it, from Python, in its own process: there is no socket to it, and that is a part of the design.
"""

import json
import subprocess
import sys
from statistics import median

from bench.lines import Line, compare
from bench.peers import redis_claims
from bench.processes import Failed, environment, pin, progress
from bench.settings import SERVER_CORE, Settings

CLAIMS = 200_000
REQUESTS, LISTENERS = 1_000_000, 10_000
PEER = "redis"
OF_A_MILLION = (
    ("take the next, p99", "take_p99_us", "microseconds"),
    ("a board of 50, p99", "board_p99_us", "microseconds"),
    ("memory for each request", "bytes_resident", "bytes"),
)


def run(settings: Settings) -> list[Line]:
    lines = _claims(settings, settings.count(CLAIMS)) if settings.wants(PEER) else []
    return lines + _million(settings, settings.count(REQUESTS))


def _ours(*words: object) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.servers.queue", *map(str, words)]
    done = subprocess.run(
        command, env=environment(), capture_output=True, timeout=600, check=False, preexec_fn=pin(SERVER_CORE)
    )
    if done.returncode:
        raise Failed(done.stderr.decode(errors="replace").strip().splitlines()[-1][:300])
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _claims(settings: Settings, count: int) -> list[Line]:
    ours, theirs = list[float](), list[float]()
    try:
        with redis_claims.serving() as redis:
            for repeat in range(settings.runs):
                progress(f"queue: claims, repeat {repeat + 1}")
                mine, other = _ours("claims", count), redis_claims.claims(redis, count)
                assert mine["claims"] == other["claims"] == count
                ours.append(mine["claims"] / mine["cpu_s"])
                theirs.append(other["claims"] / max(other["cpu_s"], 1 / redis_claims.TICKS))
    except Failed as why:
        return [Line(case="queue", peer=PEER, missing=str(why))]
    return [compare("queue", PEER, ours, theirs, "claims per CPU-second", more_is_better=True, what="claims")]


def _million(settings: Settings, requests: int) -> list[Line]:
    runs = min(settings.runs, 3)
    found = []
    for repeat in range(runs):
        progress(f"queue: {requests:,} requests, repeat {repeat + 1}")
        found.append(_ours("million", requests, min(LISTENERS, requests)))
    return [
        Line(
            case="queue",
            peer="none",
            what=what,
            ours=round(median(one[name] for one in found), 1),
            unit=unit,
            runs=runs,
        )
        for what, name, unit in OF_A_MILLION
    ]
