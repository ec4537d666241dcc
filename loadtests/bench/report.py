"""docs/benchmarks.json, which keeps the lines of each case's last run, and docs/benchmarks.md, which is made from it."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench import cases, contenders
from bench.goals import goal_of, verdict
from bench.lines import Line
from bench.settings import ROOT, Settings

HEAD = """# Benchmarks

For whoever wants to know what the server costs, beside others that do similar things. Made by `make bench`; `make bench CASE=room`
runs one case again and renews its section alone.

The server under test has core 0 for itself, the load client core 1. What is compared is the server's CPU time, user and system of
all threads, over a window after a warm-up; servers take turns, and a repeat is one turn of each. *ours* and *theirs* are medians of
the repeats, *ratio* is the median of the ratios of each repeat with the least and the greatest behind it: above 1, ours is better.
Peers store nothing and check nothing; `floor` is one thread that writes once for each recipient, and stands for the least possible.
"""


def machine() -> str:
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    return f"{os.cpu_count()} cores ({model}), Linux {platform.release()}, {_tools()}"


def _tools() -> str:
    found = [f"Python {platform.python_version()}"]
    for words in (("rustc", "--version"), ("go", "env", "GOVERSION")):
        try:
            said = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=30, check=True).stdout
        except (OSError, subprocess.SubprocessError):
            continue
        found.append(" ".join(said.split()[:2]).replace("rustc", "Rust"))
    return ", ".join(found + [f"{name} {version}" for name, version in contenders.versions().items()])


def keep(settings: Settings, case: str, lines: Sequence[Line]) -> None:
    """Takes the place of what was known of the case, and writes both documents."""
    kept = settings.results / "benchmarks.json"
    known: dict[str, Any] = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
    # Some cases repeat less often than they are asked to.
    runs = max((line.runs for line in lines), default=0) or settings.runs
    known[case] = {"machine": machine(), "runs": runs, "lines": [line.as_json() for line in lines]}
    settings.results.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", "utf-8")
    (settings.results / "benchmarks.md").write_text(page(known), "utf-8")


def page(known: Mapping[str, Any]) -> str:
    parts = [HEAD]
    for name, about in cases.TITLES.items():
        if name in known:
            parts.append(_section(name, about, known[name]))
    return "\n".join(parts)


def _section(name: str, about: str, found: Mapping[str, Any]) -> str:
    lines = [Line(**fields) for fields in found["lines"]]
    measured = [line for line in lines if not line.missing]
    rows = [
        f"## {name}",
        "",
        about,
        "",
        "| | in flight | peer | ours | theirs | ratio | must | aim | |",
        "|---|---|---|---|---|---|---|---|---|",
        *(_row(line) for line in measured),
        "",
        *(f"- {what}: {unit}" for what, unit in dict.fromkeys((line.what or "unit", line.unit) for line in measured)),
        *(f"- {line.peer} took no part: {line.missing}" for line in lines if line.missing),
        "",
        *_more(measured),
        f"{found['runs']} repeats of `make bench CASE={name}` on {found['machine']}.",
        "",
    ]
    return "\n".join(rows)


def _row(line: Line) -> str:
    goal = goal_of(line)
    must = goal.must.text if goal and goal.must else ""
    aim = goal.aim.text if goal and goal.aim else ""
    ratio = (
        ""
        if line.ratio is None
        else f"**{_figure(line.ratio)}** ({_figure(line.ratio_min)} to {_figure(line.ratio_max)})"
    )
    cells = (
        line.what,
        line.in_flight,
        line.peer,
        _figure(line.ours),
        _figure(line.theirs),
        ratio,
        must,
        aim,
        verdict(line),
    )
    return _cells(cells)


def _more(lines: Sequence[Line]) -> list[str]:
    """The other figures, a row for each server."""
    names = list(dict.fromkeys(name.partition("_")[2] for line in lines for name in line.more))
    if not names:
        return []
    rows: dict[tuple[str, int | None, str], list[str]] = {}
    for line in lines:
        if line.more:
            for side, who in (("ours", contenders.OURS), ("theirs", line.peer)):
                found = [_figure(line.more.get(f"{side}_{name}")) for name in names]
                rows.setdefault((line.what, line.in_flight, who), found)
    head = [_cells(["", "in flight", "server", *(name.replace("_", " ") for name in names)])]
    return [
        *head,
        _cells(["---"] * (3 + len(names))),
        *(_cells([*key, *row]) for key, row in sorted(rows.items(), key=_order)),
        "",
    ]


def _order(row: tuple[tuple[str, int | None, str], list[str]]) -> tuple[str, int]:
    (what, in_flight, _), _ = row
    return what, in_flight or 0


def _cells(cells: Sequence[object]) -> str:
    return f"| {' | '.join('' if cell is None else str(cell) for cell in cells)} |"


def _figure(value: float | None) -> str:
    if value is None:
        return ""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def tell(line: Line) -> None:
    """On standard output, one JSON object a line."""
    print(json.dumps(line.as_json()), file=sys.stdout, flush=True)
