"""One WebSocket: handshake, reading, writing, heartbeat, closing. trio-websocket does the protocol, behind limits of our own.

One lock keeps writers apart: data frames are written as ready bytes past trio-websocket, its control frames go through the same stream.
"""

import struct
from collections.abc import Awaitable, Callable

import structlog
import trio
from trio_websocket import ConnectionClosed, WebSocketConnection, wrap_server_stream

from cups.gateway.frames import Meter, close_frame
from cups.gateway.head import ReplayStream
from cups.gateway.hub import Connection, Hub
from cups.settings import Settings
from cups.wire.frames import PROTOCOL, Close

log = structlog.get_logger()
FINISH_S = 1.5


class GuardedStream(ReplayStream):
    """The stream below trio-websocket: measures what comes in, and lets one writer at a time send."""

    def __init__(self, stream: trio.SocketStream, head: bytes, rest: bytes, meter: Meter, settings: Settings) -> None:
        super().__init__(stream, head, rest)
        self._meter = meter
        self._head_left = len(head)
        self._timeout = settings.send_timeout_s
        self._control_burst, self._control_rate = settings.control_frames_burst, settings.control_frames_per_s
        self._since = trio.current_time()
        self._lock = trio.Lock()
        self._ended = False
        self._open = trio.Event()

    def open(self) -> None:
        """The handshake is answered: what came behind it may be read now. Before, trio-websocket would lose it."""
        self._open.set()

    async def receive_some(self, max_bytes: int | None = None) -> bytes | bytearray:
        if not self._head_left:
            await self._open.wait()
        data = await super().receive_some(max_bytes)
        body = data[self._head_left :]
        self._head_left = max(0, self._head_left - len(data))
        if body and (reason := self._meter.feed(bytes(body))):
            await self._refuse(1009, reason)
            raise trio.BrokenResourceError(reason)
        if self._meter.control > self._control_burst + self._control_rate * (trio.current_time() - self._since):
            await self._refuse(1008, "too many control frames")
            raise trio.BrokenResourceError("too many control frames")
        return data

    async def _refuse(self, code: int, reason: str) -> None:
        with trio.move_on_after(1):
            await self.send_all(close_frame(code, reason))
            await self.send_eof()
            # Closing with bytes unread would reset the connection, and the close frame with it: read on for a moment.
            for _ in range(64):
                if not await super().receive_some(65536):
                    break

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        """Whole frames only. A send that is cut off in the middle breaks the stream for good: nothing may follow half a frame."""
        async with self._lock:
            if self._ended:
                raise trio.BrokenResourceError("the stream has ended")
            done = False
            try:
                with trio.move_on_after(self._timeout) as scope:
                    await super().send_all(data)
                done = not scope.cancelled_caught
            finally:
                if not done:
                    self._ended = True
            if not done:
                raise trio.BrokenResourceError("the other side does not read")
            if bytes(data[:1]) == b"\x88":
                self._ended = True


Handler = Callable[[str | bytes], Awaitable[None]]


class Socket:
    """Serves one accepted connection until it ends, however it ends."""

    def __init__(self, hub: Hub, settings: Settings) -> None:
        self._hub, self._settings = hub, settings

    async def handshake(
        self, nursery: trio.Nursery, stream: trio.SocketStream, head: bytes, rest: bytes
    ) -> tuple[WebSocketConnection, GuardedStream]:
        """Accepts; TooSlowError after the handshake's deadline."""
        s = self._settings
        guarded = GuardedStream(stream, head, rest, Meter(s.max_frame_bytes, s.max_fragments), s)
        with trio.fail_after(s.handshake_timeout_s):
            request = await wrap_server_stream(
                nursery, guarded, message_queue_size=16, max_message_size=s.max_frame_bytes
            )
            chosen = PROTOCOL if PROTOCOL in request.proposed_subprotocols else None
            socket = await request.accept(subprotocol=chosen)
        guarded.open()
        return socket, guarded

    async def serve(
        self, socket: WebSocketConnection, stream: GuardedStream, connection: Connection, handle: Handler
    ) -> None:
        """Reads, writes and pings until one of them ends the connection."""
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._write, socket, stream, connection, nursery.cancel_scope)
                nursery.start_soon(self._beat, socket, nursery.cancel_scope)
                nursery.start_soon(self._finish, connection, nursery.cancel_scope)
                try:
                    while True:
                        await handle(await socket.get_message())
                except ConnectionClosed:
                    pass
                nursery.cancel_scope.cancel()
        finally:
            code, reason = connection.closing or (Close.GOING_AWAY, "")
            with trio.move_on_after(self._settings.close_timeout_s, shield=True):
                await socket.aclose(code, reason)

    async def _write(
        self, socket: WebSocketConnection, stream: GuardedStream, connection: Connection, scope: trio.CancelScope
    ) -> None:
        """The outbox's only reader: writes what waits, many frames at once."""
        while True:
            if frames := self._hub.drain(connection):
                try:
                    await stream.send_all(b"".join(frames))
                except (trio.BrokenResourceError, trio.ClosedResourceError):
                    scope.cancel()
                    return
            elif connection.closing is not None:
                scope.cancel()
                return
            else:
                await connection.wake.wait()
                connection.wake = trio.Event()

    async def _finish(self, connection: Connection, scope: trio.CancelScope) -> None:
        """A connection that is to close has this long for what still waits; a reader that has stalled gets no more."""
        await connection.closed.wait()
        await trio.sleep(FINISH_S)
        scope.cancel()

    async def _beat(self, socket: WebSocketConnection, scope: trio.CancelScope) -> None:
        """Notices a half-open connection within heartbeat plus timeout."""
        try:
            while True:
                await trio.sleep(self._settings.heartbeat_s)
                with trio.fail_after(self._settings.pong_timeout_s):
                    await socket.ping(struct.pack("!d", trio.current_time()))
        except (trio.TooSlowError, ConnectionClosed):
            scope.cancel()
