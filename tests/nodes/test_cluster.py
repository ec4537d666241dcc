"""The quick way over a Redis Cluster of three masters: what is told comes through, whichever of them it goes by."""

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from cups.nodes.quick import CHANNELS, QuickWay
from cups.store.news_log import Entry
from harness.redis import _end_with_the_tests
from harness.server import free_port

NAME = "f" * 32


class Cluster:
    """Three masters on this machine; cluster mode needs ports."""

    def __init__(self, folder: Path) -> None:
        self.ports = [free_port() for _ in range(3)]
        self.processes = []
        for port in self.ports:
            home = folder / str(port)
            home.mkdir()
            self.processes.append(
                subprocess.Popen(
                    ["redis-server", "--port", str(port), "--cluster-enabled", "yes", "--cluster-port", str(free_port()),
                     "--cluster-require-full-coverage", "no", "--cluster-node-timeout", "2000", "--save", "",
                     "--bind", "127.0.0.1", "--dir", str(home)],
                    stdout=(home / "log").open("ab"),
                    stderr=subprocess.STDOUT,
                    preexec_fn=_end_with_the_tests,
                )
            )  # fmt: skip
        for port in self.ports:
            _until(lambda port=port: bool(redis.Redis(port=port).ping()), 20)  # type: ignore[misc]
        addresses = [f"127.0.0.1:{port}" for port in self.ports]
        subprocess.run(
            ["redis-cli", "--cluster", "create", *addresses, "--cluster-yes"],
            check=True,
            capture_output=True,
            timeout=60,
        )
        _until(lambda: redis.Redis(port=self.ports[0]).cluster("info")["cluster_state"] == "ok", 20)  # type: ignore[no-untyped-call]

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.ports[0]}"

    def close(self) -> None:
        for process in self.processes:
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait(10)


def _until(true: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            if true():
                return
        except redis.RedisError:
            pass
        if time.monotonic() > deadline:
            raise AssertionError("not within its time")
        time.sleep(0.05)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    made = Cluster(tmp_path)
    try:
        yield made
    finally:
        made.close()


def test_what_is_told_comes_through_whichever_master_it_goes_by(cluster: Cluster) -> None:
    heard, letters = list[int](), list[bytes]()
    one = QuickWay(cluster.url, cluster=True, prefix="c", name="a" * 32, heard=lambda _: None, told=lambda _: None)
    two = QuickWay(
        cluster.url, cluster=True, prefix="c", name=NAME, heard=lambda e: heard.append(e.number), told=letters.append
    )
    try:
        one.start()
        two.start()
        _until(lambda: one.up and two.up, 20)
        for number in range(40):
            one.carry(Entry(number, "a" * 32, b"x" * (number + 1)))
        one.tell(b"a letter")
        _until(lambda: len(heard) == 40 and letters == [b"a letter"], 10)
        slots = {redis.crc.key_slot(f"c:news:{number}".encode()) * 3 // 16384 for number in range(CHANNELS)}
        assert len(slots) == 3, "the entries are spread over all masters"
    finally:
        one.stop()
        two.stop()
