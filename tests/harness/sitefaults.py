"""Faults of all kinds under load: `python -m harness.sitefaults --faults 20 --seed 1` ends with a line of figures, and with 1 if a promise was broken.

A site of several processes is talked in by journalling people on all its gateways, and its requests are taken by two listeners at once at two processes, while
one part after another is killed, stopped or put to sleep. What was acked is then held against what is stored.
"""

import argparse
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psycopg
import trio

from harness.journal import Talker, check
from harness.person import Person
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


class Faults:
    """What can be done to a site. Each returns once the harm is done and what was ended has been started again."""

    def __init__(self, site: SiteProcesses, chance: random.Random) -> None:
        self._site, self._chance = site, chance
        parts = {"gateway": (site.one, site.two), "api": (site.api,), "worker": (site.worker,)}
        self.kinds: dict[str, Callable[[], None]] = {}
        for name, processes in parts.items():
            self.kinds[f"{name} killed"] = self._on(processes, self._kill)
            self.kinds[f"{name} stopped"] = self._on(processes, self._stop)
            self.kinds[f"{name} asleep"] = self._on(processes, self._sleep)
        self.kinds |= {
            "database killed": self._kill_database,
            "database asleep": lambda: self._pause(site.postgres.signal),
            "redis killed": self._kill_redis,
            "redis asleep": lambda: self._pause(site.redis.signal),
            "redis emptied": self._empty_redis,
        }

    def _on(self, processes: tuple[ServerProcess, ...], do: Callable[[ServerProcess], None]) -> Callable[[], None]:
        return lambda: do(self._chance.choice(processes))

    def _kill(self, process: ServerProcess) -> None:
        process.kill9()
        process.start()

    def _stop(self, process: ServerProcess) -> None:
        process.stop()
        process.start()

    def _sleep(self, process: ServerProcess) -> None:
        self._pause(process.signal)

    def _pause(self, send: Callable[[int], None]) -> None:
        send(signal.SIGSTOP)
        time.sleep(0.5 + 3 * self._chance.random())
        send(signal.SIGCONT)

    def _kill_database(self) -> None:
        self._site.postgres.kill9()
        time.sleep(self._chance.random())
        self._site.postgres.start()

    def _kill_redis(self) -> None:
        self._site.redis.kill9()
        time.sleep(2 * self._chance.random())
        self._site.redis.start()

    def _empty_redis(self) -> None:
        import redis

        redis.Redis.from_url(self._site.redis.url).flushall()


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


async def back(talkers: list[Talker]) -> float:
    """Seconds until everybody has had an ack of something again."""
    began = time.monotonic()
    while not all(one.last_ack > began for one in talkers):
        if time.monotonic() - began > BACK_WITHIN_S:
            raise AssertionError("somebody did not come back")
        await trio.sleep(0.05)
    return time.monotonic() - began


async def run(site: SiteProcesses, many: int, seed: int, only: str = "") -> dict[str, Any]:
    """The figures: every count of what may not be has to be 0. `only`: faults whose names begin so."""
    chance = random.Random(seed)
    crowd = [await Person(site.front.base).pass_gate() for _ in range(PEOPLE)]
    admin = await Person(site.front.base).enter(site.front.links["admin"])
    slug = f"fire-{seed}"
    room: Any = await admin.post("/api/staff/rooms", {"slug": slug, "title": "Under fire", "age": "adult"}, 201)
    places = [site.one.base, site.two.base, site.front.base]
    talkers = [Talker(person, room["id"], number, places) for number, person in enumerate(crowd)]
    claims, faults = Claims(site), Faults(site, chance)
    fired, longest = Counter[str](), 0.0
    # Each kind comes once before any comes again.
    kinds: list[str] = []
    while len(kinds) < many:
        wanted = [kind for kind in sorted(faults.kinds) if kind.startswith(only)]
        kinds += chance.sample(wanted, len(wanted))
    async with trio.open_nursery() as nursery:
        for talker in talkers:
            nursery.start_soon(talker.run)
        nursery.start_soon(claims.run)
        await trio.sleep(2)
        for kind in kinds[:many]:
            await trio.sleep(chance.random())
            await trio.to_thread.run_sync(faults.kinds[kind])
            longest = max(longest, await back(talkers))
            fired[kind] += 1
        claims.stop()
        for talker in talkers:
            talker.stop()
    found: dict[str, Any] = dict(check([one.journal for one in talkers], await stored(crowd[0], room["id"])))
    found |= {"asked": claims.asked, "taken": claims.taken, "taken_twice": claims.doubled}
    found |= {"reconnects": sum(one.journal.reconnects for one in talkers), "longest_recovery_s": round(longest, 1)}
    found["first_problems"] = [problem for one in talkers for problem in one.journal.problems][:3]
    return {"seed": seed, "faults": sum(fired.values()), "kinds": len(fired), **found}


BROKEN = ("lost", "doubled", "gaps", "phantoms", "delivered_but_not_stored", "problems", "taken_twice")
"""What has to be 0."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--only", default="", help="faults whose names begin so")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        site = SiteProcesses(Path(folder), **WIDE)
        try:
            site.start()
            found = trio.run(run, site, chosen.faults, chosen.seed, chosen.only)
        finally:
            site.close()
    print(" ".join(f"{name}={value}" for name, value in found.items()))
    return 1 if any(found[name] for name in BROKEN) else 0


if __name__ == "__main__":
    sys.exit(main())
