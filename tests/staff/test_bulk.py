"""Acts on many people at once: the preview, the act, kill -9 in its middle, and the undoing of exactly what was changed."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import trio

from cups.accounts.names import key
from harness import store
from harness.person import Person, new_ref
from harness.server import ServerProcess
from staff.test_directory import PASSWORD, Office

LETTERS = "abcdefghijkmnopqrstuvwxyz"
"""No two of them look alike to a name's key."""
WIDE = {"pace_sign_up_burst": 1000, "pace_guest_create_burst": 1000, "pace_act_bulk_burst": 1000, "bulk_lease_s": 1}


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    server = ServerProcess(tmp_path, demo=False, admin_password=PASSWORD, staff_second_factor=False, **WIDE)
    assert server.command("admin", "create", "theKeeper").returncode == 0
    server.start()
    here = Office(server)
    await here.admin.sign_in("theKeeper", PASSWORD)
    await (await here.manager.pass_gate()).sign_up(PASSWORD, "theManager")
    await here.admin.call("PUT", "/api/staff/people/theManager/roles/community-manager", {}, expect=204)
    await here.manager.sign_in("theManager", PASSWORD)
    yield here
    for person in here.all:
        await person.aclose()
    server.close()


def sql(office: Office, statement: str, *values: Any) -> list[Any]:
    return store.sql(office.server.data / "data", statement, *values)


async def members(office: Office, count: int) -> list[str]:
    """Accounts as they stand in the table: signing a hundred people up takes too long."""
    await office.member("theFirst")
    (row,) = sql(office, "select * from account where name = 'theFirst'")
    columns = [r[1] for r in sql(office, "pragma table_info(account)")]
    made = []
    for n in range(count):
        name = f"crowd{'abcdefghjk'[n // 25]}{LETTERS[n % 25]}"
        values = dict(zip(columns, row, strict=True))
        values |= {
            "id": f"{n:026}",
            "name": name,
            "name_key": key(name),
            "persona_of": None,
        }
        marks = ",".join("?" * len(columns))
        sql(office, f"insert into account ({','.join(columns)}) values ({marks})", *[values[c] for c in columns])
        made.append(name)
    return made


async def until(who: Person, id: str, state: str) -> Any:
    with trio.fail_after(20):
        while (found := await who.get(f"/api/staff/bulk/{id}"))["summary"]["state"] != state:
            await trio.sleep(0.1)
    return found


async def carried_out(who: Person, body: dict[str, Any]) -> Any:
    made = await who.post("/api/staff/bulk", body, 201)
    await who.post(f"/api/staff/bulk/{made['summary']['id']}/do", {}, 200)
    return await until(who, made["summary"]["id"], "done")


def states(found: Any) -> dict[str, str]:
    return {one["name"]: one["state"] for one in found["items"]}


async def test_a_preview_says_what_would_happen_and_changes_nothing(office: Office) -> None:
    await office.member("toBan")
    await office.member("bannedBefore")
    await office.manager.post("/api/staff/bans", {"name": "bannedBefore", "reason": "Spam."}, 201)
    body = {
        "act": "ban",
        "names": ["@toBan", "bannedBefore", "nobodyHere", "theKeeper", "TOBAN"],
        "reason": "A raid.",
        "days": 7,
    }
    made = await office.manager.post("/api/staff/bulk", body, 201)
    told = {one["name"]: (one["will"], one["why"]) for one in made["items"]}
    assert told == {
        "toBan": ("change", ""),
        "bannedBefore": ("nothing", ""),
        "nobodyHere": ("refused", "not-found"),
        "theKeeper": ("refused", "not-allowed"),
    }
    assert made["summary"]["state"] == "planned" and made["summary"]["total"] == 4
    assert sql(office, "select count(*) from sanction") == [(1,)]
    # It is its maker's alone, and nobody else carries it out or sees it.
    id = made["summary"]["id"]
    for method, path in (("GET", f"/api/staff/bulk/{id}"), ("POST", f"/api/staff/bulk/{id}/do")):
        assert (await office.admin.call(method, path, {} if method == "POST" else None)).status_code == 404
    assert (await office.admin.get("/api/staff/bulk"))["bulks"] == []


