"""A server that is told to stop: what it was asked is answered, and nobody is led to ask it anything more."""

import signal
import time
from pathlib import Path

import pytest
import trio

from harness.person import PROTOCOL, Person
from harness.server import ServerProcess


def _asked(host: str, body: bytes = b"", more: str = "") -> bytes:
    method = "PUT" if body else "GET"
    more += f"content-type: application/json\r\ncontent-length: {len(body)}\r\n" if body else ""
    return f"{method} /api/me HTTP/1.1\r\nhost: {host}\r\n{more}\r\n".encode() + body


async def _opened(server: ServerProcess) -> tuple[trio.SocketStream, str]:
    return await trio.open_tcp_stream("localhost", server.port), f"localhost:{server.port}"


async def _head(stream: trio.SocketStream) -> bytes:
    """Of one answer, which is read whole."""
    got = b""
    with trio.fail_after(10):
        while b"\r\n\r\n" not in got:
            got += await _some(stream)
        head, _, body = got.lower().partition(b"\r\n\r\n")
        (length,) = (int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"content-length:"))
        while len(body) < length:
            body += await _some(stream)
    return head


async def _some(stream: trio.SocketStream) -> bytes:
    some = await stream.receive_some(65536)
    assert some, "closed without an answer"
    return some


@pytest.fixture
async def server(tmp_path: Path) -> ServerProcess:
    return ServerProcess(tmp_path, demo=False, drain_notice_s=1, drain_s=8, unread_s=8)


async def test_what_is_under_way_is_answered_and_what_waits_is_let_go(server: ServerProcess) -> None:
    """A request whose body is not whole yet when the port closes, and a connection that is only kept."""
    server.start()
    try:
        busy, host = await _opened(server)
        kept, _ = await _opened(server)
        async with busy, kept:
            await kept.send_all(_asked(host))
            assert b" 200 " in await _head(kept)
            whole = _asked(host, b"{}", "connection: keep-alive\r\n")
            await busy.send_all(whole[:-1])
            server.signal(signal.SIGTERM)
            began = time.monotonic()
            await trio.sleep(2)
            with trio.fail_after(2):
                assert await kept.receive_some(1) == b"", "let go of"
            assert server.runs(), "it waits for what is under way"
            await busy.send_all(whole[-1:])
            head = await _head(busy)
            assert head.startswith(b"http/1.1 4") and b"connection: close" in head
            with trio.fail_after(5):
                while server.runs():
                    await trio.sleep(0.05)
            assert server.code() == 0 and time.monotonic() - began < 6, "and no longer than that"
    finally:
        server.close()


async def test_whoever_gets_in_while_it_ends_is_sent_on_at_once(server: ServerProcess) -> None:
    """Connected before the port was closed, upgraded after everybody was sent away. Else it would be waited for until the time is up."""
    server.start()
    guest = await Person(server.base).pass_gate()
    try:
        busy, host = await _opened(server)
        late, _ = await _opened(server)
        async with busy, late:
            await busy.send_all(_asked(host, b"{}", "connection: keep-alive\r\n")[:-1])
            server.signal(signal.SIGTERM)
            await trio.sleep(2)
            cookies = "; ".join(f"{name}={value}" for name, value in guest.http.cookies.items())
            upgrade = (
                f"GET /live HTTP/1.1\r\nhost: {host}\r\nupgrade: websocket\r\nconnection: upgrade\r\norigin: {server.base}\r\n"
                f"sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                f"sec-websocket-protocol: {PROTOCOL}\r\ncookie: {cookies}\r\n\r\n"
            )
            await late.send_all(upgrade.encode())
            got = b""
            with trio.fail_after(3):
                while b"restarting" not in got:
                    got += await _some(late)
            assert b" 101 " in got and b"welcome" in got and b"go-away" in got
    finally:
        await guest.aclose()
        server.close()


async def test_answers_say_that_they_are_the_last_before_the_port_closes(server: ServerProcess) -> None:
    server.start()
    try:
        kept, host = await _opened(server)
        async with kept:
            await kept.send_all(_asked(host))
            assert b"connection: close" not in await _head(kept)
            server.signal(signal.SIGTERM)
            await trio.sleep(0.4)
            await kept.send_all(_asked(host))
            head = await _head(kept)
            assert b" 200 " in head and b"connection: close" in head
    finally:
        server.close()
