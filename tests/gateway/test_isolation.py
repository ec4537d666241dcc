"""What one person does, or one failure breaks, stays with them: floods, full disks, ends and blocks."""

import inspect
import sqlite3
import struct
from pathlib import Path

import pytest
import trio

from conftest import Cast
from cups import app
from cups.app import running
from cups.gateway.channels import Channels
from cups.gateway.waiting import Waiting
from cups.messages import queries
from cups.privacy.erasing import Erasing
from gateway.test_frames import _masked, _raw, _read_until
from harness.person import Person, new_ref
from harness.server import ServerProcess
from harness.store import settings_at

pytestmark = pytest.mark.usefixtures("reactor_kind")


async def test_a_flood_of_pings_closes_with_1008(people: Cast) -> None:
    stream = await _raw(await people.guest())
    await _read_until(stream, b'"ref":"early"')
    await stream.send_all(b"".join(_masked(0x89, b"") for _ in range(200)))
    assert struct.pack("!H", 1008) in await _read_until(stream, struct.pack("!H", 1008))
    await stream.aclose()


async def test_a_flood_of_nonsense_closes_with_4429(people: Cast) -> None:
    stream = await _raw(await people.guest())
    await _read_until(stream, b'"ref":"early"')
    await stream.send_all(b"".join(_masked(0x81, b"{") for _ in range(300)))
    assert struct.pack("!H", 4429) in await _read_until(stream, struct.pack("!H", 4429))
    await stream.aclose()


async def test_numbers_too_large_are_refused_not_broken(people: Cast) -> None:
    guest = await people.guest()
    moderator = await people.demo("moderator")
    room = (await guest.get("/api/rooms/night-owls"))["id"]
    async with guest.live() as live:
        for frame in (
            {"type": "edit", "channel": room, "seq": 2**70, "text": "x"},
            {"type": "delete", "channel": room, "seq": 2**63},
            {"type": "send", "channel": room, "text": "x", "reply_to": 2**64},
        ):
            assert (await live.answer(**frame))["code"] == "bad-input"
    for method, path, body in (
        ("POST", f"/api/rooms/night-owls/messages/{2**70}/removal", {"rule": "spam"}),
        ("GET", f"/api/courses/listener/sections/{2**70}", None),
        ("GET", f"/learn/listener/{2**70}", None),
    ):
        assert (await moderator.call(method, path, body)).status_code in (404, 422), path


async def test_control_characters_are_refused(people: Cast) -> None:
    guest = await people.guest()
    room = (await guest.get("/api/rooms/night-owls"))["id"]
    async with guest.live() as live:
        await live.subscribe(room)
        assert (await live.say(room, "a\x01b"))["code"] == "bad-input"
        assert (await live.say(room, "two\nlines\tand a tab"))["type"] == "ack"


async def test_a_crowd_of_agreements_is_refused(people: Cast) -> None:
    visitor = people.visitor()
    many = [{"kind": "member", "version": f"v{i}"} for i in range(500)]
    refused = await visitor.call("POST", "/api/gate", {"age": "18-plus", "danger": "none", "agreements": many})
    assert refused.status_code == 422


async def test_after_the_end_nothing_passes_between_the_two(people: Cast) -> None:
    guest, listener = await people.guest(), await people.demo("listener")
    asked = await guest.ask()
    chat = (await listener.post(f"/api/queue/{asked['id']}/take"))["chat"]
    async with guest.live() as one, listener.live() as two:
        await one.subscribe(chat)
        await two.subscribe(chat)
        await two.send(type="typing", channel=chat)
        await one.until("types")
        await guest.post("/api/blocks", {"name": listener.name}, 204)
        ended = await two.until("chat")
        assert ended["chat"]["ended_at"]
        await two.send(type="typing", channel=chat)
        await two.send(type="mark", channel=chat, delivered=0, read=0)
        assert not [f for f in await one.quiet() if f["type"] in ("types", "receipt")]
    assert (await guest.get(f"/api/chats/{chat}"))["ended_by"] == "you"
    again = await guest.ask()
    async with listener.live() as live:
        await live.send(type="watch-board", ref="w")
        board = await live.until("board")
        assert again["id"] not in [e["id"] for e in board["board"]["requests"]]
    await guest.call("DELETE", "/api/requests/mine", expect=200)


async def test_a_moderator_reaches_only_people_who_were_in_the_room(people: Cast) -> None:
    teen, adult, moderator = await people.guest("13-17"), await people.guest(), await people.demo("moderator")
    body = {"rule": "other", "words": "write me elsewhere"}
    async with teen.live() as live:
        for person in (teen, adult):
            await moderator.post(
                "/api/rooms/night-owls/warnings", body | {"ref": new_ref("w"), "name": person.name}, 404
            )
        refused = await moderator.call(
            "POST", "/api/rooms/teen-lounge/warnings", body | {"ref": new_ref("w"), "name": teen.name}
        )
        assert refused.status_code == 404
        assert not [f for f in await live.quiet() if f["type"] == "warning"]


