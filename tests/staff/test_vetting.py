"""Background checks and licences: applied for by the person, recorded by staff, ending by themselves; a therapist's page is public while the licence holds."""

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import trio

from harness import store
from harness.person import Person
from harness.server import ServerProcess
from staff.test_directory import PASSWORD, Office

DAY = 86_400_000
LICENCE = {"real_name": "Ann Oak", "number": "PT-12345", "country": "DE"}


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    server = ServerProcess(
        tmp_path, demo=False, admin_password=PASSWORD, staff_second_factor=False, pace_sign_up_burst=1000
    )
    assert server.command("admin", "create", "theKeeper").returncode == 0
    server.start()
    here = Office(server)
    await here.admin.sign_in("theKeeper", PASSWORD)
    yield here
    for person in here.all:
        await person.aclose()
    server.close()


def now() -> int:
    return time.time_ns() // 1_000_000


def sql(office: Office, statement: str, *values: Any) -> list[Any]:
    return store.sql(office.server.data / "data", statement, *values)


async def listener(office: Office, name: str, age: str = "18-plus") -> Person:
    person = await office.member(name, age)
    sql(office, "update account set kind = 'listener' where name = ?", name)
    (version,) = [one["version"] for one in await person.get("/api/agreements") if one["kind"] == "listener"]
    accepted = (
        "insert into acceptance (account_id, kind, version, at) select id, 'listener', ?, 1 from account where name = ?"
    )
    sql(office, accepted, version, name)
    return person


async def cases(office: Office, query: str) -> list[Any]:
    return list((await office.admin.get(f"/api/staff/vetting?{query}"))["cases"])


async def decide(office: Office, id: str, **body: Any) -> httpx.Response:
    found = {"outcome": "passed", "basis": "looked up"} | body
    return await office.admin.call("POST", f"/api/staff/vetting/{id}/result", found)


async def test_a_check_is_applied_for_recorded_and_clears_until_its_end(office: Office) -> None:
    helper, teen = await listener(office, "kindHelper"), await listener(office, "youngHelper", "13-17")
    member = await office.member("plainMember")
    for other in (teen, member):
        assert (await other.call("POST", "/api/me/vetting/check", {})).status_code == 403
    mine = await helper.post("/api/me/vetting/check", {}, 201)
    assert [one["state"] for one in mine["vettings"]] == ["applied"] and mine["may_apply"] == ["verified"]
    assert (await helper.call("POST", "/api/me/vetting/check", {})).status_code == 403, "one at a time"
    (case,) = await cases(office, "kind=check")
    assert case["person"]["name"] == "kindHelper"
    id, until = case["vetting"]["id"], now() + 20 * DAY
    for bad in ({"until": None}, {"until": now() - 1}, {"until": now() + 4000 * DAY}):
        assert (await decide(office, id, **bad)).json()["field"] == "until"
    assert (await decide(office, id, until=until)).status_code == 200
    assert (await decide(office, id, until=until)).json()["code"] == "conflict"
    assert sql(
        office, "select r.until from role r join account a on a.id = r.account_id where a.name = 'kindHelper'"
    ) == [(until,)]
    # It ends within the days of the reminder: its holder is told, staff find it, and another can be asked for.
    mine = await helper.get("/api/me/vetting")
    assert mine["vettings"][0]["ends_soon"] and mine["may_apply"] == ["verified", "check"]
    assert "ends soon" in (await helper.http.get("/account/applications")).text
    assert len(await cases(office, "kind=check&which=passed&ending=true")) == 1
    # Nothing but outcome and end is kept.
    assert sql(office, "select real_name, number, country, words from vetting") == [("", "", "", "")]
    # At its end it is over by itself, the role too.
    sql(office, "update vetting set until = ?", now() - 1)
    sql(office, "update role set until = ? where role = 'cleared'", now() - 1)
    with trio.fail_after(10):
        while (await helper.get("/api/me/vetting"))["vettings"][0]["state"] != "ended":
            await trio.sleep(0.1)
        while sql(office, "select count(*) from role where role = 'cleared'") != [(0,)]:
            await trio.sleep(0.1)
    acts = [(e["act"], e["subject"]) for e in await office.acts("check.decide")]
    assert acts == [("check.decide", "kindHelper")] and await office.acts("check.read")


