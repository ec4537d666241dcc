"""Calls for somebody in danger go to staff who count and are here: an operator hears of it where there are none."""

import json
from pathlib import Path
from typing import Any

import httpx
import trio
from prometheus_client.parser import text_string_to_metric_families

from conftest import Cast
from harness.server import ServerProcess, free_port

NOBODY_COUNTS = "calls for people in danger reach nobody"
NOBODY_HERE = "a call for somebody in danger reached nobody: no staff are here"


def told(server: ServerProcess, event: str) -> list[Any]:
    lines = (json.loads(line) for line in server.log.read_text().splitlines() if line.startswith("{"))
    return [line for line in lines if line["event"] == event]


async def served(server: ServerProcess, times: int) -> None:
    """What a start says is in the log once it says that it serves, which is a little after it first answers."""
    with trio.fail_after(10):
        while len(told(server, "serving")) < times:
            await trio.sleep(0.05)


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
        await served(server, 1)
        (start,) = told(server, NOBODY_COUNTS)
        assert start["level"] == "warning" and start["holders_of_roles"] > 0 and "second factor" in start["do"]
        admin, guest = await people.demo("admin"), await people.guest()
        room = (await guest.get("/api/rooms/night-owls"))["id"]
        async with guest.live() as live, admin.live():
            await live.subscribe(room)
            await live.say(room, "I want to die")
            await live.had("help")
            assert [line["level"] for line in told(server, NOBODY_HERE)] == ["warning"]
            assert await staff_here(port) == 0
        said = server.log.read_text()
        assert guest.name not in said and "want to die" not in said
        for person in people.all:
            await person.aclose()
    finally:
        server.close()
