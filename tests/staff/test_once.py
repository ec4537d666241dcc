"""Idempotency keys, over every changing route of staff: done once, answered the same, also after kill -9."""

import contextlib
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
import trio

from conftest import Cast
from harness.person import Person, new_ref
from harness.server import ServerProcess
from harness.store import sql
from staff.test_staff import DRAFT, ROUTES

DAY = 86_400_000


async def send(who: Person, method: str, path: str, body: Any, key: str) -> httpx.Response:
    headers = {**await who._csrf(), "idempotency-key": key}
    return await who.http.request(method, path, json=body, headers=headers)


async def acts(admin: Person) -> list[Any]:
    found, after = [], "0"
    while after is not None:
        page = await admin.get(f"/api/staff/audit?after={after}&limit=200")
        found += page["entries"]
        after = page["next"]
    return [one for one in found if one["act"] != "audit.read"]


async def test_every_changing_route_takes_a_key(people: Cast) -> None:
    """Whatever the document calls a changing route of staff has the header, and the table of routes has a row for it."""
    document = await people.visitor().get("/api/openapi.json")
    for path, item in document["paths"].items():
        for method, operation in item.items():
            takes = "Idempotency-Key" in {one["name"] for one in operation.get("parameters", [])}
            assert takes == (path.startswith("/api/staff") and method != "get"), f"{method} {path}"


async def test_each_is_done_once(people: Cast) -> None:
    """Every changing route that can be done here is: with a second sending that gives the same answer and no second entry in the audit log."""
    admin, guest = await people.demo("admin"), await people.guest()
    slug = new_ref("once").lower()
    member = await people.member()
    banned = (await admin.post("/api/staff/bans", {"name": (await people.guest()).name, "reason": "Spam."}, 201))["id"]
    rule = f"en.contact.{new_ref('once').lower()}"
    until = (await admin.get("/api/staff/audit?newest=true&limit=1"))["entries"][0]["at"] + 30 * DAY
    done: list[tuple[str, str, Any]] = [
        ("POST", "/api/staff/rooms", {"slug": slug, "title": "Once", "age": "adult"}),
        ("PATCH", f"/api/staff/rooms/{slug}", {"title": "Only once"}),
        ("PUT", f"/api/staff/rooms/{slug}/moderators/{member.name}", {}),
        ("DELETE", f"/api/staff/rooms/{slug}/moderators/{member.name}", None),
        ("POST", f"/api/staff/rooms/{slug}/retire", {}),
        ("POST", "/api/staff/courses/import", {"files": [{"name": "a.md", "text": "x"}]}),
        ("POST", "/api/staff/queue/check", {}),
        ("PUT", f"/api/staff/people/{member.name}/roles/moderator", {}),
        ("DELETE", f"/api/staff/people/{member.name}/roles/moderator", None),
        ("PUT", "/api/staff/people/warmRiver/clearance", {"until": until, "check": "papers seen"}),
        ("DELETE", "/api/staff/people/warmRiver/clearance", None),
        ("PUT", f"/api/staff/people/{guest.name}/age", {"age": "teen", "reason": "said so"}),
        ("POST", "/api/staff/bans", {"name": guest.name, "reason": "Threats."}),
        ("DELETE", f"/api/staff/bans/{banned}", None),
        ("PUT", "/api/staff/limits/report", {"burst": 7, "period_ms": 60_000}),
        ("DELETE", "/api/staff/limits/report", None),
        ("PUT", "/api/staff/figures/mute_hours", {"value": 2}),
        ("DELETE", "/api/staff/figures/mute_hours", None),
        ("POST", "/api/staff/screening/rules", {"name": rule, "about": "contact", "patterns": "only once here"}),
        ("PATCH", f"/api/staff/screening/rules/{rule}", {"version": 1, "enabled": False}),
        *[row for row in MORE if row],
    ]
    for method, path, body in done:
        key = new_ref("key-for-route")
        before = len(await acts(admin))
        first = await send(admin, method, path, body, key)
        assert first.status_code < 300, f"{method} {path}: {first.text}"
        after = len(await acts(admin))
        again = await send(admin, method, path, body, key)
        assert (again.status_code, again.content) == (first.status_code, first.content), f"{method} {path}"
        assert again.headers.get("idempotent-replayed") == "true", f"{method} {path}"
        assert after > before and len(await acts(admin)) == after, f"{method} {path}: done twice"
        other = await send(admin, method, path, {"reason": "another"}, key)
        assert (other.status_code, other.json()["code"]) == (422, "key-used"), f"{method} {path}"
    covered = {(method, shape(path)) for method, path, _ in done} | EXCEPT.keys()
    wanted = {(method, shape(path)) for method, path, _ in ROUTES if method != "GET"}
    assert wanted <= covered, f"not tried under a key: {wanted - covered}"


