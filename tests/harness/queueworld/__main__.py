"""Runs courses of events: `make simulation SEEDS=10000`, one that failed: `make simulation SEED=1234`."""

import argparse
import os
import sys
import time

from harness.queueworld.running import Failed, Tally, run_seed, simulate

TOLD = 50
"""Failures that are told: with more, something is broken for all of them."""


def main() -> int:
    ask = argparse.ArgumentParser(prog="python -m harness.queueworld", description=__doc__)
    ask.add_argument("--seeds", type=int, default=10_000, help="how many (10000)")
    ask.add_argument("--first", type=int, default=0, help="the first of them (0)")
    ask.add_argument("--seed", type=int, help="this one alone, with where it broke")
    ask.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="at once (one for each core)")
    options = ask.parse_args()
    return many(options) if options.seed is None else one(options.seed)


def one(seed: int) -> int:
    try:
        counts = run_seed(seed)
    except Failed as failed:
        sys.excepthook(type(failed), failed, failed.__traceback__)
        return 1
    print(f"seed {seed}: every promise was kept; {dict(counts)}")
    return 0


def many(options: argparse.Namespace) -> int:
    began, told, total = time.monotonic(), 0, Tally()
    for total in simulate(options.first, options.seeds, processes=options.processes):
        for failed in total.failed[told:TOLD]:
            print(failed, flush=True)
        told = len(total.failed)
    took = time.monotonic() - began
    print(f"{total.seeds} seeds in {took:.1f} s on {options.processes} cores, {told} failed; {dict(total.counts)}")
    if total.never:
        print(f"never happened, so that nothing was proven about it: {total.never}")
    return 1 if told or total.never else 0


if __name__ == "__main__":
    sys.exit(main())
