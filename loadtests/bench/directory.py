"""Finding a listener among 100,000: `python -m bench.directory` (with loadtests on the path) makes them, browses by every filter, and says how long a page takes.

The service itself, in one process, on the embedded database, or with `--database postgresql://…` on an empty PostgreSQL; HTTP and the page are not in it.
"""

import argparse
import random
import statistics
import tempfile
import time
from pathlib import Path

import msgspec
import trio

from cups.accounts import names, queries
from cups.accounts.tables import account, role
from cups.app import Cups, running
from cups.clock import SystemClock
from cups.ids import new_id
from cups.profiles.tables import profile
from cups.requests.topics import LANGUAGES, topics
from cups.settings import Settings
from cups.store.database import Unit
from cups.wire.requests import SeekIn

SEEKS = {
    "here now": SeekIn(topic="grief"),
    "free now": SeekIn(topic="grief", status="online"),
    "busy": SeekIn(topic="grief", status="busy"),
    "away": SeekIn(topic="grief", status="offline"),
    "everybody": SeekIn(topic="grief", status="any"),
    "any language": SeekIn(topic="grief", status="any", language=""),
    "a rare language": SeekIn(topic="grief", status="any", language="ko"),
    "a name": SeekIn(topic="grief", status="any", name="calm"),
    "a rare name": SeekIn(topic="grief", status="any", name="calm77777"),
    "four stars": SeekIn(topic="grief", status="any", stars=40),
    "verified": SeekIn(topic="grief", status="any", verified=True),
    "35, four and a half stars": SeekIn(topic="grief", status="any", stars=45, over_35=True),
    "teens too, 35, five stars: nobody": SeekIn(topic="grief", status="any", stars=50, over_35=True, serves="both"),
    "free, teens too, 35, five stars: nobody": SeekIn(
        topic="grief", status="online", stars=50, over_35=True, serves="both"
    ),
}


def people(
    many: int, chance: random.Random, now: int
) -> tuple[list[dict[str, object]], list[dict[str, object]], list[dict[str, object]]]:
    """Accounts, profiles and clearances, about as they would be: most talk English, some refuse a topic, one in ten is online by hand."""
    accounts_, profiles, roles = [], [], []
    words = ("calm", "warm", "kind", "soft", "brave", "quiet", "gentle", "patient")
    for number in range(many):
        id, name = new_id(now - chance.randrange(10**9)), f"{chance.choice(words)}{number}"
        languages = {"en"} if chance.random() < 0.7 else {chance.choice(LANGUAGES)}
        if chance.random() < 0.25:
            languages.add(chance.choice(LANGUAGES))
        refused = chance.sample(topics(), chance.choice((0, 0, 0, 1, 3)))
        accounts_.append(
            {
                "id": id,
                "name": name,
                "name_key": names.key(name),
                "kind": "listener",
                "age_class": "teen" if chance.random() < 0.15 else "adult",
                "status": chance.choices(("online", "busy", "offline"), (10, 5, 85))[0],
                "languages": ",".join(sorted(languages)),
                "refused_topics": ",".join(refused),
                "created_at": now,
            }
        )
        profiles.append(
            {
                "account_id": id,
                "over_35": chance.random() < 0.3,
                "stars": chance.choice((0, 0, 38, 42, 46, 49)),
                "ratings": 10,
            }
        )
        if chance.random() < 0.1:
            roles.append({"account_id": id, "role": queries.VERIFIED, "scope": "", "granted_by": id, "at": now})
        if chance.random() < 0.03:
            roles.append({"account_id": id, "role": queries.CLEARED, "scope": "", "granted_by": id, "at": now})
    return accounts_, profiles, roles


async def seed(cups: Cups, many: int, connected: int) -> str:
    """Everybody, in the directory, and those who are connected; the id of an adult member who looks."""
    chance, now = random.Random(7), cups.clock.now()
    made, profiles, roles = people(many, chance, now)
    member = new_id(now)

    def work(unit: Unit) -> None:
        looks = {
            "id": member,
            "name": "looker",
            "name_key": names.key("looker"),
            "kind": "member",
            "age_class": "adult",
        }
        unit.conn.execute(account.insert(), {**looks, "created_at": now})
        unit.conn.execute(account.insert(), made)
        unit.conn.execute(profile.insert(), profiles)
        unit.conn.execute(role.insert(), roles)

    await cups.db.write(work)
    began = time.perf_counter()
    placed = await cups.listener_directory.fill()
    print(f"{placed} placed in the directory in {time.perf_counter() - began:.1f} s (once, after an upgrade)")
    here = [str(one["id"]) for one in made if one["status"] != "offline"][:connected]
    for id in here:
        cups.here.came(id)
    print(f"{len(here)} of them connected")
    return member


async def measure(cups: Cups, member: str, rounds: int) -> float:
    """Pages of each kind, the first and those behind it; the worst p99, in ms of the process's CPU: what a page takes on a machine that is not busy otherwise. With
    PostgreSQL, whose work is another process's, in ms by the clock."""
    clock = time.perf_counter if cups.settings.database else time.process_time
    visitor = await cups.accounts.visitor(await cups.accounts.open_session(member))
    assert visitor is not None
    worst = 0.0
    print(f"{'seeking':<42} {'shown':>5} {'median':>8} {'p99':>8} {'most':>8}  ms")
    for name, seek in SEEKS.items():
        times, shown, after = [], 0, None
        for _ in range(rounds):
            began = clock()
            found = await cups.browsing.listeners(visitor, msgspec.structs.replace(seek, after=after))
            times.append((clock() - began) * 1000)
            shown, after = max(shown, len(found.listeners)), found.next
        times.sort()
        p99 = times[min(len(times) - 1, int(len(times) * 0.99))]
        worst = max(worst, p99)
        print(f"{name:<42} {shown:>5} {statistics.median(times):>8.2f} {p99:>8.2f} {times[-1]:>8.2f}")
    return worst


async def main(many: int, connected: int, rounds: int, database: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=str(Path(folder) / "data"), database=database)
        async with running(settings, SystemClock()) as cups:
            member = await seed(cups, many, connected)
            worst = await measure(cups, member, rounds)
    print(f"worst p99: {worst:.1f} ms")
    return worst


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listeners", type=int, default=100_000)
    parser.add_argument("--connected", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--database", default="")
    options = parser.parse_args()
    trio.run(main, options.listeners, options.connected, options.rounds, options.database)