async def test_the_mark_of_a_verified_listener_shows_until_its_end_and_is_found_by(office: Office) -> None:
    helper, teen = await listener(office, "kindHelper"), await listener(office, "youngHelper", "13-17")
    member = await office.member("plainMember")

    async def marked() -> tuple[bool, list[str]]:
        shown = (await member.get("/api/profiles/kindHelper"))["listener"]["verified"]
        found = await member.get("/api/listeners?status=any&verified=true")
        return shown, [one["person"]["name"] for one in found["listeners"] if one["verified"]]

    assert (await member.call("POST", "/api/me/vetting/verified", {})).status_code == 403
    await teen.post("/api/me/vetting/verified", {}, 201)
    assert (await helper.post("/api/me/vetting/verified", {}, 201))["may_apply"] == ["check"]
    assert await marked() == (False, [])
    ids = {case["person"]["name"]: case["vetting"]["id"] for case in await cases(office, "kind=verified")}
    assert await cases(office, "kind=check") == []
    until = now() + 400 * DAY
    assert (await decide(office, ids["kindHelper"], until=until)).status_code == 200
    assert await marked() == (True, ["kindHelper"])
    page = (await member.http.get("/listeners?status=any&verified=yes")).text
    assert "kindHelper" in page and "badge-verified" in page
    assert "badge-verified" in (await member.http.get("/@kindHelper")).text
    assert sql(office, "select role from role where role = 'cleared'") == [], "it opens no way to anybody"
    # Taken away it is gone at once.
    await office.admin.post(f"/api/staff/vetting/{ids['kindHelper']}/end", {"reason": "complaints"}, 204)
    assert await marked() == (False, []) and sql(office, "select role from role where role = 'verified'") == []
    # At its end it is over by itself.
    await helper.post("/api/me/vetting/verified", {}, 201)
    (case,) = [one for one in await cases(office, "kind=verified") if one["person"]["name"] == "kindHelper"]
    assert (await decide(office, case["vetting"]["id"], until=until)).status_code == 200
    assert await marked() == (True, ["kindHelper"])
    sql(office, "update role set until = ? where role = 'verified'", now() - 1)
    assert not (await marked())[0], "from that very moment"
    with trio.fail_after(10):
        while (await marked())[1]:
            await trio.sleep(0.1)
    assert {e["act"] for e in await office.acts("verified.")} == {"verified.read", "verified.decide", "verified.end"}


