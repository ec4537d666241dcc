"""The head of a connection's first request: telling a WebSocket from plain HTTP, and giving the bytes on as if unread."""

import json
from collections.abc import Mapping
from typing import Any

import msgspec
import trio

from cups.errors import Refused


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


def refusal(refused: Refused) -> bytes:
    """A whole HTTP answer, for what never became a request of the application."""
    body = json.dumps(
        {
            "type": f"/problems/{refused.code}",
            "title": refused.title,
            "status": refused.status,
            "code": refused.code,
            "detail": refused.title,
            **({} if refused.retry_at is None else {"retry_at": refused.retry_at}),
        }
    ).encode()
    head = (
        f"HTTP/1.1 {refused.status} Refused\r\ncontent-type: application/problem+json\r\n"
        f"cache-control: no-store\r\nx-content-type-options: nosniff\r\n"
        f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + body


class HttpStream(trio.abc.HalfCloseableStream):
    """What Hypercorn talks through: a socket's stream with the bytes that were read already put back.

    Hypercorn sends under a shield and without a deadline; one client that does not read would keep the server from stopping, so
    whoever does not take its answer for `timeout` seconds is dropped.
    """

    def __init__(self, stream: trio.SocketStream, data: bytes, timeout: float) -> None:
        self._stream, self._data, self._timeout = stream, data, timeout

    @property
    def socket(self) -> Any:
        return self._stream.socket

    async def receive_some(self, max_bytes: int | None = None) -> bytes | bytearray:
        if self._data:
            await trio.lowlevel.checkpoint()
            most = len(self._data) if max_bytes is None else max_bytes
            chunk, self._data = self._data[:most], self._data[most:]
            return chunk
        return await self._stream.receive_some(max_bytes)

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        with trio.move_on_after(self._timeout) as scope:
            await self._stream.send_all(data)
        if scope.cancelled_caught:
            await trio.aclose_forcefully(self._stream)
            raise trio.BrokenResourceError("the client does not read")

    async def wait_send_all_might_not_block(self) -> None:
        await self._stream.wait_send_all_might_not_block()

    async def send_eof(self) -> None:
        await self._stream.send_eof()

    async def aclose(self) -> None:
        await self._stream.aclose()
