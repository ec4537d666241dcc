"""Server and client processes: each on its core, with its CPU time told by the client, and ended with the run."""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.settings import CLIENT_CORE, ROOT, SERVER_CORE

START_WITHIN_S = 60.0
CLIENT_WITHIN_S = 600.0
BUILT = ROOT / "var" / "bench"


class Failed(Exception):
    """A server did not start or a client did not end well; the text says why, in one line."""


@dataclass(frozen=True)
class Server:
    """A running server, as a client has to know it."""

    pid: int
    dialect: str
    port: int
    accounts: str = ""
    others: tuple[tuple[int, int], ...] = ()
    """Port and process of each that serves the same people."""
    beside: tuple[int, ...] = ()
    """What they work with: their time is told apart."""

    def options(self) -> list[str]:
        ports, pids = zip((self.port, self.pid), *self.others, strict=True)
        found = ["--dialect", self.dialect, "--port", _list(ports), "--pid", _list(pids)]
        if self.beside:
            found += ["--beside", _list(self.beside)]
        return [*found, "--accounts", self.accounts] if self.accounts else found


def _list(numbers: Sequence[int]) -> str:
    return ",".join(map(str, numbers))


def client_program() -> Path:
    """Where cargo puts the client."""
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "cups-bench"


def environment() -> dict[str, str]:
    """Modules of `bench` are found; settings of a server that runs on this machine are not taken over."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CUPS_")}
    path = [part for part in (os.environ.get("PYTHONPATH"), str(ROOT / "loadtests")) if part]
    return clean | {"PYTHONPATH": os.pathsep.join(path)}


def pin(core: int) -> Callable[[], None]:
    """Puts the process that calls the result on one core."""
    return lambda: os.sched_setaffinity(0, {core})


@contextlib.contextmanager
def serving(command: Sequence[str], dialect: str, *, data: bool = False) -> Iterator[Server]:
    """Starts a server that prints a JSON line with its port; ends it afterwards. With `data` it gets a folder that is thrown away."""
    BUILT.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        log = stack.enter_context(tempfile.TemporaryFile())
        words = list(command)
        if data:
            words += ["--data", stack.enter_context(tempfile.TemporaryDirectory(dir=BUILT, prefix="data-"))]
        process = subprocess.Popen(
            words,
            cwd=BUILT,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            preexec_fn=pin(SERVER_CORE),
        )
        stack.callback(_end, process)
        assert process.stdout is not None
        line = process.stdout.readline()
        try:
            told: dict[str, Any] = json.loads(line)
        except ValueError:
            _end(process)
            log.seek(0)
            raise Failed(f"did not start: {_last_line(log.read())}") from None
        yield _told(process.pid, dialect, told)


def _told(pid: int, dialect: str, told: Mapping[str, Any]) -> Server:
    accounts: str = told.get("accounts", "")
    if "gateways" not in told:
        return Server(pid, dialect, told["port"], accounts)
    (port, first), *others = told["gateways"]
    return Server(first, dialect, port, accounts, tuple((port, pid) for port, pid in others), tuple(told["beside"]))


def _end(process: subprocess.Popen[bytes]) -> None:
    """SIGTERM, and SIGKILL for whoever takes long."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def client(mode: str, server: Server, **options: object) -> list[dict[str, Any]]:
    """Runs the load client on its core; the objects that it printed."""
    try:
        done = subprocess.run(
            _words(mode, server, options),
            capture_output=True,
            timeout=CLIENT_WITHIN_S,
            check=False,
            preexec_fn=pin(CLIENT_CORE),
        )
    except subprocess.TimeoutExpired:
        raise Failed(f"the load client did not end within {CLIENT_WITHIN_S:.0f} s") from None
    if done.returncode:
        raise Failed(_last_line(done.stderr))
    return [json.loads(line) for line in done.stdout.splitlines()]


class Client:
    """A load client that goes on when it is told to, line by line."""

    def __init__(self, mode: str, server: Server, **options: object) -> None:
        self._process = subprocess.Popen(
            _words(mode, server, options),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=pin(CLIENT_CORE),
        )

    def go_on(self) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # what it says next tells why
            self._process.stdin.write(b"\n")
            self._process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        """What it prints next. Failed if it ends instead, or takes too long."""
        assert self._process.stdout is not None and self._process.stderr is not None
        if not select.select([self._process.stdout], [], [], CLIENT_WITHIN_S)[0]:
            raise Failed(f"the load client said nothing within {CLIENT_WITHIN_S:.0f} s")
        line = self._process.stdout.readline()
        if not line:
            raise Failed(_last_line(self._process.stderr.read()))
        found: dict[str, Any] = json.loads(line)
        return found

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()


def _words(mode: str, server: Server, options: Mapping[str, object]) -> list[str]:
    words = [str(client_program()), mode, *server.options()]
    for name, value in options.items():
        words += [f"--{name.replace('_', '-')}", str(value)]
    return words


def _last_line(text: bytes) -> str:
    lines = text.decode(errors="replace").strip().splitlines()
    return lines[-1][:300] if lines else "no word of why"


def progress(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)
