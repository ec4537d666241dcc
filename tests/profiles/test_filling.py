"""The directory of listeners is filled while people use the server: whoever is not in it yet is not found, and nothing is said that is not true."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import trio

from conftest import Cast
from cups.accounts import names
from cups.accounts import queries as accounts
from cups.accounts.tables import account
from cups.app import Cups, running
from cups.clock import ManualClock
from cups.ids import new_id
from cups.news import AccountChanged
from cups.profiles.directory import FILLED_AT_ONCE
from cups.profiles.tables import listed
from cups.store.database import Unit
from cups.wire.requests import SeekIn
from harness.person import Person
from harness.server import ServerProcess
from harness.store import settings_at

MANY = FILLED_AT_ONCE * 3


def seed(unit: Unit, many: int, now: int) -> list[str]:
    """Adult listeners as an older server has left them, in no directory; the last one is a member who looks."""
    made = [new_id(now) for _ in range(many + 1)]
    rows = []
    for number, id in enumerate(made):
        kind, name = ("listener", f"calm{number}") if number < many else ("member", "looker")
        values = {"id": id, "name": name, "name_key": names.key(name), "kind": kind, "age_class": "adult"}
        more = {"languages": "en", "status": "online", "created_at": now}
        rows.append(values | more)
    unit.conn.execute(account.insert(), rows)
    return made


async def found(cups: Cups, viewer: str, **seek: Any) -> tuple[set[str], bool]:
    who = await cups.accounts.visitor(await cups.accounts.open_session(viewer))
    assert who is not None
    shown, after = set[str](), None
    while True:
        page = await cups.browsing.listeners(who, SeekIn(after=after, topic="grief", **seek))
        shown |= {one.person.name for one in page.listeners}
        if (after := page.next) is None:
            return shown, page.whole


async def placed(cups: Cups) -> int:
    count = sa.select(sa.func.count(listed.c.account_id.distinct()))
    return await cups.db.read(lambda conn: conn.execute(count).scalar_one())


@pytest.mark.parametrize("status", ["any", "here"])
async def test_a_directory_half_filled_finds_whom_it_holds_and_says_so(tmp_path: Path, status: str) -> None:
    clock = ManualClock()
    async with running(settings_at(tmp_path, listeners_page=50), clock) as cups:
        *people, looker = await cups.db.write(seed, MANY, clock.now())
        for id in people:
            cups.here.came(id)
        assert await found(cups, looker, status=status) == (set(), False)
        tell, batches = cups.listener_directory.on_filled, []

        def told(ids: Any) -> None:
            tell(ids)
            batches.append(len(ids))
            if len(batches) == 2:
                filling.cancel()

        cups.listener_directory.on_filled = told
        with trio.CancelScope() as filling:
            await cups.listener_directory.fill()
        assert filling.cancelled_caught and batches == [FILLED_AT_ONCE] * 2
        assert await placed(cups) == 2 * FILLED_AT_ONCE, "what was done stays done"
        shown, whole = await found(cups, looker, status=status)
        assert (len(shown), whole) == (2 * FILLED_AT_ONCE, False)
        assert await cups.listener_directory.fill() == MANY - 2 * FILLED_AT_ONCE, "and is not done again"
        shown, whole = await found(cups, looker, status=status)
        assert (len(shown), whole) == (MANY, True), "nor is anybody remembered as missing"


async def test_whoever_changes_between_the_look_and_their_batch_is_placed_once_and_as_they_are_now(
    tmp_path: Path,
) -> None:
    clock = ManualClock()
    async with running(settings_at(tmp_path), clock) as cups:
        *people, _ = await cups.db.write(seed, MANY, clock.now())
        last = people[-1]

        def change(unit: Unit) -> None:
            accounts.update(unit.conn, last, languages="fr")
            unit.announce(AccountChanged(account=last))

        done = False
        tell = cups.listener_directory.on_filled

        def told(ids: Any) -> None:
            nonlocal done
            tell(ids)
            if not done:
                done = True
                # Handed in before the next batch, after everybody was looked up.
                nursery.start_soon(cups.db.write, change)

        cups.listener_directory.on_filled = told
        async with trio.open_nursery() as nursery:
            await cups.listener_directory.fill(0.01)
        rows = await cups.db.read(lambda conn: conn.execute(sa.select(listed).where(listed.c.account_id == last)).all())
        assert {row.language for row in rows} == {"", "fr"}
        assert await placed(cups) == MANY


async def test_a_server_killed_while_it_fills_goes_on_from_there(tmp_path: Path) -> None:
    server, many = ServerProcess(tmp_path, demo=False), FILLED_AT_ONCE * 200
    async with running(settings_at(tmp_path / "data"), ManualClock()) as cups:
        await cups.db.write(seed, many, cups.clock.now())
    try:
        server.start()
        guest = await Cast(server).guest()
        first = await guest.get("/api/listeners?status=any")
        while not (at_death := _placed(tmp_path)):
            await trio.sleep(0.02)
        server.kill9()
        at_death = _placed(tmp_path)
        assert not first["whole"] and 0 < at_death < many, "people were served while it was filled"
        server.start()
        with trio.fail_after(60):
            while not (await guest.get("/api/listeners?status=any"))["whole"]:
                assert _placed(tmp_path) >= at_death
                await trio.sleep(0.1)
        assert _placed(tmp_path) == many
        assert "still being put together" not in await _page(guest)
    finally:
        server.close()


async def test_the_page_says_that_the_list_is_not_whole_instead_of_that_nobody_is_there(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, demo=False)
    async with running(settings_at(tmp_path / "data"), ManualClock()) as cups:
        await cups.db.write(seed, FILLED_AT_ONCE * 200, cups.clock.now())
    try:
        server.start()
        guest = await Cast(server).guest()
        page = await _page(guest)
        assert "still being put together" in page and "/talk" in page
        assert "No listener who takes this" not in page and "No more listeners" not in page
    finally:
        server.close()


async def _page(guest: Person) -> str:
    return (await guest.call("GET", "/listeners", expect=200)).text


def _placed(folder: Path) -> int:
    with sqlite3.connect(f"file:{folder / 'data' / 'cups.db'}?mode=ro", uri=True) as file:
        return int(file.execute("select count(distinct account_id) from listed").fetchone()[0])
