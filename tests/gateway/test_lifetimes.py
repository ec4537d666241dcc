"""How connections and waiting end: dead peers, slow readers, a stopping server, a place that is held for a while."""

import json
import time
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import trio
from trio_websocket import ConnectionClosed

from gateway.test_frames import _masked, _raw, _read_until
from harness.person import Person
from harness.server import ServerProcess

pytestmark = pytest.mark.usefixtures("reactor_kind")


async def test_a_half_open_connection_is_noticed(tmp_path: Path) -> None:
    """A peer that answers no ping is gone within heartbeat plus timeout."""
    server = ServerProcess(tmp_path, heartbeat_s=0.5, pong_timeout_s=0.5).start()
    try:
        guest = await Person(server.base).pass_gate()
        stream = await _raw(guest)
        with trio.fail_after(15):
            while await stream.receive_some():
                pass
        await stream.aclose()
        async with guest.live() as live:
            with trio.move_on_after(2.5):
                while True:
                    await live.next(10)
            assert (await live.answer(type="ping"))["type"] == "pong"
        await guest.aclose()
    finally:
        server.close()


async def test_a_slow_reader_is_cut_and_can_come_back(tmp_path: Path) -> None:
    """Memory stays bounded whatever readers do: over the cap the connection closes, and the position held is continued."""
    wide = {
        "pace_guest_message_burst": 5000,
        "pace_room_message_burst": 9000,
        "pace_frames_burst": 9000,
        "room_keep_messages": 4000,
    }
    server = ServerProcess(tmp_path, outbox_bytes=200_000, state_bytes=50_000, send_timeout_s=2, **wide).start()
    try:
        talker, sleeper = await Person(server.base).pass_gate(), await Person(server.base).pass_gate()
        room = (await talker.get("/api/rooms/night-owls"))["id"]
        stream = await _raw(sleeper)
        await _read_until(stream, b'"ref":"early"')
        await stream.send_all(_masked(0x81, json.dumps({"type": "subscribe", "ref": "s", "channel": room}).encode()))
        await _read_until(stream, b'"type":"subscribed"')
        async with talker.live() as live:
            await live.subscribe(room)
            for i in range(1500):
                assert (await live.say(room, f"{i} " + "é" * 3900))["type"] == "ack"
            present = await live.subscribe(room)
            assert sleeper.name not in [p["name"] for p in present["present"]], "the slow reader is still held"
        await stream.aclose()
        async with sleeper.live() as back:
            state = await back.subscribe(room)
            assert state["seq"] == 1500
        await talker.aclose()
        await sleeper.aclose()
    finally:
        server.close()


async def test_a_stopping_server_says_when_to_come_back_and_loses_nothing(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path).start()
    try:
        guest = await Person(server.base).pass_gate()
        room = (await guest.get("/api/rooms/night-owls"))["id"]
        async with guest.live() as live:
            await live.subscribe(room)
            ack = await live.say(room, "before the restart")
            started = time.monotonic()
            async with trio.open_nursery() as nursery:
                nursery.start_soon(trio.to_thread.run_sync, server.stop)
                away = await live.until("go-away")
                assert away["after_ms"] > 0
                with pytest.raises(ConnectionClosed) as closed:
                    await live.until("never")
                assert closed.value.reason is not None and closed.value.reason.code == 1001
            assert time.monotonic() - started < 30
        assert server.stop() == 0
        server.start()
        page = await guest.get(f"/api/channels/{room}/messages")
        assert [(m["seq"], m["text"]) for m in page["messages"]] == [(ack["seq"], "before the restart")]
        await guest.aclose()
    finally:
        server.close()


