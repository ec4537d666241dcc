"""More than the server can take: the newest is refused at once, with a code and a time, and what was taken is done."""

import json
from contextlib import suppress
from pathlib import Path

import pytest
import trio

from cups.clock import SystemClock
from cups.errors import Refused
from cups.gateway.load import Load
from cups.store.backlog import LEAST, Backlog, Entry, Way
from gateway.test_frames import _masked, _raw
from harness.person import Person
from harness.server import ServerProcess

MESSAGES = 2000
WIDE = {
    f"pace_{rule}_{part}": value
    for rule in ("frames", "guest_message", "room_message")
    for part, value in (("burst", 100_000), ("period_ms", 1))
}


def _letters(number: int) -> str:
    """Numbers in a row would look like somebody's phone number."""
    return str(number).translate(str.maketrans("0123456789", "qwxzvyjhrm"))


@pytest.mark.usefixtures("reactor_kind")
async def test_a_flood_within_the_pace_is_answered_message_by_message(tmp_path: Path) -> None:
    """Each is acked and kept, or refused with when to come back; never both, never neither."""
    server = ServerProcess(tmp_path, behind_s=0.0, **WIDE).start()
    try:
        guest = await Person(server.base).pass_gate()
        room = (await guest.get("/api/rooms/night-owls"))["id"]
        answers: dict[str, str] = {}
        async with guest.live() as live:
            await live.subscribe(room)

            async def flood() -> None:
                """All in one piece, so that more is there than one turn takes, however fast the server is."""
                said = [
                    {"type": "send", "channel": room, "text": _letters(number), "ref": f"m{number}"}
                    for number in range(MESSAGES)
                ]
                stream = live.socket._stream
                await stream.send_all(b"".join(_masked(0x81, json.dumps(frame).encode()) for frame in said))

            async with trio.open_nursery() as nursery:
                nursery.start_soon(flood)
                with trio.fail_after(60):
                    while len(answers) < MESSAGES:
                        frame = await live.next()
                        if frame["type"] in ("ack", "error") and str(frame.get("ref")).startswith("m"):
                            assert frame["ref"] not in answers, "answered once"
                            answers[frame["ref"]] = frame["type"]
                            if frame["type"] == "error":
                                assert frame["code"] == "busy-try-later", frame
                                assert frame["retry_at"] > 0
            heard = {frame["message"]["text"] for frame in live.frames if frame["type"] == "message"}
            heard |= {frame["message"]["text"] for frame in await live.quiet() if frame["type"] == "message"}
            acked = {_letters(int(ref.removeprefix("m"))) for ref, kind in answers.items() if kind == "ack"}
            assert heard == acked
            assert len(acked) < MESSAGES, "nothing was refused: the server never fell behind"
            assert (await live.say(room, "and now again"))["type"] == "ack"
    finally:
        server.close()


@pytest.mark.usefixtures("reactor_kind")
async def test_who_floods_a_server_that_is_behind_is_closed_as_ever(tmp_path: Path) -> None:
    """Answered without end, a few sockets could keep the server behind for good, and everybody else's words out."""
    server = ServerProcess(tmp_path, behind_s=0.0).start()
    said = [{"type": "send", "channel": "", "text": "a", "ref": f"m{number}"} for number in range(MESSAGES)]
    flood, last = b"".join(_masked(0x81, json.dumps(frame).encode()) for frame in said), said[-1]["ref"].encode()
    closed, heard = b"\x11\x4dtoo many frames", list[bytes]()
    try:
        guest = await Person(server.base).pass_gate()

        async def send(stream: trio.SocketStream) -> None:
            with suppress(trio.BrokenResourceError):
                await stream.send_all(flood)

        async def hear(stream: trio.SocketStream) -> None:
            data = b""
            while closed not in data and last not in data:
                data = data[-100:] + await stream.receive_some(65_536)
            heard.append(closed if closed in data else last)

        streams = [await _raw(guest) for _ in range(8)]
        with trio.fail_after(60):
            async with trio.open_nursery() as nursery:
                for stream in streams:
                    nursery.start_soon(send, stream)
                    nursery.start_soon(hear, stream)
        assert heard == [closed] * 8
        for stream in streams:
            await stream.aclose()
    finally:
        server.close()


def test_behind_means_that_turn_after_turn_left_something_unread() -> None:
    load = Load(SystemClock(), full_lag_s=1, busy_lag_s=1, behind_s=0.05)
    for now, more, swamped in (
        (0.00, True, False),
        (0.04, True, False),
        (0.06, True, True),
        (0.07, False, False),
        (0.08, True, False),
        (0.12, True, False),
        (0.14, True, True),
    ):
        load.left(now, more)
        assert load.swamped == swamped, now


def test_no_more_waits_for_the_writer_than_it_does_in_a_moment() -> None:
    backlog = Backlog(SystemClock(), 100_000, most_wait_s=0.1)

    def fill() -> int:
        """How many are taken before one is refused."""
        taken = 0
        try:
            while True:
                backlog.put(Entry(print, None, print, Way.TOGETHER), share=1)
                taken += 1
        except Refused as refused:
            assert refused.code == "busy-try-later"
            assert refused.retry_at is not None
        while backlog.next_way() is not None:
            backlog.take(1)
        return taken

    def done(items: int, seconds: float) -> None:
        for _ in range(200):
            backlog.count(units=1, items=items, waited=0, busy=seconds, commit=0, failed=False)

    assert fill() == 100_000, "nothing is known yet"
    done(items=1000, seconds=0.05)
    assert fill() == pytest.approx(2000, rel=0.01)
    done(items=1, seconds=1.0)
    assert fill() == LEAST
