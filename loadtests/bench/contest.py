"""A case's servers measured in turns, repeat by repeat, so that whatever the machine does meanwhile meets all of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from bench import contenders
from bench.contenders import OURS
from bench.lines import Line, compare
from bench.processes import Failed, Server, progress
from bench.settings import Settings

Sample = dict[str, Any]
"""What the client printed of one measured window."""
Key = tuple[str, int | None]
"""Which figure of a case: what it is of, and how many are in flight."""
Measure = Callable[[str, Server], Mapping[Key, Sample]]


@dataclass
class Contest:
    """`options` names who takes part and with which options their servers start. With `fresh` each measurement has a new server."""

    settings: Settings
    case: str
    options: Mapping[str, Sequence[str]]
    fresh: bool = False
    ours: str = OURS
    samples: dict[str, list[Mapping[Key, Sample]]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def run(self, measure: Measure, runs: int | None = None) -> None:
        with ExitStack() as stack:
            servers: dict[str, Server] = {}
            for name in self._names():
                try:
                    contenders.ALL[name].build()
                    if not self.fresh:
                        servers[name] = stack.enter_context(contenders.ALL[name].start(*self.options[name]))
                except Failed as why:
                    self._drop(name, str(why))
            for repeat in range(runs or self.settings.runs):
                for name in self._names():
                    self._turn(name, servers.get(name), measure, repeat)

    def _names(self) -> list[str]:
        return [
            name
            for name in self.options
            if name not in self.missing and (name == self.ours or self.settings.wants(name))
        ]

    def _turn(self, name: str, server: Server | None, measure: Measure, repeat: int) -> None:
        progress(f"{self.case}: {name}, repeat {repeat + 1}")
        try:
            if server is None:
                with contenders.ALL[name].start(*self.options[name]) as fresh:
                    found = measure(name, fresh)
            else:
                found = measure(name, server)
        except Failed as why:
            self._drop(name, str(why))
        else:
            self.samples.setdefault(name, []).append(found)

    def _drop(self, name: str, why: str) -> None:
        """Whoever fails once has no figures: half of the repeats would not be compared with the same."""
        progress(f"{self.case}: {name} is left out: {why}")
        self.missing[name] = why
        self.samples.pop(name, None)

    def values(self, name: str, key: Key, of: Callable[[Sample], float]) -> list[float]:
        return [of(found[key]) for found in self.samples.get(name, []) if key in found]

    def lines(
        self,
        of: Callable[[Sample], float],
        unit: str,
        *,
        more_is_better: bool,
        keys: Sequence[Key] = (("", None),),
        more: Iterable[str] = (),
    ) -> list[Line]:
        """A line for each figure and peer. `more` names fields to tell of both."""
        made = []
        for key in keys:
            mine = self.values(self.ours, key, of)
            for peer in self.samples:
                theirs = self.values(peer, key, of)
                if peer != self.ours and mine and theirs:
                    made.append(
                        compare(
                            self.case,
                            peer,
                            mine,
                            theirs,
                            unit,
                            more_is_better=more_is_better,
                            what=key[0],
                            in_flight=key[1],
                            more=self._more(key, peer, more),
                        )
                    )
        return made

    def counts(self, of: Callable[[Sample], float], unit: str, key: Key) -> list[Line]:
        """The most of any repeat, without a ratio: for what should be none."""
        mine = self.values(self.ours, key, of)
        return [
            Line(
                case=self.case,
                peer=peer,
                what=key[0],
                ours=max(mine),
                theirs=max(theirs),
                unit=unit,
                runs=len(mine),
            )
            for peer in self.samples
            if peer != self.ours and mine and (theirs := self.values(peer, key, of))
        ]

    def absent(self) -> list[Line]:
        """A line for each server that could not take part."""
        return [Line(case=self.case, peer=name, missing=why) for name, why in self.missing.items()]

    def _more(self, key: Key, peer: str, names: Iterable[str]) -> dict[str, float]:
        found: dict[str, float] = {}
        for name in names:
            for side, who in (("ours", self.ours), ("theirs", peer)):
                values = [float(sample[key][name]) for sample in self.samples[who] if name in sample.get(key, {})]
                if values:
                    found[f"{side}_{name}"] = median(values)
        return found
