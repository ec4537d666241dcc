"""How many claims a second four nodes make on one PostgreSQL: all take whoever is first, of the same queue."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec
import trio
from bench.arithmetic import rounded
from bench.lines import Line
from bench.processes import BUILT, environment, progress
from bench.servers.site import Site
from bench.settings import Settings

from cups.accounts.tables import account
from cups.app import running
from cups.ids import new_id
from cups.requests.service import pool_of
from cups.requests.tables import request
from cups.store.database import Unit

NODES, AT_ONCE = 4, 16
WAITING, LISTENERS, ROOM = 20_000, 400, 1000
"""Who waits, who takes, and how many chats each of those may have."""
AT_A_TIME = 1000
SECONDS = 5


def run(settings: Settings) -> list[Line]:
    samples = []
    for repeat in range(min(3, settings.runs)):
        progress(f"nodes: claims, repeat {repeat + 1}")
        samples.append(_measure())
    samples.sort()
    per_s, cpu_us, lost = samples[len(samples) // 2]
    more = {"ours_us_of_nodes_per_claim": rounded(cpu_us), "ours_lost_to_another_node": lost}
    claims = f"claims, {NODES} nodes on one database"
    return [
        Line(
            case="nodes",
            peer="none",
            what=claims,
            ours=rounded(per_s),
            unit="claims a second",
            runs=len(samples),
            more=more,
        )
    ]


def _measure() -> tuple[float, float, float]:
    """Claims a second, CPU microseconds of the nodes for each, and how many tries another node was first with."""
    BUILT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BUILT, prefix="data-") as folder:
        site = Site(Path(folder), 0)
        try:
            site.settings = msgspec.structs.replace(
                site.settings,
                listener_chats_first=ROOM,
                listener_chats_later=ROOM,
                listener_chats_experienced=ROOM,
            )
            listeners = trio.run(_seeded, site)
            nodes = [_node(site, listeners[number::NODES]) for number in range(NODES)]
            for node in nodes:
                _hear(node)
            for node in nodes:
                _say(node, str(SECONDS))
            found = [_hear(node) for node in nodes]
            for node in nodes:
                node.wait(30)
        finally:
            site.close()
    taken = [id for one in found for id in one["taken"]]
    if len(taken) != len(set(taken)):
        raise AssertionError("somebody was taken twice")
    longest = max(one["elapsed_s"] for one in found)
    return (
        len(taken) / longest,
        1e6 * sum(one["cpu_s"] for one in found) / len(taken),
        sum(one["lost"] for one in found),
    )


def _node(site: Site, listeners: list[str]) -> subprocess.Popen[str]:
    node = subprocess.Popen(
        [sys.executable, "-m", "bench.servers.claims"],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    told = {"settings": msgspec.to_builtins(site.settings), "listeners": listeners, "at_once": AT_ONCE}
    _say(node, json.dumps(told))
    return node


def _say(node: subprocess.Popen[str], line: str) -> None:
    assert node.stdin is not None
    node.stdin.write(line + "\n")
    node.stdin.flush()


def _hear(node: subprocess.Popen[str]) -> dict[str, float]:
    assert node.stdout is not None
    found: dict[str, float] = json.loads(node.stdout.readline())
    return found


async def _seeded(site: Site) -> list[str]:
    async with running(site.settings) as cups:
        listeners: list[str] = await cups.db.write(_people, "listener", LISTENERS, cups.clock.now())
        for _ in range(WAITING // AT_A_TIME):
            askers = await cups.db.write(_people, "guest", AT_A_TIME, cups.clock.now())
            await cups.db.write(_waits, askers, cups.clock.now())
    return listeners


def _people(unit: Unit, kind: str, count: int, now: int) -> list[str]:
    ids = [new_id(now) for _ in range(count)]
    rows = [
        {"id": id, "name": id[-20:], "name_key": id[-20:], "kind": kind, "age_class": "adult", "created_at": now}
        for id in ids
    ]
    unit.conn.execute(account.insert(), rows)
    return ids


def _waits(unit: Unit, askers: list[str], now: int) -> None:
    rows = [
        {
            "id": new_id(now),
            "asker_id": asker,
            "ref": "r",
            "topic": "anxiety",
            "language": "en",
            "pool": pool_of("adult", "en"),
            "severity": 0,
            "first_at": now,
            "opened_at": now,
            "state": "waiting",
        }
        for asker in askers
    ]
    unit.conn.execute(request.insert(), rows)
