"""Agreements that staff publish: looked at first, asked for from their day on, over open sockets too, taken back until then, with every version to be read."""

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import trio

from harness import store
from harness.person import Person
from harness.server import ServerProcess
from staff.test_directory import PASSWORD, Office

AT = "/api/staff/agreements"
TEXT = "## All of it\n\nBe **kind**.\n\n<script>alert(1)</script>"


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    server = ServerProcess(
        tmp_path, demo=False, admin_password=PASSWORD, staff_second_factor=False, confirm_within_s=60
    )
    assert server.command("admin", "create", "theKeeper").returncode == 0
    server.start()
    here = Office(server)
    await here.admin.sign_in("theKeeper", PASSWORD)
    yield here
    for person in here.all:
        await person.aclose()
    server.close()


def day(ahead: int = 0) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(time.time() + ahead * 86_400))


def draft(ahead: int = 0, **more: str) -> dict[str, Any]:
    return {"title": "How we are together", "summary": "Be kind.", "text": TEXT, "asked_from": day(ahead)} | more


def sql(office: Office, statement: str, *values: Any) -> list[Any]:
    return store.sql(office.server.data / "data", statement, *values)


async def published(office: Office, kind: str, form: dict[str, Any]) -> Any:
    shown = await office.admin.post(f"{AT}/{kind}/preview", form, 200)
    return await office.admin.post(f"{AT}/{kind}", form | {"version": shown["agreement"]["version"]}, 201)


async def test_a_version_is_looked_at_published_and_asked_for_at_once(office: Office) -> None:
    member = await office.member("calmOak")
    await member.get("/api/agreements/guidelines")
    before = (await member.get("/api/agreements/guidelines"))["current"]
    shown = await office.admin.post(f"{AT}/guidelines/preview", draft(), 200)
    assert "<strong>kind</strong>" in shown["agreement"]["html"] and "<script>" not in shown["agreement"]["html"]
    assert (await member.get("/api/agreements/guidelines"))["versions"] == [before], "a preview keeps nothing"
    async with member.live() as live:
        made = await published(office, "guidelines", draft())
        assert made["state"] == "in-force" and made["by"] == "theKeeper" and made["version"] > before
        with trio.fail_after(2):
            while (await live.until("me"))["me"]["gated"]:
                pass
    assert (await member.get("/api/agreements/guidelines"))["versions"] == [made["version"], before]
    found = (await office.admin.get(f"{AT}/guidelines"))["editions"]
    assert [(one["version"], one["state"]) for one in found] == [(made["version"], "in-force"), (before, "over")]
    assert [one["by"] for one in found] == ["theKeeper", None]
    source = await office.admin.get(f"{AT}/guidelines/{made['version']}")
    assert (source["text"], source["summary"]) == (TEXT, "Be kind.")
    assert (await member.get(f"/api/agreements/guidelines/{before}"))["version"] == before
    first = await office.admin.get(f"{AT}/guidelines?limit=1")
    rest = await office.admin.get(f"{AT}/guidelines?limit=1&after={first['next']}")
    assert [one["version"] for one in rest["editions"]] == [before]
    (entry,) = await office.acts("agreement.publish")
    assert entry["subject"] == f"guidelines {made['version']}" and entry["details"] == {"asked_from": day()}


