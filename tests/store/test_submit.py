"""Handing in many small things: one call for neighbours, order among all units, answers after the news, refusals when too much waits."""

import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
import trio
import trio.testing

from cups.clock import ManualClock
from cups.errors import Refused
from cups.news import AccountChanged, LocalBus, RoomChanged
from cups.store.database import StorageFailed, Unit
from cups.tables import metadata
from harness.store import opened


class Kept:
    """A database, and all that was told in the order in which it was told."""

    def __init__(self, kind: str, folder: Path, most: int) -> None:
        self.told: list[object] = []
        self.calls: list[list[Any]] = []
        bus = LocalBus()
        bus.subscribe(AccountChanged, lambda news: self.told.append(f"news {news.account}"))
        self.clock = ManualClock()
        self.db = opened(kind, folder, bus, clock=self.clock, max_pending=most)
        self.work = self._work
        self.others_work = lambda unit, items: self._work(unit, items)
        self._free = threading.Event()

    def _work(self, unit: Unit, items: Sequence[Any]) -> list[Any]:
        self.calls.append(list(items))
        results: list[Any] = []
        for item in items:
            if item == "refused":
                results.append(Refused("muted"))
            elif item == "broken":
                raise ValueError("no")
            else:
                self._insert(unit, item)
                results.append(item * 10)
        return results

    def _insert(self, unit: Unit, number: int) -> None:
        row = {"course": "c", "serial": number, "title": "t", "kind": "section", "html": "", "source": f"{number}.md"}
        unit.conn.execute(metadata.tables["section"].insert(), row | {"imported_at": 0})
        unit.announce(AccountChanged(account=str(number)))

    def submit(self, item: Any, work: Any = None) -> None:
        self.db.submit(work or self.work, item, self.told.append)

    @contextmanager
    def held(self) -> Any:
        """The writer is busy meanwhile: whatever is handed in waits."""
        self._free.clear()
        self.db.submit(self._hold, None, lambda _: None)
        yield
        self._free.set()

    def _hold(self, _unit: Unit, items: Sequence[Any]) -> Sequence[Any]:
        self._free.wait(10)
        return items

    async def answered(self, count: int) -> list[object]:
        with trio.fail_after(10):
            while len(self.told) < count:
                await trio.sleep(0.002)
        return self.told

    def stored(self) -> set[int]:
        conn = self.db._readers.connect()
        with conn:
            return set(conn.exec_driver_sql("select serial from section").scalars())


@asynccontextmanager
async def kept(kind: str, folder: Path, most: int = 4096) -> AsyncIterator[Kept]:
    made = Kept(kind, folder, most)
    async with trio.open_nursery() as nursery:
        await nursery.start(made.db.run)
        yield made
        nursery.cancel_scope.cancel()


async def test_neighbours_run_as_one_call_and_are_answered_after_their_news(kind: str, tmp_path: Path) -> None:
    async with kept(kind, tmp_path) as it:
        with it.held():
            for number in range(3):
                it.submit(number)
        told = await it.answered(6)
        assert it.calls == [[0, 1, 2]]
        assert told == ["news 0", "news 1", "news 2", 0, 10, 20]
        assert it.stored() == {0, 1, 2}


async def test_the_order_among_all_units_is_kept(kind: str, tmp_path: Path) -> None:
    async with kept(kind, tmp_path) as it:
        order: list[str] = []

        async def write() -> None:
            await it.db.write(lambda unit: order.append(f"write after {len(it.calls)} calls"))

        async with trio.open_nursery() as nursery:
            with it.held():
                it.submit(1)
                it.submit(2)
                nursery.start_soon(write)
                await trio.testing.wait_all_tasks_blocked()
                it.submit(3)
                it.submit(4, it.others_work)
        await it.answered(8)
        assert it.calls == [[1, 2], [3], [4]]
        assert order == ["write after 1 calls"]


async def test_one_refusal_refuses_one_item(kind: str, tmp_path: Path) -> None:
    async with kept(kind, tmp_path) as it:
        with it.held():
            for item in (1, "refused", 2):
                it.submit(item)
        told = await it.answered(5)
        assert told[:3] == ["news 1", "news 2", 10] and told[4] == 20
        assert isinstance(told[3], Refused) and told[3].code == "muted"


async def test_one_item_that_breaks_the_call_does_not_refuse_its_neighbours(kind: str, tmp_path: Path) -> None:
    async with kept(kind, tmp_path) as it:
        with it.held():
            for item in (1, 2, "broken", 3):
                it.submit(item)
        told = await it.answered(7)
        assert told[:5] == ["news 1", "news 2", "news 3", 10, 20] and told[6] == 30
        assert isinstance(told[5], ValueError)
        assert it.calls == [[1, 2, "broken", 3], [1], [2], ["broken"], [3]]
        assert it.stored() == {1, 2, 3}


