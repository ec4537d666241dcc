"""What networks and their users do to a site: ways that break, readers that read nothing, handshakes without an end, floods."""

import json
import random
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from harness import wire
from harness.chaosproxy import MODES, Mode
from harness.harm import Kinds
from harness.site import SiteProcesses

ELSEWHERE = "127.0.0.9"
"""Another address of this machine than people have: limits by address are not what is tried here."""
HALF = b"GET /live HTTP/1.1\r\nhost: localhost\r\nupgrade: websoc"


class ToTheNetwork:
    def __init__(self, site: SiteProcesses, chance: random.Random, room: str, cookie: str) -> None:
        """`cookie`: of somebody who may be in the room."""
        self._site, self._chance, self._room, self._cookie = site, chance, room, cookie

    def kinds(self) -> Kinds:
        found: Kinds = {
            "readers that read nothing": self._dead_readers,
            "handshakes without an end": self._half_open,
            "flood of pings": lambda: self._flood(wire.masked(wire.FIN | wire.PING) * 50),
            "flood of fragments": lambda: self._flood(
                wire.masked(wire.CONTINUATION, b"x") * 50, wire.masked(wire.TEXT, b"x")
            ),
            "flood of nonsense": lambda: self._flood(wire.text("{") * 50),
        }
        for whom in self._site.network:
            for mode in MODES:
                found[f"way to {whom} {mode}"] = lambda whom=whom, mode=mode: self._break(whom, mode)  # type: ignore[misc]
        return found

    def _break(self, whom: str, mode: Mode) -> None:
        self._site.network[whom].become(mode)
        time.sleep(0.5 + 6 * self._chance.random())
        self._site.network[whom].become("whole")

    @contextmanager
    def _connected(self) -> Iterator[socket.socket]:
        with socket.create_connection(("127.0.0.1", self._site.two.port), 5, (ELSEWHERE, 0)) as one:
            yield one

    def _enter(self, one: socket.socket) -> None:
        one.sendall(
            f"GET /live HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
            f"sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            f"origin: {self._site.front.base}\r\ncookie: {self._cookie}\r\n\r\n".encode()
        )
        got = b""
        while b'"welcome"' not in got:
            some = one.recv(65_536)
            if not some:
                raise ConnectionError("not let in")
            got += some

    def _dead_readers(self) -> None:
        """In the room where everybody talks: what is told fills their windows, and then their outboxes."""
        with ExitStack() as stack:
            for _ in range(8):
                one = stack.enter_context(self._connected())
                one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                with suppress(OSError):  # one person has so many connections at most
                    self._enter(one)
                    one.sendall(wire.text(json.dumps({"type": "subscribe", "ref": "dead", "channel": self._room})))
            time.sleep(2 + 3 * self._chance.random())

    def _half_open(self) -> None:
        with ExitStack() as stack:
            for _ in range(300):
                stack.enter_context(self._connected()).sendall(HALF)
            time.sleep(1 + 3 * self._chance.random())

    def _flood(self, piece: bytes, before: bytes = b"") -> None:
        """Whoever is cut off for it comes back and goes on."""
        until = time.monotonic() + 2 + 2 * self._chance.random()
        while time.monotonic() < until:
            with suppress(OSError), self._connected() as one:
                self._enter(one)
                one.sendall(before)
                while time.monotonic() < until:
                    one.sendall(piece)
            time.sleep(0.05)
