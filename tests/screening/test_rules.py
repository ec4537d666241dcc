"""Rules over REST: seen, changed while people talk, written, tried; and each change in the audit log."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from conftest import WIDE
from harness.person import Person
from harness.server import ServerProcess

RULES = "/api/staff/screening/rules"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Any:
    running = ServerProcess(tmp_path_factory.mktemp("rules"), **WIDE).start()
    yield running
    running.close()


@pytest.fixture
async def admin(own: ServerProcess) -> AsyncIterator[Person]:
    person = await Person(own.base).enter(own.links["admin"])
    yield person
    await person.aclose()


async def test_every_rule_is_listed_page_by_page(admin: Person) -> None:
    names, after = [], ""
    while True:
        page = await admin.get(f"{RULES}?limit=10&after={after}")
        names += [rule["name"] for rule in page["rules"]]
        if page["next"] is None:
            break
        after = page["next"]
    assert len(names) > 30 and names == sorted(set(names)) and "en.crisis-own.die" in names


async def test_a_rule_is_changed_in_force_at_once_and_after_a_restart(own: ServerProcess, admin: Person) -> None:
    guest = await Person(own.base).pass_gate()
    room = next(r["id"] for r in (await guest.get("/api/rooms"))["rooms"] if r["slug"] == "night-owls")
    text = "add me on discord"
    rule = (await admin.get(f"{RULES}/en.contact.asking"))["rule"]
    assert (rule["stage"], rule["version"], rule["custom"]) == ("all", 0, False)
    async with guest.live() as talking:
        await talking.subscribe(room)
        assert (await talking.say(room, text))["code"] == "held-contact"
        changed = await admin.call("PATCH", f"{RULES}/en.contact.asking", {"version": 0, "stage": "shadow"}, expect=200)
        assert changed.json()["versions"][0]["by"] == admin.name
        assert (await talking.say(room, text))["type"] == "ack"
        stale = await admin.call("PATCH", f"{RULES}/en.contact.asking", {"version": 0, "stage": "all"})
        assert (stale.status_code, stale.json()["code"]) == (409, "conflict")
    own.kill9()
    own.start()
    async with guest.live() as talking:
        await talking.subscribe(room)
        assert (await talking.say(room, text))["type"] == "ack"
        await admin.call("PATCH", f"{RULES}/en.contact.asking", {"version": 1, "enabled": False}, expect=200)
        await admin.call(
            "PATCH", f"{RULES}/en.contact.asking", {"version": 2, "enabled": True, "stage": "all"}, expect=200
        )
        assert (await talking.say(room, text))["code"] == "held-contact"
    entries = [e for e in (await admin.get("/api/staff/audit?limit=200"))["entries"] if e["act"] == "screening.change"]
    assert [e["details"]["stage"] for e in entries] == ["shadow", "shadow", "all"]
    assert (await admin.get("/api/staff/audit/check"))["intact"]
    await guest.aclose()


async def test_a_rule_of_staff_begins_in_the_shadow(admin: Person) -> None:
    body = {
        "name": "en.contact.pigeon",
        "about": "contact",
        "patterns": "by carrier pigeon",
        "unless": "once upon a time",
    }
    made = (await admin.call("POST", RULES, body, expect=201)).json()
    assert (made["rule"]["stage"], made["rule"]["custom"], made["rule"]["owner"]) == ("shadow", True, admin.name)
    tried = await admin.post("/api/staff/screening/try", {"text": "write to me by carrier pigeon"})
    assert tried["action"] == "pass" and tried["hits"] == [
        {"rule": "en.contact.pigeon", "about": "contact", "start": 12, "end": 29, "acts": False}
    ]
    await admin.call("PATCH", f"{RULES}/en.contact.pigeon", {"version": 1, "stage": "all"}, expect=200)
    assert (await admin.post("/api/staff/screening/try", {"text": "by carrier pigeon"}))["action"] == "hold"
    assert (await admin.post("/api/staff/screening/try", {"text": "once upon a time by carrier pigeon"}))["hits"] == []
    again = await admin.call("POST", RULES, body)
    assert (again.status_code, again.json()["code"]) == (409, "conflict")


async def test_a_rule_that_cannot_be_used_is_told_and_changes_nothing(admin: Person) -> None:
    body = {"name": "en.contact.broken", "about": "contact", "patterns": "(open"}
    refused = await admin.call("POST", RULES, body)
    assert (refused.status_code, refused.json()["code"]) == (422, "bad-rule")
    assert "en.contact.broken" in refused.json()["why"] and "lacks" in refused.json()["why"]
    await admin.call("GET", f"{RULES}/en.contact.broken", expect=404)
    assert (await admin.post("/api/staff/screening/try", {"text": "I want to die"}))["help"]


async def test_a_text_is_tried_with_what_came_before(admin: Person, tmp_path: Path) -> None:
    tried = await admin.post("/api/staff/screening/try", {"text": "4477", "earlier": ["555", "010"]})
    assert tried["action"] == "hold"
    assert (await admin.post("/api/staff/screening/try", {"text": "4477"}))["action"] == "pass"
