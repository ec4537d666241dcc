"""Reading the head of a connection's first request, to tell a WebSocket from plain HTTP, and giving the bytes on as if unread."""

from collections.abc import Mapping
from typing import Any

import msgspec
import trio


class HeadTooLarge(Exception):
    pass


class Head(msgspec.Struct, frozen=True):
    """Enough of an HTTP/1.1 request head to decide who serves it. Header names in lower case; the last of a repeated one counts."""

    method: str
    target: str
    headers: Mapping[str, str]

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def wants_websocket(self) -> bool:
        return self.headers.get("upgrade", "").lower() == "websocket"

    def cookie(self, name: str) -> str | None:
        for part in self.headers.get("cookie", "").split(";"):
            key, _, value = part.strip().partition("=")
            if key == name:
                return value
        return None


def parse(raw: bytes) -> Head | None:
    """None for what is not an HTTP request: Hypercorn answers that."""
    lines = raw.decode("latin-1").split("\r\n")
    parts = lines[0].split(" ")
    if len(parts) != 3:
        return None
    headers = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    return Head(method=parts[0], target=parts[1], headers=headers)


async def read_head(stream: trio.abc.Stream, limit: int) -> tuple[bytes, bytes]:
    """The bytes up to and with the empty line, and those already read after it. Empty head: the client left. HeadTooLarge over `limit`."""
    buffer = bytearray()
    while True:
        end = buffer.find(b"\r\n\r\n")
        if end >= 0:
            return bytes(buffer[: end + 4]), bytes(buffer[end + 4 :])
        if len(buffer) > limit:
            raise HeadTooLarge
        data = await stream.receive_some(limit)
        if not data:
            return b"", bytes(buffer)
        buffer += data


class ReplayStream(trio.abc.HalfCloseableStream):
    """A socket's stream with some bytes put back, given out one chunk a read.

    The handshake's head and what came behind it are separate chunks, so that the head can be handed on alone.
    """

    def __init__(self, stream: trio.SocketStream, *chunks: bytes) -> None:
        self._stream = stream
        self._chunks = [chunk for chunk in chunks if chunk]

    @property
    def socket(self) -> Any:
        return self._stream.socket

    async def receive_some(self, max_bytes: int | None = None) -> bytes | bytearray:
        if self._chunks:
            await trio.lowlevel.checkpoint()
            chunk = self._chunks.pop(0)
            if max_bytes is not None and len(chunk) > max_bytes:
                self._chunks.insert(0, chunk[max_bytes:])
                chunk = chunk[:max_bytes]
            return chunk
        return await self._stream.receive_some(max_bytes)

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        await self._stream.send_all(data)

    async def wait_send_all_might_not_block(self) -> None:
        await self._stream.wait_send_all_might_not_block()

    async def send_eof(self) -> None:
        await self._stream.send_eof()

    async def aclose(self) -> None:
        await self._stream.aclose()


class HttpStream(ReplayStream):
    """What Hypercorn talks through: a client that does not read its answer for `timeout` seconds is dropped.

    Hypercorn sends under a shield and without a deadline; one such client would keep the server from stopping.
    """

    def __init__(self, stream: trio.SocketStream, chunk: bytes, timeout: float) -> None:
        super().__init__(stream, chunk)
        self._timeout = timeout

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        with trio.move_on_after(self._timeout) as scope:
            await super().send_all(data)
        if scope.cancelled_caught:
            await trio.aclose_forcefully(self._stream)
            raise trio.BrokenResourceError("the client does not read")
