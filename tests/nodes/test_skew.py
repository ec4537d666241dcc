"""The release before runs beside a new one: on its tables, hearing its news, with the pages that people still have open."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import psycopg
import pytest

from conftest import WIDE, Cast
from cups.news import AccountChanged, MessageSaid, RequestOpened
from cups.nodes import hints
from cups.store import migrate, news_log
from cups.wire.chats import Message
from cups.wire.people import Person as PersonShown
from cups.wire.skew import Lenient
from harness.postgres import Postgres
from harness.server import ServerProcess


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    made = Postgres()
    yield made
    made.close()


def of_later(url: str) -> None:
    """The tables as a release might leave them that this one knows nothing of: each with another column, and a table more."""
    with psycopg.connect(url, autocommit=True) as rows:
        tables = rows.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
        for (table,) in tables:
            rows.execute(f"alter table \"{table}\" add column of_later text not null default 'x'".encode())
        rows.execute("create table of_later (id text primary key)")
        rows.execute("update alembic_version set version_num = 'of_later'")


async def test_a_process_runs_on_the_tables_of_the_next_release(postgres: Postgres, tmp_path: Path) -> None:
    """It is started there, too: one that ends while a release is rolled out comes back."""
    url = postgres.create("later")
    migrate.upgrade_postgres(url)
    of_later(url)
    server = ServerProcess(tmp_path, database=url, staff_second_factor=False, **WIDE).start()
    people = Cast(server)
    try:
        member, asker, listener = await people.member(), await people.guest(), await people.demo("listener")
        room = (await member.get("/api/rooms/the-kitchen-table"))["id"]
        async with member.live() as one, asker.live() as other:
            await other.subscribe(room)
            await one.subscribe(room)
            sent = await one.say(room, "still here")
            assert (await other.until("message", channel=room))["message"]["seq"] == sent["seq"]
            await asker.ask()
            chat = (await listener.post("/api/queue/next", {}, (200, 201)))["chat"]
            async with listener.live() as third:
                await third.subscribe(chat)
                await third.say(chat, "hello")
        assert (await member.http.get("/health/ready")).status_code == 200
        with psycopg.connect(url, autocommit=True) as rows:
            assert rows.execute("select version_num from alembic_version").fetchall() == [("of_later",)]
    finally:
        for person in people.all:
            await person.aclose()
        server.close()


def test_it_does_not_start_on_tables_that_need_a_newer_program(postgres: Postgres, tmp_path: Path) -> None:
    url = postgres.create("too_late")
    migrate.upgrade_postgres(url)
    of_later(url)
    with psycopg.connect(url, autocommit=True) as rows:
        rows.execute("update compatibility set oldest = 'of_later'")
    with pytest.raises(migrate.DatabaseUnusable, match="newer"):
        migrate.upgrade_postgres(url)


AUTHOR = {"name": "someone", "kind": "member", "hat": "red"}
MESSAGE = {"seq": 4, "rev": 4, "author": AUTHOR, "text": "hello", "at": 5, "mood": {"of": ["later"]}}


def test_news_with_fields_of_the_next_release_are_heard_without_them() -> None:
    told = {"type": "MessageSaid", "channel": "c", "author": "a", "message": MESSAGE, "more": 1}
    opened = {
        "type": "RequestOpened", "id": "r", "asker": "a", "person": AUTHOR, "pool": "adult", "topic": "t", "language": "en",
        "severity": 0, "first_at": 1, "opened_at": 1, "fence": 0,
    }  # fmt: skip
    cannot = {"type": "MessageSaid", "channel": "c", "author": "a", "message": MESSAGE | {"removed": "in another way"}}
    unheard = {"type": "Unheard", "x": 1}
    body = msgspec.msgpack.encode([told, unheard, cannot, opened, {"type": "AccountChanged", "account": "a"}])
    message, request, account = news_log.decode(body)
    someone = PersonShown(name="someone", kind="member")
    said = Message(seq=4, rev=4, author=someone, text="hello", at=5)
    assert message == MessageSaid(channel="c", author="a", message=said)
    assert isinstance(request, RequestOpened) and request.person == someone
    assert account == AccountChanged(account="a")


def test_hints_of_the_next_release_are_heard_without_what_is_new() -> None:
    entered = ["Entered", "channel", "account", AUTHOR, "something more"]
    assert hints.hint.decode(msgspec.msgpack.encode(entered)) == hints.Entered(
        "channel", "account", PersonShown(name="someone", kind="member")
    )
    whole = ["All", [["Connected", "a", True, 1]], [entered], "more"]
    found = hints.hint.decode(msgspec.msgpack.encode(whole))
    assert isinstance(found, hints.All) and found.connected == [hints.Connected("a", True)] and len(found.entered) == 1
    with pytest.raises(ValueError):
        hints.hint.decode(msgspec.msgpack.encode(["Unheard", 1]))


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    a: int


class Outer(msgspec.Struct, forbid_unknown_fields=True, tag=True):
    one: Inner | None = None
    many: list[Inner] = []
    pairs: tuple[tuple[str, Inner], ...] = ()
    named: dict[str, Inner | None] = {}
    either: Inner | list[Inner] | str = ""


@pytest.mark.parametrize(
    "given",
    [
        {"one": {"a": 1, "b": 2}},
        {"many": [{"a": 1}, {"a": 2, "b": [1]}]},
        {"pairs": [["x", {"a": 1, "b": None}]]},
        {"named": {"x": {"a": 1, "b": 2}, "y": None}},
        {"either": [{"a": 1, "b": 2}]},
        {"either": {"a": 1, "b": 2}},
        {"either": "text", "b": 2},
    ],
)
def test_unknown_fields_are_left_out_at_any_depth(given: dict[str, object]) -> None:
    def without(value: object) -> object:
        if isinstance(value, dict):
            return {name: without(one) for name, one in value.items() if name != "b"}
        return [without(one) for one in value] if isinstance(value, list) else value

    raw = msgspec.msgpack.encode({"type": "Outer"} | given)
    assert Lenient[Outer](Outer).decode(raw) == msgspec.convert({"type": "Outer"} | without(given), Outer)  # type: ignore[operator]
    with pytest.raises(msgspec.ValidationError):
        Lenient[Outer](Outer).decode(msgspec.msgpack.encode({"type": "Outer", "one": {"b": 1}}))
