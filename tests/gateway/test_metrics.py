"""What Prometheus is told: figures of the whole path, and nobody's words or names."""

from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from harness.person import Person
from harness.server import ServerProcess, free_port

pytestmark = pytest.mark.usefixtures("reactor_kind")


async def test_the_path_of_a_message_is_counted(tmp_path: Path) -> None:
    port = free_port()
    server = ServerProcess(tmp_path, metrics_port=port).start()
    try:
        guest = await Person(server.base).pass_gate()
        await guest.ask()
        room = (await guest.get("/api/rooms/night-owls"))["id"]
        async with guest.live() as live, httpx.AsyncClient() as http:
            await live.subscribe(room)
            for i in range(3):
                assert (await live.say(room, f"planted-word {i}"))["type"] == "ack"
            answer = await http.get(f"http://127.0.0.1:{port}/metrics")
            assert (await http.get(f"http://127.0.0.1:{port}/elsewhere")).status_code == 404
        found = {s.name: s.value for f in text_string_to_metric_families(answer.text) for s in f.samples}
        assert found["cups_reactor_connections"] == 1
        assert found["cups_reactor_frames_in_total"] >= 4
        assert found["cups_reactor_frames_out_total"] >= 8
        assert found["cups_reactor_bytes_out_total"] > 500
        assert found["cups_storage_items_total"] >= 3 and found["cups_storage_commits_total"] >= 1
        assert found["cups_storage_commit_seconds_bucket"] >= 1 and found["cups_loop_lag_seconds_count"] >= 1
        assert found["cups_queue_waiting"] == found["cups_queue_here"] == 1
        assert found["cups_queue_opened_total"] >= 1 and found["cups_queue_check_differences"] == 0
        assert found["cups_queue_index_bytes"] > 100
        for private in ("planted-word", guest.name, room):
            assert private not in answer.text
        await guest.aclose()
    finally:
        server.close()


async def test_what_screening_does_is_counted_by_class_and_outcome(tmp_path: Path) -> None:
    port = free_port()
    server = ServerProcess(tmp_path, metrics_port=port).start()
    try:
        guest = await Person(server.base).pass_gate()
        room = (await guest.get("/api/rooms/night-owls"))["id"]
        said = (
            "good evening",
            "how old are you?",
            "call me at 555 010 4477",
            "I want to die",
            "I want to die, 555 010 4477",
        )
        async with guest.live() as live, httpx.AsyncClient() as http:
            await live.subscribe(room)
            for text in said:
                await live.say(room, text)
            answer = await http.get(f"http://127.0.0.1:{port}/metrics")
        samples = [s for f in text_string_to_metric_families(answer.text) for s in f.samples]
        verdicts = {
            (s.labels["class"], s.labels["action"]): s.value
            for s in samples
            if s.name == "cups_screening_verdicts_total"
        }
        assert verdicts == {
            ("none", "pass"): 2,
            ("contact", "hold"): 1,
            ("crisis-own", "help"): 1,
            ("contact", "hide"): 1,
        }
        found = {s.name: s.value for s in samples}
        assert (
            found["cups_screening_check_seconds_count"] == len(said) and found["cups_screening_check_seconds_sum"] > 0
        )
        assert found["cups_screening_shadow_total"] == 1
        assert found["cups_screening_rules"] > 20 and found["cups_screening_versions_total"] >= 1
        assert found["cups_screening_calls_again_total"] == 0
        for private in ("555 010", "want to die", guest.name, room):
            assert private not in answer.text
        await guest.aclose()
    finally:
        server.close()
