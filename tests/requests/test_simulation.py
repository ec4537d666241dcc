"""Thousands of courses of events around the real queue. A failure says its seed, and how to run that one alone.

Some hundred here; `make simulation` runs ten thousand.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.queueworld.bugs import BUGS
from harness.queueworld.running import Failed, run_seed, run_seeds, simulate

SEEDS = int(os.environ.get("SIMULATION_SEEDS", "300"))
WITHIN = 400
"""Seeds in which a planted bug has to show."""


def test_no_promise_is_broken_in_any_course_of_events() -> None:
    *_, total = simulate(0, SEEDS, processes=min(8, os.cpu_count() or 1))
    assert not total.failed, "\n".join(total.failed)
    assert total.seeds == SEEDS and not total.never, f"never happened in {SEEDS} seeds: {total.never}"
    print(f"\n{SEEDS} seeds: {dict(total.counts)}")


@pytest.mark.parametrize("name", BUGS)
def test_a_planted_bug_is_found(name: str) -> None:
    with BUGS[name]():
        for seed in range(WITHIN):
            try:
                run_seed(seed)
            except Failed as found:
                assert str(found).startswith(f"seed {seed}: Broken: "), str(found)
                return
    pytest.fail(f"not found in {WITHIN} seeds: {name}")


def test_a_seed_is_one_course_of_events() -> None:
    """In processes of their own, with other hashes: the same acts, the same outcome."""
    program = "from harness.queueworld.running import run_seeds; t = run_seeds(7, 12); print(sorted(t.counts.items()), t.failed)"
    said = {
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(Path(__file__).parents[1])},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert len(said) == 1, said


def test_a_failure_says_its_seed_and_how_to_run_it_again() -> None:
    """And does not keep the others from being run."""
    with BUGS["two personal requests at one listener"]():
        tally = run_seeds(0, 20)
    assert tally.seeds == 20 and tally.failed
    for said in tally.failed:
        seed = said.removeprefix("seed ").split(":")[0]
        assert said.endswith(f"(again: make simulation SEED={seed})"), said
