"""Staff over REST: what it takes, what it does at once, and that every act is in the audit log."""

from pathlib import Path
from typing import Any

import pytest
from trio_websocket import ConnectionClosed

from conftest import Cast
from harness.person import Person, new_ref
from harness.server import ServerProcess
from harness.store import sql

DRAFT = {"title": "Newer", "summary": "In short.", "text": "All of it.", "asked_from": "2000-01-01"}
ROUTES: list[tuple[str, str, Any]] = [
    ("GET", "/api/staff/rooms", None),
    ("POST", "/api/staff/rooms", {"slug": "not-yours", "title": "Not yours", "age": "adult"}),
    ("PATCH", "/api/staff/rooms/night-owls", {"title": "Not yours"}),
    ("POST", "/api/staff/rooms/night-owls/retire", {}),
    ("GET", "/api/staff/rooms/night-owls/moderators", None),
    ("PUT", "/api/staff/rooms/night-owls/moderators/openDoor", {}),
    ("DELETE", "/api/staff/rooms/night-owls/moderators/openDoor", None),
    ("POST", "/api/staff/courses/import", {"files": [{"name": "a.md", "text": "x"}]}),
    ("GET", "/api/staff/requests", None),
    ("GET", "/api/staff/queue", None),
    ("POST", "/api/staff/queue/check", {}),
    ("POST", "/api/staff/bans", {"name": "openDoor", "reason": "because"}),
    ("GET", "/api/staff/bans", None),
    ("DELETE", "/api/staff/bans/0123456789abcdefghjkmnpqrs", None),
    ("PUT", "/api/staff/people/steadyOak/roles/admin", {}),
    ("DELETE", "/api/staff/people/openDoor/roles/admin", None),
    ("PUT", "/api/staff/people/quietBrook/clearance", {"until": 1_900_000_000_000, "check": "none at all"}),
    ("DELETE", "/api/staff/people/quietBrook/clearance", None),
    ("GET", "/api/staff/clearances", None),
    ("PUT", "/api/staff/people/openDoor/age", {"age": "teen", "reason": "because"}),
    ("GET", "/api/staff/limits", None),
    ("PUT", "/api/staff/limits/report", {"burst": 1, "period_ms": 1}),
    ("DELETE", "/api/staff/limits/report", None),
    ("PUT", "/api/staff/figures/mute_hours", {"value": 2}),
    ("DELETE", "/api/staff/figures/mute_hours", None),
    ("GET", "/api/staff/contests", None),
    (
        "POST",
        "/api/staff/contests/0123456789abcdefghjkmnpqrs/decision",
        {"outcome": "overturned", "answer": "You were right."},
    ),
    ("GET", "/api/staff/sanctions", None),
    ("DELETE", "/api/staff/sanctions/0123456789abcdefghjkmnpqrs", None),
    ("GET", "/api/staff/reports", None),
    ("POST", "/api/staff/people/openDoor/profile/picture/remove", {"reason": "because"}),
    ("GET", "/api/staff/agreements/member", None),
    ("GET", "/api/staff/agreements/member/2000-01-01", None),
    ("POST", "/api/staff/agreements/member/preview", DRAFT),
    ("POST", "/api/staff/agreements/member", DRAFT | {"version": "2000-01-01"}),
    ("DELETE", "/api/staff/agreements/member/2000-01-01", None),
    ("GET", "/api/staff/words", None),
    ("GET", "/api/staff/words/something/matches", None),
    ("PUT", "/api/staff/words/something?kind=banned", {"held": True}),
    ("GET", "/api/staff/reviews", None),
    ("POST", "/api/staff/reviews/0123456789abcdefghjkmnpqrs/decision", {"outcome": "good"}),
    ("GET", "/api/staff/vetting?kind=check", None),
    (
        "POST",
        "/api/staff/vetting/0123456789abcdefghjkmnpqrs/result",
        {"outcome": "refused", "basis": "papers seen"},
    ),
    ("POST", "/api/staff/vetting/0123456789abcdefghjkmnpqrs/end", {"reason": "withdrawn"}),
    ("GET", "/api/staff/me", None),
    ("POST", "/api/staff/bulk", {"act": "ban", "names": ["openDoor"], "reason": "because"}),
    ("GET", "/api/staff/bulk", None),
    ("GET", "/api/staff/bulk/0123456789abcdefghjkmnpqrs", None),
    ("POST", "/api/staff/bulk/0123456789abcdefghjkmnpqrs/do", {}),
    ("POST", "/api/staff/bulk/0123456789abcdefghjkmnpqrs/undo", {}),
    ("GET", "/api/staff/people", None),
    ("POST", "/api/staff/people/openDoor/card", {"reason": "because"}),
    ("GET", "/api/staff/audit", None),
    ("GET", "/api/staff/audit/check", None),
    ("GET", "/api/staff/screening/rules", None),
    (
        "POST",
        "/api/staff/screening/rules",
        {"name": "en.contact.not-yours", "about": "contact", "patterns": "not yours"},
    ),
    ("GET", "/api/staff/screening/rules/en.crisis-own.die", None),
    ("PATCH", "/api/staff/screening/rules/en.crisis-own.die", {"version": 0, "enabled": False}),
    ("POST", "/api/staff/screening/try", {"text": "not yours"}),
    ("GET", "/api/staff/concerns", None),
    ("POST", "/api/staff/concerns/0123456789abcdefghjkmnpqrs/words", {}),
    ("POST", "/api/staff/concerns/0123456789abcdefghjkmnpqrs/take", {}),
    ("POST", "/api/staff/concerns/0123456789abcdefghjkmnpqrs/close", {}),
]


