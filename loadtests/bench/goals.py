"""What has to be reached, and what is aimed at: the design's figures, each as the ratio or the figure of ours that a line has to show."""

from dataclasses import dataclass

from bench.lines import Line


@dataclass(frozen=True)
class Bound:
    """Holds if the ratio is at least `ratio`, or ours on the good side of `ours`."""

    text: str
    ratio: float | None = None
    ours_at_least: float | None = None
    ours_at_most: float | None = None

    def holds(self, line: Line) -> bool | None:
        """None where the line has no such figure."""
        if self.ratio is not None and line.ratio is not None:
            return line.ratio >= self.ratio
        if self.ours_at_least is not None and line.ours is not None:
            return line.ours >= self.ours_at_least
        if self.ours_at_most is not None and line.ours is not None:
            return line.ours <= self.ours_at_most
        return None


@dataclass(frozen=True)
class Goal:
    """`source` is the row of the design's table, or the promise, that says so."""

    case: str
    peer: str
    must: Bound | None
    aim: Bound | None
    source: str
    what: str = ""
    in_flight: int | None = None


GOALS = (
    Goal(
        "room",
        "centrifuge",
        Bound("1.8x", ratio=1.8),
        Bound("2.1x", ratio=2.1),
        "deliveries per server-CPU-second, room of 1,000, nothing to coalesce",
        in_flight=1,
    ),
    Goal("room", "centrifuge", Bound("1.6x", ratio=1.6), Bound("2x", ratio=2), "in bursts of 16", in_flight=16),
    Goal("room", "websockets", Bound("12x", ratio=12), None, "in bursts of 16", in_flight=16),
    Goal("mixed", "centrifuge", Bound("3x", ratio=3), Bound("6x", ratio=6), "mixed traffic of a room"),
    Goal(
        "pairs",
        "centrifuge",
        Bound("20,000/s on one core", ours_at_least=20_000),
        Bound("40,000/s on one core", ours_at_least=40_000),
        "1-to-1 with storage and ack after commit",
        what="stored",
        in_flight=32,
    ),
    *(
        Goal(
            "pairs",
            "centrifuge",
            Bound("1.2x their CPU at most", ratio=1 / 1.2),
            Bound("below it", ratio=1),
            "1-to-1, with schema, authorisation, pace and screening, before storage",
            what="without storage",
            in_flight=most,
        )
        for most in (1, 32)
    ),
    Goal(
        "handshakes",
        "centrifuge",
        Bound("1.2x their CPU at most", ratio=1 / 1.2),
        Bound("0.8x their CPU", ratio=1 / 0.8),
        "CPU for connect, sign-in and resume, against a plain handshake",
        what="resume, against an upgrade alone",
    ),
    Goal(
        "idle",
        "centrifuge",
        Bound("a quarter", ratio=4),
        Bound("2.5 KB", ours_at_most=2500),
        "user-space memory per idle, signed-in, subscribed connection",
        what="memory",
    ),
    Goal("storm", "centrifuge", None, Bound("half of their time", ratio=2), "5,000 clients cut at once", what="time"),
    Goal(
        "storm",
        "centrifuge",
        Bound("none", ours_at_most=0),
        None,
        "all resumed without gap or double",
        what="gaps and doubles",
    ),
    Goal(
        "stalled",
        "centrifuge",
        Bound("1.1", ours_at_most=1.1),
        Bound("1.05", ours_at_most=1.05),
        "p99 of the healthy while 5 % of clients stall",
    ),
    Goal(
        "nodes",
        "none",
        Bound("2,000/s", ours_at_least=2000),
        Bound("10,000/s", ours_at_least=10_000),
        "claims per second over 4 nodes, one PostgreSQL",
        what="claims, 4 nodes on one database",
    ),
    Goal(
        "pace",
        "redis",
        Bound("100x", ratio=100),
        Bound("200x", ratio=200),
        "pace check, against a Lua GCRA that is asked one check at a time, as each message has to be",
        what="from Python",
        in_flight=1,
    ),
    Goal(
        "pace",
        "redis",
        Bound("100x", ratio=100),
        Bound("200x", ratio=200),
        "the same in the core",
        what="the core",
        in_flight=1,
    ),
    Goal("pace", "redis", Bound("a half", ratio=2), None, "memory of a key", what="memory"),
    Goal(
        "screening",
        "python-re",
        Bound("2 ms", ours_at_most=2.0),
        None,
        "p99 of a message with a rule set of 10,000",
        what="latency",
    ),
    Goal(
        "overload",
        "centrifuge",
        Bound("0.8", ours_at_least=0.8),
        None,
        "promise P11: goodput at three times the load stays at 80 % of its peak",
        what="goodput at 3x",
    ),
    Goal(
        "queue",
        "redis",
        Bound("15x", ratio=15),
        Bound("20x", ratio=20),
        "claims per CPU-second, one node",
        what="claims",
    ),
    Goal(
        "queue",
        "none",
        Bound("100 us", ours_at_most=100),
        Bound("25 us", ours_at_most=25),
        "docs/queue.md: a queue of 1,000,000 with 10,000 listeners",
        what="take the next, p99",
    ),
    Goal(
        "queue",
        "none",
        Bound("1 ms", ours_at_most=1000),
        Bound("0.3 ms", ours_at_most=300),
        "docs/queue.md: a queue of 1,000,000 with 10,000 listeners",
        what="a board of 50, p99",
    ),
    Goal(
        "queue",
        "none",
        Bound("500 bytes", ours_at_most=500),
        Bound("300 bytes", ours_at_most=300),
        "docs/queue.md: a queue of 1,000,000 with 10,000 listeners",
        what="memory for each request",
    ),
)


def goal_of(line: Line) -> Goal | None:
    for goal in GOALS:
        if (goal.case, goal.peer, goal.what, goal.in_flight) == (line.case, line.peer, line.what, line.in_flight):
            return goal
    return None


def verdict(line: Line) -> str:
    """Empty where nothing was asked."""
    goal = goal_of(line)
    if goal is None:
        return ""
    if goal.must is not None and goal.must.holds(line) is False:
        return "**not yet**"
    if goal.aim is not None and goal.aim.holds(line):
        return "met, and the aim"
    return "met" if goal.must is not None else "not the aim yet"
