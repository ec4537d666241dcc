"""kill -9 of the running server in the middle of traffic: nothing acked is lost or doubled, and the queue comes back in the same order."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
import trio

from harness.journal import Talker, check
from harness.person import Person
from harness.server import ServerProcess

KILLS = 6
TALKERS = 6
WIDE = {
    "pace_frames_burst": 1000,
    "pace_frames_period_ms": 1,
    "pace_guest_create_burst": 1000,
    "pace_guest_message_burst": 1000,
    "pace_guest_message_period_ms": 5,
    "pace_room_message_burst": 5000,
    "pace_room_message_period_ms": 1,
    "pace_chat_message_burst": 1000,
    "pace_chat_message_period_ms": 5,
    "room_keep_messages": 100000,
    "chat_keep_messages": 100000,
    "listener_chats_first": 10,
    "request_hold_s": 60,
}


async def _stored(person: Person, channel: str) -> dict[int, str]:
    found: dict[int, str] = {}
    before = 1 << 60
    while True:
        page = await person.get(f"/api/channels/{channel}/messages?before={before}&limit=200")
        found |= {m["seq"]: m["text"] for m in page["messages"]}
        if not page["more"]:
            return found
        before = page["messages"][0]["seq"]


@pytest.mark.slow
async def test_nothing_acked_is_lost_or_doubled(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    server = ServerProcess(tmp_path, **WIDE).start()
    chance = random.Random(20261121)
    crowd = [await Person(server.base).pass_gate() for _ in range(TALKERS)]
    admin = await Person(server.base).enter(server.links["admin"])
    room = await admin.post("/api/staff/rooms", {"slug": "under-fire", "title": "Under fire", "age": "adult"}, 201)
    listener = await Person(server.base).enter(server.links["listener"])
    pair = await Person(server.base).pass_gate()
    asked = await pair.ask()
    chat = (await listener.post(f"/api/queue/{asked['id']}/take"))["chat"]
    talkers = [Talker(person, room["id"], seed) for seed, person in enumerate(crowd)]
    talkers += [Talker(pair, chat, 100), Talker(listener, chat, 101)]
    try:
        with trio.fail_after(120):
            async with trio.open_nursery() as nursery:
                for talker in talkers:
                    nursery.start_soon(talker.run)
                for _ in range(KILLS):
                    await trio.sleep(0.6 + chance.random())
                    await trio.to_thread.run_sync(server.kill9)
                    await trio.to_thread.run_sync(server.start)
                await trio.sleep(1)
                for talker in talkers:
                    talker.stop()
        in_room = check([t.journal for t in talkers[:TALKERS]], await _stored(crowd[0], room["id"]))
        in_chat = check([t.journal for t in talkers[TALKERS:]], await _stored(pair, chat))
    finally:
        server.close()
    counts = {name: in_room[name] + in_chat[name] for name in in_room}
    counts |= {"kills": KILLS, "reconnects": sum(t.journal.reconnects for t in talkers)}
    print("\nkill test:", counts)
    record_property("counts", str(counts))
    problems = [problem for t in talkers for problem in t.journal.problems]
    assert counts["acked"] > 300, counts
    wrong = {
        name: counts[name] for name in ("lost", "doubled", "gaps", "phantoms", "delivered_but_not_stored", "problems")
    }
    assert not any(wrong.values()), (counts, problems[:10])


async def test_the_queue_comes_back_in_the_same_order(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, **WIDE).start()
    try:
        waiting = [
            await Person(server.base).pass_gate(danger=danger)
            for danger in ("none", "none", "me", "none", "someone", "none")
        ]
        for person in waiting:
            await person.ask()
        listener = await Person(server.base).enter(server.links["listener"])
        before = [entry["id"] for entry in (await listener.get("/api/queue"))["requests"]]
        places = [(await person.get("/api/requests/mine"))["place"] for person in waiting]
        assert places == [3, 4, 1, 5, 2, 6]
        server.kill9()
        server.start()
        after = [entry["id"] for entry in (await listener.get("/api/queue"))["requests"]]
        assert after == before
        assert [(await person.get("/api/requests/mine"))["place"] for person in waiting] == places
        taken = await listener.post("/api/queue/next")
        assert taken["request"] == before[0]
    finally:
        server.close()


async def test_a_listener_who_never_comes_gives_the_person_back_at_the_old_rank(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, claim_lease_s=1, **WIDE).start()
    try:
        first, second = await Person(server.base).pass_gate(), await Person(server.base).pass_gate()
        async with first.live() as live:
            one, two = await first.ask(), await second.ask()
            listener = await Person(server.base).enter(server.links["listener"])
            taken = await listener.post("/api/queue/next")
            assert taken["request"] == one["id"]
            await live.until("request", timeout=5)
            server.kill9()
        server.start()
        with trio.fail_after(8):
            while (state := await first.get("/api/requests/mine"))["state"] != "waiting":
                await trio.sleep(0.1)
        assert state["place"] == 1 and (await second.get("/api/requests/mine"))["place"] == 2
        assert (await listener.get(f"/api/chats/{taken['chat']}"))["ended_by"] == "system"
        assert two["id"] != one["id"]
    finally:
        server.close()
