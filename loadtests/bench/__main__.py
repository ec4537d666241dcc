"""`python -m bench [CASE …]`: runs the cases, prints a JSON line for each comparison, and writes docs/benchmarks.md.

BENCH_RUNS, BENCH_SECONDS, BENCH_PEOPLE, BENCH_PEERS and BENCH_RESULTS change how: see settings.py.
"""

import importlib
import os
import sys

from bench import cases, contenders, report
from bench.processes import Failed, progress
from bench.settings import CLIENT_CORE, SERVER_CORE, load


def main(names: list[str]) -> int:
    """1 if a case could not be measured at all, 2 if nothing could begin."""
    unknown = [name for name in names if name not in cases.TITLES]
    if unknown:
        return _cannot(f"There is no case {unknown[0]}; there are {', '.join(cases.TITLES)}.")
    if not {SERVER_CORE, CLIENT_CORE} <= os.sched_getaffinity(0):
        return _cannot("Two cores are needed: one for the server, one for the client.")
    try:
        settings = load()
        progress("building")
        contenders.build_client()
    except (ValueError, Failed) as error:
        return _cannot(str(error))
    whole = True
    for name in names or [name for name in cases.TITLES if name not in cases.ON_REQUEST]:
        lines = importlib.import_module(f"bench.cases.{name}").run(settings)
        for line in lines:
            report.tell(line)
        report.keep(settings, name, lines)
        whole = whole and any(not line.missing for line in lines)
    return 0 if whole else 1


def _cannot(why: str) -> int:
    print(why, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
