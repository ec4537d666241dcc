"""What is refused is in the server's log by code and route, and by nobody's name; and nobody fills the log by it."""

import json
from pathlib import Path

import pytest
import structlog

from cups.api.refusals import EVERY_S, Refusals
from cups.errors import Refused
from harness.person import Person
from harness.server import ServerProcess


async def test_refusals_at_routes_of_staff_and_forged_requests_are_logged_without_names(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, pace_block_burst=1).start()
    try:
        member = await (await Person(server.base).pass_gate()).sign_up(name="loggedOtter")
        await member.call("PUT", "/api/staff/people/plainHeron/roles/moderator", {}, expect=403)
        await member.call("GET", "/api/staff/people?name=plainHeron", expect=403)
        await member.call("GET", "/staff", expect=403)
        await member.get("/api/rooms/no-such-room", expect=404)
        forged = await member.http.post("/api/blocks", json={"name": "plainHeron"})
        assert forged.json()["code"] == "bad-csrf"
        headers = {"x-csrf-token": member.http.cookies["cups-csrf"], "origin": "https://elsewhere.example"}
        forged = await member.http.post("/api/blocks", json={"name": "plainHeron"}, headers=headers)
        assert forged.json()["code"] == "bad-origin"
        await member.aclose()
        server.stop()
        lines = [json.loads(line) for line in server.log.read_text("utf-8").splitlines() if line.startswith("{")]
        refused = [line for line in lines if line.get("event") == "refused"]
        assert {(line["code"], line["route"]) for line in refused} == {
            ("not-allowed", "/api/staff/people/{name}/roles/{role}"),
            ("not-allowed", "/api/staff/people"),
            ("not-allowed", "/staff"),
            ("bad-csrf", "/api/blocks"),
            ("bad-origin", "/api/blocks"),
        }
        assert not {"loggedOtter", "plainHeron"} & {word for line in refused for word in map(str, line.values())}
    finally:
        server.close()


def test_nobody_fills_the_log() -> None:
    now = [100.0]
    refusals = Refusals(lambda: now[0])
    with structlog.testing.capture_logs() as logged:
        for _ in range(1000):
            refusals.note(Refused("bad-csrf"), "/api/blocks")
        refusals.note(Refused("not-found"), "/api/staff/rooms/{slug}")
        refusals.note(Refused("not-allowed"), "/api/rooms")
        now[0] += EVERY_S
        refusals.note(Refused("bad-csrf"), "/api/blocks")
    assert [(one["code"], one["times"]) for one in logged] == [("bad-csrf", 1), ("bad-csrf", 1000)]


@pytest.mark.parametrize(
    ("code", "route", "there"),
    [("too-fast", "/sign-in", True), ("not-allowed", "/staff", True), ("not-allowed", "/talk", False)],
)
def test_what_is_worth_a_line(code: str, route: str, there: bool) -> None:
    with structlog.testing.capture_logs() as logged:
        Refusals().note(Refused(code), route)
    assert bool(logged) is there
