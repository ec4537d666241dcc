"""A real scrape after real use: its names are Prometheus's way, its labels are bounded, and what the dashboard and the alerts ask for is in it."""

import json
import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import trio
import yaml
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

from harness.person import Person
from harness.server import ServerProcess, free_port
from harness.store import ON_POSTGRES

FILES = Path(__file__).parents[2] / "deploy" / "observability"
PROMTOOL = shutil.which("promtool")
needs_promtool = pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed (Debian: package prometheus)")
LABELS = {
    "method", "route", "status", "work", "level", "pool", "severity", "urgent", "state", "class", "action", "outcome",
    "language", "le", "version", "process", "database", "generation",
}  # fmt: skip
MOST_SERIES = 6000
_NAME = re.compile(r"\b((?:cups|process)_[a-z_]+)\b")
_UNITS = re.compile(r"_(ms|millis|milliseconds|micros|minutes|hours|days|kb|mb|percent)(_|$)")


class World:
    def __init__(self, server: ServerProcess, url: str) -> None:
        self.server, self.url = server, url

    def text(self) -> str:
        answer = httpx.get(self.url, timeout=10)
        assert answer.status_code == 200
        return answer.text

    def families(self) -> dict[str, Metric]:
        return {one.name: one for one in text_string_to_metric_families(self.text())}

    def series(self) -> dict[str, list[Any]]:
        found = defaultdict(list)
        for family in self.families().values():
            for sample in family.samples:
                found[sample.name].append(sample)
        return found

    def value(self, name: str, **labels: str) -> float:
        return sum(one.value for one in self.series()[name] if labels.items() <= one.labels.items())


async def use(server: ServerProcess) -> None:
    """A little of everything: somebody in danger whom staff take, a request taken, a letter, an error, many paths that are nowhere."""
    guest = await Person(server.base).pass_gate()
    admin = await Person(server.base).enter(server.links["admin"])
    listener = await Person(server.base).enter(server.links["listener"])
    room = (await guest.get("/api/rooms/night-owls"))["id"]
    async with guest.live() as live:
        await live.subscribe(room)
        await live.say(room, "I want to die, call me on 555 010 4477")
        await live.say(room, "good evening")
    await trio.sleep(0.6)
    for _ in range(50):
        concerns = (await admin.get("/api/staff/concerns"))["concerns"]
        if concerns:
            break
        await trio.sleep(0.1)
    await admin.post(f"/api/staff/concerns/{concerns[0]['id']}/take", expect=(200, 201, 204))
    asked = await guest.ask()
    await (await Person(server.base).pass_gate()).ask()
    await listener.post(f"/api/queue/{asked['id']}/take")
    async with httpx.AsyncClient(base_url=server.base) as http:
        for number in range(100):
            await http.get(f"/nowhere/{number}")
            await http.get(f"/api/rooms/nowhere-{number}")
            await http.request(f"METHOD{number}", "/api/me")
            await http.get(f"/@nobody{number}")
    for person in (guest, admin, listener):
        await person.aclose()
    await trio.sleep(0.7)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    port = free_port()
    server = ServerProcess(
        tmp_path_factory.mktemp("metrics"), metrics_port=port, watched_every_s=0.5,
        mail_host="127.0.0.1", mail_port=1, mail_from="cups@example.org", mail_security="none",
    ).start()  # fmt: skip
    trio.run(use, server)
    yield World(server, f"http://127.0.0.1:{port}/metrics")
    server.close()


# Names and labels


def test_names_are_prometheus_way(world: World) -> None:
    found = world.families()
    assert len(found) > 80
    for name, family in found.items():
        assert name.startswith(("cups", "process_", "python_")), name
        assert family.documentation.strip(), f"{name} does not say what it is"
        assert not _UNITS.search(name), f"{name} is not in a base unit"
        assert family.type != "unknown", name
        if family.type == "counter":
            assert all(one.name.endswith(("_total", "_created")) for one in family.samples), name


@needs_promtool
def test_promtool_finds_nothing_to_say(world: World) -> None:
    done = subprocess.run(
        [str(PROMTOOL), "check", "metrics"], input=world.text(), capture_output=True, text=True, timeout=60
    )
    ours = [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("cups")]
    assert ours == [] and done.returncode in (0, 3), done.stdout + done.stderr


