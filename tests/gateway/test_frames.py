"""What the gateway makes of frames that are broken, too large, unknown or not allowed: a typed error, and the server lives on."""

import json
import os
import re
import struct
from typing import Any

import pytest
import trio
from trio_websocket import ConnectionClosed, ConnectionRejected

from conftest import Cast
from cups.gateway.turns import BEAT_S
from harness.person import LiveConnection, Person

pytestmark = pytest.mark.usefixtures("reactor_kind")


async def _still_serving(live: LiveConnection) -> None:
    assert (await live.answer(type="ping"))["type"] == "pong"


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("{", "bad-input"),
        ("", "bad-input"),
        ("[]", "bad-input"),
        ('{"type": "fly", "ref": "x"}', "unknown-frame"),
        ('{"ref": "x"}', "bad-input"),
        ('{"type": "send", "ref": "x"}', "bad-input"),
        ('{"type": "ping", "ref": "x", "role": "admin"}', "bad-input"),
        ('{"type": "ping", "ref": 7}', "bad-input"),
        ('{"type": "ping", "ref": "no spaces"}', "bad-input"),
        ('{"type": "subscribe", "ref": "x", "channel": "short"}', "bad-input"),
        ('{"type": "send", "ref": "x", "channel": "0123456789abcdefghjkmnpqrs", "text": ""}', "bad-input"),
        (
            '{"type": "send", "ref": "x", "channel": "0123456789abcdefghjkmnpqrs", "text": "' + "a" * 4001 + '"}',
            "bad-input",
        ),
        ('{"type": "send", "ref": "x", "channel": "0123456789abcdefghjkmnpqrs", "text": "hi"}', "not-found"),
        ('{"type": "ping", "ref": ' + "[" * 3000 + "]" * 3000 + "}", "bad-input"),
        ('{"type": "edit", "ref": "x", "channel": "0123456789abcdefghjkmnpqrs", "seq": -1, "text": "a"}', "bad-input"),
    ],
)
async def test_a_frame_that_does_not_fit_is_answered_by_a_typed_error(people: Cast, frame: str, code: str) -> None:
    async with (await people.guest()).live() as live:
        await live.socket.send_message(frame)
        error = await live.until("error")
        assert error["code"] == code and error["detail"], error
        assert error["ref"] == ("x" if '"ref": "x"' in frame else error["ref"])
        await _still_serving(live)


async def test_binary_frames_are_refused(people: Cast) -> None:
    async with (await people.guest()).live() as live:
        await live.socket.send_message(b"\x81\x00\xff")
        assert (await live.until("error"))["code"] == "bad-input"
        await _still_serving(live)


async def test_a_message_over_64_kib_of_bytes_closes_with_1009(people: Cast) -> None:
    """Counted in bytes: 30,000 characters of four bytes each are too many, although they are fewer than 65,536 characters."""
    async with (await people.guest()).live() as live:
        with pytest.raises(ConnectionClosed) as closed:
            await live.socket.send_message(json.dumps({"type": "ping", "ref": "xxx"}) + "😀" * 30_000)
            await live.until("never")
        assert closed.value.reason is not None and closed.value.reason.code == 1009


def _masked(first: int, payload: bytes) -> bytes:
    mask = os.urandom(4)
    length = (
        bytes([0x80 | len(payload)]) if len(payload) < 126 else bytes([0x80 | 126]) + struct.pack("!H", len(payload))
    )
    return bytes([first]) + length + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(payload))


async def _raw(person: Person) -> trio.SocketStream:
    """A hand-made client, past every library's manners."""
    host, port = person.base.removeprefix("http://").split(":")
    stream = await trio.open_tcp_stream(host, int(port))
    cookies = "; ".join(f"{name}={value}" for name, value in person.http.cookies.items())
    await stream.send_all(
        f"GET /live HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        f"Sec-WebSocket-Version: 13\r\nOrigin: {person.base}\r\nCookie: {cookies}\r\n\r\n".encode()
        + _masked(0x81, b'{"type":"ping","ref":"early"}')
    )
    return stream


