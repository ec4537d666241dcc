"""Traces as a real collector gets them: requests with their units of work and commits, frames with commit and fan-out, and nothing of anybody."""

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import trio

from harness.collector import Collector
from harness.person import Person
from harness.planting import MARK
from harness.server import ServerProcess, free_port


@pytest.fixture
def collector() -> Iterator[Collector]:
    one = Collector()
    yield one
    one.close()


def traced(folder: Path, collector: Collector, **settings: Any) -> ServerProcess:
    return ServerProcess(folder, traces_url=collector.url, trace_frames=1.0, **settings).start()


async def test_a_request_and_a_frame_to_the_end(tmp_path: Path, collector: Collector) -> None:
    server = traced(tmp_path, collector)
    try:
        guest = await Person(server.base).pass_gate()
        room = (await guest.get("/api/rooms/night-owls"))["id"]
        await guest.call("POST", f"/api/{MARK}1?q={MARK}2", {MARK: f"{MARK}3"})
        async with guest.live() as live:
            await live.subscribe(room)
            for number in range(5):
                assert (await live.say(room, f"{MARK} {number}"))["type"] == "ack"
        asked = await guest.ask()
        await collector.until(lambda spans: {"POST /api/requests", "frame"} <= {span.name for span in spans})
        await collector.until(lambda _: bool(collector.named("fan-out")))

        (gate,) = collector.named("POST /api/gate")
        assert gate.attributes == {
            "http.request.method": "POST", "http.route": "/api/gate", "http.response.status_code": "201",
        } or gate.attributes["http.response.status_code"] in ("200", "201")  # fmt: skip
        unit = next(span for name, span in collector.below(gate).items() if name == "unit of work")
        parts = collector.below(unit)
        assert parts.keys() == {"wait for the writer", "work", "commit"}
        assert gate.start <= unit.start <= parts["work"].start <= parts["work"].end <= parts["commit"].end <= gate.end
        assert parts["commit"].end > parts["commit"].start, "the sync of the disk takes some time"

        whole = [
            span
            for span in collector.spans
            if span.name in ("frame", "messages") and "fan-out" in collector.below(span)
        ]
        assert len(whole) >= 3
        for span in whole:
            below = collector.below(span)
            assert (
                not span.parent
                and span.start <= below["commit"].start <= below["commit"].end <= below["fan-out"].end <= span.end
            )

        lost = [span for span in collector.spans if span.attributes.get("http.route") == "none"]
        assert lost and {span.name for span in lost} <= {"POST none", "GET none"}
        private = [MARK, guest.name, room, str(asked["id"]), *guest.http.cookies.values(), "127.0.0.1"]
        assert [one for one in private if one.encode() in collector.raw] == []
        assert all(not span.events for span in collector.spans)
        assert collector.resources["service.name"] == "cups" and collector.resources["cups.process"] == "serve"
        await guest.aclose()
    finally:
        server.close()


@pytest.mark.parametrize("trusted", [True, False])
async def test_a_trace_goes_on_from_a_trusted_proxy_alone(tmp_path: Path, collector: Collector, trusted: bool) -> None:
    server = traced(tmp_path, collector, **({"trusted_proxies": "127.0.0.1,::1"} if trusted else {}))
    trace, above = f"{random.getrandbits(128) | 1:032x}", f"{random.getrandbits(64) | 1:016x}"
    try:
        async with httpx.AsyncClient() as http:
            headers = {"traceparent": f"00-{trace}-{above}-01", "baggage": f"who={MARK}", "tracestate": f"a={MARK}"}
            await http.get(f"{server.base}/api/agreements", headers=headers)
            off = f"{random.getrandbits(128) | 1:032x}"
            await http.get(f"{server.base}/api/crisis/countries", headers={"traceparent": f"00-{off}-{above}-00"})
            await http.get(f"{server.base}/api/rooms", headers={"traceparent": MARK})
        await collector.until(
            lambda _: bool(collector.named("GET /api/agreements") and collector.named("GET /api/rooms"))
        )
        (span,) = collector.named("GET /api/agreements")
        assert (span.trace == trace and span.parent == above) is trusted
        assert (off not in {one.trace for one in collector.spans}) and MARK.encode() not in collector.raw
    finally:
        server.close()


async def test_only_a_share_is_traced(tmp_path: Path, collector: Collector) -> None:
    server = traced(tmp_path, collector, trace_requests=0.2)
    try:
        async with httpx.AsyncClient() as http:
            for _ in range(200):
                await http.get(f"{server.base}/api/agreements")
        await collector.until(lambda _: len(collector.named("GET /api/agreements")) > 10)
        await trio.sleep(2.5)
        assert 10 < len(collector.named("GET /api/agreements")) < 80
    finally:
        server.close()


async def test_a_collector_that_is_away_changes_nothing_for_people(tmp_path: Path) -> None:
    server = ServerProcess(
        tmp_path, traces_url=f"http://127.0.0.1:{free_port()}/v1/traces", trace_frames=1.0, drain_s=1
    ).start()
    try:
        guest = await Person(server.base).pass_gate()
        room = (await guest.get("/api/rooms/night-owls"))["id"]
        async with guest.live() as live:
            await live.subscribe(room)
            assert (await live.say(room, "hello"))["type"] == "ack"
        began = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - began < 15
        await guest.aclose()
    finally:
        server.close()


def test_off_nothing_of_it_is_loaded() -> None:
    code = "import sys, cups.tracing\nprint(sorted(m for m in sys.modules if m.startswith(('opentelemetry.sdk', 'opentelemetry.exporter'))))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "[]\n"


def test_without_its_packages_the_server_says_so(tmp_path: Path) -> None:
    (tmp_path / "opentelemetry.py").write_text("raise ImportError\n")
    server = ServerProcess(tmp_path, traces_url="http://127.0.0.1:1/v1/traces")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from cups.cli import main; sys.exit(main(['serve']))"
    done = subprocess.run(
        [sys.executable, "-c", code], env=server.environment(), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1 and "cups[traces]" in done.stderr and "Traceback" not in done.stderr
