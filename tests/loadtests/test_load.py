"""The load test itself: ten people for some seconds, in a process of its own because gevent takes that over."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.server import ServerProcess

ROOT = Path(__file__).parents[2]


def load(*args: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "loadtests.run", *args]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)


def report_in(folder: Path) -> dict[str, Any]:
    assert len(list(folder.glob("*.html"))) == 1
    (found,) = folder.glob("*.json")
    report: dict[str, Any] = json.loads(found.read_text("utf-8"))
    return report


@pytest.fixture
def wide(tmp_path: Path) -> Iterator[ServerProcess]:
    """One of its own: nobody else's people wait in its queue."""
    running = ServerProcess(tmp_path / "server", pace_guest_create_burst=1000, pace_sign_up_burst=100).start()
    yield running
    running.close()


@pytest.fixture
def narrow(tmp_path: Path) -> Iterator[ServerProcess]:
    running = ServerProcess(tmp_path / "server", pace_guest_create_burst=3, pace_guest_create_period_ms=600_000).start()
    yield running
    running.close()


@pytest.mark.slow
def test_ten_people_fail_at_nothing(wide: ServerProcess, tmp_path: Path) -> None:
    done = load(
        *("--url", wide.base, "--people", "10", "--seconds", "20", "--arrivals", "20"),
        "--reports",
        str(tmp_path / "reports"),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    report = report_in(tmp_path / "reports")
    assert report["failures"] == 0
    assert report["people"] == {"listening": 1, "asking": 4, "in rooms": 5}
    counted = {row["name"]: row["count"] for row in report["times"]}
    for name in ("handshake", "send to ack", "message to delivery", "ask to matched"):
        assert counted.get(name), f"nothing was measured of {name}: {sorted(counted)}"
    assert counted["handshake"] == 10
    assert "gaps" not in report["counts"]
    assert "events seen twice" not in report["counts"]


@pytest.mark.slow
def test_a_limit_that_is_met_is_explained(narrow: ServerProcess, tmp_path: Path) -> None:
    done = load("--url", narrow.base, "--people", "10", "--seconds", "8", "--reports", str(tmp_path / "reports"))
    assert done.returncode == 1
    assert "CUPS_PACE_GUEST_CREATE_BURST" in done.stdout
    assert report_in(tmp_path / "reports")["failures"] > 0


def test_nobody_elses_server_is_loaded(tmp_path: Path) -> None:
    done = load("--url", "http://192.0.2.1:8000", "--reports", str(tmp_path / "reports"))
    assert done.returncode == 2
    assert "--i-run-this-server" in done.stderr
    assert not (tmp_path / "reports").exists()
