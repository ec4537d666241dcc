"""Calls for somebody in danger go to staff who count and are here: an operator hears of it where there are none."""

import json
from pathlib import Path
from typing import Any

import httpx
import pyotp
from prometheus_client.parser import text_string_to_metric_families

from conftest import Cast
from harness.server import ServerProcess, free_port

NOBODY_COUNTS = "calls for people in danger reach nobody"
NOBODY_HERE = "a call for somebody in danger reached nobody: no staff are here"


def told(server: ServerProcess, event: str) -> list[Any]:
    lines = (json.loads(line) for line in server.log.read_text().splitlines() if line.startswith("{"))
    return [line for line in lines if line["event"] == event]


async def staff_here(port: int) -> float:
    async with httpx.AsyncClient() as http:
        text = (await http.get(f"http://127.0.0.1:{port}/metrics")).text
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return next(sample.value for sample in samples if sample.name == "cups_staff_connections")


async def test_an_operator_hears_that_calls_reach_nobody(tmp_path: Path) -> None:
    port = free_port()
    server = ServerProcess(tmp_path, staff_second_factor=True, metrics_port=port).start()
    try:
        people = Cast(server)
        (start,) = told(server, NOBODY_COUNTS)
        assert start["level"] == "warning" and start["holders_of_roles"] > 0 and "second factor" in start["do"]
        admin, guest, other = await people.demo("admin"), await people.guest(), await people.guest()
        room = (await guest.get("/api/rooms/night-owls"))["id"]
        async with guest.live() as live, admin.live() as page:
            await live.subscribe(room)
            await live.say(room, "I want to die")
            await live.had("help")
            assert [line["level"] for line in told(server, NOBODY_HERE)] == ["warning"]
            assert await staff_here(port) == 0
            app: pyotp.TOTP = await admin.set_up_second_factor()
            await page.had("me")
            assert app.secret and await staff_here(port) == 1
            async with other.live() as again:
                await again.subscribe(room)
                await again.say(room, "I want to kill myself")
                await page.had("staff-called")
                await again.had("help")
            assert len(told(server, NOBODY_HERE)) == 1
        said = server.log.read_text()
        assert guest.name not in said and "want to die" not in said
        server.kill9()
        server.start()
        assert len(told(server, NOBODY_COUNTS)) == 1, "one of staff counts now"
        for person in people.all:
            await person.aclose()
    finally:
        server.close()
