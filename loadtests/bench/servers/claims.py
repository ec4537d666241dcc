"""One node of a site whose listeners take the next in the queue, over and over, as fast as it goes.

`python -m bench.servers.claims` reads a JSON line with its settings, its listeners and how many ask at a time; says that it is ready, waits for
another line with the seconds, and prints how many were taken, how often another node was first, and its CPU time.
"""

import json
import sys
import time
from types import SimpleNamespace
from typing import Any

import msgspec
import trio

from cups.app import Cups, running
from cups.errors import Refused
from cups.settings import Settings


async def take(cups: Cups, listeners: list[str], taken: list[str], until: float) -> None:
    """One after the other, from listeners who have room."""
    while listeners and time.monotonic() < until:
        who: Any = SimpleNamespace(id=listeners[-1])
        try:
            taken.append((await cups.taking.take_next(who)).request)
        except Refused as refused:
            if refused.code != "at-capacity":
                return  # nobody waits any more
            listeners.pop()


async def main() -> None:
    told = json.loads(sys.stdin.readline())
    async with running(msgspec.convert(told["settings"], Settings), role="gateway") as cups:
        print(json.dumps({"ready": len(cups.requests.line.index)}), flush=True)
        seconds = float(await trio.to_thread.run_sync(sys.stdin.readline))
        taken, cpu, began = list[str](), time.process_time(), time.monotonic()
        async with trio.open_nursery() as nursery:
            for number in range(told["at_once"]):
                mine = told["listeners"][number :: told["at_once"]]
                nursery.start_soon(take, cups, mine, taken, began + seconds)
        found = {"elapsed_s": time.monotonic() - began, "cpu_s": time.process_time() - cpu, "taken": taken}
        print(json.dumps(found | {"lost": cups.requests.line.counts["lost"]}), flush=True)


if __name__ == "__main__":
    trio.run(main)