def test_labels_are_few_and_bounded(world: World) -> None:
    """A hundred paths, methods and names that nobody has heard of make no series of their own."""
    series = world.series()
    assert {label for samples in series.values() for one in samples for label in one.labels} <= LABELS
    assert sum(map(len, series.values())) < MOST_SERIES
    requests = series["cups_http_requests_total"]
    assert world.value("cups_http_requests_total", route="none") >= 100
    assert world.value("cups_http_requests_total", method="other") >= 100
    assert world.value("cups_http_requests_total", route="/api/rooms/{slug}", status="4xx") >= 100
    assert {one.labels["method"] for one in requests} <= {"GET", "POST", "PUT", "other"}
    assert {one.labels["status"] for one in requests} <= {"2xx", "3xx", "4xx", "5xx"}
    assert all("nowhere" not in one.labels["route"] and "nobody" not in one.labels["route"] for one in requests)


# What is counted


def test_what_an_operator_needs_is_counted(world: World) -> None:
    value = world.value
    assert value("cups_ready") == 1 and value("cups_info", process="serve") == 1
    assert value("cups_concern_first_human_seconds_count") == 1 and value("cups_concern_first_human_seconds_sum") > 0
    assert value("cups_concerns_waiting") == 0 and value("cups_concern_calls_unheard_total") >= 1
    assert value("cups_queue_wait_seconds_count") == 1 and 0 < value("cups_queue_oldest_seconds") < 60
    assert value("cups_http_request_duration_seconds_count", method="GET") > 100
    assert value("cups_http_requests_in_progress") == 0
    assert value("cups_staff_accounts", state="held") == value("cups_staff_accounts", state="counting") > 0
    assert value("cups_storage_failed_commits_total") == 0 and value("cups_storage_commit_seconds_count") > 5
    assert 0 < value("cups_storage_commit_seconds_sum") < 10, "seconds"
    assert value("cups_job_last_success_timestamp_seconds", work="Watched.look") > 1.6e9
    assert value("cups_job_last_success_timestamp_seconds", work="Cups._tidy") > 1.6e9
    assert value("cups_log_lines_total", level="info") >= 1
    assert value("cups_disk_size_bytes") > value("cups_disk_free_bytes") > 0
    assert (value("cups_database_size_bytes") > 0) is not ON_POSTGRES
    assert 10_000_000 < value("process_resident_memory_bytes") < 4e9 and value("process_open_fds") > 5


# The files of an operator


def asked_for() -> dict[str, str]:
    """Names in the dashboard and the rules, and where."""
    board = json.loads((FILES / "dashboard.json").read_text("utf-8"))
    rules = yaml.safe_load((FILES / "rules.yml").read_text("utf-8"))
    expressions = {panel["title"]: target["expr"] for panel in board["panels"] for target in panel.get("targets", ())}
    expressions |= {rule["alert"]: rule["expr"] for group in rules["groups"] for rule in group["rules"]}
    return {name: where for where, expression in expressions.items() for name in _NAME.findall(expression)}


def test_everything_that_is_asked_for_exists(world: World) -> None:
    there = set(world.series()) | {name for name, family in world.families().items() if family.type == "gauge"}
    # What has no series before the first of it happened is there by its family.
    there |= {f"{name}_total" for name, family in world.families().items() if family.type == "counter"}
    names = asked_for()
    assert len(names) > 40
    assert {name: where for name, where in names.items() if name not in there} == {}


def test_a_name_that_does_not_exist_would_be_found() -> None:
    assert _NAME.findall('rate(cups_gone_total{instance=~"$instance"}[5m]) / process_gone_bytes') == [
        "cups_gone_total",
        "process_gone_bytes",
    ]


def test_every_alert_says_what_to_do() -> None:
    rules = yaml.safe_load((FILES / "rules.yml").read_text("utf-8"))
    for group in rules["groups"]:
        for rule in group["rules"]:
            assert rule["labels"]["severity"] in ("page", "ticket"), rule["alert"]
            assert rule["annotations"].keys() == {"summary", "description"}, rule["alert"]


def test_no_two_panels_lie_on_each_other() -> None:
    board = json.loads((FILES / "dashboard.json").read_text("utf-8"))
    taken = set()
    for panel in board["panels"]:
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not cells & taken, panel["title"]
        taken |= cells
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])


@needs_promtool
def test_rules_and_their_own_tests() -> None:
    for command in (
        ["check", "rules", "rules.yml"],
        ["check", "config", "prometheus.yml"],
        ["test", "rules", "rules.test.yml"],
    ):
        done = subprocess.run([str(PROMTOOL), *command], cwd=FILES, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
