"""A reactor under test, its peers on real sockets, and its clock."""

import select
import socket
import time
from contextlib import suppress
from typing import Any, Literal

from cups.gateway.reactor import Event, make_reactor
from harness import wire

HEAD = b"GET /live HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\n\r\n"
PATIENCE_S = 10.0
"""How long a test waits for what TCP delivers soon, but not at once."""
Told = tuple[Event, int, Any]


class Peer:
    """The other end of one connection."""

    def __init__(self, sock: socket.socket, conn: int = 0) -> None:
        self.sock, self.conn = sock, conn
        sock.setblocking(False)
        self.unread = b""
        self.end: str | None = None
        """`eof` or `reset`, once it was seen."""

    def send(self, *pieces: bytes) -> None:
        """All of it, which the buffers must take."""
        data = b"".join(pieces)
        assert self.sock.send(data) == len(data)

    def send_some(self, data: bytes) -> int:
        """As much as the buffers take."""
        with suppress(BlockingIOError):
            return self.sock.send(data)
        return 0

    def read(self, most: int = 1 << 24) -> bytes:
        """What is there."""
        got = b""
        while len(got) < most and self.end is None:
            try:
                data = self.sock.recv(min(most - len(got), 1 << 16))
            except BlockingIOError:
                break
            except ConnectionResetError:
                self.end = "reset"
                break
            if not data:
                self.end = "eof"
            got += data
        self.unread += got
        return got

    def frames(self) -> list[tuple[int, bytes]]:
        """The whole frames that have come since the last call."""
        self.read()
        frames, self.unread = wire.server_frames(self.unread)
        return frames

    def reset(self) -> None:
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.sock.close()

    def close(self) -> None:
        self.sock.close()


class World:
    def __init__(self, kind: Literal["native", "plain"], **settings: Any) -> None:
        # What rests from a long flush rests in real time: not in tests.
        self.reactor = make_reactor(kind, **{"coalesce_ms": 0.0} | settings)
        self.kind = kind
        self.now = 1000.0
        self.reactor.tick(self.now)
        self._peers: list[Peer] = []
        self._doors: list[socket.socket] = []
        self._told: list[Told] = []

    def end(self) -> None:
        for peer in self._peers:
            peer.close()
        for door in self._doors:
            door.close()
        del self.reactor

    # Peers

    def adopt(self, format: int = 0, data: bytes = b"", *, buffer: int | None = None) -> Peer:
        """On a pair of sockets, which deliver at once; `buffer` bytes, or as few as there can be, lie between them at most."""
        ours, theirs = socket.socketpair()
        if buffer is not None:
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, buffer)
        peer = Peer(theirs, self.reactor.adopt(ours.detach(), format, data, self.now))
        self._peers.append(peer)
        return peer

    def door(self, host: str = "127.0.0.1") -> socket.socket:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        door = socket.create_server((host, 0), family=family, dualstack_ipv6=host == "::")
        self.reactor.listen(door.fileno())
        self._doors.append(door)
        return door

    def visit(self, door: socket.socket, data: bytes = b"", host: str = "127.0.0.1") -> Peer:
        """Over TCP, as yet unknown to the reactor."""
        peer = Peer(socket.create_connection((host, door.getsockname()[1])))
        self._peers.append(peer)
        if data:
            peer.send(data)
        return peer

    def offered(self, data: bytes = HEAD) -> Peer:
        """Somebody at the door whose head was told."""
        peer = self.visit(self.door(), data)
        kind, peer.conn, told = self.wait_told()[0]
        assert (kind, told) == (Event.HEAD, data)
        return peer

    # Time and events

    def tick(self) -> list[Told]:
        """What is new, and what `frames` has come across."""
        told = [*self._told, *((Event(kind), conn, data) for kind, conn, data in self.reactor.tick(self.now))]
        self._told = []
        return told

    def settle(self, seconds: float = 0.0) -> list[Told]:
        """So much later, ticks until nothing more is told."""
        self.now += seconds
        told = []
        while True:
            more = self.tick()
            told += more
            if not more and not self.reactor.pending and not self.readable():
                return told

    def wait_told(self, count: int = 1) -> list[Told]:
        """Ticks at one moment until so much is told."""
        told, limit = self.tick(), time.monotonic() + PATIENCE_S
        while len(told) < count:
            self.readable(10)
            assert time.monotonic() < limit, f"only {told} was told"
            told += self.tick()
        return told

    def wait_until(self, name: str, count: int) -> None:
        """Ticks at one moment until a statistic says so; nothing may be told meanwhile."""
        limit = time.monotonic() + PATIENCE_S
        while self.statistic(name) != count:
            self.readable(10)
            assert time.monotonic() < limit, f"{name} is {self.statistic(name)}"
            assert self.tick() == []

    def flush(self) -> float | None:
        """Writes all that sockets take; what the last call said."""
        for _ in range(100_000):
            if (wait := self.reactor.flush(self.now)) != 0.0:
                return wait
        raise AssertionError("a flush has no end")

    def frames(self, peer: Peer) -> list[tuple[int, bytes]]:
        """All whole frames that come to this peer, as it takes them."""
        frames, idle = [], 0
        while idle < 2:
            self.flush()
            got = peer.read()
            more = peer.frames()
            # A full socket is written to by a tick.
            self._told = self.tick()
            frames += more
            idle = 0 if got else idle + 1
        return frames

    def readable(self, wait_ms: int = 0) -> bool:
        """Whether the reactor's descriptor says that there is something to do."""
        poll = select.poll()
        poll.register(self.reactor.fileno(), select.POLLIN)
        return bool(poll.poll(wait_ms))

    def statistic(self, name: str) -> int:
        return self.reactor.statistics()[name]
