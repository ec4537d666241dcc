"""Backups of a site that is running: all that was acked before is in it, nobody is held up, and clients are told what was lost."""

from pathlib import Path

import httpx
import pytest
import trio
from prometheus_client.parser import text_string_to_metric_families

from backup.installation import new_database
from cups.backup.making import make
from cups.backup.verifying import verify
from cups.clock import SystemClock
from cups.settings import Settings
from harness.journal import Talker
from harness.person import Person
from harness.server import ServerProcess, free_port

WIDE = {
    "pace_frames_burst": 5000,
    "pace_room_message_burst": 5000,
    "pace_guest_create_burst": 1000,
    "pace_guest_message_burst": 5000,
    "room_keep_messages": 100_000,
    "confirm_within_s": 3600,
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


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_under_load_all_that_was_acked_is_in_it_and_clients_are_told_what_was_lost(
    tmp_path: Path, kind: str
) -> None:
    metrics, backups, database = free_port(), tmp_path / "backups", new_database(kind)
    server = ServerProcess(tmp_path / "one", database=database, metrics_port=metrics, **WIDE).start()
    there = ServerProcess(tmp_path / "two", database=new_database(kind), **WIDE)
    there.data.mkdir()
    try:
        crowd = [await Person(server.base).pass_gate() for _ in range(4)]
        member = await (await Person(server.base).pass_gate()).sign_up()
        erased = await (await Person(server.base).pass_gate()).sign_up()
        room = (await member.get("/api/rooms/night-owls"))["id"]
        async with erased.live() as live:
            await live.subscribe(room)
            assert (await live.say(room, "not to come back"))["type"] == "ack"
        talkers = [Talker(person, room, seed) for seed, person in enumerate(crowd)]
        acked: dict[str, int] = {}
        with trio.fail_after(60):
            async with trio.open_nursery() as nursery:
                for talker in talkers:
                    nursery.start_soon(talker.run)
                while sum(len(talker.journal.acked) for talker in talkers) < 200:
                    await trio.sleep(0.02)
                for talker in talkers:
                    acked |= talker.journal.acked
                done = await trio.to_thread.run_sync(server.command, "backup", "--to", str(backups))
                for talker in talkers:
                    talker.stop()
        assert done.returncode == 0, done.stderr
        said = {ref: seq for talker in talkers for ref, seq in talker.journal.acked.items()}
        assert len(said) > len(acked) + 10, "nobody talked while it was made"
        assert [problem for talker in talkers for problem in talker.journal.problems] == []
        async with httpx.AsyncClient() as http:
            text = (await http.get(f"http://127.0.0.1:{metrics}/metrics")).text
        found = {s.name: s.value for f in text_string_to_metric_families(text) for s in f.samples}
        (file,) = backups.glob("*.backup")
        assert found["cups_backup_size_bytes"] == file.stat().st_size
        assert found["cups_backup_last_success_timestamp_seconds"] > 1e9

        async with member.live() as live:
            state = await live.subscribe(room)
            since = {"epoch": state["epoch"], "seq": state["seq"]}
            assert (await live.subscribe(room, since=since))["recovered"]
        await erased.post("/api/me/erase", {"posts": "go", "sure": True}, 202)
        listed = server.data / "data" / "erased"
        assert len(listed.read_text().splitlines()) == 2, "listed when it is answered"
        server.kill9()
        dead = Settings(data_dir=str(server.data / "data"), database=database, room_keep_messages=100_000)
        last = await trio.to_thread.run_sync(make, dead, tmp_path / "last", SystemClock())
        found_in_it = await trio.to_thread.run_sync(verify, dead, last.path, SystemClock())
        assert found_in_it.found.counts["messages"] >= len(said), "what was killed can be backed up, too"

        key = server.data / "data" / "backup-key"
        (there.data / "data").mkdir()
        (there.data / "data" / "backup-key").write_bytes(key.read_bytes())
        done = await trio.to_thread.run_sync(there.command, "restore", str(file), "--erased", str(listed))
        assert done.returncode == 0 and "erased again: 1 " in done.stdout, done.stderr + done.stdout
        there.port = server.port
        there.start()

        await member.get("/api/me/copies", 401)
        again = await Person(there.base).sign_in(member.name)
        await Person(there.base).post("/api/sign-in", {"name": erased.name, "password": "a long enough one"}, 401)
        stored = await _stored(again, room)
        assert {ref: seq for ref, seq in acked.items() if stored.get(seq) != ref} == {}
        assert set(stored) == set(range(1, max(stored) + 1)) and "not to come back" not in stored.values()
        async with again.live() as live:
            told = await live.subscribe(room, since=since)
            assert not told["recovered"] and told["epoch"] != since["epoch"] and told["seq"] < since["seq"]
            assert (await live.say(room, "and on it goes"))["type"] == "ack"
            now = {"epoch": told["epoch"], "seq": told["seq"]}
            assert (await live.subscribe(room, since=now))["recovered"]
    finally:
        server.close()
        there.close()
