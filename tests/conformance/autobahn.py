"""Runs Autobahn's fuzzing client against the echo route on both reactors, and fails on any case that fails or is not closed as it should be.

`python tests/conformance/autobahn.py [CASE …]`, cases as `6.*` or `9.1.1`; all that concern a server without compression if none is named.
The client is `wstest` where that is on the path. Else it is set up for a Python 2.7, which it needs, once, in var/setup. Where neither can be
had it says so and succeeds: tests/conformance/test_against_wsproto.py holds the gateway to the protocol everywhere.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / "var" / "setup" / "autobahn"
PINS = ROOT / "requirements" / "autobahn.txt"
CASES = ("1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "9.*", "10.*")
"""8 is empty; 12 and 13 are about compression, which stays off."""
FAULTLESS = {"OK", "NON-STRICT", "INFORMATIONAL", "UNIMPLEMENTED"}
PATIENCE_S = 900


class Missing(Exception):
    """Why the client can't be had here."""


class Client:
    """How to start `wstest`."""

    def __init__(self, command: list[str], env: dict[str, str]) -> None:
        self.command, self.env = command, env


def client() -> Client:
    """Finds it or sets it up."""
    found = shutil.which("wstest")
    if found is not None:
        return Client([found], dict(os.environ))
    python = _python27()
    env = os.environ | {"PYTHONUSERBASE": str(HOME)}
    env.pop("PYTHONPATH", None)
    wstest = HOME / "bin" / "wstest"
    if not wstest.exists():
        install = [
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-warn-script-location",
        ]
        made = subprocess.run(
            [*install, "--user", "--require-hashes", "-r", str(PINS)], env=env, capture_output=True, text=True
        )
        if made.returncode or not wstest.exists():
            shutil.rmtree(HOME, ignore_errors=True)
            raise Missing(f"its packages can't be installed for {python}: {made.stderr.strip().splitlines()[-1:]}")
    return Client([python, str(wstest)], env)


def _python27() -> str:
    """One that starts: a version manager's stand-in may be on the path for a version that is not chosen."""
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = [shutil.which("python2.7"), *sorted(map(str, versions.glob("2.7*/bin/python2.7")))]
    for candidate in candidates:
        if candidate is not None:
            asked = subprocess.run([candidate, "-m", "pip", "--version"], capture_output=True)
            if asked.returncode == 0:
                return candidate
    raise Missing("there is neither a `wstest` nor a Python 2.7 with pip, which it needs")


@contextmanager
def echo(kind: str) -> Iterator[int]:
    """The echo route on this reactor, in a process of its own; its port."""
    process = subprocess.Popen([sys.executable, str(Path(__file__).with_name("echo.py")), kind], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()


def run(found: Client, kind: str, cases: list[str]) -> dict[str, Any]:
    """Each case's verdict, by its number."""
    with tempfile.TemporaryDirectory() as folder, echo(kind) as port:
        spec = {
            "options": {"failByDrop": False},
            "outdir": folder,
            "servers": [{"agent": kind, "url": f"ws://127.0.0.1:{port}"}],
            "cases": cases,
            "exclude-cases": [],
            "exclude-agent-cases": {},
        }
        path = Path(folder, "spec.json")
        path.write_text(json.dumps(spec), "utf-8")
        command = [*found.command, "-m", "fuzzingclient", "-s", str(path)]
        done = subprocess.run(command, env=found.env, cwd=folder, capture_output=True, text=True, timeout=PATIENCE_S)
        index = Path(folder, "index.json")
        if not index.exists():
            raise SystemExit(f"autobahn: the client broke off\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        verdicts: dict[str, Any] = json.loads(index.read_text("utf-8"))[kind]
        return verdicts


def faults(verdicts: dict[str, Any]) -> list[str]:
    """Cases that failed, or whose connection did not end as it should."""
    return [
        f"{case}: {found['behavior']}, closing {found['behaviorClose']}"
        for case, found in verdicts.items()
        if found["behavior"] not in FAULTLESS or found["behaviorClose"] not in FAULTLESS
    ]


def main(arguments: list[str]) -> int:
    cases = arguments or list(CASES)
    try:
        found = client()
    except Missing as why:
        print(f"autobahn: SKIPPED, since {why}")
        return 0
    failed, kinds = 0, ("native", "plain")
    with ThreadPoolExecutor(len(kinds)) as pool:
        runs = list(pool.map(lambda kind: run(found, kind, cases), kinds))
    for kind, verdicts in zip(kinds, runs, strict=True):
        groups = Counter((int(case.split(".")[0]), of["behavior"]) for case, of in verdicts.items())
        for (group, behavior), count in sorted(groups.items()):
            print(f"autobahn {kind}: group {group}: {count} {behavior}")
        wrong = faults(verdicts)
        print("\n".join(f"autobahn {kind}: {fault}" for fault in wrong), end="\n" if wrong else "")
        print(f"autobahn {kind}: {len(verdicts) - len(wrong)} passed, {len(wrong)} failed", flush=True)
        failed += len(wrong) + (not verdicts)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
