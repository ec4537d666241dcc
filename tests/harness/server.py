"""Starts `cups serve` in a process of its own, on a free port, with a data directory that lasts over restarts."""

import os
import random
import resource
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from cups.settings import Settings
from harness.store import database_of

BY_TRUST = (
    "NEW_MESSAGE",
    "GUEST_CHAT_MESSAGE",
    "GUEST_REQUEST",
    "NEW_REQUEST",
    "GUEST_PERSONAL",
    "NEW_PERSONAL",
    "GUEST_LEAVE_MESSAGE",
    "NEW_LEAVE_MESSAGE",
    "GUEST_ENTER",
    "NEW_ENTER",
    "GUEST_ATTEMPT",
    "GUEST_CHANGES",
    "GUEST_BLOCK",
    "GUEST_MARK",
    "BLOCK",
    "MARK",
)
"""Limits of those who are new, as all people of tests are: wide, where a test does not set its own."""

ACTS_WIDE = {
    name: 1000 for name in Settings.__struct_fields__ if name.startswith("pace_act_") and name.endswith("_burst")
}
"""For tests in which one moderator does in seconds what takes an evening."""

_candidates = iter(random.Random(os.getpid()).sample(range(15_000, 32_000), 4_000))
"""Below those that the system gives to clients: of these, somebody's connection could take the port of a server that is just being
restarted, or a client that comes back too early could be connected with itself. Other processes of the same run try them in another order."""


def free_port() -> int:
    """A port that nobody listens at, and that this process names once."""
    for port in _candidates:
        with socket.socket() as probe:
            try:
                probe.bind(("", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no port is free")


class ServerProcess:
    """One server; `kill9` and `start` again keep port and data."""

    reactor = "native"
    """Which reactor servers have that do not name one."""

    def __init__(self, data: Path, *, demo: bool = True, role: str = "serve", **settings: object) -> None:
        self.data, self.port, self._demo, self.role = data, free_port(), demo, role
        self._settings = {f"CUPS_{name.upper()}": str(value) for name, value in settings.items()}
        self.log = data / "server.log"
        self.links: dict[str, str] = {}
        self.file_limit: int | None = None
        """Bytes that any file the server writes may have: a disk that is nearly full."""
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def base(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def environment(self) -> dict[str, str]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("CUPS_")}
        return (
            clean
            | {
                "CUPS_REACTOR": self.reactor,
                "CUPS_CONSENT": "*=none",
                "CUPS_PACE_CHANGES_BURST": "5000",
                "CUPS_GUEST_ROOMS": "40",
                "CUPS_NEW_ROOMS": "40",
                **{f"CUPS_PACE_{limit}_BURST": "5000" for limit in BY_TRUST},
                "CUPS_DATA_DIR": str(self.data / "data"),
                "CUPS_DATABASE": database_of(self.data / "data"),
                "CUPS_PORT": str(self.port),
            }
            | self._settings
        )

    def command(self, *args: str) -> subprocess.CompletedProcess[str]:
        """Runs `cups ARGS` on the same data."""
        return subprocess.run(
            [sys.executable, "-m", "cups", *args],
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def start(self) -> "ServerProcess":
        """Returns once it answers; the demo's sign-in links are in `links`."""
        self.data.mkdir(parents=True, exist_ok=True)
        out = (self.data / "server.out").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "cups", self.role, *(["--demo"] if self._demo else [])],
            env=self.environment(),
            stdout=out,
            stderr=self.log.open("ab"),
            preexec_fn=self._limit,
        )
        deadline = time.monotonic() + 90
        served = self._served()
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise RuntimeError(f"the server ended: {self.log.read_text()[-2000:]}")
            if self.role != "serve":
                if self._served() > served:
                    break
                time.sleep(0.05)
                continue
            try:
                with urlopen(f"{self.base}/api/me", timeout=2):
                    if not self._demo or "Stop with" in (self.data / "server.out").read_text():
                        break
            except HTTPError:
                break  # it answers, but to a site of another name than localhost
            except OSError:
                time.sleep(0.05)
        else:
            self.close()
            raise RuntimeError(f"the server did not answer within 90 s: {self.log.read_text()[-2000:]}")
        if self._demo:
            for line in (self.data / "server.out").read_text().splitlines():
                words = line.split()
                if len(words) == 2 and "/enter/" in words[1]:
                    self.links[words[0]] = words[1]
        return self

    def _served(self) -> int:
        """How often it has said that it serves."""
        return self.log.read_text().count('"serving"') if self.log.exists() else 0

    def _limit(self) -> None:
        if self.file_limit is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (self.file_limit, resource.RLIM_INFINITY))

    def set(self, name: str, value: object) -> None:
        """A setting, from the next start on."""
        self._settings[f"CUPS_{name.upper()}"] = str(value)

    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def code(self) -> int | None:
        """With which it ended."""
        return None if self._process is None else self._process.returncode

    def signal(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def kill9(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(10)

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        return self._process.wait(30)

    def close(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(10)