DAY_AHEAD = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 5 * 86_400))
MORE: list[tuple[str, str, Any]] = [
    ("PUT", "/api/staff/words/zzonce?kind=banned", {"held": True}),
    ("POST", "/api/staff/agreements/privacy", {**DRAFT, "asked_from": DAY_AHEAD, "version": DAY_AHEAD}),
    ("DELETE", f"/api/staff/agreements/privacy/{DAY_AHEAD}", None),
    ("POST", "/api/staff/bulk", {"act": "ban", "names": ["nobodyOnce"], "reason": "Trying it."}),
]
EXCEPT = {
    ("POST", "agreements/*/preview"): "keeps nothing at all",
    ("POST", "people/*/card"): "reads, and keeps nothing under a key",
    ("POST", "people/*/profile/picture/remove"): "needs a picture; through the same door",
    ("POST", "vetting/*/result"): "needs an application; in staff/test_vetting.py",
    ("POST", "vetting/*/end"): "the same",
    ("POST", "reviews/*/decision"): "needs a review; in profiles/test_reviews.py",
    ("POST", "bulk/*/do"): "tried in its own test below",
    ("POST", "bulk/*/undo"): "the same",
    ("POST", "contests/*/decision"): "needs a contest of somebody; through the same door",
    ("DELETE", "sanctions/*"): "needs a room's sanction; through the same door",
    ("POST", "screening/try"): "keeps nothing at all",
    ("POST", "concerns/*/words"): "reads",
    ("POST", "concerns/*/take"): "needs somebody in danger; through the same door",
    ("POST", "concerns/*/close"): "the same",
}
NAMED = {
    "words": 1,
    "agreements": 1,
    "vetting": 1,
    "reviews": 1,
    "bulk": 1,
    "rooms": 1,
    "people": 1,
    "bans": 1,
    "limits": 1,
    "figures": 1,
    "contests": 1,
    "sanctions": 1,
    "concerns": 1,
}


def shape(path: str) -> str:
    """The route of a path: what stands for a name is a star."""
    parts = path.removeprefix("/api/staff/").split("/")
    if parts[0] in NAMED and len(parts) > 1:
        parts[1] = "*"
    if parts[:2] == ["screening", "rules"] and len(parts) > 2:
        parts[2] = "*"
    if "moderators" in parts or "roles" in parts:
        parts[-1] = "*"
    if parts[0] == "agreements" and len(parts) == 3 and parts[2] != "preview":
        parts[2] = "*"
    return "/".join(parts)


async def test_a_key_belongs_to_its_account_and_its_shape_is_checked(people: Cast) -> None:
    admin, member = await people.demo("admin"), await people.member()
    body = {"burst": 8, "period_ms": 60_000}
    assert (await send(admin, "PUT", "/api/staff/limits/report", body, "shared-key-1")).status_code == 200
    for who in (member, people.visitor(), await people.guest()):
        assert (await send(who, "PUT", "/api/staff/limits/report", body, "shared-key-1")).status_code in (401, 403)
    for key in ("short", "x" * 65, "with space in it", "with.a.dot-in"):
        refused = await send(admin, "PUT", "/api/staff/limits/report", body, key)
        assert (refused.status_code, refused.json()["field"]) == (422, "Idempotency-Key"), key
    await admin.call("DELETE", "/api/staff/limits/report", expect=200)


