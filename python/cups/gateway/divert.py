"""Where trio-websocket comes in: handshakes, and every frame that the reactor's fast path does not take, malformed closes among them.

A frame depends on no other on the fast path (no fragments, no compression), so what is left is still a whole WebSocket stream: trio-websocket
reads it from a `ReactorStream`, in a task that lives as long as the one message or close that needs it.
"""

import struct
from collections import deque
from collections.abc import Callable

import trio
from trio_websocket import ConnectionClosed, HandshakeError, WebSocketConnection, wrap_server_stream

from cups.gateway.reactor import Reactor
from cups.settings import Settings

_HEAD = (
    b"GET / HTTP/1.1\r\nHost: reactor\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
"""Brings a trio-websocket connection to where the reactor's is already; its answer goes nowhere."""
PROTOCOL_ERROR, NO_CODE, BAD_PAYLOAD = 1002, 1005, 1007
"""Close codes of RFC 6455; the second stands for a close frame without any."""


class ReactorStream(trio.abc.HalfCloseableStream):
    """A trio stream fed with bytes from the reactor. What is sent is given to `out`, whole, in order."""

    def __init__(self, out: Callable[[bytes], None]) -> None:
        self._out = out
        self._chunks: deque[bytes] = deque()
        self._more = trio.Event()
        self._over = False

    def feed(self, data: bytes) -> None:
        self._chunks.append(data)
        self._more.set()

    def end(self) -> None:
        self._over = True
        self._more.set()

    async def receive_some(self, max_bytes: int | None = None) -> bytes | bytearray:
        while not self._chunks:
            if self._over:
                return b""
            self._more = trio.Event()
            await self._more.wait()
        await trio.lowlevel.checkpoint()
        chunk = self._chunks.popleft()
        if max_bytes is not None and len(chunk) > max_bytes:
            self._chunks.appendleft(chunk[max_bytes:])
            chunk = chunk[:max_bytes]
        return chunk

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        await trio.lowlevel.checkpoint()
        self._out(bytes(data))

    async def wait_send_all_might_not_block(self) -> None:
        await trio.lowlevel.checkpoint()

    async def send_eof(self) -> None:
        await trio.lowlevel.checkpoint()

    async def aclose(self) -> None:
        self.end()
        await trio.lowlevel.checkpoint()


async def handshake(head: bytes, subprotocol: str | None, settings: Settings) -> bytes | None:
    """trio-websocket's answer to an upgrade request; None where it finds none that it can accept."""
    sent: list[bytes] = []
    accepted = False
    stream = ReactorStream(sent.append)
    stream.feed(head)
    try:
        async with trio.open_nursery() as nursery:
            with trio.fail_after(settings.handshake_timeout_s):
                request = await wrap_server_stream(nursery, stream, max_message_size=settings.max_frame_bytes)
                await request.accept(subprotocol=subprotocol)
            accepted = True
            nursery.cancel_scope.cancel()
    except* (HandshakeError, ConnectionClosed, trio.TooSlowError):
        pass
    return b"".join(sent) if accepted else None


class Diversion:
    """One connection's bytes off the fast path, for as long as they are."""

    def __init__(self, reactor: Reactor, conn: int, settings: Settings, touched: Callable[[], None]) -> None:
        self._reactor, self._conn, self._settings, self._touched = reactor, conn, settings, touched
        self._stream = ReactorStream(self._send)
        self._held: list[bytes] | None = []
        """What came before trio-websocket was ready for it; None once it is."""
        self._closed = False
        self._fault = PROTOCOL_ERROR
        """The close code for a stream that is none of the protocol."""
        self.scope = trio.CancelScope()

    def feed(self, data: bytes) -> None:
        if self._held is None:
            self._stream.feed(data)
        else:
            self._held.append(data)

    def _send(self, data: bytes) -> None:
        if self._held is not None or self._closed:
            return
        if data[0] == 0x88:
            # The reactor closes: it knows what still waits before the close frame, and when to let go.
            self._closed = True
            code = struct.unpack("!H", data[2:4])[0] if len(data) >= 4 else NO_CODE
            self._reactor.close(self._conn, code, data[4:].decode(errors="replace"))
        else:
            self._reactor.write(self._conn, data)
        self._touched()

    async def message(self) -> str | bytes | None:
        """The one message that these bytes make; None where they close the connection, or break it."""
        result: str | bytes | None = None
        with self.scope:
            try:
                async with trio.open_nursery() as nursery:
                    result = await self._read(nursery)
                    nursery.cancel_scope.cancel()
            except* (HandshakeError, ConnectionClosed):
                result = None
        if result is None and not self._closed and not self.scope.cancelled_caught:
            self._reactor.close(self._conn, self._fault, "")
            self._touched()
        return result

    async def _read(self, nursery: trio.Nursery) -> str | bytes | None:
        self._stream.feed(_HEAD)
        request = await wrap_server_stream(nursery, self._stream, max_message_size=self._settings.max_frame_bytes)
        socket: WebSocketConnection = await request.accept()
        held, self._held = self._held or [], None
        for data in held:
            self._stream.feed(data)
        try:
            return await socket.get_message()
        except ConnectionClosed as closed:
            # trio-websocket says nothing to a peer that breaks the protocol, but knows what it would have to say.
            if closed.reason is not None and closed.reason.code == BAD_PAYLOAD:
                self._fault = BAD_PAYLOAD
            return None
