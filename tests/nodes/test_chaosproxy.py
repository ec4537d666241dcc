"""What breaks the network in `make faults` does break it, and lets it heal."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from harness.chaosproxy import SLOW_S, ChaosProxy
from harness.server import free_port


@pytest.fixture
def way() -> Iterator[ChaosProxy]:
    """To somebody who says everything again."""
    port = free_port()
    listener = socket.create_server(("127.0.0.1", port))

    def answer(one: socket.socket) -> None:
        with one:
            while some := one.recv(100):
                one.sendall(some)

    def accept() -> None:
        while True:
            try:
                one, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(one,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    made = ChaosProxy(port)
    yield made
    made.close()
    listener.close()


def opened(way: ChaosProxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", way.port), 5)


def asked(one: socket.socket, what: bytes = b"hello", within: float = 5) -> bytes:
    one.settimeout(within)
    one.sendall(what)
    return one.recv(100)


def test_a_cut_ends_what_is_open_and_lets_nobody_in(way: ChaosProxy) -> None:
    with opened(way) as one:
        assert asked(one) == b"hello"
        way.become("cut")
        assert one.recv(100) == b""
        with opened(way) as other, suppress(ConnectionError):
            assert asked(other) == b""
        way.become("whole")
        with opened(way) as again:
            assert asked(again) == b"hello"


@pytest.mark.parametrize("mode", ["hang", "one way"])
def test_what_is_held_up_comes_when_it_heals(way: ChaosProxy, mode: str) -> None:
    with opened(way) as one:
        assert asked(one) == b"hello"
        way.become(mode)  # type: ignore[arg-type]
        with pytest.raises(TimeoutError):
            asked(one, b"later", within=0.5)
        way.become("whole")
        one.settimeout(5)
        assert one.recv(100) == b"later"


def test_a_slow_way_takes_its_time(way: ChaosProxy) -> None:
    with opened(way) as one:
        assert asked(one) == b"hello"
        way.become("slow")
        began = time.monotonic()
        assert asked(one) == b"hello" and time.monotonic() - began >= 2 * SLOW_S