async def test_the_place_is_held_for_a_while_and_then_given_up(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, request_hold_s=2).start()
    try:
        first, second = await Person(server.base).pass_gate(), await Person(server.base).pass_gate()
        async with first.live(), second.live():
            await first.ask()
            await second.ask()
        await trio.sleep(0.5)
        async with first.live() as live:
            back = await live.until("request")
            assert (back["request"]["state"], back["request"]["place"]) == ("waiting", 1)
            admin = await Person(server.base).enter(server.links["admin"])
            with trio.fail_after(15):
                while len((await admin.get("/api/staff/requests"))["requests"]) > 1:
                    await trio.sleep(0.2)
            await admin.aclose()
        gone = await second.get("/api/requests/mine")
        assert (gone["state"], gone["reason"]) == ("closed", "gone")
        for person in (first, second):
            await person.aclose()
    finally:
        server.close()


async def test_asking_for_ones_place_without_a_socket_keeps_it(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, request_hold_s=1).start()
    try:
        guest = await Person(server.base).pass_gate()
        await guest.ask()
        for _ in range(12):
            await trio.sleep(0.25)
            assert (await guest.get("/api/requests/mine"))["state"] == "waiting"
        await guest.aclose()
    finally:
        server.close()


async def test_the_place_and_its_estimate_are_told_as_they_change(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, listener_chats_first=100).start()
    try:
        crowd = [await Person(server.base).pass_gate() for _ in range(6)]
        listener = await Person(server.base).enter(server.links["listener"])
        for person in crowd:
            await person.ask()
        last = crowd[-1]
        async with last.live() as live, listener.live() as listening:
            first_told = await live.until("request")
            assert first_told["request"]["place"] == 6
            assert first_told["request"]["estimate"] == {"low_minutes": None, "high_minutes": None}
            for _ in range(5):
                taken = await listener.post("/api/queue/next")
                await listening.subscribe(taken["chat"])
            with trio.fail_after(20):
                while (told := await live.until("request"))["request"]["place"] != 1 or told["request"]["estimate"][
                    "high_minutes"
                ] is None:
                    pass
            assert told["request"]["estimate"]["low_minutes"] <= told["request"]["estimate"]["high_minutes"]
        for person in crowd:
            await person.aclose()
    finally:
        server.close()


async def test_a_listener_who_leaves_lets_the_member_go_back_at_the_old_rank(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path).start()
    try:
        first, second = await Person(server.base).pass_gate(), await Person(server.base).pass_gate()
        listener = await Person(server.base).enter(server.links["listener"])
        await first.ask()
        chat = (await listener.post("/api/queue/next"))["chat"]
        async with listener.live() as live:
            await live.subscribe(chat)
        await second.ask()
        await listener.post(f"/api/chats/{chat}/end", {})
        assert (await first.get(f"/api/chats/{chat}"))["can_requeue"]
        again = await first.post(f"/api/chats/{chat}/requeue")
        assert (again["state"], again["place"]) == ("waiting", 1)
        assert (await second.get("/api/requests/mine"))["place"] == 2
        for person in (first, second, listener):
            await person.aclose()
    finally:
        server.close()


async def test_a_drain_gives_each_client_a_slot_and_a_ticket(tmp_path: Path) -> None:
    """Nobody is told to come back at the same moment as everybody else, and each ticket is its connection's own."""
    server = ServerProcess(tmp_path, max_connections_per_person=100).start()
    told: list[tuple[int, str]] = []
    try:
        guest = await Person(server.base).pass_gate()
        async with AsyncExitStack() as stack:
            lives = [await stack.enter_async_context(guest.live()) for _ in range(60)]
            async with trio.open_nursery() as nursery:
                nursery.start_soon(trio.to_thread.run_sync, server.stop)
                for live in lives:
                    away = await live.until("go-away")
                    told.append((away["after_ms"], away["ticket"]))
                    with pytest.raises(ConnectionClosed) as closed:
                        await live.until("never")
                    assert closed.value.reason is not None and closed.value.reason.code == 1001
        slots = sorted(after for after, _ in told)
        assert len({ticket for _, ticket in told}) == 60
        assert len(set(slots)) > 50 and slots[0] >= 500 and slots[-1] - slots[0] > 3000
        await guest.aclose()
    finally:
        server.close()
