"""Danger that is declared at the gate calls staff (SPEC B2), whatever whoever said so does next, and says nothing to anybody else."""

import re
from pathlib import Path

import sqlalchemy as sa

from conftest import Cast
from cups.messages.tables import channel
from cups.privacy.exporting import Exporting
from cups.screening import queries
from harness.person import Person
from rooms.world import place
from screening.test_live import waiting

DAY = 86_400_000


async def on_page(person: Person, danger: str) -> str:
    """Answers by the form; where it leads."""
    page = (await person.http.get("/gate")).text
    found = re.search(r'name="_csrf_token" value="([^"]+)"', page)
    assert found
    form = {"_csrf_token": found[1], "age": "18-plus", "danger": danger, "agree": "yes", "next": "/talk"}
    answer = await person.http.post("/gate", data=form)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def test_staff_who_are_here_are_called_at_once(people: Cast) -> None:
    admin, bystander = await people.demo("admin"), await people.guest()
    async with admin.live() as looking, bystander.live() as other:
        guest = await people.guest(danger="me")
        (concern,) = await waiting(admin, guest.name)
        call = await looking.had("staff-called", concern=concern["id"])
        assert (call["about"], call["urgent"], call["again"]) == ("own", False, False)
        assert guest.name not in str(call)
        assert all(frame["type"] not in ("staff-called", "help") for frame in await other.quiet())
    assert concern["at_gate"] and not concern["readable"] and concern["calls"] == 1
    assert (await admin.post(f"/api/staff/concerns/{concern['id']}/words"))["text"] is None
    await admin.post(f"/api/staff/concerns/{concern['id']}/take")
    await admin.post(f"/api/staff/concerns/{concern['id']}/close")


async def test_the_page_does_so_too_and_leads_to_help(people: Cast) -> None:
    admin, visitor = await people.demo("admin"), people.visitor()
    assert await on_page(visitor, "someone") == "/help?next=/talk"
    name = (await visitor.get("/api/me"))["person"]["name"]
    (concern,) = await waiting(admin, name)
    assert concern["about"] == "other"


async def test_nobody_is_called_for_whoever_says_no_or_is_refused(people: Cast) -> None:
    admin = await people.demo("admin")
    before = (await admin.get("/api/staff/concerns"))["waiting"]
    await people.guest(danger="none")
    child = people.visitor()
    agreements = [{"kind": a["kind"], "version": a["version"]} for a in await child.get("/api/agreements")]
    answers = {"age": "under-13", "danger": "me", "agreements": agreements}
    assert (await child.call("POST", "/api/gate", answers)).status_code == 403
    old = [{"kind": "member", "version": "1999-01-01"}]
    refused = await people.visitor().call("POST", "/api/gate", {"age": "18-plus", "danger": "me", "agreements": old})
    assert refused.json()["code"] == "agreement-outdated"
    assert (await admin.get("/api/staff/concerns"))["waiting"] == before


async def test_said_again_it_is_the_same_concern_and_the_graver_answer_counts(people: Cast) -> None:
    admin, guest = await people.demo("admin"), await people.guest(danger="someone")
    await guest.pass_gate(danger="me")
    (concern,) = await waiting(admin, guest.name)
    assert (concern["about"], concern["count"]) == ("own", 2)
    await guest.pass_gate(danger="someone")
    (concern,) = await waiting(admin, guest.name)
    assert (concern["about"], concern["count"]) == ("own", 3)


async def test_whom_nobody_takes_staff_are_called_for_again_and_time_ends_it(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        member = await here.visitor("member")
        await here.cups.db.write(lambda unit: here.cups.joining.on_danger(unit, member.id, "me"))
        here.clock.advance(121_000)
        assert await here.cups.screen.call_again() == 1
        exporting: Exporting = here.cups.exporting
        data = await here.cups.db.read(exporting.data, member.id)
        assert [one["kind"] for one in data["concern"]] == ["crisis-own"], "a copy of their data has it"
        (row,) = await here.cups.db.read(queries.concerns, "open", "", 10)
        await here.cups.screening_staff.close(await here.visitor("admin"), row.id)
        here.clock.advance(184 * DAY)
        await here.cups.retention.tidy()
        left = sa.select(sa.func.count()).where(channel.c.id == row.channel_id)
        assert await here.cups.db.read(lambda conn: conn.execute(left).scalar()) == 0
        assert await here.cups.db.read(queries.concerns, "closed", "", 10) == []
