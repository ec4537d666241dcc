"""The processes that a file in deploy/ describes, run here with its very command and environment: only addresses and folders are others."""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from harness.server import free_port

DEPLOY = Path(__file__).parents[2] / "deploy"
DOCKERFILE = DEPLOY / "container" / "Dockerfile"


def instructions() -> list[tuple[str, str]]:
    """Of the Dockerfile, in order: the word in capitals, and the rest, lines joined."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE.read_text("utf-8"), flags=re.MULTILINE).replace("\\\n", " ")
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in text.splitlines() if line)]


def of_image() -> dict[str, str]:
    """The environment that the image gives."""
    words = [word for name, rest in instructions() if name == "ENV" for word in shlex.split(rest)]
    return dict(word.split("=", 1) for word in words)


@dataclass
class Part:
    """`args` are cups's own words, `env` what the file sets, over the image's."""

    args: Sequence[str]
    env: Mapping[str, str]
    folder: Path
    port: int = 0
    metrics: int = 0
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.port, self.metrics = free_port(), free_port()
        self.folder.mkdir(exist_ok=True)

    def environment(self, **places: str) -> dict[str, str]:
        """`places`: what has to be elsewhere in a test."""
        mine = {
            "PATH": os.environ["PATH"],
            "CUPS_DATA_DIR": str(self.folder.parent / "data"),
            "CUPS_HOST": "127.0.0.1",
            "CUPS_METRICS_HOST": "127.0.0.1",
            "CUPS_PORT": str(self.port),
            "CUPS_METRICS_PORT": str(self.metrics),
        }
        return {**of_image(), **self.env, **mine, **places}

    def run(self, **places: str) -> None:
        """To its end, which has to be a good one."""
        words = [sys.executable, "-m", "cups", *self.args]
        done = subprocess.run(
            words, env=self.environment(**places), cwd="/", capture_output=True, text=True, timeout=90, check=False
        )
        assert done.returncode == 0, done.stderr

    def start(self, **places: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cups", *self.args],
            env=self.environment(**places),
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "log").open("ab"),
        )

    def asked(self, path: str, port: int, seconds: float = 60) -> int:
        """The status, once it answers at all."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                with urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
                    return int(answer.status)
            except OSError as error:
                if hasattr(error, "code") and error.code not in (503,):
                    return int(error.code)
                assert self.process is not None
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError((self.folder / "log").read_text()[-2000:]) from error
                time.sleep(0.1)

    def stop(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)

    def ended(self, within_s: float) -> int:
        """The exit code."""
        assert self.process is not None
        return self.process.wait(within_s)

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)


def longest_stop_s(env: Mapping[str, str], hook_s: float = 0.0) -> float:
    """From the word to stop to the end, at the worst: the hook, the notice, clients told in batches, waiting for them, leaving the site."""
    from cups import app
    from cups.settings import load

    settings = load({name: value for name, value in {**of_image(), **env}.items() if name.startswith("CUPS_")})
    return hook_s + settings.drain_notice_s + 1.6 * settings.drain_s + app.LEAVE_S + 5
