"""A refusal that needs no body does not cost the client its connection, nor what it asks next on it."""

from contextlib import suppress
from pathlib import Path

import pytest
import trio

from conftest import Cast
from cups.settings import Settings
from harness.server import ServerProcess

REFUSED = "/api/staff/rooms"


def _head(host: str, method: str, path: str, more: str = "") -> bytes:
    return f"{method} {path} HTTP/1.1\r\nhost: {host}\r\n{more}\r\n".encode()


async def _answer(stream: trio.SocketStream) -> bytes:
    """One answer with a body of a stated length."""
    got = b""
    with trio.fail_after(20):
        while b"\r\n\r\n" not in got:
            got += await _some(stream, got)
        head, _, body = got.partition(b"\r\n\r\n")
        (length,) = (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        while len(body) < length:
            body += await _some(stream, got)
    return head.lower()


async def _some(stream: trio.SocketStream, got: bytes) -> bytes:
    some = await stream.receive_some(65536)
    assert some, f"closed without an answer, after {got!r}"
    return some


async def _opened(people: Cast) -> tuple[trio.SocketStream, str]:
    host = people.visitor().base.removeprefix("http://")
    name, port = host.split(":")
    return await trio.open_tcp_stream(name, int(port)), host


@pytest.mark.parametrize("after", [0.05, 0.3])
async def test_what_is_asked_after_a_refusal_is_answered_however_late_the_body_came(people: Cast, after: float) -> None:
    stream, host = await _opened(people)
    body = b'{"slug": "quiet"}'
    more = f"content-type: application/json\r\ncontent-length: {len(body)}\r\n"
    async with stream:
        for _ in range(2):
            await stream.send_all(_head(host, "POST", REFUSED, more))
            await trio.sleep(after)  # the answer is ready long before: what comes late is the matter here
            await stream.send_all(body)
            head = await _answer(stream)
            assert head.split()[1] in (b"401", b"403") and b"connection: close" not in head
        await stream.send_all(_head(host, "GET", "/api/me"))
        assert (await _answer(stream)).split()[1] == b"200"


@pytest.mark.parametrize("length", [17, Settings().unread_bytes * 3], ids=["never comes", "too much"])
async def test_where_the_body_does_not_end_the_answer_says_that_it_is_the_last(people: Cast, length: int) -> None:
    stream, host = await _opened(people)
    async with stream, trio.open_nursery() as nursery:
        await stream.send_all(_head(host, "POST", REFUSED, f"content-length: {length}\r\n"))
        nursery.start_soon(_pour, stream, length if length > 17 else 0)
        head = await _answer(stream)
        assert head.split()[1] in (b"401", b"403", b"413") and b"connection: close" in head
        nursery.cancel_scope.cancel()


async def _pour(stream: trio.SocketStream, size: int) -> None:
    with suppress(trio.BrokenResourceError):  # it may not want to hear it all
        await stream.send_all(b"x" * size)


@pytest.mark.parametrize(("most_bytes", "most_s"), [(10, 1.0), (1 << 20, 0.1)], ids=["too much", "too late"])
async def test_how_much_of_a_body_is_read_and_how_long_is_set(tmp_path: Path, most_bytes: int, most_s: float) -> None:
    """What the settings as they come would hear out."""
    server = ServerProcess(tmp_path, unread_bytes=most_bytes, unread_s=most_s).start()
    try:
        people = Cast(server)
        stream, host = await _opened(people)
        async with stream:
            await stream.send_all(_head(host, "POST", REFUSED, "content-length: 300\r\n"))
            if most_s < 1:
                await trio.sleep(0.4)
            with suppress(trio.BrokenResourceError):
                await stream.send_all(b"x" * 299)
            assert b"connection: close" in await _answer(stream)
        for person in people.all:
            await person.aclose()
    finally:
        server.close()