async def test_a_licence_makes_a_page_that_its_holder_opens(office: Office) -> None:
    ann, anyone = await office.member("annOak"), Person(office.server.base)
    office.all.append(anyone)
    until = now() + 400 * DAY
    assert (await ann.call("POST", "/api/me/vetting/licence", LICENCE | {"until": now() - 1})).status_code == 422
    await ann.post("/api/me/vetting/licence", LICENCE | {"until": until}, 201)
    assert (await ann.call("POST", "/api/me/therapist", {})).status_code == 403, "not verified"
    (case,) = await cases(office, "kind=licence")
    assert (case["vetting"]["real_name"], case["vetting"]["country"]) == ("Ann Oak", "DE")
    assert (await decide(office, case["vetting"]["id"], until=until)).status_code == 200
    # Verified, but not opened: nobody sees it.
    assert (await anyone.call("GET", "/api/therapists/annOak")).status_code == 404
    assert (await office.admin.call("POST", "/api/me/therapist", {})).status_code == 403, "the therapist alone opens it"
    await ann.post("/api/me/therapist", {}, 204)
    assert (await ann.get("/api/me"))["person"] is None, "they sign in again"
    await ann.sign_in("annOak", PASSWORD)
    assert ann.me["person"]["kind"] == "therapist"
    # Contact details are welcome on this page, what else is held is not.
    await ann.call("PUT", "/api/me/therapist", {"about": "Write to me: ann@oak.example, +49 30 1234567."}, expect=204)
    page = await anyone.get("/api/therapists/annOak")
    assert page["about"].startswith("Write to me") and page["number"] == "PT-12345" and page["until"] == until
    shown = await anyone.http.get("/therapists/annOak")
    assert shown.status_code == 200 and "Ann Oak" in shown.text and "ann@oak.example" in shown.text
    assert "/therapists/annOak" in (await anyone.http.get("/@annOak")).text
    # Ended by staff it is gone at once; so is one that ran out, and that of somebody banned.
    await office.admin.post(f"/api/staff/vetting/{case['vetting']['id']}/end", {"reason": "withdrawn"}, 204)
    assert (await anyone.call("GET", "/api/therapists/annOak")).status_code == 404
    sql(office, "update vetting set state = 'passed'")
    assert (await anyone.call("GET", "/api/therapists/annOak")).status_code == 200
    sql(office, "update vetting set until = ?", now() - 1)
    assert (await anyone.call("GET", "/api/therapists/annOak")).status_code == 404
    sql(office, "update vetting set state = 'passed', until = ?", until)
    await office.admin.post("/api/staff/bans", {"name": "annOak", "reason": "Fraud."}, 201)
    assert (await anyone.call("GET", "/api/therapists/annOak")).status_code == 404
    assert {e["act"] for e in await office.acts("licence.")} == {"licence.read", "licence.decide", "licence.end"}


async def test_nobodys_past_comes_to_stand_under_their_name(office: Office) -> None:
    """Who asked for help under this account, or has a linked one, or is a teen, cannot apply with a licence."""
    asked, teen = await office.member("askedOnce"), await office.member("youngOne", "13-17")
    request = await asked.ask()
    await asked.call("DELETE", f"/api/requests/{request['id']}")
    linked = await office.member("hasAnother")
    (id,) = sql(office, "select id from account where name = 'hasAnother'")[0]
    sql(
        office,
        "insert into account (id, name, name_key, kind, age_class, persona_of, created_at) values (?, 'otherFace', 'otherface', 'listener', 'adult', ?, 1)",
        *("z" * 26, id),
    )
    body = LICENCE | {"until": now() + 100 * DAY}
    for person in (asked, teen, linked):
        refused = await person.call("POST", "/api/me/vetting/licence", body)
        assert (refused.status_code, refused.json()["code"]) == (403, "not-allowed")


async def test_nobody_decides_about_themselves_and_a_result_is_written_once(office: Office) -> None:
    await office.admin.post("/api/me/vetting/licence", LICENCE | {"until": now() + 100 * DAY}, 201)
    (case,) = await cases(office, "kind=licence")
    assert (await decide(office, case["vetting"]["id"], until=now() + DAY)).status_code == 403
    ann = await office.member("annOak")
    await ann.post("/api/me/vetting/licence", LICENCE | {"until": now() + 100 * DAY}, 201)
    case = (await cases(office, "kind=licence"))[1]
    headers = {**await office.admin._csrf(), "idempotency-key": "one-result-only"}
    body = {"outcome": "refused", "basis": "not in the register", "words": "Please send the number again."}
    path = f"/api/staff/vetting/{case['vetting']['id']}/result"
    answers = [await office.admin.http.post(path, json=body, headers=headers) for _ in range(2)]
    assert [a.status_code for a in answers] == [200, 200] and answers[0].content == answers[1].content
    assert (await ann.get("/api/me/vetting"))["vettings"][0]["words"] == "Please send the number again."
