"""What goes wrong at the socket itself, at the whole server: compression, handshakes that are broken off, closes that nobody answers."""

import json
import socket
import struct
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
import trio

from conftest import Cast
from gateway.test_frames import _masked, _raw, _read_until
from harness.person import Person
from harness.wire import CLOSE, FIN, PONG, RSV1, TEXT, server_frames

pytestmark = pytest.mark.usefixtures("reactor_kind")


async def _upgrade(
    person: Person, *headers: str, cookie: bool = True, behind: bytes = b""
) -> tuple[trio.SocketStream, bytes]:
    """A hand-made handshake with more headers; the stream, and the answer with what came behind it."""
    host, port = person.base.removeprefix("http://").split(":")
    stream = await trio.open_tcp_stream(host, int(port))
    cookies = "; ".join(f"{name}={value}" for name, value in person.http.cookies.items())
    lines = [
        "GET /live HTTP/1.1",
        f"Host: {host}:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
        f"Origin: {person.base}",
        *([f"Cookie: {cookies}"] if cookie else []),
        *headers,
    ]
    await stream.send_all("\r\n".join(lines).encode() + b"\r\n\r\n" + behind)
    return stream, await _read_until(stream, b'"type":"welcome"')


async def _rest(stream: trio.SocketStream) -> bytes:
    """All that comes until the end."""
    got = b""
    with trio.fail_after(10):
        while True:
            try:
                more = await stream.receive_some()
            except trio.BrokenResourceError:
                return got
            if not more:
                return got
            got += more


@pytest.mark.parametrize("way", ["cookie", "ticket"])
async def test_compression_is_never_agreed_on(people: Cast, way: str) -> None:
    """Nor is a compressed frame taken: its bit is a fault."""
    guest = await people.guest()
    offers = ["Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"]
    if way == "ticket":
        async with guest.live() as live:
            offers.append(f"Sec-WebSocket-Protocol: cups.v1.json, cups.ticket.{live.frames[0]['ticket']}")
    stream, answer = await _upgrade(guest, *offers, cookie=way == "cookie")
    head = answer.partition(b"\r\n\r\n")[0].lower()
    assert head.startswith(b"http/1.1 101 ") and b"sec-websocket-extensions" not in head
    await stream.send_all(_masked(FIN | RSV1 | TEXT, b"\xaaV*\xa9,HU\xb2\x00"))
    assert (await _rest(stream)).endswith(bytes([FIN | CLOSE, 2]) + struct.pack("!H", 1002))
    await stream.aclose()


async def test_a_frame_in_the_packet_of_a_return_by_ticket_is_not_lost(people: Cast) -> None:
    guest = await people.guest()
    async with guest.live() as live:
        ticket = live.frames[0]["ticket"]
    offer = f"Sec-WebSocket-Protocol: cups.v1.json, cups.ticket.{ticket}"
    stream, answer = await _upgrade(
        guest, offer, cookie=False, behind=_masked(FIN | TEXT, b'{"type":"ping","ref":"early"}')
    )
    if b'"ref":"early"' not in answer:
        assert b'"ref":"early"' in await _read_until(stream, b'"ref":"early"')
    await stream.aclose()


async def test_pings_are_answered_while_a_frame_is_worked_on(people: Cast) -> None:
    """Entering a room waits for the database; the pong to the ping behind it does not."""
    guest = await people.guest()
    room = (await guest.get("/api/rooms/night-owls"))["id"]
    stream, _ = await _upgrade(guest)
    frame = json.dumps({"type": "subscribe", "ref": "slow", "channel": room}).encode()
    await stream.send_all(_masked(FIN | TEXT, frame) + _masked(FIN | 9, b"alive?"))
    got = await _read_until(stream, b'"type":"subscribed"')
    frames = [
        (first, json.loads(payload)["type"] if first == FIN | TEXT else payload)
        for first, payload in server_frames(got[got.index(b"\x8a\x06alive?") :])[0]
    ]
    assert frames[0] == (FIN | PONG, b"alive?") and (FIN | TEXT, "subscribed") in frames
    await stream.aclose()


@pytest.mark.parametrize("sent", ["nothing", "half a frame", "half a message", "nonsense"])
async def test_a_close_that_is_never_answered_ends_all_the_same(people: Cast, sent: str) -> None:
    bystander, guest = await people.guest(), await people.guest()
    begun = {"nothing": b"", "half a frame": b"\x81", "half a message": _masked(TEXT, b"{"), "nonsense": b"\x81\x02hi"}
    stream, _ = await _upgrade(guest)
    await stream.send_all(begun[sent])
    if sent != "nonsense":
        await guest.post("/api/sign-out")
    assert bytes([FIN | CLOSE]) in await _rest(stream), "and then the server lets go, within close_timeout_s"
    await stream.aclose()
    async with bystander.live() as live:
        assert (await live.answer(type="ping"))["type"] == "pong"


def _sockets(pid: int) -> int:
    """Sockets a process holds."""
    found = 0
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed while we look
            found += entry.readlink().name.startswith("socket:")
    return found


async def test_handshakes_that_are_broken_off_hold_no_descriptor(people: Cast) -> None:
    """Before the head is whole, right behind it, and in the middle of the answer."""
    guest = await people.guest()
    pid = people.server.pid
    host, port = people.server.base.removeprefix("http://").split(":")
    whole = (
        f"GET /live HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nOrigin: {guest.base}\r\n"
        f"Cookie: {'; '.join(f'{name}={value}' for name, value in guest.http.cookies.items())}\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ).encode()
    assert (await guest.get("/api/me"))["person"]
    before = _sockets(pid)
    for _ in range(20):
        for data, reset in (
            (b"", False),
            (whole[:40], True),
            (whole, True),
            (whole, False),
            (whole.replace(b"13\r\n", b"12\r\n"), True),
        ):
            sock = socket.create_connection((host, int(port)))
            sock.sendall(data)
            if reset:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            sock.close()
    with trio.fail_after(30):
        # The keep-alive connections of clients in this test come and go on their own.
        while _sockets(pid) > before:
            await trio.sleep(0.02)
    async with guest.live() as live:
        assert (await live.answer(type="ping"))["type"] == "pong"


async def test_a_storm_of_closing_and_new_sockets_leaves_everybody_one_end(people: Cast) -> None:
    """Clients that leave in every way there is, at once: those that stay hear each message once and in order."""
    stays, guest = await people.guest(), await people.guest()
    room = (await stays.get("/api/rooms/night-owls"))["id"]
    async with stays.live() as live:
        await live.subscribe(room)
        for n in range(10):
            streams = [(await _raw(guest)) for _ in range(4)]
            await streams[0].send_all(_masked(TEXT, b"{"))
            await streams[1].send_all(b"\x81\xfe\xff")
            streams[2].socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            await streams[3].send_all(_masked(FIN | CLOSE, struct.pack("!H", 1000)))
            for stream in streams:
                await stream.aclose()
            assert (await live.say(room, f"still {n}"))["type"] == "ack"
        await live.quiet()
        heard = [f["message"]["text"] for f in live.frames if f["type"] == "message"]
        heard = [text for text in heard if text.startswith("still ")]
        assert Counter(heard) == Counter(f"still {n}" for n in range(10)) and heard == sorted(heard)