async def test_bans_are_done_and_undone_but_for_what_others_changed(office: Office) -> None:
    names = await members(office, 25)
    found = await carried_out(office.manager, {"act": "ban", "names": names, "reason": "A raid of one evening."})
    assert set(states(found).values()) == {"done"} and found["summary"]["finished"] == 25
    assert sql(office, "select count(*) from sanction where kind = 'ban' and lifted_at is null") == [(25,)]
    # Meanwhile somebody lifts one and bans them anew: that is theirs, and stays.
    other = sql(office, "select s.id from sanction s join account a on a.id = s.person_id where a.name = ?", names[3])[
        0
    ][0]
    await office.admin.call("DELETE", f"/api/staff/bans/{other}", expect=204)
    await office.admin.post("/api/staff/bans", {"name": names[3], "reason": "Another matter."}, 201)
    id = found["summary"]["id"]
    await office.admin.post(f"/api/staff/bulk/{id}/undo", {}, 200)
    undone = states(await until(office.admin, id, "undone"))
    assert undone.pop(names[3]) == "kept" and set(undone.values()) == {"undone"}
    left = "select a.name, s.reason from sanction s join account a on a.id = s.person_id where s.lifted_at is null"
    assert sql(office, left) == [(names[3], "Another matter.")]
    acts = await office.acts("bulk.")
    assert [e["act"] for e in reversed(acts)] == [
        "bulk.plan", "bulk.do", "bulk.items", "bulk.items", "bulk.items", "bulk.done",
        "bulk.undo", "bulk.undo-items", "bulk.undo-items", "bulk.undo-items", "bulk.undone",
    ]  # fmt: skip
    assert {name for e in acts if e["act"] == "bulk.items" for name in e["details"]} == set(names)
    assert (await office.admin.get("/api/staff/audit/check"))["intact"]
    again = await office.admin.call("POST", f"/api/staff/bulk/{id}/undo", {})
    assert (again.status_code, again.json()["code"]) == (409, "conflict")


async def test_every_kind_of_act_is_undone(office: Office) -> None:
    one, two = await office.member("oneOfTwo"), await office.member("twoOfTwo")
    names = [one.name, two.name]
    row = sql(office, "select id from account where name = 'theKeeper'")[0]
    listeners = []
    for n, member in enumerate(names):
        (mine,) = sql(office, "select id from account where name = ?", member)
        id, name = f"{n}{'z' * 25}", f"helper{'AB'[n]}"
        sql(
            office,
            "insert into account (id, name, name_key, kind, age_class, persona_of, created_at) values (?, ?, ?, 'listener', 'adult', ?, 1)",
            *(id, name, key(name), mine[0]),
        )
        sql(
            office,
            "insert into role (account_id, role, scope, granted_by, at, until) values (?, 'cleared', '', ?, 5, 1999999999999)",
            *(id, row[0]),
        )
        listeners.append(name)

    def everything() -> tuple[list[Any], ...]:
        roles = sql(office, "select account_id, role, granted_by, at, until from role order by 1, 2")
        bans = sql(office, "select id from sanction where lifted_at is null order by id")
        texts = sql(office, "select channel_id, seq, text, removed from message order by 1, 2")
        return roles, bans, texts

    await office.admin.post("/api/staff/rooms", {"slug": "the-porch", "title": "Porch", "age": "adult"}, 201)
    room = await one.get("/api/rooms/the-porch")
    async with one.live() as live:
        await live.subscribe(room["id"])
        for text in ("Hello there.", "Buy my things.", "I want to kill myself."):
            await live.say(room["id"], text)
    await office.admin.call("PUT", f"/api/staff/people/{two.name}/roles/moderator", {}, expect=204)
    banned = await office.member("bannedOnce")
    await office.admin.post("/api/staff/bans", {"name": banned.name, "reason": "Spam."}, 201)
    orders: list[dict[str, Any]] = [
        {"act": "role-give", "names": names, "role": "moderator"},
        {"act": "role-take", "names": names, "role": "moderator"},
        {"act": "clearance-end", "names": listeners},
        {"act": "messages-remove", "names": [one.name], "hours": 2},
        {"act": "unban", "names": [banned.name]},
        {"act": "ban", "names": names[:1], "days": 2},
    ]
    for order in orders:
        before = everything()
        found = await carried_out(office.admin, order | {"reason": "Trying it out."})
        assert "done" in states(found).values() and everything() != before, order["act"]
        if order["act"] == "messages-remove":
            assert found["items"][0]["count"] == 2, "what speaks of own danger stays"
            assert sql(office, "select text from message where removed is null") == [("I want to kill myself.",)]
        await office.admin.post(f"/api/staff/bulk/{found['summary']['id']}/undo", {}, 200)
        undone = await until(office.admin, found["summary"]["id"], "undone")
        assert set(states(undone).values()) <= {"undone", "skipped"}, order["act"]
        assert everything() == before, order["act"]


