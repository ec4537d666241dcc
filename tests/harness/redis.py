"""A real Redis of our own: on a socket in its own folder, with nothing kept."""

import ctypes
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import redis


class Redis:
    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="cups-redis-", dir="/tmp"))
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def socket(self) -> Path:
        return self.folder / "redis.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> None:
        self.process = subprocess.Popen(
            [
                "redis-server", "--port", "0", "--unixsocket", str(self.socket), "--save", "",
                "--appendonly", "no", "--dir", str(self.folder), "--maxmemory-policy", "noeviction",
            ],
            stdout=(self.folder / "log").open("ab"),
            stderr=subprocess.STDOUT,
            preexec_fn=_end_with_the_tests,
        )  # fmt: skip
        deadline = time.monotonic() + 20
        while True:
            try:
                redis.Redis.from_url(self.url).ping()
                return
            except redis.RedisError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)

    def signal(self, number: int) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def kill9(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.signal(signal.SIGCONT)
            self.kill9()
        shutil.rmtree(self.folder, ignore_errors=True)


def _end_with_the_tests() -> None:
    """Even where those are killed."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