async def test_it_waits_for_its_day_hidden_and_begins_by_itself(office: Office) -> None:
    member = await office.member("calmOak")
    made = await published(office, "privacy", draft(3))
    assert (made["version"], made["state"]) == (day(3), "waits")
    assert day(3) not in (await member.get("/api/agreements/privacy"))["versions"]
    assert (await member.call("GET", f"/api/agreements/privacy/{day(3)}")).status_code == 404
    assert (await member.get("/api/me"))["gated"]
    assert await office.acts("agreement.publish")
    async with member.live() as live:
        sql(office, "update agreement set asked_from = ? where version = ?", time.time_ns() // 1_000_000, day(3))
        with trio.fail_after(2):
            while (await live.until("me"))["me"]["gated"]:
                pass
    assert (await member.get("/api/agreements/privacy"))["current"] == day(3)
    assert (await member.get("/api/me"))["gated"] is False
    late = await office.admin.call("DELETE", f"{AT}/privacy/{day(3)}")
    assert (late.status_code, late.json()["code"]) == (409, "conflict")


async def test_one_that_waits_is_taken_back_and_survives_a_restart_until_then(office: Office) -> None:
    member = await office.member("calmOak")
    await published(office, "member", draft(2))
    office.server.kill9()
    office.server.start()
    found = (await office.admin.get(f"{AT}/member"))["editions"]
    assert found[0]["state"] == "waits" and (await member.get("/api/me"))["gated"]
    await office.admin.call("DELETE", f"{AT}/member/{day(2)}", expect=204)
    assert sql(office, "select count(*) from agreement where version = ?", day(2)) == [(0,)]
    assert (await office.admin.call("DELETE", f"{AT}/member/{day(2)}")).status_code == 404
    assert [one["subject"] for one in await office.acts("agreement.withdraw")] == [f"member {day(2)}"]


async def test_what_does_not_fit_is_refused(office: Office) -> None:
    for form, field in (
        (draft(-1), "asked_from"),
        (draft(400), "asked_from"),
        (draft(asked_from="2027-02-31"), "asked_from"),
        (draft(asked_from="soon"), None),
        (draft(text=""), None),
        (draft(text="x" * 60_001), None),
    ):
        refused = await office.admin.call("POST", f"{AT}/listener/preview", form)
        assert refused.status_code == 422, form["asked_from"]
        assert field is None or refused.json()["field"] == field
    empty = await office.admin.call("POST", f"{AT}/listener", draft(1, title="  ", version=day(1)))
    assert (empty.status_code, empty.json()["field"]) == (422, "title")
    assert (await office.admin.call("GET", f"{AT}/cookies")).status_code == 404
    await published(office, "listener", draft(4))
    between = await office.admin.call("POST", f"{AT}/listener/preview", draft(2))
    assert (between.status_code, between.json()["field"]) == (422, "asked_from")
    stale = await office.admin.call("POST", f"{AT}/listener", draft(4, version=day(4)))
    assert (stale.status_code, stale.json()["code"]) == (409, "conflict")
    again = await published(office, "listener", draft(4))
    assert again["version"] == f"{day(4)}.02"


async def test_only_the_permission_publishes_and_with_the_password_just_given(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, demo=False, admin_password=PASSWORD, staff_second_factor=False, confirm_within_s=3)
    assert server.command("admin", "create", "theKeeper").returncode == 0
    server.start()
    try:
        admin, manager = Person(server.base), Person(server.base)
        await admin.sign_in("theKeeper", PASSWORD)
        await (await manager.pass_gate()).sign_up(PASSWORD, "theManager")
        await admin.call("PUT", "/api/staff/people/theManager/roles/community-manager", {}, expect=204)
        await manager.sign_in("theManager", PASSWORD)
        for method, path, body in (
            ("GET", f"{AT}/member", None),
            ("POST", f"{AT}/member/preview", draft()),
            ("POST", f"{AT}/member", draft(1, version=day(1))),
            ("DELETE", f"{AT}/member/{day(1)}", None),
        ):
            refused = await manager.call(method, path, body)
            assert (refused.status_code, refused.json()["code"]) == (403, "not-allowed"), path
        await trio.sleep(3.1)
        for method, path, body in (
            ("POST", f"{AT}/member", draft(1, version=day(1))),
            ("DELETE", f"{AT}/member/{day(1)}", None),
        ):
            refused = await admin.call(method, path, body)
            assert (refused.status_code, refused.json()["code"]) == (403, "confirm-first"), path
        await admin.post("/api/confirm", {"password": PASSWORD}, 204)
        await admin.post(f"{AT}/member", draft(1, version=day(1)), 201)
        await admin.aclose()
        await manager.aclose()
    finally:
        server.close()
