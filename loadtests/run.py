"""Lets people use a running server for a while and reports how it went: `python -m loadtests.run --url URL --people N --seconds S`.

Exit code 1 if anything failed, 2 if it could not begin.
"""

import argparse
import ipaddress
import logging
import resource
import sys
from pathlib import Path
from urllib.parse import urlsplit

import gevent
import requests
from locust import User
from locust.env import Environment
from locust.stats import stats_history

from loadtests import reports
from loadtests.people import Person, origin
from loadtests.reports import Run, ServerCost
from loadtests.scenarios.requests import Asker, Listener
from loadtests.scenarios.rooms import RoomGoer

ROOT = Path(__file__).parents[1]
READY_WITHIN_S = 180.0
"""How long everyone may take to arrive: listeners sign up and do the training."""


def main(argv: list[str] | None = None) -> int:
    args = _parser().parse_args(argv)
    url = origin(args.url)
    if not args.i_run_this_server and not is_loopback(url):
        return _cannot("Load is sent to this machine alone. If that server is yours, say --i-run-this-server.")
    if (why := unreachable(url)) is not None:
        return _cannot(why)
    people = split(args.people, args.scenario, args.listeners)
    if people["asking"] and not people["listening"]:
        return _cannot("Somebody has to listen: take more people, or --scenario rooms.")
    _raise_file_limit(args.people)
    Listener.course_files = args.course
    for kind, count in zip((Listener, Asker, RoomGoer), people.values(), strict=True):
        kind.fixed_count = count
    return _run(Run(url, people, args.seconds), args)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="loadtests.run", description=(__doc__ or "").partition(":")[0])
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="the server under test")
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=60, help="how long, from the moment everyone is there")
    parser.add_argument("--scenario", choices=("all", "requests", "rooms"), default="all")
    parser.add_argument(
        "--listeners", type=int, default=None, help="how many of the people listen (default: one in ten)"
    )
    parser.add_argument("--arrivals", type=float, default=10, metavar="N", help="people who arrive per second")
    parser.add_argument(
        "--course",
        type=Path,
        default=ROOT / "python" / "cups" / "content" / "courses" / "listener",
        metavar="FOLDER",
        help="the files of the server's listener training",
    )
    parser.add_argument("--reports", type=Path, default=Path(__file__).parent / "reports", metavar="FOLDER")
    parser.add_argument("--server-pid", type=int, default=None, help="tell this process's CPU time too")
    parser.add_argument("--i-run-this-server", action="store_true", help="allow an address other than loopback")
    return parser


def is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def unreachable(url: str) -> str | None:
    """Why no load test can run there, or None."""
    try:
        answer = requests.get(f"{url}/api/me", timeout=10)
    except requests.RequestException:
        return f"No server answers at {url}: start one with `make run`."
    if answer.status_code != 200:
        return f"{url}/api/me answers {answer.status_code}: is {url} among the server's CUPS_ORIGINS?"
    return None


def split(people: int, scenario: str, listeners: int | None) -> dict[str, int]:
    """How many do what."""
    if scenario == "rooms":
        return {"listening": 0, "asking": 0, "in rooms": people}
    listening = min(people, max(1, people // 10)) if listeners is None else min(people, listeners)
    rest = people - listening
    in_rooms = rest - rest // 2 if scenario == "all" else 0
    return {"listening": listening, "asking": rest - in_rooms, "in rooms": in_rooms}


def _run(run: Run, args: argparse.Namespace) -> int:
    logging.getLogger("locust").setLevel(logging.ERROR)
    kinds: list[type[User]] = [kind for kind in (Listener, Asker, RoomGoer) if kind.fixed_count]
    environment = Environment(user_classes=kinds, host=run.url, reset_stats=False)
    runner = environment.create_local_runner()
    tally = Person.tally
    history = gevent.spawn(stats_history, runner)
    before = None if args.server_pid is None else reports.cpu_seconds(args.server_pid)
    print(f"{args.people} people arrive at {run.url} ...", flush=True)
    runner.start(args.people, spawn_rate=args.arrivals)
    try:
        if _all_there(args.people):
            print(f"Everyone is there. They stay for {args.seconds:.0f} s ...", flush=True)
            _wait(args.seconds)
    except KeyboardInterrupt:
        print("Stopped early.")
    cost = None
    if before is not None:
        cost = ServerCost(reports.cpu_seconds(args.server_pid) - before, reports.resident_mb(args.server_pid))
    runner.stop()
    history.kill()
    reports.print_all(environment, run, tally, cost)
    html, data = reports.write_files(environment, args.reports, run, tally, cost)
    runner.quit()
    failures = reports.failures(environment)
    for hindrance in tally.hindrances:
        print(f"\n{hindrance}")
    print(f"\n{failures} failures. Reports: {_short(html)} and {_short(data)}")
    return 1 if failures or tally.hindrances else 0


def _all_there(people: int) -> bool:
    """Waits for everyone to arrive; False if something makes it pointless."""
    tally = Person.tally
    waited = 0.0
    while tally.counts["people ready"] < people and not tally.hindrances:
        gevent.sleep(0.1)
        waited += 0.1
        if waited > READY_WITHIN_S:
            tally.hindered(
                f"Only {tally.counts['people ready']} of {people} people arrived within {READY_WITHIN_S:.0f} s."
            )
    return not tally.hindrances


def _wait(seconds: float) -> None:
    waited = 0.0
    while waited < seconds and not Person.tally.hindrances:
        gevent.sleep(0.1)
        waited += 0.1


def _raise_file_limit(people: int) -> None:
    """Two sockets for each person, and some more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = people * 3 + 200
    if soft < wanted:
        resource.setrlimit(
            resource.RLIMIT_NOFILE, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard)
        )


def _short(path: Path) -> str:
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


def _cannot(why: str) -> int:
    print(why, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
