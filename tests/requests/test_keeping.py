"""Comparing index and table while both are in use: what differs is found and put right, and what is only on its way is left alone."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import trio
from sqlalchemy import Connection

from cups.accounts.tables import account
from cups.app import Cups, running
from cups.clock import ManualClock
from cups.ids import new_id
from cups.news import LimitsChanged
from cups.requests import keeping, queries
from cups.requests.tables import request
from cups.store.database import Unit
from cups.wire.people import Person
from harness.store import settings_at, sqlite_only

MANY = 60


def _row(id: str, asker: str, now: int, **more: Any) -> dict[str, Any]:
    return {
        "id": id,
        "asker_id": asker,
        "ref": id,
        "topic": "grief",
        "language": "en",
        "pool": "adult:en",
        "severity": 0,
        "first_at": now,
        "opened_at": now,
        "state": "waiting",
    } | more


@asynccontextmanager
async def _line(folder: Path, clock: ManualClock) -> AsyncIterator[Cups]:
    async with running(settings_at(folder), clock) as cups:
        yield cups


async def _fill(cups: Cups, count: int) -> list[str]:
    """People who wait, as the table has them; nobody told the index."""
    now = cups.clock.now()

    def work(unit: Unit) -> list[str]:
        ids = []
        for n in range(count):
            asker = new_id(now)
            values = {"id": asker, "name": asker[-12:], "name_key": asker, "kind": "guest", "age_class": "adult"}
            unit.conn.execute(account.insert(), values | {"created_at": now})
            ids.append(new_id(now))
            unit.conn.execute(request.insert(), _row(ids[-1], asker, now + n, severity=n % 3))
        return ids

    return await cups.db.write(work)


async def _order(cups: Cups) -> list[str]:
    head_start = cups.settings.severity_head_start_s * 1000
    rows = await cups.db.read(queries.in_rank_order, head_start)
    return [row.id for row in rows]


async def test_what_differs_is_counted_and_put_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "PAGE", 7)
    async with _line(tmp_path, ManualClock()) as cups:
        ids = await _fill(cups, MANY)
        found = await cups.keeping.check()
        assert (found.rows, found.missing, found.different, found.surplus) == (MANY, MANY, 0, 0)
        assert cups.requests.line.index.ids() == await _order(cups)
        assert (await cups.keeping.check()).agrees
        now = cups.clock.now()

        def behind(unit: Unit) -> None:
            """Changes that no news tells of: as if some had been lost."""
            queries.close(unit.conn, ids[0], "cancelled", now)
            unit.conn.execute(request.update().where(request.c.id == ids[1]).values(severity=2, first_at=now - 5))
            unit.conn.execute(request.update().where(request.c.id == ids[2]).values(topic="anxiety"))

        await cups.db.write(behind)
        seen = await cups.keeping.check(repair=False)
        assert (seen.missing, seen.different, seen.surplus) == (0, 2, 1)
        again = await cups.keeping.check()
        assert (again.missing, again.different, again.surplus) == (0, 2, 1)
        assert cups.requests.line.index.ids() == await _order(cups)
        assert cups.keeping.counts["repaired"] == MANY + 3
        assert cups.figures.now().check.surplus == 1


async def test_nothing_is_added_twice_or_lost_while_both_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "PAGE", 5)
    chance = random.Random(4)
    async with _line(tmp_path, ManualClock()) as cups:
        await _fill(cups, MANY)
        await cups.keeping.check()
        stopped = False

        async def churn() -> None:
            for _ in range(150):
                id = chance.choice(await _order(cups))

                def close(unit: Unit, id: str = id) -> None:
                    row = queries.by_id(unit.conn, id)
                    if row is None or not queries.close(unit.conn, id, "cancelled", cups.clock.now(), only="waiting"):
                        return
                    cups.requests.announce_closed(unit, row, "cancelled")
                    fresh = new_id(cups.clock.now())
                    queries.insert(
                        unit.conn, **_row(fresh, row.asker_id, cups.clock.now(), severity=chance.randrange(3))
                    )
                    again = queries.by_id(unit.conn, fresh)
                    assert again is not None
                    unit.announce(cups.requests.opened_news(again, Person(name="x", kind="guest")))

                await cups.db.write(close)
            nonlocal stopped
            stopped = True

        passes = 0
        async with trio.open_nursery() as nursery:
            nursery.start_soon(churn)
            while not stopped:
                assert (await cups.keeping.check()).agrees
                passes += 1
        assert passes > 3
        assert cups.requests.line.index.ids() == await _order(cups)
        assert len(cups.requests.line.index) == MANY


@sqlite_only
async def test_a_page_is_read_along_an_index_however_many_wait(tmp_path: Path) -> None:
    """Sorting all who wait for each page of them, a pass over a million would take hours."""
    async with _line(tmp_path, ManualClock()) as cups:
        await _fill(cups, MANY)

        def plan(conn: Connection) -> str:
            asked = queries._page_open.compile(dialect=conn.dialect)
            values = tuple({"after": "", "most": 7}.get(name, asked.params[name]) for name in asked.positiontup or ())
            return "; ".join(row[3] for row in conn.exec_driver_sql(f"explain query plan {asked}", values))

        found = await cups.db.read(plan)
        assert "ix_request_open" in found and "TEMP B-TREE" not in found, found


async def test_how_long_a_place_or_a_lease_is_kept_follows_the_figures_at_once(tmp_path: Path) -> None:
    clock = ManualClock()
    async with _line(tmp_path, clock) as cups:
        line = cups.requests.line
        await _fill(cups, 1)
        await cups.keeping.check()
        clock.advance(60_000)
        assert not line.overdue() and line.lease_ms() == 60_000
        cups.bus.publish(LimitsChanged(values={"request_hold_s": 59, "claim_lease_s": 15}))
        assert len(line.overdue()) == 1 and line.lease_ms() == 15_000
        cups.bus.publish(LimitsChanged(values={"request_hold_s": None, "claim_lease_s": None}))
        assert not line.overdue() and line.lease_ms() == 60_000


async def test_a_clock_set_back_between_two_runs_changes_no_order(tmp_path: Path) -> None:
    clock = ManualClock()
    async with _line(tmp_path, clock) as cups:
        first = await _fill(cups, 2)
    clock.advance(-86_400_000)
    async with _line(tmp_path, clock) as cups:
        (asker,) = await _people(cups)
        state = await cups.requests._enter(asker, "r", "grief", "en", first_at=None)
        order = await _order(cups)
        assert order.index(state.id) > order.index(first[0])
        assert cups.requests.line.index.ids() == order


async def _people(cups: Cups) -> list[str]:
    def work(unit: Unit) -> list[str]:
        id = new_id(cups.clock.now())
        values = {"id": id, "name": "late", "name_key": "late", "kind": "guest", "age_class": "adult"}
        unit.conn.execute(account.insert(), values | {"created_at": 0})
        return [id]

    return await cups.db.write(work)
