"""One limit, 100,000 people: checks for each second of CPU, and memory for a key, against the same limit as a Lua script in Redis.

Ours is measured as the gateway asks it, from Python, in the process that asks; once more in the core alone. Redis is asked over a socket of the
system by a client on the other core; only Redis's own CPU counts, not what asking costs the client.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.lines import Line, compare
from bench.processes import BUILT, Failed, environment, progress
from bench.settings import CLIENT_CORE, ROOT, SERVER_CORE, Settings

KEYS = 100_000
IN_FLIGHT = (1, 64)
PEER = "redis"
START_WITHIN_S = 10.0
UNIT = "checks per CPU-second"
MEMORY_UNIT = "bytes a key under way (ours: private memory of the process; theirs: used_memory)"


def run(settings: Settings) -> list[Line]:
    if not settings.wants(PEER):
        return []
    if shutil.which("redis-server") is None:
        return [Line(case="pace", peer=PEER, missing="redis-server is not installed")]
    keys = settings.count(KEYS)
    ours: list[dict[str, Any]] = []
    core: list[float] = []
    theirs: dict[int, list[float]] = {most: [] for most in IN_FLIGHT}
    memory: list[float] = []
    try:
        _build()
        for repeat in range(settings.runs):
            progress(f"pace: repeat {repeat + 1}")
            ours.append(_ours(keys, settings.seconds))
            core.append(_rate(_run([str(_example()), str(keys), str(settings.seconds)], SERVER_CORE)))
            with _redis() as (socket, pid):
                asked = [sys.executable, "-m", "bench.peers.redis_pace", "--socket", socket, "--pid", str(pid)]
                asked += ["--keys", str(keys), "--seconds", str(settings.seconds)]
                memory.append(_run([*asked, "--memory"], CLIENT_CORE)["key_bytes"])
                for most in IN_FLIGHT:
                    theirs[most].append(_rate(_run([*asked, "--in-flight", str(most)], CLIENT_CORE)))
    except Failed as why:
        return [Line(case="pace", peer=PEER, missing=str(why))]
    mine = [_rate(found) for found in ours]
    rest = {"ours_bytes_left_for_a_key_at_rest": sorted(found["rest_bytes"] for found in ours)[len(ours) // 2]}
    return [
        *(
            compare("pace", PEER, mine, theirs[most], UNIT, more_is_better=True, what="from Python", in_flight=most)
            for most in IN_FLIGHT
        ),
        *(
            compare("pace", PEER, core, theirs[most], UNIT, more_is_better=True, what="the core", in_flight=most)
            for most in IN_FLIGHT
        ),
        compare(
            "pace",
            PEER,
            [found["key_bytes"] for found in ours],
            memory,
            MEMORY_UNIT,
            more_is_better=False,
            what="memory",
            more=rest,
        ),
    ]


def _rate(found: dict[str, Any]) -> float:
    return float(found["checks"] / found["cpu_s"])


def _ours(keys: int, seconds: float) -> dict[str, Any]:
    words = [sys.executable, "-m", "bench.servers.pace", "--keys", str(keys), "--seconds", str(seconds)]
    return _run(words, SERVER_CORE)


def _run(words: list[str], core: int) -> dict[str, Any]:
    """Runs a program on one core; the JSON object that it printed."""
    done = subprocess.run(
        words,
        env=environment(),
        capture_output=True,
        timeout=600,
        check=False,
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise Failed(said[-1][:300] if said else "no word of why")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _example() -> Path:
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "examples" / "checks"


def _build() -> None:
    words = ["cargo", "build", "--release", "--quiet", "--package", "cups-pace", "--example", "checks"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        raise Failed(done.stderr.decode(errors="replace").strip().splitlines()[-1][:300])


@contextmanager
def _redis() -> Iterator[tuple[str, int]]:
    """A Redis of this run's own, on the server's core, that stores nothing on disk; the path of its socket, and its process."""
    BUILT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BUILT, prefix="redis-") as folder:
        socket = str(Path(folder) / "socket")
        words = ["redis-server", "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no"]
        process = subprocess.Popen(
            [*words, "--dir", folder, "--maxmemory-policy", "noeviction"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=lambda: os.sched_setaffinity(0, {SERVER_CORE}),
        )
        try:
            deadline = time.monotonic() + START_WITHIN_S
            while not Path(socket).exists():
                if process.poll() is not None or time.monotonic() > deadline:
                    raise Failed("redis-server did not start")
                time.sleep(0.02)
            yield socket, process.pid
        finally:
            process.terminate()
            process.wait(10)
