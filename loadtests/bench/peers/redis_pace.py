"""The same limit as a Lua script in Redis: one GCRA check a call, as many gateways would share it. The client, on its own core.

`python -m bench.peers.redis_pace --socket PATH --pid N --keys N --in-flight K --seconds S [--memory]` prints a JSON line with the
checks and the server's CPU seconds, from /proc; with --memory, the bytes that Redis says it uses for each key instead.
"""

import argparse
import json
import os
import random
import time
from pathlib import Path

import redis

GCRA = """
local now, burst, period = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local rest = tonumber(redis.call('get', KEYS[1]) or now)
if rest < now then rest = now end
local after = rest + period
local allowed_at = after - burst * period
if allowed_at > now then return allowed_at end
redis.call('set', KEYS[1], after, 'px', after - now)
return 0
"""
BURST, PERIOD_MS = 8, 1500
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def key_of(number: int) -> str:
    return f"member-message:01m8741xyq5phyxzrf{number:08d}"


def rate(server: redis.Redis, pid: int, keys: list[str], in_flight: int, seconds: float) -> dict[str, float]:
    script = str(server.script_load(GCRA))
    now, checks, place = 1_800_000_000_000, 0, 0

    def go_on(until: float) -> int:
        nonlocal place, now
        done = 0
        while time.monotonic() < until:
            if in_flight == 1:
                server.evalsha(script, 1, keys[place], now, BURST, PERIOD_MS)
            else:
                pipeline = server.pipeline(transaction=False)
                for offset in range(in_flight):
                    pipeline.evalsha(script, 1, keys[(place + offset) % len(keys)], now, BURST, PERIOD_MS)
                pipeline.execute()
            done += in_flight
            place += in_flight
            if place >= len(keys):
                place, now = place % len(keys), now + 700
        return done

    go_on(time.monotonic() + seconds / 4)
    before = cpu_s(pid)
    checks = go_on(time.monotonic() + seconds)
    return {"checks": checks, "cpu_s": cpu_s(pid) - before}


def memory(server: redis.Redis, keys: int) -> dict[str, float]:
    script, now = str(server.script_load(GCRA)), 1_800_000_000_000
    before = int(server.info("memory")["used_memory"])
    for start in range(0, keys, 1000):
        pipeline = server.pipeline(transaction=False)
        for number in range(start, start + 1000):
            # So long a period that none has expired before the last is there.
            pipeline.evalsha(script, 1, key_of(number), now, BURST, 3_600_000)
        pipeline.execute()
    used = int(server.info("memory")["used_memory"]) - before
    server.flushall()
    return {"key_bytes": used / keys}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--socket", required=True)
    parser.add_argument("--pid", type=int, required=True)
    parser.add_argument("--keys", type=int, required=True)
    parser.add_argument("--in-flight", type=int, default=1)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--memory", action="store_true")
    chosen = parser.parse_args()
    server = redis.Redis(unix_socket_path=chosen.socket)
    if chosen.memory:
        print(json.dumps(memory(server, chosen.keys)))
        return
    keys = [key_of(number) for number in range(chosen.keys)]
    random.Random(1).shuffle(keys)
    print(json.dumps(rate(server, chosen.pid, keys, chosen.in_flight, chosen.seconds)))


if __name__ == "__main__":
    main()
