"""What a run leaves: Locust's summary and a short one of our own on the terminal, an HTML and a JSON file."""

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from locust.env import Environment
from locust.html import get_html_report
from locust.stats import get_error_report_summary, get_percentile_stats_summary, get_stats_summary

from loadtests.tally import Tally


@dataclass(frozen=True)
class Run:
    """What was asked for."""

    url: str
    people: dict[str, int]
    seconds: float


@dataclass(frozen=True)
class ServerCost:
    """What the server process used, seen from the same machine."""

    cpu_s: float
    resident_mb: float


def cpu_seconds(pid: int) -> float:
    """CPU seconds a process has used since it began."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def failures(environment: Environment) -> int:
    """Failed calls and frames, and everything that went wrong inside a person."""
    broken: int = sum(row["count"] for row in broken_people(environment))
    return int(environment.stats.total.num_failures) + broken


def broken_people(environment: Environment) -> list[dict[str, Any]]:
    """Exceptions that nobody expected, each kind once."""
    assert environment.runner is not None
    return [dict(row) for row in environment.runner.exceptions.values()]


def measured(environment: Environment) -> list[dict[str, Any]]:
    """Times in ms by name: live frames and waiting first, then REST."""
    order = {"WAIT": 0, "LIVE": 1}
    entries = sorted(environment.stats.entries.values(), key=lambda e: (order.get(e.method, 2), e.name, e.method))
    return [
        {
            "kind": entry.method,
            "name": entry.name,
            "count": entry.num_requests,
            "failures": entry.num_failures,
            "median_ms": round(entry.median_response_time or 0, 1),
            "p95_ms": round(entry.get_response_time_percentile(0.95) or 0, 1),
            "p99_ms": round(entry.get_response_time_percentile(0.99) or 0, 1),
            "max_ms": round(entry.max_response_time or 0, 1),
        }
        for entry in entries
    ]


def print_all(environment: Environment, run: Run, tally: Tally, cost: ServerCost | None) -> None:
    for summary in (
        get_stats_summary(environment.stats, current=False),
        get_percentile_stats_summary(environment.stats),
        get_error_report_summary(environment.stats) if environment.stats.errors else [],
    ):
        print("\n".join(summary))
    for row in broken_people(environment):
        print(f"{row['count']} x {row['msg']}\n{row['traceback']}")
    people = ", ".join(f"{count} {kind}" for kind, count in run.people.items() if count)
    print(f"{sum(run.people.values())} people ({people}) for {run.seconds:.0f} s at {run.url}")
    print(f"\n{'ms':<38}{'count':>8}{'median':>9}{'95 %':>9}{'99 %':>9}{'worst':>9}{'failed':>8}")
    for row in measured(environment):
        name = f"{row['kind']} {row['name']}"
        print(
            f"{name[:37]:<38}{row['count']:>8}{row['median_ms']:>9.0f}{row['p95_ms']:>9.0f}{row['p99_ms']:>9.0f}"
            f"{row['max_ms']:>9.0f}{row['failures']:>8}"
        )
    print("\n" + ", ".join(f"{what}: {count}" for what, count in sorted(tally.counts.items())))
    if cost is not None:
        print(f"The server used {cost.cpu_s:.1f} s of CPU; it holds {cost.resident_mb:.0f} MB now.")


def write_files(
    environment: Environment, folder: Path, run: Run, tally: Tally, cost: ServerCost | None
) -> tuple[Path, Path]:
    """The HTML and the JSON report, named after the time."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = folder / time.strftime("%Y-%m-%d-%H%M%S")
    html, data = stem.with_suffix(".html"), stem.with_suffix(".json")
    page: Any = get_html_report(environment, show_download_link=False)  # type: ignore[no-untyped-call]
    html.write_text(page, "utf-8")
    found = {
        "url": run.url,
        "people": run.people,
        "seconds": run.seconds,
        "failures": failures(environment),
        "hindrances": tally.hindrances,
        "counts": dict(sorted(tally.counts.items())),
        "times": measured(environment),
        "errors": [
            {"kind": e.method, "name": e.name, "error": str(e.error), "count": e.occurrences}
            for e in environment.stats.errors.values()
        ],
        "server": None if cost is None else {"cpu_s": round(cost.cpu_s, 2), "resident_mb": round(cost.resident_mb, 1)},
    }
    data.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return html, data
