"""Runs every check and test of the repository, all of them even if one fails, and sums up.

ONLY (a comma list of names) picks some; ARGS goes on to pytest. It sets nothing up: `scripts/setup.py test` has.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import sysconfig
import time
from collections import deque
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from setup import ROOT, WEB, environment

SPREAD = ["--numprocesses", "logical", "--maxprocesses", "4", "--dist", "loadfile", "--no-loadscope-reorder"]
"""How the tests are spread over processes: a file's stay together, since they share a server."""


ON_POSTGRES = ["accounts", "bots", "chats", "consent", "courses", "mail", "messages", "moderation", "privacy", "rooms"]
"""Folders of tests that run on the other database, too. Those of the store run on both at any time."""


LAST_LINES, MOST_REPEATED, MOST_OF_A_LINE = 4000, 20, 300
NAMES_A_FAILURE = ("FAILED ", "ERROR ", "FAIL ", "test result: FAILED", "error:", "error[")
"""What a failing check said is gone through again at the end: pytest, vitest, cargo and the compilers begin a line so."""


class Check(NamedTuple):
    """A name to pick it by, the commands that must all succeed, the folder they run in, and what they find in their environment."""

    name: str
    commands: list[list[str]]
    folder: Path = ROOT
    variables: Mapping[str, str] = {}


def all_checks(arguments: list[str]) -> list[Check]:
    """Every check, the quick ones first, so that what is wrong shows early."""
    # On a developer's machine cargo may write a lock that lags behind; what is handed in must hold one that fits.
    locked = ["--locked"] if "CI" in os.environ else []
    return [
        # Fails where pyproject.toml asks for what requirements/run.txt doesn't hold: `make pins` was forgotten.
        Check("pins", [["uv", "pip", "check"]]),
        Check("ruff", [["ruff", "check", "--no-cache", "."], ["ruff", "format", "--check", "."]]),
        Check("mypy", [["mypy"], ["mypy", "--strict", "scripts"]]),
        Check("rustfmt", [["cargo", "fmt", "--all", "--check"]]),
        Check(
            "clippy",
            [["cargo", "clippy", "--quiet", "--workspace", "--all-targets", *locked, "--", "--deny", "warnings"]],
        ),
        Check("cargo", [["cargo", "test", "--quiet", "--workspace", *locked]]),
        Check("svelte", [["npm", "run", "--silent", "check"]], WEB),
        Check("vitest", [["npm", "run", "--silent", "test"]], WEB),
        # Says plainly that it is skipped where its client, which needs Python 2.7, can't be had.
        Check("autobahn", [["python", "tests/conformance/autobahn.py"]]),
        # Spread over the cores, a file at a time: half of the time tests wait. `ARGS="-n 0"` runs them in one process.
        Check("pytest", [["python", "-m", "pytest", *SPREAD, *arguments]]),
        # `CUPS_TEST_DATABASE=postgresql python -m pytest` runs any others there.
        Check(
            "postgres",
            [["python", "-m", "pytest", *SPREAD, *(f"tests/{name}" for name in ON_POSTGRES), *arguments]],
            variables={"CUPS_TEST_DATABASE": "postgresql"},
        ),
    ]


def picked(checks: list[Check], only: str) -> list[Check]:
    """Those named in a comma list, in their own order; all without one. A name nobody bears is an error."""
    wanted = {name.strip() for name in only.split(",") if name.strip()}
    unknown = wanted - {check.name for check in checks}
    if unknown:
        raise SystemExit(
            f"There is no check called {', '.join(sorted(unknown))}; there are {', '.join(c.name for c in checks)}."
        )
    return [check for check in checks if not wanted or check.name in wanted]


def passes(check: Check, env: dict[str, str], told: list[str]) -> bool:
    """Runs all commands of a check with their output as it comes. What the failing ones said last is added to `told`."""
    passed = True
    # Somebody at a terminal has it all before their eyes, and in colour.
    kept = not sys.stdout.isatty()
    for command in check.commands:
        said: deque[str] = deque(maxlen=LAST_LINES)
        with subprocess.Popen(
            command,
            cwd=check.folder,
            env={**env, **check.variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if kept else None,
            stderr=subprocess.STDOUT if kept else None,
            text=True,
        ) as running:
            for line in running.stdout or ():
                print(line, end="", flush=True)
                said.append(line.rstrip())
        if running.returncode:
            passed = False
            told += _worth_repeating(said)
    return passed


def _worth_repeating(said: Iterable[str]) -> list[str]:
    """The lines that name a failing test; where none does, the last ones."""
    lines = [line for line in said if line.strip()]
    named = [line[:MOST_OF_A_LINE] for line in lines if line.lstrip().startswith(NAMES_A_FAILURE)]
    return named[:MOST_REPEATED] or [line[:MOST_OF_A_LINE] for line in lines[-5:]]


def main() -> int:
    env = environment()
    # The binding's Rust tests are linked with a libpython that may lie where the system doesn't look.
    libraries = [sysconfig.get_config_var("LIBDIR") or "", env.get("LD_LIBRARY_PATH", "")]
    env["LD_LIBRARY_PATH"] = os.pathsep.join(folder for folder in libraries if folder)
    results: list[tuple[str, bool, float, list[str]]] = []
    for check in picked(all_checks(shlex.split(env.get("ARGS", ""))), env.get("ONLY", "")):
        print(f"\n── {check.name}: {' && '.join(shlex.join(command) for command in check.commands)}", flush=True)
        began = time.monotonic()
        told: list[str] = []
        try:
            passed = passes(check, env, told)
        except KeyboardInterrupt:
            print("stopped")
            return 130
        results.append((check.name, passed, time.monotonic() - began, told))

    print("\n── summary")
    for name, passed, seconds, _ in results:
        print(f"{name:<8} {'passed' if passed else 'FAILED'} {seconds:7.1f} s")
    # Whoever sees only the end of a log learns here what to look at.
    for name, _, _, told in results:
        for line in told:
            print(f"{name}: {line}")
    failed = [name for name, passed, _, _ in results if not passed]
    print(f"Failed: {', '.join(failed)}." if failed else "All passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
