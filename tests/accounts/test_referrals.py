"""Referral links: they count for their owner, and nobody who follows one can learn whose it is; nor the owner, who came."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from conftest import WIDE, Cast
from cups.accounts.visitor import Came
from cups.app import running
from cups.clock import ManualClock
from harness.person import Person
from harness.server import ServerProcess
from harness.store import settings_at, sql

DAY = 86_400_000


@pytest.fixture
async def apart(tmp_path: Path) -> AsyncIterator[Cast]:
    own = ServerProcess(tmp_path, **WIDE | {"pace_referral_address_burst": 4}).start()
    cast = Cast(own)
    yield cast
    for person in cast.all:
        await person.aclose()
    own.close()


def counted(cast: Cast) -> int:
    return int(sql(cast.server.data / "data", "select count(*) from referral")[0][0])


async def comes_by(cast: Cast, number: str) -> Person:
    person = cast.visitor()
    answer = await person.http.get(f"/r/{number}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    return person


async def test_whoever_signs_up_by_a_link_is_counted_once(apart: Cast) -> None:
    owner = await apart.member()
    link = await owner.get("/api/me/referral")
    assert link["link"] == f"{apart.server.base}/r/{link['number']}" and link["came"] == 0
    assert (await owner.get("/api/me/referral"))["number"] == link["number"], "the same each time"
    person = await comes_by(apart, link["number"])
    await person.pass_gate()
    assert counted(apart) == 0, "a guest is not counted"
    await person.sign_up()
    assert counted(apart) == 1
    assert (await owner.get("/api/me/referral"))["came"] == 0, "told from the day after on"
    await person.post("/api/sign-out")
    await person.http.get(f"/r/{link['number']}")
    await (await person.pass_gate()).sign_up()
    assert counted(apart) == 1, "one device counts once"


async def test_the_owners_device_counts_for_nobody(apart: Cast) -> None:
    owner, other = await apart.member(), await apart.member()
    mine = (await owner.get("/api/me/referral"))["number"]
    theirs = (await other.get("/api/me/referral"))["number"]
    await owner.post("/api/sign-out")
    for number in (mine, theirs):
        await owner.http.get(f"/r/{number}")
        await (await owner.pass_gate()).sign_up()
        await owner.post("/api/sign-out")
    assert counted(apart) == 0


async def test_every_number_is_answered_alike(apart: Cast) -> None:
    """Nothing is looked up on the way, so there is nothing to differ in time either."""
    owner = await apart.member()
    number, answers = (await owner.get("/api/me/referral"))["number"], []
    for one in (number, "000000000000", "999999999999"):
        visitor = apart.visitor()
        landed = await visitor.http.get(f"/r/{one}")
        front = await visitor.http.get("/")
        texts = [landed.text, front.text, str(landed.headers), str(front.headers)]
        same = [text.replace(one, "NUMBER") for text in texts]
        assert owner.name not in "".join(texts)
        kept = {name: value for name, value in visitor.http.cookies.items() if name != "cups-csrf"}
        assert kept == {"cups-from": one}
        csrf = visitor.http.cookies.get("cups-csrf", "none")
        answers.append((landed.status_code, *(text.replace(csrf, "") for text in same[:2])))
        assert landed.headers["cache-control"] == "no-store"
    assert answers[0] == answers[1] == answers[2]
    odd = apart.visitor()
    for one in ("1", "abcdefabcdef", "0000000000000", "00000000000%0a"):
        assert (await odd.http.get(f"/r/{one}")).status_code == 404
    assert "cups-from" not in odd.http.cookies


async def test_a_link_that_is_nobodys_signs_up_all_the_same(apart: Cast) -> None:
    person = await comes_by(apart, "123456789012")
    answer = await (await person.pass_gate()).sign_up()
    assert answer.codes and counted(apart) == 0


async def test_one_address_counts_few(apart: Cast) -> None:
    owner = await apart.member()
    number = (await owner.get("/api/me/referral"))["number"]
    for _ in range(6):
        await (await (await comes_by(apart, number)).pass_gate()).sign_up()
    assert counted(apart) == 4


async def test_both_accounts_of_a_person_have_numbers_of_their_own(apart: Cast) -> None:
    from accounts.test_linked import to_listener

    person = await apart.member()
    mine = (await person.get("/api/me/referral"))["number"]
    await to_listener(person, "willowShelter")
    assert (await person.get("/api/me/referral"))["number"] != mine


async def test_guests_have_no_link(people: Cast) -> None:
    await (await people.guest()).get("/api/me/referral", expect=403)


async def test_the_count_is_told_from_the_day_after_on_and_names_nobody(tmp_path: Path) -> None:
    from cups.accounts.making import make_member

    clock = ManualClock()
    async with running(settings_at(tmp_path), clock) as cups:
        id = await cups.db.write(
            lambda unit: make_member(unit.conn, name="calmOak", password_hash="x", age="adult", now=clock.now())
        )
        visitor = await cups.accounts.visitor(await cups.accounts.open_session(id))
        assert visitor is not None
        number = (await cups.referrals.of(visitor)).number
        await cups.db.write(cups.referrals.credit, Came("192.0.2.1", referral=number))
        assert (await cups.referrals.of(visitor)).came == 0
        clock.advance(DAY)
        assert (await cups.referrals.of(visitor)).came == 1
        rows = await cups.db.read(lambda conn: conn.exec_driver_sql("select * from referral").mappings().all())
        assert [set(row) for row in rows] == [{"id", "owner_id", "day"}] and rows[0]["day"] % DAY == 0