async def test_a_refusal_is_not_kept(people: Cast) -> None:
    admin, key = await people.demo("admin"), new_ref("refused-first")
    slug = new_ref("late").lower()
    edit = ("PATCH", f"/api/staff/rooms/{slug}", {"title": "There now"})
    assert (await send(admin, *edit, key)).status_code == 404
    await admin.post("/api/staff/rooms", {"slug": slug, "title": "Not yet", "age": "adult"}, 201)
    assert (await send(admin, *edit, key)).json()["title"] == "There now"


async def test_two_at_the_same_time_are_one(people: Cast) -> None:
    admin, key, slug = await people.demo("admin"), new_ref("both-at-once"), new_ref("twin").lower()
    body = {"slug": slug, "title": "Twin", "age": "adult"}
    answers: list[httpx.Response] = []

    async def one() -> None:
        answers.append(await send(admin, "POST", "/api/staff/rooms", body, key))

    async with trio.open_nursery() as nursery:
        for _ in range(8):
            nursery.start_soon(one)
    assert {(a.status_code, a.content) for a in answers} == {(201, answers[0].content)}
    assert len([e for e in await acts(admin) if e["subject"] == slug]) == 1


@pytest.mark.parametrize("wait_ms", [0, 3, 6, 10, 20])
async def test_killed_in_the_middle_it_is_done_once(tmp_path: Path, wait_ms: int) -> None:
    server = ServerProcess(tmp_path).start()
    try:
        admin = await Person(server.base).enter(server.links["admin"])
        guest = await Person(server.base).pass_gate()
        headers = {**await admin._csrf(), "idempotency-key": "killed-in-the-middle"}
        body = {"name": guest.name, "reason": "Threats."}

        async def ban() -> None:
            with trio.move_on_after(5):
                with contextlib.suppress(httpx.HTTPError):
                    await admin.http.post("/api/staff/bans", json=body, headers=headers)

        async with trio.open_nursery() as nursery:
            nursery.start_soon(ban)
            await trio.sleep(wait_ms / 1000)
            server.kill9()
        server.start()
        answers = [await admin.http.post("/api/staff/bans", json=body, headers=headers) for _ in range(2)]
        assert [a.status_code for a in answers] == [201, 201] and answers[0].content == answers[1].content
        assert sql(server.data / "data", "select count(*) from sanction") == [(1,)]
        assert sql(server.data / "data", "select count(*) from audit where act = 'person.ban'") == [(1,)]
        await admin.aclose()
        await guest.aclose()
    finally:
        server.close()


async def test_keys_are_forgotten_after_their_time(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, idempotency_hours=0, retention_every_s=1).start()
    try:
        admin = await Person(server.base).enter(server.links["admin"])
        body = {"burst": 8, "period_ms": 60_000}
        assert (await send(admin, "PUT", "/api/staff/limits/report", body, "soon-forgotten")).status_code == 200
        with trio.fail_after(10):
            while sql(server.data / "data", "select count(*) from act_key") != [(0,)]:
                await trio.sleep(0.1)
        await admin.aclose()
    finally:
        server.close()


async def test_an_act_on_many_is_done_and_undone_once(people: Cast) -> None:
    admin, guest = await people.demo("admin"), await people.guest()
    made = await admin.post("/api/staff/bulk", {"act": "ban", "names": [guest.name], "reason": "Trying it."}, 201)
    place = f"/api/staff/bulk/{made['summary']['id']}"
    for verb, state in (("do", "done"), ("undo", "undone")):
        key = new_ref("many-at-once")
        first = await send(admin, "POST", f"{place}/{verb}", {}, key)
        assert first.status_code == 200, first.text
        with trio.fail_after(20):
            while (await admin.get(place))["summary"]["state"] != state:
                await trio.sleep(0.1)
        again = await send(admin, "POST", f"{place}/{verb}", {}, key)
        assert (again.status_code, again.content) == (200, first.content)
