"""Faults of all kinds under load: `python -m harness.sitefaults --faults 20 --seed 1` ends with a line of figures, and with 1 if a promise was broken.

A site of several processes is talked in by journalling people on all its gateways, and its requests are taken by two listeners at once at two processes, while
one part after another is killed, stopped or put to sleep (`harm.py`), the network between them breaks (`harm_network.py`) and the database's disk fails
(`harm_disk.py`). What was acked is then held against what is stored.
"""

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import psycopg
import trio

from harness import harm_disk
from harness.harm import Kinds, ToProcesses
from harness.harm_disk import ToTheDisk
from harness.harm_network import ToTheNetwork
from harness.journal import Talker, check
from harness.person import Person
from harness.postgres import Postgres
from harness.server import ServerProcess
from harness.site import SiteProcesses

PEOPLE = 8
BACK_WITHIN_S = 60.0
"""Longer than anybody may take to come back: then the run has failed."""
WIDE = {
    f"pace_{name}_{field}": value
    for name in ("frames", "guest_create", "guest_message", "new_message", "room_message", "guest_request", "new_request")
    for field, value in (("burst", 5000), ("period_ms", 1))
} | {"room_keep_messages": 100_000, "listener_chats_first": 5000, "listener_chats_later": 5000,
     "listener_chats_experienced": 5000}  # fmt: skip


class Claims:
    """Two listeners, at two processes, take each request at the same moment."""

    def __init__(self, site: SiteProcesses) -> None:
        self._site = site
        self.asked = self.taken = self.doubled = 0
        self._stop = False

    def stop(self) -> None:
        self._stop = True

    async def run(self) -> None:
        site = self._site
        one, other = Person(site.front.base), await (await Person(site.front.base).pass_gate()).sign_up()
        await one.enter(site.front.links["listener"])
        with psycopg.connect(site.front.environment()["CUPS_DATABASE"], autocommit=True) as connection:
            made_listener = "update account set kind = 'listener', status = 'online' where name = %s"
            connection.execute(made_listener.encode(), (other.name,))
        while not self._stop:
            asker = Person(site.front.base)
            answers: list[bool] = []
            try:
                request = await (await asker.pass_gate()).ask()
                self.asked += 1
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(self._take, one, site.front, request["id"], answers)
                    nursery.start_soon(self._take, other, site.api, request["id"], answers)
            except* (httpx.HTTPError, AssertionError, OSError):
                pass  # refused, or cut off: nobody was told yes
            self.taken += any(answers)
            self.doubled += answers.count(True) > 1
            await asker.aclose()
            await trio.sleep(0.2)

    async def _take(self, who: Person, at: ServerProcess, id: str, answers: list[bool]) -> None:
        try:
            headers = await who._csrf()
            answers.append((await who.http.post(f"{at.base}/api/queue/{id}/take", headers=headers)).status_code < 300)
        except (httpx.HTTPError, OSError):
            answers.append(False)


async def stored(person: Person, channel: str) -> dict[int, str]:
    found: dict[int, str] = {}
    before = 1 << 60
    while True:
        page: Any = await person.get(f"/api/channels/{channel}/messages?before={before}&limit=200")
        found |= {m["seq"]: m["text"] for m in page["messages"]}
        if not page["more"]:
            return found
        before = page["messages"][0]["seq"]


class Recovery(NamedTuple):
    """Seconds from the end of a fault to the first ack of anybody, and until everybody had one."""

    first: float
    all: float


async def back(talkers: list[Talker]) -> Recovery:
    began, first = time.monotonic(), 0.0
    while not all(one.last_ack > began for one in talkers):
        first = first or max(0.0, max(one.last_ack for one in talkers) - began)
        if time.monotonic() - began > BACK_WITHIN_S:
            raise AssertionError("somebody did not come back")
        await trio.sleep(0.01)
    took = time.monotonic() - began
    return Recovery(first or took, took)


class Ground:
    """Where faults happen: a site, and the disk under its database, if this machine can have one."""

    def __init__(self, folder: Path) -> None:
        self.disk, self.why_not = harm_disk.made()
        self.site = SiteProcesses(folder, postgres=self.disk and Postgres(self.disk.mount), networked=True, **WIDE)

    def close(self) -> None:
        self.site.close()
        if self.disk is not None:
            self.disk.close()


