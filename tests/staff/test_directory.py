"""Staff look people up: who may, what a card shows to which role, and that each reading is in the audit log."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from cups.accounts.names import key
from cups.staff import permissions
from harness.person import Person
from harness.server import ServerProcess
from harness.store import sql

PASSWORD = "several words in a row"


class Office:
    """A server of its own with an admin, a community manager, and people with names that tests know."""

    def __init__(self, server: ServerProcess) -> None:
        self.server = server
        self.admin, self.manager = Person(server.base), Person(server.base)
        self.all = [self.admin, self.manager]

    async def member(self, name: str, age: str = "18-plus") -> Person:
        person = await (await Person(self.server.base).pass_gate(age)).sign_up(PASSWORD, name)
        self.all.append(person)
        return person

    async def acts(self, act: str) -> list[Any]:
        return list((await self.admin.get(f"/api/staff/audit?act={act}&newest=true&limit=200"))["entries"])


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    server = ServerProcess(
        tmp_path, demo=False, admin_password=PASSWORD, staff_second_factor=False, pace_sign_up_burst=1000
    )
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


def names(answer: Any) -> list[str]:
    return [one["person"]["name"] for one in answer["people"]]


async def test_people_are_found_by_name_and_kind(office: Office) -> None:
    for name in ("riverStone", "riverOtter", "riverOtters", "quietHill"):
        await office.member(name, "13-17" if name == "quietHill" else "18-plus")
    find = office.manager.get
    assert names(await find("/api/staff/people?name=river")) == ["riverOtter", "riverOtters", "riverStone"]
    assert names(await find("/api/staff/people?name=@RIVEROTTER&match=exact")) == ["riverOtter"]
    assert names(await find("/api/staff/people?age=teen")) == ["quietHill"]
    assert names(await find("/api/staff/people?role=community-manager")) == ["theManager"]
    assert names(await find("/api/staff/people?kind=listener")) == []
    await office.manager.post("/api/staff/bans", {"name": "riverStone", "reason": "Threats."}, 201)
    assert names(await find("/api/staff/people?banned=true")) == ["riverStone"]
    assert "riverStone" not in names(await find("/api/staff/people?banned=false&limit=200"))
    one = (await find("/api/staff/people?name=riverStone&match=exact"))["people"][0]
    assert one["banned"] and one["age"] == "adult"
    later = one["created_at"] + 1
    assert "riverStone" not in names(await find(f"/api/staff/people?created_from={later}"))
    assert names(await find(f"/api/staff/people?created_to={later}&name=riverS")) == ["riverStone"]


async def test_pages_follow_each_other_and_a_question_is_logged_once(office: Office) -> None:
    made = sorted([f"pagedPear{n}" for n in range(7)], key=key)
    for name in made:
        await office.member(name)
    first = await office.manager.get("/api/staff/people?name=paged&limit=3")
    second = await office.manager.get(f"/api/staff/people?name=paged&limit=3&after={first['next']}")
    third = await office.manager.get(f"/api/staff/people?name=paged&limit=3&after={second['next']}")
    assert names(first) + names(second) + names(third) == made and third["next"] is None
    (entry,) = await office.acts("people.search")
    assert entry["actor"] == "theManager" and entry["details"] == {"name": "paged", "match": "prefix"}
    # A cursor is good for its own question and reader alone.
    for path, who in (
        (f"/api/staff/people?name=pa&after={first['next']}", office.manager),
        (f"/api/staff/people?name=paged&after={first['next']}", office.admin),
        ("/api/staff/people?name=paged&after=pagedpear3", office.manager),
    ):
        assert (await who.call("GET", path)).status_code == 422, path


async def test_a_card_shows_what_its_readers_role_needs(office: Office) -> None:
    member = await office.member("readMe77")
    await member.post("/api/sign-in", {"name": "readMe77", "password": PASSWORD})
    await office.manager.post("/api/staff/bans", {"name": "readMe77", "reason": "Spam.", "days": 3}, 201)
    ask = {"reason": "They wrote to us.", "case": "0123456789abcdefghjkmnpqrs"}
    whole = await office.admin.post("/api/staff/people/readMe77/card", ask, 200)
    less = await office.manager.post("/api/staff/people/readMe77/card", ask, 200)
    assert whole["security"] == {"second_factor": False, "sessions": 0, "has_password": True}
    assert less["security"] is None and whole | {"security": None} == less
    assert less["banned"] and [ban["reason"] for ban in less["bans"]] == ["Spam."]
    assert {one["kind"] for one in less["accepted"]} == {"member", "privacy", "guidelines"}
    told = str(whole)
    assert "email" not in told and "linked" not in told and "password_hash" not in told
    entries = await office.acts("people.read")
    assert [(e["actor"], e["subject"], e["details"]) for e in entries] == [
        ("theManager", "readMe77", ask),
        ("theKeeper", "readMe77", ask),
    ]
    assert (await office.admin.call("POST", "/api/staff/people/nobodyHere/card", ask)).status_code == 404
    for bad in ({}, {"reason": "a"}, {"reason": "long enough", "case": "x"}, {"reason": "long enough", "age": "teen"}):
        assert (await office.admin.call("POST", "/api/staff/people/readMe77/card", bad)).status_code == 422
    assert len(await office.acts("people.read")) == 2


async def test_a_card_says_nothing_of_a_linked_account(office: Office) -> None:
    await office.member("theirMember")
    folder = office.server.data / "data"
    ((member,),) = sql(folder, "select id from account where name = 'theirMember'")
    row = ("0" * 25 + "z", "theirListener", key("theirListener"), "listener", "adult", member, 1)
    columns = "id, name, name_key, kind, age_class, persona_of, created_at"
    sql(folder, f"insert into account ({columns}) values (?, ?, ?, ?, ?, ?, ?)", *row)
    ask = {"reason": "Looking for a link."}
    for name, other in (("theirMember", "theirListener"), ("theirListener", "theirMember")):
        card = str(await office.admin.post(f"/api/staff/people/{name}/card", ask, 200))
        assert other not in card and other not in str(
            await office.admin.get(f"/api/staff/people?name={name}&match=exact")
        )


async def test_the_log_is_read_by_filters_and_its_reading_logged_once(office: Office) -> None:
    for n in range(5):
        body = {"slug": f"room-{n}", "title": "Room", "age": "adult"}
        await (office.admin if n % 2 else office.manager).post("/api/staff/rooms", body, 201)
    read = office.admin.get
    rooms = await read("/api/staff/audit?act=room.&limit=2")
    subjects = [e["subject"] for e in rooms["entries"]]
    while rooms["next"]:
        rooms = await read(f"/api/staff/audit?act=room.&limit=2&after={rooms['next']}")
        subjects += [e["subject"] for e in rooms["entries"]]
    assert subjects == [f"room-{n}" for n in range(5)]
    assert [e["subject"] for e in (await read("/api/staff/audit?act=room.&newest=true&limit=2"))["entries"]] == [
        "room-4",
        "room-3",
    ]
    mine = (await read("/api/staff/audit?act=room.&actor=theManager"))["entries"]
    assert {e["subject"] for e in mine} == {"room-0", "room-2", "room-4"}
    third = (await read("/api/staff/audit?subject=room-3"))["entries"]
    assert [e["act"] for e in third] == ["room.create"]
    at = third[0]["at"]
    assert all(e["at"] >= at for e in (await read(f"/api/staff/audit?since={at}&limit=200"))["entries"])
    assert all(e["at"] < at for e in (await read(f"/api/staff/audit?until={at}&limit=200"))["entries"])
    # Six questions, whatever pages they had; the seventh does not see itself.
    assert len((await read("/api/staff/audit?act=audit.read"))["entries"]) == 6
    assert (await office.admin.call("GET", "/api/staff/audit?after=3.forged")).status_code == 422
    assert (await read("/api/staff/audit/check"))["intact"]


async def test_permissions_are_those_of_the_table(office: Office) -> None:
    for who, role in ((office.admin, "admin"), (office.manager, "community-manager")):
        told = await who.get("/api/staff/me")
        assert told == {"roles": [role], "permissions": sorted(permissions.table()[role])}  # type: ignore[index]
    assert set().union(*permissions.table().values()) == permissions.EVERY
    await office.member("plainOne")
    refused = await office.manager.call("PUT", "/api/staff/people/plainOne/roles/moderator", {})
    assert (refused.status_code, refused.json()["code"]) == (403, "not-allowed")


async def test_a_role_lost_ends_the_reading_at_once(office: Office) -> None:
    await office.admin.call("DELETE", "/api/staff/people/theManager/roles/community-manager", expect=204)
    assert (await office.manager.call("GET", "/api/staff/people")).status_code == 401
    await office.manager.sign_in("theManager", PASSWORD)
    assert (await office.manager.call("GET", "/api/staff/people")).status_code == 403
