"""What things cost, in microseconds of one core: out of docs/benchmarks.json where a benchmark has it, and measured or taken for this page where none has."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BENCHMARKS = Path(__file__).parents[2] / "docs" / "benchmarks.json"
MIXED_PEOPLE, MIXED_MESSAGES, MIXED_LIGHT = 300, 20, 110
"""Of the case `mixed`: how many hear, and what is said and told of there each second."""


@dataclass(frozen=True)
class Cost:
    us: float
    of: str
    source: str


@dataclass(frozen=True)
class Costs:
    arrive: Cost
    resume: Cost
    message: Cost
    delivery: Cost
    light: Cost
    heard: Cost
    page: Cost
    read: Cost
    change: Cost
    database_message: Cost
    database_read: Cost
    database_change: Cost
    redis: Cost
    unit: Cost
    change_unit: Cost
    turn: Cost


def load() -> Costs:
    found: dict[str, Any] = json.loads(BENCHMARKS.read_text("utf-8"))

    def ours(case: str, what: str = "", in_flight: int | None = None) -> float:
        for line in found[case]["lines"]:
            if line.get("what", "") == what and line.get("in_flight") == in_flight and line.get("ours"):
                return float(line["ours"])
        raise KeyError(f"{case} {what}")

    mixed = ours("mixed") / (MIXED_PEOPLE * (MIXED_MESSAGES + MIXED_LIGHT)) * 1e6
    pair, alone, taken = (
        "two processes, 16 pairs talking",
        "the application, PostgreSQL, and 335 for HTTP",
        "taken, not measured",
    )
    return Costs(
        arrive=Cost(ours("handshakes", "arrive"), "a socket opens: sign-in, first frames, a room", "benchmark `handshakes`"),
        resume=Cost(ours("handshakes", "resume"), "a socket comes back", "benchmark `handshakes`"),
        message=Cost(758, "a message is checked, stored on PostgreSQL, acked and told, a few in a batch", pair),
        delivery=Cost(1e6 / ours("room", "", 1), "it reaches one person in a room", "benchmark `room`, one in flight"),
        light=Cost(mixed, "typing, a receipt or presence reaches one person", "benchmark `mixed`"),
        heard=Cost(69, "another process hears of a message", pair),
        page=Cost(3669 + 335, "a page for somebody signed in", alone),
        read=Cost((2186 + 3271) / 2 + 335, "a read over REST: half as /api/me, half as a chat's history", alone),
        change=Cost(4000, "a changing request", taken + ", as a page"),
        database_message=Cost(591, "PostgreSQL, for a message", pair),
        database_read=Cost(600, "PostgreSQL, for a page, a read or an arrival", taken + ", a little over what a request waits for it (325 to 540)"),
        database_change=Cost(1500, "PostgreSQL, for a changing request", taken),
        redis=Cost(3.5, "Redis, for a message: once, and once for each process", pair + " (10.5 in all)"),
        unit=Cost(32, "of the writer's turn, for a message", pair + ", 1 and 32 in flight: batches of 3.8 in 7.5 ms and of 29 in 8.3 ms"),
        change_unit=Cost(1000, "of the writer's turn, for a changing request", taken + ", four statements"),
        turn=Cost(7400, "of the writer's turn, for itself: the lock, the log of news, the sync of the disk", "as above"),
    )  # fmt: skip
