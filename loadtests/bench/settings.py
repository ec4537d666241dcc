"""How a run is made: the environment's `BENCH_…` variables, with what holds without them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERVER_CORE, CLIENT_CORE = 0, 1


@dataclass(frozen=True)
class Settings:
    runs: int = 7
    """Repeats of each measurement."""
    seconds: float = 2.0
    """Length of a measured window."""
    people: int | None = None
    """Connections, in place of a case's own number."""
    peers: tuple[str, ...] = ()
    """Only these peers; all without."""
    results: Path = ROOT / "docs"
    """Where benchmarks.json and benchmarks.md are."""

    def count(self, usual: int) -> int:
        return self.people or usual

    def wants(self, peer: str) -> bool:
        return not self.peers or peer in self.peers


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """ValueError if a variable does not fit."""
    given = {name.removeprefix("BENCH_").lower(): text for name, text in environ.items() if name.startswith("BENCH_")}
    known = Settings()
    made = Settings(
        runs=int(given.pop("runs", known.runs)),
        seconds=float(given.pop("seconds", known.seconds)),
        people=int(given.pop("people")) if "people" in given else None,
        peers=tuple(filter(None, given.pop("peers", "").split(","))),
        results=Path(given.pop("results", known.results)),
    )
    if given:
        raise ValueError(f"BENCH_{next(iter(given)).upper()} is no setting of the benchmarks")
    return made
