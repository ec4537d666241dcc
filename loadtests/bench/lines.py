"""One result: a case, a peer, and how we compare. What is printed, kept in docs/benchmarks.json, and shown in docs/benchmarks.md."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

from bench.arithmetic import ratios, rounded


@dataclass(frozen=True)
class Line:
    """`ours` and `theirs` are medians in `unit`; `ratio` is above 1 where we are better. `missing` says why there are no figures."""

    case: str
    peer: str
    what: str = ""
    """Which of several figures of a case this is."""
    in_flight: int | None = None
    ours: float | None = None
    theirs: float | None = None
    unit: str = ""
    ratio: float | None = None
    ratio_min: float | None = None
    ratio_max: float | None = None
    runs: int = 0
    missing: str = ""
    more: dict[str, float] = field(default_factory=dict)
    """Other figures of the same runs, as medians: latencies, counts of what went wrong."""

    def as_json(self) -> dict[str, Any]:
        """Without the fields that do not apply. The figures of a comparison are always there."""
        always = ("case", "peer", "ours", "theirs", "unit", "ratio", "ratio_min", "ratio_max", "runs")
        given = asdict(self)
        if self.missing:
            return {"case": self.case, "peer": self.peer, "missing": self.missing}
        return {name: value for name, value in given.items() if name in always or value not in (None, "", {})}


def compare(
    case: str,
    peer: str,
    ours: Sequence[float],
    theirs: Sequence[float],
    unit: str,
    *,
    more_is_better: bool,
    what: str = "",
    in_flight: int | None = None,
    more: Mapping[str, float] | None = None,
) -> Line:
    found = ratios(ours, theirs, more_is_better=more_is_better)
    return Line(
        case=case,
        peer=peer,
        what=what,
        in_flight=in_flight,
        ours=rounded(median(ours)),
        theirs=rounded(median(theirs)),
        unit=unit,
        ratio=rounded(found.middle),
        ratio_min=rounded(found.low),
        ratio_max=rounded(found.high),
        runs=len(ours),
        more={name: rounded(value) for name, value in (more or {}).items()},
    )