async def test_a_listener_banned_before_arriving_gives_the_person_back(people: Cast) -> None:
    admin = await people.demo("admin")
    guest, listener = await people.guest(danger="me"), await people.demo("listener")
    asked = await guest.ask()
    chat = (await listener.post(f"/api/queue/{asked['id']}/take"))["chat"]
    await listener.post(f"/api/chats/{chat}/end", {"block": True})
    state = await guest.get("/api/requests/mine")
    assert (state["id"], state["state"]) == (asked["id"], "waiting")
    await guest.call("DELETE", "/api/requests/mine", expect=200)
    assert admin


async def test_a_flood_of_changes_is_refused_with_when_to_go_on(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, pace_guest_changes_burst=5, pace_guest_changes_period_ms=60_000).start()
    try:
        guest, other = await Person(server.base).pass_gate(), await Person(server.base).pass_gate()
        # A session is counted as itself once it was seen to be one; what comes before counts for its address.
        await guest.get("/api/me")
        statuses = [(await guest.call("DELETE", "/api/requests/mine")).status_code for _ in range(8)]
        assert statuses == [404] * 5 + [429] * 3
        refused = await guest.call("DELETE", "/api/requests/mine")
        assert refused.json()["code"] == "too-fast" and refused.json()["retry_at"]
        assert (await guest.call("GET", "/help/GB")).status_code == 200
        assert (await other.call("DELETE", "/api/requests/mine")).status_code == 404
        for person in (guest, other):
            await person.aclose()
    finally:
        server.close()


async def test_a_block_repeated_tells_the_other_nothing(people: Cast) -> None:
    guest, other = await people.guest(), await people.guest()
    async with other.live() as live:
        for _ in range(5):
            await guest.post("/api/blocks", {"name": other.name}, 204)
        assert not [f for f in await live.quiet() if f["type"] == "me"]


async def test_unused_histories_are_forgotten_and_used_ones_kept(tmp_path: Path) -> None:
    async with running(settings_at(tmp_path)) as cups:
        idle = await cups.db.write(lambda unit: queries.create_channel(unit.conn, "room", 1))
        await cups.channels.histories.load(idle)
        await cups.channels.forget_unused()
        assert cups.channels.histories.get(idle) is None


def test_every_background_task_is_started() -> None:
    """A loop that nobody starts is a promise that nobody keeps."""
    source = inspect.getsource(app.serve)
    for part in (Channels, Waiting, Erasing, app.Cups):
        for name in vars(part):
            if name.startswith("run") or name == "keep_house":
                assert f".{name}" in source, f"{part.__name__}.{name} is never started"


async def test_a_full_disk_ends_nothing_but_writing(tmp_path: Path) -> None:
    """With the database full, what was acked stays, writes are refused with a typed error, and crisis help is served."""
    wide = {f"pace_{rule}_burst": 1000 for rule in ("guest_message", "room_message", "frames")}
    server = ServerProcess(tmp_path, request_hold_s=1, **wide).start()
    try:
        guest = await Person(server.base).pass_gate()
        room = (await guest.get("/api/rooms/night-owls"))["id"]
        waiting = await Person(server.base).pass_gate()
        await waiting.ask()
        await waiting.aclose()
        server.stop()
        database = sqlite3.connect(server.data / "data" / "cups.db")
        pages = database.execute("pragma page_count").fetchone()[0]
        database.close()
        server = _limited(server, (pages + 12) * 4096)
        acked = {}
        async with guest.live() as live:
            await live.subscribe(room)
            for i in range(400):
                answer = await live.say(room, f"{i} " + "x" * 3800, ref=f"full-{i}")
                if answer["type"] == "ack":
                    acked[answer["seq"]] = i
                else:
                    assert answer["code"] == "busy-try-later", answer
                    break
            else:
                raise AssertionError("the disk was never full")
        await trio.sleep(2.5)
        assert (await guest.call("GET", "/help/GB")).status_code == 200
        assert (await guest.get("/api/me"))["person"]["name"] == guest.name
        server.kill9()
        server = _limited(server, None)
        page = await guest.get(f"/api/channels/{room}/messages?limit=200")
        stored = {m["seq"]: int(m["text"].split()[0]) for m in page["messages"]}
        assert all(stored.get(seq) == number for seq, number in acked.items()), (acked, stored)
        await guest.aclose()
    finally:
        server.close()


def _limited(server: ServerProcess, size: int | None) -> ServerProcess:
    """Starts it again with a limit on the size of any file it writes: the nearest to a full disk that needs no mount."""
    server.file_limit = size
    return server.start()