def kinds_on(ground: Ground, chance: random.Random, room: str, cookie: str) -> tuple[Kinds, dict[str, str]]:
    """All that can be done, and what cannot be here, with the reason."""
    site = ground.site
    on_disk, skipped = ToTheDisk(site.postgres, ground.disk, ground.why_not, chance).kinds()
    if shutil.which("faketime") is None:
        skipped["clock jumps"] = "libfaketime is not there"
    return ToProcesses(site, chance).kinds() | ToTheNetwork(site, chance, room, cookie).kinds() | on_disk, skipped


def drawn(kinds: Kinds, many: int, chance: random.Random, only: str = "") -> list[str]:
    """Each kind comes once before any comes again."""
    found: list[str] = []
    wanted = [kind for kind in sorted(kinds) if only in kind]
    while len(found) < many:
        found += chance.sample(wanted, len(wanted))
    return found[:many]


async def run(ground: Ground, many: int, seed: int, only: str = "") -> dict[str, Any]:
    """The figures: every count of what may not be has to be 0. `only`: faults in whose names this is."""
    chance, site = random.Random(seed), ground.site
    crowd = [await Person(site.front.base).pass_gate() for _ in range(PEOPLE)]
    admin = await Person(site.front.base).enter(site.front.links["admin"])
    slug = f"fire-{seed}"
    room: Any = await admin.post("/api/staff/rooms", {"slug": slug, "title": "Under fire", "age": "adult"}, 201)
    places = [f"http://localhost:{site.network['people'].port}", site.two.base, site.front.base]
    talkers = [Talker(person, room["id"], number, places) for number, person in enumerate(crowd)]
    cookie = "; ".join(f"{name}={value}" for name, value in crowd[0].http.cookies.items())
    kinds, skipped = kinds_on(ground, chance, room["id"], cookie)
    claims = Claims(site)
    recoveries: defaultdict[str, list[Recovery]] = defaultdict(list)
    async with trio.open_nursery() as nursery:
        for talker in talkers:
            nursery.start_soon(talker.run)
        nursery.start_soon(claims.run)
        await trio.sleep(2)
        for kind in drawn(kinds, many, chance, only):
            await trio.sleep(chance.random())
            await trio.to_thread.run_sync(kinds[kind])
            recoveries[kind].append(await back(talkers))
            print(f"{kind}: {recoveries[kind][-1].all:.2f} s", file=sys.stderr, flush=True)
        claims.stop()
        for talker in talkers:
            talker.stop()
    found: dict[str, Any] = dict(check([one.journal for one in talkers], await stored(crowd[0], room["id"])))
    every = [one for some in recoveries.values() for one in some]
    killed = sum(len(some) for kind, some in recoveries.items() if kind.endswith(("killed", "power cut")))
    found |= {"asked": claims.asked, "taken": claims.taken, "taken_twice": claims.doubled}
    found |= {"reconnects": sum(one.journal.reconnects for one in talkers)}
    found |= {"longest_recovery_s": round(max(one.all for one in every), 1)}
    found["first_problems"] = [problem for one in talkers for problem in one.journal.problems][:3]
    head = {"seed": seed, "faults": len(every), "kinds": len(recoveries), "killed": killed, "skipped": sorted(skipped)}
    return {**head, **found, "recoveries": recoveries, "why_skipped": skipped}


BROKEN = ("lost", "doubled", "gaps", "phantoms", "delivered_but_not_stored", "problems", "taken_twice")
"""What has to be 0."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--only", default="", help="faults in whose names this is")
    chosen = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        ground = Ground(Path(folder))
        try:
            ground.site.start()
            found = trio.run(run, ground, chosen.faults, chosen.seed, chosen.only)
        finally:
            ground.close()
    for line in report(found.pop("recoveries"), found.pop("why_skipped")):
        print(line)
    found["seconds"] = round(time.monotonic() - began)
    print(" ".join(f"{name}={value}" for name, value in found.items()))
    return 1 if any(found[name] for name in BROKEN) else 0


def report(recoveries: dict[str, list[Recovery]], skipped: dict[str, str]) -> list[str]:
    """A line for each kind: how often, the longest until the first ack, and until everybody had one."""
    lines = [f"{'fault':32} {'times':>5} {'first ack':>10} {'all back':>9}"]
    for kind, some in sorted(recoveries.items()):
        first, everybody = max(one.first for one in some), max(one.all for one in some)
        lines.append(f"{kind:32} {len(some):5} {first:8.2f} s {everybody:7.2f} s")
    return lines + [f"{kind:32} skipped: {why}" for kind, why in sorted(skipped.items())]


if __name__ == "__main__":
    sys.exit(main())
