"""The socket's boundary: who may open one, and what a message may hold, as JSON and as MessagePack."""

import json
import struct
import time
from typing import get_args

import msgspec
import pytest
from trio_websocket import ConnectionRejected

from conftest import Cast
from cups.wire import frames
from cups.wire.frames import PROTOCOL, PROTOCOL_PACKED
from harness.person import LiveConnection

pytestmark = pytest.mark.usefixtures("reactor_kind")
MOST = 65_536
ROOM = "0123456789abcdefghjkmnpqrs"
TAGS = [frame.__struct_config__.tag for frame in get_args(frames.ClientFrame)]


async def test_the_origin_is_asked_before_the_upgrade_by_an_exact_list(people: Cast) -> None:
    guest = await people.guest()
    base = guest.base
    for origin in (
        "https://elsewhere.example",
        "null",
        "file://",
        base + "/",
        base + ".elsewhere.example",
        base.replace("http:", "https:"),
        base.replace("localhost", "LOCALHOST"),
        base.replace("localhost", "elsewhere.example@localhost"),
        base[:-1],
        base + " " + base,
    ):
        with pytest.raises(ConnectionRejected) as refused:
            async with guest.live(origin=origin):
                pass
        assert refused.value.status_code == 403, origin
        assert json.loads(refused.value.body or b"{}")["code"] == "bad-origin"


def nested(opening: bytes, closing: bytes, count: int) -> bytes:
    return opening * count + closing * count


def in_json() -> list[bytes]:
    """As deep and as many as 64 KiB hold, at each place of each frame."""
    deep, wide = nested(b"[", b"]", 30_000), b"[" + b"1," * 30_000 + b"1]"
    objects = b'{"a":' * 10_000 + b"1" + b"}" * 10_000
    fields = b",".join(b'"f%d":1' % number for number in range(6000))
    found = [deep, wide, objects, b"{" + fields + b"}"]
    for tag in TAGS:
        for value in (deep, wide, objects):
            found.append(b'{"type":"%s","ref":%s}' % (tag.encode(), value))
            found.append(b'{"type":"%s","ref":"x","channel":%s}' % (tag.encode(), value))
        found.append(b'{"type":"%s","ref":"x",%s}' % (tag.encode(), fields))
    return found


def in_msgpack() -> list[bytes]:
    """The same, and counts that promise more than there is."""
    deep, pairs = b"\x91" * 60_000 + b"\x01", b"\x81\xa1a" * 20_000 + b"\x01"
    wide = b"\xdc" + struct.pack(">H", 60_000) + b"\x01" * 60_000
    promised = [
        b"\xdd\xff\xff\xff\xff",  # an array of 4 billion
        b"\xdf\xff\xff\xff\xff",  # a map of as many
        b"\xdb\xff\xff\xff\xff",  # a text
        b"\xc6\xff\xff\xff\xff",  # bytes
        b"\xc9\xff\xff\xff\xff\x01",  # an extension
        b"\xc7\x04\x05abcd",
        b"\xc1",
        b"",
    ]
    found = [deep, pairs, wide, *promised]
    for tag in TAGS:
        head = b"\x82\xa4type" + msgspec.msgpack.encode(tag) + b"\xa3ref"
        found += [head + value for value in (deep, pairs, wide, *promised)]
    return found


@pytest.mark.parametrize("protocol", [PROTOCOL, PROTOCOL_PACKED])
async def test_nesting_and_crowds_are_refused_at_once(people: Cast, protocol: str) -> None:
    """Whatever it holds: a typed error, no time, and the connection lives on; who keeps sending such is closed as a flood."""
    guest, packed = await people.guest(), protocol == PROTOCOL_PACKED
    messages = [one for one in (in_msgpack() if packed else in_json()) if len(one) <= MOST]
    assert len(messages) > 40 and max(map(len, messages)) > 50_000
    for start in range(0, len(messages), 40):
        async with guest.live(protocol=protocol) as live:
            for message in messages[start : start + 40]:
                began = time.monotonic()
                await live.socket.send_message(message if packed else message.decode())
                error = await live.until("error")
                assert error["code"] in ("bad-input", "unknown-frame"), message[:60]
                assert time.monotonic() - began < 2, message[:60]
            await _still_serving(live)


@pytest.mark.parametrize("protocol", [PROTOCOL, PROTOCOL_PACKED])
@pytest.mark.parametrize("tag", TAGS)
async def test_no_frame_is_taken_with_a_field_that_is_not_defined(people: Cast, protocol: str, tag: str) -> None:
    async with (await people.guest()).live(protocol=protocol) as live:
        whole = {"channel": ROOM, "text": "hello", "seq": 1, "delivered": 1, "read": 1, "id": ROOM, "ref": "x"}
        fields = next(one for one in get_args(frames.ClientFrame) if one.__struct_config__.tag == tag).__struct_fields__
        frame = {"type": tag} | {name: value for name, value in whole.items() if name in fields}
        for more in ({"role": "admin"}, {"account": ROOM}, {"at": 1}):
            await live.send(**frame, **more)
            assert (await live.until("error"))["code"] == "bad-input"
        await _still_serving(live)


async def _still_serving(live: LiveConnection) -> None:
    assert (await live.answer(type="ping"))["type"] == "pong"
