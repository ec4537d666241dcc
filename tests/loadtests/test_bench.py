"""The benchmarks: their arithmetic and report, and one very short run of the real thing against the floor."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "loadtests"))

from bench import cases, goals, report, settings
from bench.arithmetic import ratios
from bench.contest import Contest
from bench.lines import Line, compare

ROOT = Path(__file__).parents[2]


def test_a_ratio_is_the_median_of_pairs_with_its_least_and_greatest() -> None:
    found = ratios([10, 30, 20], [10, 10, 5], more_is_better=True)
    assert found == (3, 1, 4)


def test_where_less_is_better_a_ratio_above_one_still_means_that_ours_is_better() -> None:
    assert ratios([2.0], [8.0], more_is_better=False) == (4, 4, 4)


def test_the_middle_is_always_between_the_ends() -> None:
    ours, theirs = [1.0, 9.0, 5.0, 2.0], [3.0, 2.0, 8.0, 1.0]
    for more in (True, False):
        middle, low, high = ratios(ours, theirs, more_is_better=more)
        assert low <= middle <= high


def test_repeats_that_have_no_pair_are_refused() -> None:
    with pytest.raises(ValueError, match="paired"):
        ratios([1.0, 2.0], [1.0], more_is_better=True)
    with pytest.raises(ValueError, match="paired"):
        ratios([], [], more_is_better=True)


def test_nothing_against_nothing_is_even() -> None:
    assert ratios([0.0], [0.0], more_is_better=False) == (1, 1, 1)


def line(ours: float, theirs: float, in_flight: int = 1) -> Line:
    return compare("room", "centrifuge", [ours], [theirs], "per second", more_is_better=True, in_flight=in_flight)


def test_a_goal_is_looked_up_by_case_peer_and_load() -> None:
    assert goals.verdict(line(1.7, 1)) == "**not yet**"
    assert goals.verdict(line(1.9, 1)) == "met"
    assert goals.verdict(line(2.2, 1)) == "met, and the aim"
    assert goals.verdict(line(1.7, 1, in_flight=16)) == "met"
    assert goals.verdict(line(1.7, 1, in_flight=2)) == ""


def test_a_run_of_one_case_renews_its_section_alone(tmp_path: Path) -> None:
    chosen = settings.Settings(runs=1, results=tmp_path)
    report.keep(chosen, "room", [line(2, 1)])
    report.keep(chosen, "mixed", [Line(case="mixed", peer="centrifuge", missing="go is not installed")])
    report.keep(chosen, "room", [line(5, 1)])
    page = (tmp_path / "benchmarks.md").read_text("utf-8")
    assert page.count("## room") == page.count("## mixed") == 1
    assert "**5** (5 to 5)" in page
    assert "centrifuge took no part: go is not installed" in page


def test_a_server_that_does_not_start_is_a_line_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    from bench import contenders

    broken = contenders.Peer(
        "floor", "plain", (sys.executable, "-c", "raise SystemExit('no room for it')"), lambda: None
    )
    monkeypatch.setitem(contenders.ALL, "floor", broken)
    contest = Contest(settings.Settings(runs=1), "room", {"floor": ()})
    contest.run(lambda _name, _server: {})
    (found,) = contest.absent()
    assert found.as_json() == {"case": "room", "peer": "floor", "missing": "did not start: no room for it"}


def test_settings_come_from_the_environment_and_unknown_ones_are_refused() -> None:
    assert settings.load({"BENCH_RUNS": "3", "PATH": "x"}).runs == 3
    assert settings.load({"BENCH_PEERS": "floor,websockets"}).peers == ("floor", "websockets")
    with pytest.raises(ValueError, match="BENCH_RUN "):
        settings.load({"BENCH_RUN": "3"})


def test_every_case_has_a_module_and_every_goal_a_case() -> None:
    files = {file.stem for file in (ROOT / "loadtests" / "bench" / "cases").glob("[a-z]*.py")}
    assert files == set(cases.TITLES)
    assert {goal.case for goal in goals.GOALS} <= set(cases.TITLES)


@pytest.mark.slow
def test_a_short_run_prints_a_line_for_each_comparison(tmp_path: Path) -> None:
    if (os.cpu_count() or 1) < 2:
        pytest.skip("the server and the client each need a core")
    short = {
        "BENCH_RUNS": "1",
        "BENCH_SECONDS": "0.2",
        "BENCH_PEOPLE": "8",
        "BENCH_PEERS": "floor",
        "BENCH_RESULTS": str(tmp_path),
        "PYTHONPATH": str(ROOT / "loadtests"),
    }
    done = subprocess.run(
        [sys.executable, "-m", "bench", "room"],
        cwd=ROOT,
        env=os.environ | short,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = [json.loads(text) for text in done.stdout.splitlines()]
    assert [(found["case"], found["peer"], found["in_flight"]) for found in lines] == [
        ("room", "floor", 1),
        ("room", "floor", 16),
    ]
    for found in lines:
        assert found["ours"] > 0
        assert found["theirs"] > 0
        assert found["ratio_min"] <= found["ratio"] <= found["ratio_max"]
        assert (found["runs"], found["unit"]) == (1, "deliveries per server-CPU-second")
    assert "## room" in (tmp_path / "benchmarks.md").read_text("utf-8")


@pytest.mark.slow
def test_a_short_run_of_the_queue_is_beside_redis(tmp_path: Path) -> None:
    short = {
        "BENCH_RUNS": "1",
        "BENCH_PEOPLE": "2000",
        "BENCH_RESULTS": str(tmp_path),
        "PYTHONPATH": str(ROOT / "loadtests"),
    }
    program = "from bench import settings; from bench.cases import queue; import json; "
    program += "print(json.dumps([line.as_json() for line in queue.run(settings.load())]))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=os.environ | short,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    claims, *figures = json.loads(done.stdout)
    assert (claims["peer"], claims["what"], claims["unit"]) == ("redis", "claims", "claims per CPU-second")
    assert claims["ours"] > claims["theirs"] > 0
    wanted = ["take the next, p99", "a board of 50, p99", "memory for each request"]
    assert [line["what"] for line in figures] == wanted
    assert all(line["ours"] > 0 for line in figures)
