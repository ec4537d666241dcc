"""Limits that staff change while the server runs: at once, for gateway and REST, over restarts, with the audit log."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from conftest import Cast
from cups.accounts.making import make_member
from cups.app import running
from cups.clock import ManualClock
from cups.limits import queries
from cups.limits.figures import LIVE, fits
from cups.settings import Settings
from harness.person import Person
from harness.server import ServerProcess
from harness.store import settings_at


async def put(admin: Person, path: str, body: Any, expect: int = 200) -> Any:
    return (await admin.call("PUT", f"/api/staff/{path}", body, expect=expect)).json()


async def one(admin: Person, name: str) -> Any:
    found = await admin.get("/api/staff/limits")
    return next(entry for entry in [*found["limits"], *found["figures"]] if entry["name"] == name)


async def test_a_limit_changes_at_once_lasts_over_a_kill_and_is_reset(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, pace_guest_message_burst=50).start()
    try:
        people = Cast(server)
        admin, guest = await people.demo("admin"), await people.guest()
        before = await one(admin, "guest-message")
        assert (before["burst"], before["default_burst"], before["changed_by"]) == (50, 50, None)
        assert before["counts"] == "person"
        room = str((await guest.get("/api/rooms/the-kitchen-table"))["id"])
        async with guest.live() as live:
            await live.subscribe(room)
            assert (await live.say(room, "one"))["type"] == "ack"
            changed = await put(admin, "limits/guest-message", {"burst": 2, "period_ms": 60_000})
            assert (changed["burst"], changed["period_ms"], changed["changed_by"]) == (2, 60_000, admin.name)
            answers = [await live.say(room, word) for word in ("two", "three", "four")]
            assert [answer.get("code") for answer in answers][-1] == "too-fast", "in force on the open connection"
        server.kill9()
        server.start()
        assert (await one(admin, "guest-message"))["burst"] == 2
        other = await people.guest()
        async with other.live() as live:
            await live.subscribe(room)
            codes = [(await live.say(room, word)).get("code") for word in ("one", "two", "three")]
            assert codes == [None, None, "too-fast"]
            reset = await admin.call("DELETE", "/api/staff/limits/guest-message", expect=200)
            assert (reset.json()["burst"], reset.json()["changed_at"]) == (50, None)
            assert (await live.say(room, "four"))["type"] == "ack"
        entries = (await admin.get("/api/staff/audit?limit=200"))["entries"]
        acts = [(e["act"], e["subject"], e["details"]) for e in entries if e["act"].startswith("limit.")]
        assert acts == [
            (
                "limit.set",
                "guest-message",
                {"pace_guest_message_burst": "2", "pace_guest_message_period_ms": "60000"},
            ),
            (
                "limit.reset",
                "guest-message",
                {"pace_guest_message_burst": "as started", "pace_guest_message_period_ms": "as started"},
            ),
        ]
        for person in people.all:
            await person.aclose()
    finally:
        server.close()


async def test_a_limit_of_rest_changes_at_once(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path).start()
    try:
        people = Cast(server)
        admin, member = await people.demo("admin"), await people.member()
        await put(admin, "limits/changes", {"burst": 3, "period_ms": 60_000})
        await member.get("/api/me")  # a session is counted as itself once it was seen to be one
        answers = [await member.call("PUT", "/api/me/status", {"status": "busy"}) for _ in range(4)]
        assert answers[-1].status_code == 429 and answers[-1].json()["retry_at"]
        for person in people.all:
            await person.aclose()
    finally:
        server.close()


async def test_who_is_trusted_follows_the_figures_at_once(tmp_path: Path) -> None:
    tight = {"pace_new_message_burst": 1, "pace_new_message_period_ms": 60_000, "pace_member_message_burst": 50}
    server = ServerProcess(tmp_path, **tight, standing_s=0).start()
    try:
        people = Cast(server)
        admin, member = await people.demo("admin"), await people.member()
        room = str((await member.get("/api/rooms/the-kitchen-table"))["id"])
        async with member.live() as live:
            await live.subscribe(room)
            assert [(await live.say(room, word)).get("code") for word in ("one", "two")] == [None, "too-fast"]
            assert (await put(admin, "figures/trust_days", {"value": 0}))["value"] == 0
            assert (await live.say(room, "three"))["type"] == "ack"
        for person in people.all:
            await person.aclose()
    finally:
        server.close()


async def test_how_many_chats_a_listener_has_at_once_follows_the_figures_at_once(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, listener_chats_first=1).start()
    try:
        people = Cast(server)
        admin, listener = await people.demo("admin"), await people.demo("listener")
        guests = [await people.guest() for _ in range(3)]
        for guest in guests:
            await guest.ask()
        await listener.post("/api/queue/next")
        assert (await listener.call("POST", "/api/queue/next", {})).json()["code"] == "at-capacity"
        await put(admin, "figures/listener_chats_first", {"value": 2})
        await listener.post("/api/queue/next")
        assert (await listener.call("POST", "/api/queue/next", {})).json()["code"] == "at-capacity"
        await put(admin, "figures/claim_lease_s", {"value": 15})
        refused = await put(admin, "figures/silence_ask_s", {"value": 400}, 422)
        assert (refused["code"], refused["field"]) == ("bad-input", "value"), "no later than the offer of another"
        await put(admin, "figures/silence_offer_s", {"value": 800})
        assert (await put(admin, "figures/silence_ask_s", {"value": 400}))["value"] == 400
        acts = [
            entry["subject"]
            for entry in (await admin.get("/api/staff/audit?limit=200"))["entries"]
            if entry["act"] == "figure.set"
        ]
        assert acts == ["listener_chats_first", "claim_lease_s", "silence_offer_s", "silence_ask_s"]
        for person in people.all:
            await person.aclose()
    finally:
        server.close()


def test_what_every_process_starts_with_is_within_the_bounds() -> None:
    values = msgspec.structs.asdict(Settings())
    assert [name for name in sorted(LIVE) if not fits(name, values[name])] == []


async def test_what_was_set_before_the_bounds_were_narrower_is_not_in_force(tmp_path: Path) -> None:
    clock = ManualClock()
    async with running(settings_at(tmp_path), clock) as cups:
        id = await cups.db.write(
            lambda unit: make_member(unit.conn, name="kindElm", password_hash="x", age="adult", now=clock.now())
        )
        await cups.db.write(lambda unit: queries.put(unit.conn, "pace_second_factor_burst", 10_000, id, clock.now()))
        await cups.rebuild()
        (limit,) = [one for one in (await cups.limits_desk.every()).limits if one.name == "second-factor"]
        assert limit.burst == cups.limits.figure("pace_second_factor_burst") == 5


@pytest.mark.parametrize(
    ("path", "body", "code", "field"),
    [
        ("limits/guest-message", {"burst": 0, "period_ms": 5}, "bad-input", "burst"),
        ("limits/guest-message", {"burst": 3, "period_ms": 0}, "bad-input", "period_ms"),
        ("limits/guest-message", {"burst": 10_001, "period_ms": 5}, "bad-input", "burst"),
        ("limits/guest-message", {"burst": 3, "period_ms": 86_400_001}, "bad-input", "period_ms"),
        ("limits/guest-message", {"burst": 3}, "bad-input", None),
        ("limits/guest-message", {"burst": 3, "period_ms": 5, "forever": True}, "bad-input", None),
        ("limits/second-factor", {"burst": 21, "period_ms": 300_000}, "bad-input", "burst"),
        ("limits/second-factor", {"burst": 5, "period_ms": 59_999}, "bad-input", "period_ms"),
        ("limits/sign-in-account-here", {"burst": 8, "period_ms": 1}, "bad-input", "period_ms"),
        ("limits/recover-account-here", {"burst": 100, "period_ms": 60_000}, "bad-input", "burst"),
        ("limits/sign-in-account", {"burst": 1, "period_ms": 10_000}, "bad-input", "burst"),
        ("limits/confirm", {"burst": 1, "period_ms": 86_400_000}, "bad-input", "period_ms"),
        ("limits/sign-in-all", {"burst": 600, "period_ms": 1001}, "bad-input", "period_ms"),
        ("limits/sign-in-all", {"burst": 1, "period_ms": 25}, "bad-input", "burst"),
        ("limits/changes", {"burst": 1, "period_ms": 86_400_000}, "bad-input", "period_ms"),
        ("limits/no-such-limit", {"burst": 3, "period_ms": 5}, "not-found", None),
        ("figures/no_such_figure", {"value": 3}, "not-found", None),
        ("figures/port", {"value": 3}, "not-found", None),
        ("figures/warn_mute_at", {"value": 0}, "bad-input", "value"),
        ("figures/warn_mute_at", {"value": 4}, "bad-input", "value"),
        ("figures/contest_days", {"value": 30}, "bad-input", "value"),
        ("figures/trust_days", {"value": "many"}, "bad-input", "value"),
    ],
)
async def test_what_does_not_fit_is_refused_and_changes_nothing(
    people: Cast, path: str, body: Any, code: str, field: str | None
) -> None:
    admin = await people.demo("admin")
    before = await admin.get("/api/staff/limits")
    answer = await admin.call("PUT", f"/api/staff/{path}", body)
    problem = answer.json()
    assert problem["code"] == code, problem
    assert field is None or field in (problem["field"] or ""), problem
    assert await admin.get("/api/staff/limits") == before


async def test_resetting_what_was_never_changed_is_no_mistake(people: Cast) -> None:
    admin = await people.demo("admin")
    for path in ("limits/report", "figures/mute_hours"):
        assert (await admin.call("DELETE", f"/api/staff/{path}", expect=200)).json()["changed_by"] is None
    for path in ("limits/nothing", "figures/nothing"):
        assert (await admin.call("DELETE", f"/api/staff/{path}")).status_code == 404