async def _read_until(stream: trio.SocketStream, wanted: bytes) -> bytes:
    got = b""
    with trio.fail_after(10):
        while wanted not in got:
            more = await stream.receive_some()
            if not more:
                break
            got += more
    return got


async def test_a_frame_in_the_packet_of_the_handshake_is_not_lost(people: Cast) -> None:
    stream = await _raw(await people.guest())
    assert b'"ref":"early"' in await _read_until(stream, b'"ref":"early"')
    await stream.aclose()


async def test_endless_fragments_close_with_1009(people: Cast) -> None:
    stream = await _raw(await people.guest())
    await _read_until(stream, b'"ref":"early"')
    await stream.send_all(_masked(0x01, b'{"type"') + b"".join(_masked(0x00, b" ") for _ in range(100)))
    answer = await _read_until(stream, struct.pack("!H", 1009))
    assert struct.pack("!H", 1009) in answer
    await stream.aclose()


async def test_invalid_utf8_and_unmasked_frames_end_that_connection_alone(people: Cast) -> None:
    bystander = await people.guest()
    async with bystander.live() as live:
        for bad in (_masked(0x81, b"\xff\xfe\xfd"), b"\x81\x02hi", b"\xf3\x80" + os.urandom(4), os.urandom(200)):
            stream = await _raw(await people.guest())
            await _read_until(stream, b'"ref":"early"')
            await stream.send_all(bad)
            with trio.move_on_after(5):
                while await stream.receive_some():
                    pass
            await stream.aclose()
        await _still_serving(live)


async def test_half_a_handshake_is_dropped_in_seconds(people: Cast) -> None:
    host, port = people.server.base.removeprefix("http://").split(":")
    stream = await trio.open_tcp_stream(host, int(port))
    await stream.send_all(b"GET /live HTTP/1.1\r\nHost: ")
    with trio.fail_after(20):
        assert not await stream.receive_some()


