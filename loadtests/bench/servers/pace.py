"""Our limits in a process of their own, measured as the gateway uses them: `Pace` from Python, one check a message.

`python -m bench.servers.pace --keys N --seconds S` prints a JSON line: checks, CPU seconds, and bytes of private memory for each key that is under
way (as the system counts them), then for all of them once they are at rest again and were swept.
"""

import argparse
import gc
import json
import random
import time
from pathlib import Path

from cups._core import Pace
from cups.limits.live import Limits
from cups.settings import Settings

RULE = "member-message"
MEMORY_KEYS = 1_000_000


def private_bytes() -> int:
    """Of this process."""
    rollup = Path("/proc/self/smaps_rollup").read_text("ascii").splitlines()
    wanted = ("Private_Clean:", "Private_Dirty:")
    return sum(int(line.split()[1]) * 1024 for line in rollup if line.startswith(wanted))


def rate(pace: Pace, keys: list[str], seconds: float) -> tuple[int, float]:
    """Checks, and the CPU time that they and the loop around them took."""
    check, checks = pace.check, 0
    now, wall, began = 1_800_000_000_000, time.monotonic(), time.process_time()
    while time.monotonic() - wall < seconds:
        for key in keys:
            check(RULE, key, now)
        checks += len(keys)
        now += 700  # some are refused, some are not
    return checks, time.process_time() - began


def memory(keys: int) -> tuple[float, float]:
    """Bytes a key under way, and what is left of that for a key at rest. The keys' own text is not kept by anybody."""
    pace = Limits(Settings()).pace
    gc.collect()
    now, before = 1_800_000_000_000, private_bytes()
    for number in range(keys):
        pace.check(RULE, f"01m8741xyq5phyxzrf{number:08d}", now)
    gc.collect()
    under_way = private_bytes() - before
    while len(pace):
        pace.sweep_some(now + 86_400_000, 20_000)
    gc.collect()
    return under_way / keys, max(0, private_bytes() - before) / keys


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    chosen = parser.parse_args()
    under_way, at_rest = memory(min(MEMORY_KEYS, chosen.keys * 10))
    keys = [f"01m8741xyq5phyxzrf{number:08d}" for number in range(chosen.keys)]
    random.Random(1).shuffle(keys)
    pace = Limits(Settings()).pace
    rate(pace, keys, chosen.seconds / 4)
    checks, cpu_s = rate(pace, keys, chosen.seconds)
    print(json.dumps({"checks": checks, "cpu_s": cpu_s, "key_bytes": under_way, "rest_bytes": at_rest}))


if __name__ == "__main__":
    main()