async def test_every_staff_route_is_closed_to_everybody_else(people: Cast) -> None:
    document = await people.visitor().get("/api/openapi.json")
    documented = {
        (method.upper(), path)
        for path, item in document["paths"].items()
        if path.startswith("/api/staff")
        for method in item
    }
    assert len(documented) == len(ROUTES), "a staff route has no row in this test"
    for who in (
        people.visitor(),
        await people.guest(),
        await people.guest("13-17"),
        await people.demo("listener"),
        await people.demo("moderator"),
    ):
        for method, path, body in ROUTES:
            response = await who.call(method, path, body)
            assert response.status_code in (401, 403), f"{method} {path}: {response.status_code}"
    assert "night-owls" in {r["slug"] for r in (await (await people.guest()).get("/api/rooms"))["rooms"]}


async def test_rooms_are_made_changed_and_retired(people: Cast) -> None:
    admin, guest = await people.demo("admin"), await people.guest()
    slug = new_ref("made").lower()
    body = {"slug": slug, "title": "Made today", "about": "For a while.", "age": "adult"}
    await admin.post("/api/staff/rooms", body, 201)
    assert (await admin.call("POST", "/api/staff/rooms", body)).status_code == 409
    assert (await admin.call("POST", "/api/staff/rooms", body | {"slug": "No Slug"})).status_code == 422
    await admin.call("PATCH", f"/api/staff/rooms/{slug}", {"title": "Renamed"}, expect=200)
    assert (await guest.get(f"/api/rooms/{slug}"))["title"] == "Renamed"
    await admin.post(f"/api/staff/rooms/{slug}/retire", expect=204)
    assert (await guest.call("GET", f"/api/rooms/{slug}")).status_code == 410
    acts = [e["act"] for e in await _audit(admin) if slug in e["subject"]]
    assert acts == ["room.create", "room.edit", "room.retire"]


async def _audit(admin: Person) -> list[Any]:
    entries, after = [], "0"
    while after is not None:
        page = await admin.get(f"/api/staff/audit?after={after}&limit=200")
        entries += page["entries"]
        after = page["next"]
    return entries


async def test_a_ban_ends_sessions_chats_and_request_at_once(people: Cast) -> None:
    admin, guest, listener = await people.demo("admin"), await people.guest(), await people.demo("listener")
    asked = await guest.ask()
    chat = (await listener.post(f"/api/queue/{asked['id']}/take"))["chat"]
    waiting = await people.guest()
    await waiting.ask()
    async with guest.live() as live:
        await live.subscribe(chat)
        await admin.post("/api/staff/bans", {"name": guest.name, "reason": "Threats in a chat."}, 201)
        with pytest.raises(ConnectionClosed) as closed:
            await live.until("never")
        assert closed.value.reason is not None and closed.value.reason.code == 4403
    assert (await guest.get("/api/me"))["person"] is None
    assert (await listener.get(f"/api/chats/{chat}"))["ended_at"]
    await admin.post("/api/staff/bans", {"name": waiting.name, "reason": "Spam."}, 201)
    assert all(e["person"]["name"] != waiting.name for e in (await listener.get("/api/queue"))["requests"])
    assert (await people.visitor().call("GET", f"/api/people/{guest.name}")).status_code == 404
    bans = (await admin.get("/api/staff/bans?limit=200"))["bans"]
    mine = next(b for b in bans if b["person"]["name"] == guest.name)
    await admin.call("DELETE", f"/api/staff/bans/{mine['id']}", expect=204)
    assert (await people.visitor().call("GET", f"/api/people/{guest.name}")).status_code == 200
    assert (await admin.call("POST", "/api/staff/bans", {"name": "openDoor", "reason": "oneself"})).status_code == 403


