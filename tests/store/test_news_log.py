"""What one process commits every other hears, once and in the order of commits, whatever becomes of either meanwhile."""

import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
import trio

from cups.news import AccountChanged, LocalBus, MessageSaid, Origin
from cups.store import news_log
from cups.store.database import StorageFailed, Unit
from cups.store.news_log import Entry
from cups.store.postgres import PostgresDatabase, TooFarBehind
from cups.wire.chats import Message
from cups.wire.people import Person
from harness.postgres import Postgres


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """One of its own: it is killed here."""
    made = Postgres()
    yield made
    made.close()


@pytest.fixture
def url(server: Postgres) -> str:
    return server.made(f"t{secrets.token_hex(8)}")


class Process:
    """A database as one process has it, and what its features hear."""

    def __init__(self, url: str) -> None:
        self.bus, self.heard = LocalBus(), list[str]()
        self.bus.subscribe(AccountChanged, lambda news: self.heard.append(news.account))
        self.db = PostgresDatabase(url, self.bus)

    async def tell(self, *names: str) -> None:
        await self.db.write(_announce, names)


def _announce(unit: Unit, names: tuple[str, ...]) -> None:
    for name in names:
        unit.announce(AccountChanged(account=name))


@asynccontextmanager
async def processes(url: str, count: int) -> AsyncIterator[list[Process]]:
    made = [Process(url) for _ in range(count)]
    async with trio.open_nursery() as nursery:
        for one in made:
            await nursery.start(one.db.run)
            await one.db.begin_following()
        yield made
        nursery.cancel_scope.cancel()


async def test_each_hears_all_in_one_order(url: str) -> None:
    async with processes(url, 3) as all_:

        async def work(at: int) -> None:
            for step in range(30):
                await all_[at].tell(f"{at}-{step}a", f"{at}-{step}b")

        async with trio.open_nursery() as nursery:
            for at in range(3):
                nursery.start_soon(work, at)
        for one in all_:
            await one.db.catch_up()
        heard = [one.heard for one in all_]
        assert len(heard[0]) == len(set(heard[0])) == 180
        assert heard[0] == heard[1] == heard[2]


async def test_whoever_writes_has_heard_all_before_its_own(url: str) -> None:
    async with processes(url, 2) as (one, other):
        await one.tell("first")
        assert other.heard == []
        await other.tell("second")
        assert other.heard == ["first", "second"]
        assert one.heard == ["first"]


async def test_what_comes_twice_or_out_of_order_is_heard_once_in_order(url: str) -> None:
    async with processes(url, 2) as (one, other):
        entries = list[Entry]()
        for name in "abc":
            await one.tell(name)
        found = await one.db.read(
            lambda conn: conn.execute(sa.text("select number, holder, body from news_log order by number")).fetchall()
        )
        entries = news_log.rows(found)
        for at in (2, 0, 2, 0, 1, 1):
            other.db.following.carried(entries[at])
        await other.db.catch_up()
        assert other.heard == ["a", "b", "c"]
        one.db.following.carried(entries[0])
        assert one.heard == ["a", "b", "c"]


async def test_a_unit_that_fails_tells_nobody(url: str) -> None:
    def fails(unit: Unit) -> None:
        unit.announce(AccountChanged(account="never"))
        raise ValueError

    async with processes(url, 2) as (one, other):
        with pytest.raises(ValueError):
            await one.db.write(fails)
        await one.tell("after")
        await other.db.catch_up()
        assert other.heard == one.heard == ["after"]


async def test_a_commit_of_which_nobody_knows_is_heard_if_it_was(url: str) -> None:
    """The connection breaks in the moment of the commit: the caller is told that it failed, and everybody hears what is there all the same."""
    async with processes(url, 2) as (one, other):
        hand: Any = one.db._hand
        await one.tell("first")
        hand.driver = _BreaksAfterCommit(hand.driver)
        with pytest.raises(StorageFailed):
            await one.tell("unsure")
        await one.tell("sure")
        await other.db.catch_up()
        assert one.heard == other.heard == ["first", "unsure", "sure"]


class _BreaksAfterCommit:
    """The driver's connection, which breaks once the server has committed and before it can say so."""

    def __init__(self, driver: Any) -> None:
        self._driver = driver

    def __getattr__(self, name: str) -> Any:
        return getattr(self._driver, name)

    def execute(self, statement: Any, *args: Any) -> Any:
        found = self._driver.execute(statement, *args)
        if statement == "commit":
            self._driver.close()
            raise psycopg.OperationalError("gone")
        return found


async def test_who_stood_still_for_too_long_starts_anew(url: str) -> None:
    async with processes(url, 2) as (one, other):
        await one.tell("a")
        await one.tell("b")
        await one.db.write(lambda unit: unit.conn.execute(sa.text("delete from news_log where number = 1")))
        with pytest.raises(TooFarBehind):
            await other.db.catch_up()
        assert other.heard == []


async def test_old_entries_go(url: str) -> None:
    async with processes(url, 1) as (one,):
        await one.tell("a")
        await one.db.write(lambda unit: unit.conn.execute(sa.text(f"update news_log set at = at - {601_000}")))
        one.db._hand._pruned_at = 0  # type: ignore[attr-defined]
        await one.tell("b")
        await one.tell("c")
        left = await one.db.read(lambda conn: conn.execute(sa.text("select number from news_log")).scalars().all())
        assert list(left) == [2, 3]


async def test_a_server_killed_with_9_makes_no_gap(server: Postgres, url: str) -> None:
    async with processes(url, 2) as (one, other):
        await one.tell("before")
        server.kill9()
        server.start()
        with trio.fail_after(30):
            while True:
                try:
                    await one.tell("after")
                    break
                except StorageFailed:
                    await trio.sleep(0.05)
        await other.db.catch_up()
        assert one.heard == other.heard == ["before", "after"]


def test_a_message_travels_without_the_connection_that_asked() -> None:
    author = Person(name="someone", kind="member")
    message = Message(seq=4, rev=4, author=author, text="hello", at=5)
    body = news_log.encode([MessageSaid(channel="c", author="a", message=message, origin=Origin(7, "r"))])
    assert news_log.decode(body) == [MessageSaid(channel="c", author="a", message=message)]


def test_news_of_a_newer_release_are_left_out() -> None:
    import msgspec

    body = msgspec.msgpack.encode(
        [{"type": "Unheard", "x": 1}, {"type": "AccountChanged", "account": "a", "new_field": 3}]
    )
    assert news_log.decode(body) == [AccountChanged(account="a")]
