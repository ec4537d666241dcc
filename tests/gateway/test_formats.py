"""JSON and MessagePack: the same frames, chosen by subprotocol, side by side in one room."""

import msgspec
import pytest
import trio
from trio_websocket import open_websocket_url

from conftest import Cast
from cups.wire.frames import PROTOCOL_PACKED

pytestmark = pytest.mark.usefixtures("reactor_kind")


async def test_both_hear_the_same_in_one_room(people: Cast) -> None:
    one, two = await people.guest(), await people.guest()
    room = (await one.get("/api/rooms/night-owls"))["id"]
    async with one.live() as text, two.live(protocol=PROTOCOL_PACKED) as packed:
        assert not text.packed and packed.packed
        await text.subscribe(room)
        await packed.subscribe(room)
        await text.say(room, "said as JSON ✓")
        await packed.say(room, "said as MessagePack ✓")
        heard = []
        for live in (text, packed):
            await live.quiet()
            heard.append([f["message"] for f in live.frames if f["type"] == "message"])
        assert [m["text"] for m in heard[0]] == ["said as JSON ✓", "said as MessagePack ✓"]
        assert heard[0] == heard[1]


async def test_the_history_is_the_same_in_both(people: Cast) -> None:
    guest = await people.guest()
    room = (await guest.get("/api/rooms/night-owls"))["id"]
    async with guest.live() as text, guest.live(protocol=PROTOCOL_PACKED) as packed:
        await text.say(room, "for the history")
        first, second = await text.subscribe(room), await packed.subscribe(room)
        assert first["messages"] == second["messages"] and first["messages"]


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x93\x01", b"\x81" * 3000, msgspec.msgpack.encode([1, 2])])
async def test_what_is_not_msgpack_is_answered(people: Cast, data: bytes) -> None:
    async with (await people.guest()).live(protocol=PROTOCOL_PACKED) as live:
        await live.socket.send_message(data)
        assert (await live.until("error"))["code"] == "bad-input"
        assert (await live.answer(type="ping"))["type"] == "pong"


async def test_text_is_refused_where_binary_was_agreed_on(people: Cast) -> None:
    async with (await people.guest()).live(protocol=PROTOCOL_PACKED) as live:
        await live.socket.send_message('{"type": "ping", "ref": "x"}')
        assert (await live.until("error"))["code"] == "bad-input"


async def test_who_names_no_protocol_gets_json(people: Cast) -> None:
    guest = await people.guest()
    cookies = "; ".join(f"{name}={value}" for name, value in guest.http.cookies.items())
    headers = [("origin", guest.base), ("cookie", cookies)]
    async with open_websocket_url(guest.base.replace("http", "ws") + "/live", extra_headers=headers) as socket:
        with trio.fail_after(10):
            assert msgspec.json.decode(await socket.get_message())["type"] == "welcome"
        assert socket.subprotocol is None