async def test_an_answer_that_raises_keeps_no_other_from_its_own(kind: str, tmp_path: Path) -> None:
    async with kept(kind, tmp_path) as it:

        def raises(_: object) -> None:
            raise RuntimeError("a broken caller")

        with it.held():
            it.db.submit(it.work, 1, raises)
            it.submit(2)
        assert await it.answered(3) == ["news 1", "news 2", 20]
        it.submit(3)
        assert await it.answered(5) == ["news 1", "news 2", 20, "news 3", 30]


async def test_a_hook_works_inside_the_transaction_of_whoever_announces(kind: str, tmp_path: Path) -> None:
    async with kept(kind, tmp_path) as it:
        it.db.on_announce(RoomChanged, lambda unit, news: it._insert(unit, int(news.channel)))

        def changes(unit: Unit, fails: bool) -> None:
            unit.announce(RoomChanged(channel="8" if fails else "7"))
            if fails:
                raise ValueError("no")

        await it.db.write(changes, False)
        with pytest.raises(ValueError, match="no"):
            await it.db.write(changes, True)
        assert it.stored() == {7} and it.told == ["news 7"]


async def test_too_much_is_refused_at_once_and_what_was_taken_keeps_its_place(kind: str, tmp_path: Path) -> None:
    async with kept(kind, tmp_path, most=4) as it:
        written: list[int] = []

        async def write(number: int) -> None:
            await it.db.write(lambda unit: written.append(number))

        async with trio.open_nursery() as nursery:
            with it.held():
                await trio.to_thread.run_sync(_until, lambda: not it.db.statistics()["pending"])
                for number in range(6):
                    it.submit(number)
                refused = [r for r in it.told if isinstance(r, Refused)]
                assert [r.code for r in refused] == ["busy-try-later"] * 2 and it.told == refused
                assert all(r.retry_at is not None and r.retry_at >= it.clock.now() + 250 for r in refused)
                for number in range(4):  # what helps and protects people still comes in
                    nursery.start_soon(write, number)
                await trio.testing.wait_all_tasks_blocked()
                with pytest.raises(Refused, match="busy-try-later"):
                    await it.db.write(lambda unit: None)
        await it.answered(10)
        assert [x for x in it.told if isinstance(x, int)] == [0, 10, 20, 30] and sorted(written) == [0, 1, 2, 3]
        assert it.db.statistics()["refused"] == 3


def _until(true: Any) -> None:
    pause = threading.Event()
    for _ in range(2000):
        if true():
            return
        pause.wait(0.002)
    raise TimeoutError


async def test_what_was_handed_in_is_finished_at_the_end_and_nothing_is_taken_after(kind: str, tmp_path: Path) -> None:
    async with kept(kind, tmp_path) as it:
        with it.held():
            for number in range(5):
                it.submit(number)
    assert [x for x in it.told if isinstance(x, int)] == [0, 10, 20, 30, 40]
    it.submit(9)
    assert isinstance(it.told[-1], StorageFailed)
    with pytest.raises(StorageFailed):
        await it.db.write(lambda unit: None)


async def test_a_full_disk_fails_the_whole_batch_and_tells_nothing_of_it(tmp_path: Path) -> None:
    async with kept("sqlite", tmp_path) as it:
        pages = await it.db.write(lambda unit: int(unit.conn.exec_driver_sql("PRAGMA page_count").scalar() or 0))
        await it.db.write(lambda unit: unit.conn.exec_driver_sql(f"PRAGMA max_page_count={pages + 2}"))
        with it.held():
            for number in range(2000):
                it.submit(number)
        # News of those that still fitted come on top of the answers, so the answers alone are counted.
        with trio.fail_after(10):
            while sum(not isinstance(told, str) for told in it.told) < 2000:
                await trio.sleep(0.002)
        failed = [x for x in it.told if isinstance(x, StorageFailed)]
        acked = {x // 10 for x in it.told if isinstance(x, int)}
        news = {int(x.removeprefix("news ")) for x in it.told if isinstance(x, str)}
        assert failed and acked == news == it.stored()
        assert it.db.statistics()["failed_commits"]


async def test_figures_add_up(kind: str, tmp_path: Path) -> None:
    async with kept(kind, tmp_path) as it:
        with it.held():
            for number in range(10):
                it.submit(number)
        await it.answered(20)
        figures = it.db.statistics()
        assert figures["items"] == 11 and figures["units"] == 2 and figures["pending"] == 0
        for name in ("batch_items", "commit_ms", "wait_ms"):
            buckets = figures[name]
            assert isinstance(buckets, dict) and sum(buckets.values()) == figures["commits"]
