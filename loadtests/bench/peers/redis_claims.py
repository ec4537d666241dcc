"""A claim as one would write it for Redis: a sorted set by rank, and one script that takes the first, gives the fencing token, owner and lease.

The server keeps nothing on disk. Commands come 64 at a time, which spares it most of its system calls: that is the best it can do.
"""

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from bench.processes import BUILT, Failed, pin
from bench.settings import CLIENT_CORE, SERVER_CORE

SCRIPT = """
local first = redis.call('ZPOPMIN', KEYS[1])
if #first == 0 then return false end
local id = first[1]
local fence = redis.call('HINCRBY', KEYS[2], id, 1)
redis.call('HSET', KEYS[3], id, ARGV[1])
redis.call('ZADD', KEYS[4], ARGV[2], id)
return {id, fence}
"""
IN_FLIGHT = 64
TICKS = 100


def _command(*words: str) -> bytes:
    parts = [f"*{len(words)}\r\n".encode()]
    for word in words:
        data = word.encode()
        parts.append(b"$%d\r\n%b\r\n" % (len(data), data))
    return b"".join(parts)


class Redis:
    """A server of its own, and one connection to it."""

    def __init__(self, pid: int, connection: socket.socket) -> None:
        self._pid, self._connection = pid, connection
        self._reader = connection.makefile("rb")

    def call(self, *commands: bytes) -> list[object]:
        self._connection.sendall(b"".join(commands))
        return [self._answer() for _ in commands]

    def _answer(self) -> object:
        line = self._reader.readline()
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            raise Failed(rest.decode(errors="replace"))
        if kind == b"$":
            return None if rest == b"-1" else self._reader.read(int(rest) + 2)[:-2]
        if kind == b"*":
            return None if rest == b"-1" else [self._answer() for _ in range(int(rest))]
        return rest

    def cpu_s(self) -> float:
        """User and system, of all threads."""
        fields = Path(f"/proc/{self._pid}/stat").read_text("ascii").rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS


@contextlib.contextmanager
def serving() -> Iterator[Redis]:
    program = shutil.which("redis-server")
    if program is None:
        raise Failed("redis-server is not installed")
    BUILT.mkdir(parents=True, exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        cwd=BUILT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=pin(SERVER_CORE),
    )
    try:
        yield Redis(process.pid, _connected(port))
    finally:
        process.terminate()
        process.wait(10)


def _connected(port: int) -> socket.socket:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            return socket.create_connection(("127.0.0.1", port), timeout=60)
        time.sleep(0.02)
    raise Failed("redis-server did not answer within 10 s")


def claims(redis: Redis, count: int) -> dict[str, float]:
    """Fills the queue, then claims all of it."""
    pin(CLIENT_CORE)()
    redis.call(_command("FLUSHALL"))
    for first in range(0, count, 1000):
        redis.call(*(_command("ZADD", "waiting", str(n), f"{n:026}") for n in range(first, min(first + 1000, count))))
    (digest,) = redis.call(_command("SCRIPT", "LOAD", SCRIPT))
    assert isinstance(digest, bytes)
    sha = digest.decode()
    keys = ("4", "waiting", "fences", "owners", "leases")
    batches = [
        b"".join(
            _command("EVALSHA", sha, *keys, f"{n % 1000:026}", "1800000060000")
            for n in range(first, min(first + IN_FLIGHT, count))
        )
        for first in range(0, count, IN_FLIGHT)
    ]
    done, began = 0, redis.cpu_s()
    for at, batch in enumerate(batches):
        redis._connection.sendall(batch)
        for _ in range(min(IN_FLIGHT, count - at * IN_FLIGHT)):
            done += redis._answer() is not None
    return {"claims": done, "cpu_s": redis.cpu_s() - began}