@pytest.mark.parametrize("path", ["/live", "/help/GB"])
async def test_a_head_over_its_limit_is_refused_with_431_and_a_problem(people: Cast, path: str) -> None:
    """Also where the client has sent more than that: no reset overtakes the answer."""
    host, port = people.server.base.removeprefix("http://").split(":")
    stream = await trio.open_tcp_stream(host, int(port))
    await stream.send_all(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nCookie: ".encode() + b"x" * 60_000)
    got = b""
    with trio.fail_after(10):
        while more := await stream.receive_some():
            got += more
    head, _, body = got.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 431 ") and b"application/problem+json" in head
    assert (json.loads(body)["code"], json.loads(body)["status"]) == ("head-too-large", 431)
    await stream.aclose()


@pytest.mark.parametrize(("origin", "status"), [("https://elsewhere.example", 403), ("null", 403)])
async def test_another_sites_page_gets_no_socket(people: Cast, origin: str, status: int) -> None:
    guest = await people.guest()
    with pytest.raises(ConnectionRejected) as refused:
        async with guest.live(origin=origin):
            pass
    assert refused.value.status_code == status


async def test_no_session_no_socket(people: Cast) -> None:
    with pytest.raises(ConnectionRejected) as refused:
        async with people.visitor().live():
            pass
    assert refused.value.status_code == 401


async def test_signing_out_closes_the_socket(people: Cast) -> None:
    guest = await people.guest()
    async with guest.live() as live:
        await guest.post("/api/sign-out")
        with pytest.raises(ConnectionClosed) as closed:
            await live.until("never")
        assert closed.value.reason is not None and closed.value.reason.code == 4403


async def test_the_same_ref_gives_one_message(people: Cast) -> None:
    guest, other = await people.guest(), await people.guest()
    room = (await guest.get("/api/rooms/the-kitchen-table"))["id"]
    async with guest.live() as live, other.live() as seeing:
        await live.subscribe(room)
        await seeing.subscribe(room)
        first = await live.say(room, "once only", ref="same-ref")
        again = [await live.say(room, "once only", ref="same-ref") for _ in range(3)]
        assert {a["seq"] for a in again} == {first["seq"]}
        heard = [f for f in await seeing.quiet() if f["type"] == "message" and f["message"]["text"] == "once only"]
        assert len(heard) == 1


async def test_coming_back_gives_exactly_what_was_missed(people: Cast) -> None:
    guest, other = await people.guest(), await people.guest()
    room = (await guest.get("/api/rooms/night-owls"))["id"]
    async with other.live() as talking:
        await talking.subscribe(room)
        async with guest.live() as live:
            state = await live.subscribe(room)
            position = {"epoch": state["epoch"], "seq": state["seq"]}
        acks = [await talking.say(room, f"missed {i}") for i in range(3)]
        await talking.answer(type="delete", channel=room, seq=acks[1]["seq"])
        async with guest.live() as live:
            back = await live.subscribe(room, since=position)
            assert back["recovered"]
            assert [(m["text"], m["removed"]) for m in back["messages"]] == [
                ("missed 0", None),
                ("", "author"),
                ("missed 2", None),
            ]
            assert back["seq"] == acks[2]["seq"] + 1
            later: dict[str, Any] = await live.subscribe(room, since={"epoch": back["epoch"], "seq": back["seq"]})
            assert later["recovered"] and later["messages"] == []
            lost = await live.subscribe(room, since={"epoch": "another", "seq": 1})
            assert lost["recovered"] is False


async def test_a_message_in_fragments_keeps_its_place_behind_a_slow_frame(people: Cast) -> None:
    """Slow frame, fragments, plain frame, all in one packet, from many at once: answered in this order, however the first two race."""
    guest = await people.guest()
    streams = [await _raw(guest) for _ in range(20)]
    for stream in streams:
        await _read_until(stream, b'"ref":"early"')
    orders: list[list[bytes]] = []

    async def race(stream: trio.SocketStream) -> None:
        await stream.send_all(
            _masked(0x81, b'{"type":"subscribe","ref":"slow","channel":"0123456789abcdefghjkmnpqrs"}')
            + _masked(0x01, b'{"type":"ping",')
            + _masked(0x80, b'"ref":"pieces"}')
            + _masked(0x81, b'{"type":"ping","ref":"last"}')
        )
        got, refs = b"", list[bytes]()
        with trio.fail_after(10):
            while len(refs) < 3:
                got += await stream.receive_some()
                refs = re.findall(rb'"ref":"(slow|pieces|last)"', got)
        orders.append(refs)

    async with trio.open_nursery() as nursery:
        for stream in streams:
            nursery.start_soon(race, stream)
    assert orders == [[b"slow", b"pieces", b"last"]] * len(streams)
    for stream in streams:
        await stream.aclose()


async def test_what_follows_a_slow_frame_does_not_wait_for_the_timers(people: Cast) -> None:
    """Frames in one packet behind a slow one are taken as soon as that is done, not at the next look at the timers."""
    guest = await people.guest()
    stream = await _raw(guest)
    await _read_until(stream, b'"ref":"early"')
    apart = []
    for at in range(15):
        pieces = _masked(0x01, b'{"type":"ping",') + _masked(0x80, f'"ref":"pieces{at}"}}'.encode())
        await stream.send_all(pieces + _masked(0x81, f'{{"type":"ping","ref":"last{at}"}}'.encode()))
        got = await _read_until(stream, f'"ref":"pieces{at}"'.encode())
        answered = trio.current_time()
        if f'"ref":"last{at}"'.encode() not in got:
            await _read_until(stream, f'"ref":"last{at}"'.encode())
        apart.append(trio.current_time() - answered)
    # Left to the timers, the answers would be anything up to a beat apart, half of one on average.
    assert sorted(apart)[7] < BEAT_S / 5, apart
    await stream.aclose()
