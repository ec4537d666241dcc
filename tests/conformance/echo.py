"""An echo route made of the gateway's own parts: its reactor, turns, upgrades, diversions and limits. Only the people are missing.

For tests alone: `python tests/conformance/echo.py native` prints its port and echoes until it is ended. Whoever comes is let in.
"""

import socket
import sys
from typing import Any, cast

import trio

from cups.app import reactor
from cups.clock import SystemClock
from cups.gateway import plain_frames as frames
from cups.gateway.divert import handshake
from cups.gateway.head import Head
from cups.gateway.hub import Connection, Hub
from cups.gateway.live import Live
from cups.gateway.load import Load
from cups.gateway.server import Server
from cups.gateway.turns import Turns
from cups.settings import Settings

LARGE = 32 << 20
"""Conformance is measured with messages of 16 MiB and more."""
WIDE: dict[str, Any] = {
    "max_frame_bytes": LARGE,
    "max_fragments": 1 << 20,
    "outbox_bytes": 4 * LARGE,
    "outbox_frames": 1 << 20,
    "control_frames_burst": 1 << 20,
    "frame_timeout_s": 60.0,
}


class Somebody:
    """The account of everybody who is echoed."""

    id = "somebody"


class Anybody:
    """An arrival that needs no session."""

    visitor = Somebody()


class Echo:
    """Where the live protocol would be: gives back what came, in a frame of the same kind."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def welcome(self, connection: Connection) -> None:
        """Nothing is said before the client has spoken."""

    def gone(self, connection: Connection) -> None:
        self._hub.disconnect(connection)

    def receive(self, connection: Connection, data: bytes, *, binary: bool) -> None:
        self._hub.reactor.write(connection.id, frames.frame(frames.BINARY if binary else frames.TEXT, data))
        self._hub.touched()


class EchoServer(Server):
    """The gateway's server, where nobody needs an Origin or a session."""

    def _check(self, head: Head) -> None:
        pass

    def _resume(self, conn: int, head: Head) -> bool:
        return False

    async def _arrive(self, conn: int, head: Head, raw: bytes) -> None:
        answer = await handshake(raw, None, self._settings)
        if answer is None:
            self._reactor.abort(conn)
        else:
            self._open(conn, cast(Any, Anybody()), answer, packed=False)
        self._hub.touched()


async def _no_pages(scope: Any, receive: Any, send: Any) -> None:
    """Whoever asks for a page learns that there is none."""
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body"})


async def serve(settings: Settings, door: socket.socket) -> None:
    """Echoes on a bound, listening socket until cancelled."""
    hub = Hub(reactor(settings))
    hub.reactor.listen(door.fileno())
    load = Load(SystemClock(), full_lag_s=60.0, busy_lag_s=60.0)
    async with trio.open_nursery() as handlers:
        server = EchoServer(_no_pages, settings, hub, cast(Live, Echo(hub)), load, handlers)
        turns = Turns(hub.reactor, load.late)
        hub.touched = turns.touched
        await turns.run(server)


def main() -> None:
    kind = cast(Any, sys.argv[1])
    with socket.create_server(("127.0.0.1", 0), backlog=128) as door:
        print(door.getsockname()[1], flush=True)
        trio.run(serve, Settings(reactor=kind, **WIDE), door)


if __name__ == "__main__":
    main()
