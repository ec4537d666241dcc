"""Thousands of courses of events around the real queue. A failure says its seed: `SIMULATION_SEED=N` runs that one alone.

`SIMULATION_SEEDS=10000` runs as many; without it, some hundred.
"""

import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import pytest

from harness.queueworld.bugs import BUGS
from harness.queueworld.running import Failed, run_seed, run_seeds
from harness.queueworld.world import FAULTS

SEEDS = int(os.environ.get("SIMULATION_SEEDS", "300"))
SHARE = 50
WITHIN = 400
"""Seeds in which a planted bug has to show."""


def test_no_promise_is_broken_in_any_course_of_events() -> None:
    if "SIMULATION_SEED" in os.environ:
        run_seed(int(os.environ["SIMULATION_SEED"]))
        return
    total = Counter[str]()
    with ProcessPoolExecutor(min(8, os.cpu_count() or 1), mp_context=get_context("spawn")) as pool:
        for counts in pool.map(partial(run_seeds, count=SHARE), range(0, SEEDS, SHARE)):
            total += counts
    never = [fault for fault in FAULTS if not total[fault]]
    assert not never, f"never happened in {SEEDS} seeds: {never}"
    print(f"\n{SEEDS} seeds: {dict(total)}")


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
    program = "from harness.queueworld.running import run_seeds; print(sorted(run_seeds(7, 12).items()))"
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