@pytest.mark.parametrize(
    "reason", ["Says she wants to die.", "i want to kill myself, he wrote", "Talks about killing himself all day."]
)
async def test_nobody_is_banned_for_their_own_danger(people: Cast, reason: str) -> None:
    admin, guest = await people.demo("admin"), await people.guest()
    answer = await admin.call("POST", "/api/staff/bans", {"name": guest.name, "reason": reason}, expect=422)
    assert (answer.json()["code"], answer.json()["field"]) == ("crisis-no-offence", "reason")
    assert (await guest.get("/api/me"))["person"]["name"] == guest.name
    assert all(ban["person"]["name"] != guest.name for ban in (await admin.get("/api/staff/bans?limit=200"))["bans"])


async def test_staff_see_who_waits_and_reports_with_their_reading_logged(people: Cast) -> None:
    admin, guest, listener = await people.demo("admin"), await people.guest(), await people.demo("listener")
    asked = await guest.ask("grief")
    rows = (await admin.get("/api/staff/requests?limit=200"))["requests"]
    row = next(r for r in rows if r["id"] == asked["id"])
    assert (row["topic"], row["state"], row["age"]) == ("grief", "waiting", "adult")
    figures = await admin.get("/api/staff/queue")
    pool = next(one for one in figures["pools"] if one["pool"] == "adult:en")
    assert pool["waiting"] >= 1 and pool["oldest"] <= asked["since"]
    assert figures["waiting"] >= 1 and figures["since_start"]["opened"] >= 1 and figures["index_bytes"] > 0
    check = await admin.post("/api/staff/queue/check")
    assert check["rows"] >= 1 and (check["missing"], check["different"], check["surplus"]) == (0, 0, 0)
    assert "queue.check" in {e["act"] for e in await _audit(admin)}
    chat = (await listener.post(f"/api/queue/{asked['id']}/take"))["chat"]
    await guest.post(f"/api/chats/{chat}/end", {"report": "They asked for my phone number."})
    reports = (await admin.get("/api/staff/reports?limit=200"))["reports"]
    assert any(r["channel"] == chat and r["text"].startswith("They asked") for r in reports)
    assert "reports.read" in {e["act"] for e in await _audit(admin)}


async def test_tampering_with_the_audit_log_is_found(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path).start()
    try:
        admin = await Person(server.base).enter(server.links["admin"])
        for i in range(3):
            await admin.post("/api/staff/rooms", {"slug": f"room-{i}", "title": "Room", "age": "adult"}, 201)
        assert (await admin.get("/api/staff/audit/check"))["intact"]
        server.kill9()
        folder = server.data / "data"
        ((subject,),) = sql(folder, "select subject from audit where number = 2")
        sql(folder, "update audit set subject = 'another' where number = 2")
        found = server.command("audit", "check")
        assert found.returncode == 1 and "broken at 2" in found.stdout
        sql(folder, "update audit set subject = ? where number = 2", subject)
        assert "intact" in server.command("audit", "check").stdout
        sql(server.data / "data", "delete from audit where number = 2")
        assert server.command("audit", "check").returncode == 1
        await admin.aclose()
    finally:
        server.close()


async def test_the_first_admin_is_made_on_the_command_line(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, demo=False, admin_password="a long first password")
    made = server.command("admin", "create", "firstOne")
    assert made.returncode == 0 and "firstOne is an admin" in made.stdout, made.stderr
    again = server.command("admin", "create", "firstOne")
    assert again.returncode == 1 and "name" in again.stderr
    assert server.command("admin", "create", "x").returncode == 1
    server.start()
    try:
        admin = Person(server.base)
        await admin.post("/api/sign-in", {"name": "firstOne", "password": "a long first password"})
        assert (await admin.get("/api/me"))["roles"] == []
        await admin.set_up_second_factor()
        assert admin.me["roles"] == ["admin"]
        await admin.post("/api/staff/rooms", {"slug": "hello", "title": "Hello", "age": "adult"}, 201)
        await admin.aclose()
    finally:
        server.close()