async def test_killed_in_the_middle_it_goes_on_and_nobody_is_done_twice(office: Office) -> None:
    names = await members(office, 120)
    made = await office.admin.post("/api/staff/bulk", {"act": "ban", "names": names, "reason": "A raid."}, 201)
    id = made["summary"]["id"]
    await office.admin.post(f"/api/staff/bulk/{id}/do", {}, 200)
    with trio.fail_after(10):
        while sql(office, "select count(*) from bulk_item where state = 'done'") == [(0,)]:
            await trio.sleep(0.002)
    office.server.kill9()
    office.server.start()
    found = await until(office.admin, id, "done")
    assert set(states(found).values()) == {"done"}
    assert sql(office, "select count(*), count(distinct person_id) from sanction") == [(120, 120)]
    assert (await office.admin.get("/api/staff/audit/check"))["intact"]


async def test_rights_are_asked_again_when_it_is_done(office: Office) -> None:
    await members(office, 3)
    names = ["crowdaa", "crowdab", "crowdac"]
    made = await office.manager.post("/api/staff/bulk", {"act": "ban", "names": names, "reason": "A raid."}, 201)
    # One of them becomes staff meanwhile, another is gone; and the preview's maker loses the role between `do` and the job.
    await office.admin.call("PUT", "/api/staff/people/crowdaa/roles/admin", {}, expect=204)
    await office.manager.post(f"/api/staff/bulk/{made['summary']['id']}/do", {}, 200)
    found = await until(office.manager, made["summary"]["id"], "done")
    assert states(found) == {"crowdaa": "skipped", "crowdab": "done", "crowdac": "done"}
    assert found["items"][0]["why"] == "not-allowed"
    twice = await office.manager.call("POST", f"/api/staff/bulk/{made['summary']['id']}/do", {})
    assert (twice.status_code, twice.json()["code"]) == (409, "conflict")
    for body in (
        {"act": "role-give", "names": names, "role": "moderator"},
        {"act": "role-take", "names": names, "role": "admin"},
    ):
        refused = await office.manager.call("POST", "/api/staff/bulk", body | {"reason": "Not mine to give."})
        assert (refused.status_code, refused.json()["code"]) == (403, "not-allowed")
    await office.admin.call("DELETE", "/api/staff/people/theManager/roles/community-manager", expect=204)
    await office.manager.sign_in("theManager", PASSWORD)
    assert (await office.manager.call("GET", "/api/staff/bulk")).status_code == 403


async def test_what_does_not_fit_is_refused(office: Office) -> None:
    await office.member("someBody")
    base = {"names": ["someBody"], "reason": "Because of it."}
    for body, field in (
        (base | {"act": "role-give"}, "role"),
        (base | {"act": "messages-remove"}, "hours"),
        (base | {"act": "unban", "days": 3}, "days"),
        (base | {"act": "ban", "role": "admin"}, "role"),
        (base | {"act": "ban", "names": []}, None),
        (base | {"act": "ban", "reason": "x"}, None),
        (base | {"act": "erase"}, None),
        (base | {"act": "ban", "reason": "Says she wants to die."}, "reason"),
    ):
        refused = await office.admin.call("POST", "/api/staff/bulk", body)
        assert refused.status_code == 422, body
        assert field is None or refused.json()["field"] == field, body
    many = await office.admin.call(
        "POST", "/api/staff/bulk", base | {"act": "ban", "names": [f"name{new_ref()}" for _ in range(201)]}
    )
    assert (many.status_code, many.json()["code"]) == (413, "too-large")


async def test_a_preview_and_an_undo_have_their_time_and_the_password_is_asked_again(tmp_path: Path) -> None:
    short = {"bulk_plan_minutes": 0, "confirm_within_s": 4, "bulk_undo_hours": 0, "retention_every_s": 3600}
    server = ServerProcess(tmp_path, demo=False, admin_password=PASSWORD, staff_second_factor=False, **(WIDE | short))
    assert server.command("admin", "create", "theKeeper").returncode == 0
    server.start()
    try:
        here = Office(server)
        await here.admin.sign_in("theKeeper", PASSWORD)
        await here.member("someBody")
        made = await here.admin.post("/api/staff/bulk", {"act": "ban", "names": ["someBody"], "reason": "Spam."}, 201)
        id = made["summary"]["id"]
        await here.admin.post("/api/confirm", {"password": PASSWORD}, 204)
        late = await here.admin.call("POST", f"/api/staff/bulk/{id}/do", {})
        assert (late.status_code, late.json()["code"]) == (409, "plan-over")
        sql(here, "update bulk set state = 'done', done_at = ?", 1)
        late = await here.admin.call("POST", f"/api/staff/bulk/{id}/undo", {})
        assert (late.status_code, late.json()["code"]) == (409, "undo-over")
        await trio.sleep(4.2)
        for verb in ("do", "undo"):
            refused = await here.admin.call("POST", f"/api/staff/bulk/{id}/{verb}", {})
            assert (refused.status_code, refused.json()["code"]) == (403, "confirm-first")
        for person in here.all:
            await person.aclose()
    finally:
        server.close()
