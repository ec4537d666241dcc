"""Erasure reaches everything that the map says is held: rows of every table filled with markers, then searched for, in the tables and in the files' bytes."""

from pathlib import Path

import msgspec
import pytest
import trio
from sqlalchemy import Connection
from trio_websocket import ConnectionClosed

from conftest import WIDE, Cast
from cups.accounts import session_queries
from cups.accounts.visitor import Visitor
from cups.errors import Refused
from cups.privacy import queries
from cups.privacy.erasing import GONE, unnamed
from cups.store.database import Unit
from cups.store.holding import holding
from cups.store.schema import metadata
from cups.wire.privacy import CloseIn, EraseIn, Posts
from harness.person import Person
from harness.server import ServerProcess
from harness.store import sqlite_only
from privacy.filling import LEFT_OUT, MARK, Filling, everything, mark_account
from rooms.world import Place, place

DAY = 86_400_000


async def signed_in(here: Place, name: str) -> Visitor:
    """As after signing in: with a session that is there."""
    token = await here.cups.accounts.open_session(here.ids[name])
    visitor = await here.cups.accounts.visitor(token)
    assert visitor is not None
    return msgspec.structs.replace(visitor, signed_up=True, confirmed_at=here.clock.now())


async def erase(here: Place, name: str, posts: Posts = "go") -> str:
    """Asks for it, and does not wait for it."""
    visitor = await signed_in(here, name)
    await here.cups.leaving.erase(visitor, EraseIn(posts=posts, sure=True))
    return here.ids[name]


def bytes_of(folder: Path) -> bytes:
    return b"\0".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


@pytest.mark.parametrize("posts", ["stay", "go"])
async def test_nothing_is_left_but_what_the_map_says(tmp_path: Path, posts: Posts) -> None:
    async with place(tmp_path) as here:
        await here.somebody("tinyPlanted77")
        victim, other = here.ids["tinyPlanted77"], here.ids["moderator"]

        def fill(unit: Unit) -> tuple[Filling, list[str]]:
            return Filling(unit.conn, victim, other, here.clock.now()).run(), mark_account(unit.conn, victim)

        filling, of_account = await here.cups.db.write(fill)
        assert {table.name for table, _ in queries.held()} <= filling.tables | LEFT_OUT
        await erase(here, "tinyPlanted77", posts)
        assert await here.cups.erasing.look() == 1

        kept = {
            mark
            for mark, (table, column, owner) in filling.marks.items()
            # What stays, what has another owner still, and what people said, where they let it stand.
            if not owner.column
            or owner.fate.does in ("stays", "nobody")
            or (table == "message" and column == "text" and posts == "stay")
        }

        def look(conn: Connection) -> None:
            for table, column, value, row in everything(conn):
                if isinstance(value, bytes):
                    value = value.decode()
                if isinstance(value, str) and MARK in value:
                    assert value in kept, (table, column, row)
                if value == victim:
                    held = holding(metadata.tables[table])
                    assert held is not None
                    fates = {owner.fate.does for owner in held.whose if owner.column == column and not owner.table}
                    assert table == "account" or fates == {"stays"}, (table, column, row)

        await here.cups.db.read(look)
        found = bytes_of(tmp_path)
        assert [mark for mark in [*filling.marks, *of_account] if mark.encode() in found and mark not in kept] == []
        assert b"tinyPlanted77" not in found and b"tinyplanted77" not in found
    assert b"tinyPlanted77" not in bytes_of(tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "left"),
    [
        ("Sam", "Same here, Sam. And @Sam, @sam! x@Sam @Samuel", f"Same here, Sam. And {GONE}, {GONE}! x@Sam @Samuel"),
        ("carefulPear7220", "carefulPear7220 said so, CAREFULPEAR7220!", f"{GONE} said so, {GONE}!"),
        ("carefulPear7220", "carefulPear72201 is another", "carefulPear72201 is another"),
    ],
)
def test_a_name_is_taken_out_of_what_others_wrote(name: str, text: str, left: str) -> None:
    assert unnamed(name)(text) == left


async def test_whoever_goes_on_after_a_crash_comes_to_the_same_end(tmp_path: Path) -> None:
    """The process dies in each step of it; whoever takes it up begins anew, after the lease."""
    async with place(tmp_path, departure_lease_s=30) as here:
        for at, step in enumerate(("_disown", "_reword", "_rows", "_last")):
            name = f"leaver{at}Of77"
            await here.somebody(name)
            seq = await here.say(name, f"{MARK} in step {at}")
            await here.say("moderator", f"thank you, @{name}")
            id = await erase(here, name)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(here.cups.erasing, step, _dies)
                with pytest.raises(ZeroDivisionError):
                    await here.cups.erasing.look()
            assert await here.cups.erasing.look() == 0, "somebody may be at it still"
            here.clock.advance(30_001)
            assert await here.cups.erasing.look() == 1
            assert await here.cups.db.read(queries.departure_of, id) is None
            found = bytes_of(tmp_path)
            assert name.encode() not in found and f"{MARK} in step {at}".encode() not in found
            page = await here.cups.rooms.history(await here.visitor("moderator"), here.room, seq + 1, 1)
            assert (page.messages[0].author.kind, page.messages[0].author.name) == ("gone", "")


def _dies(*_args: object) -> None:
    raise ZeroDivisionError


async def test_what_stays_says_nothing_of_its_author(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        await here.somebody("stayer77")
        await here.say("stayer77", "This helped me.")
        await here.say("elsewhere", "as Stayer77 said")
        await erase(here, "stayer77", "stay")
        await here.cups.erasing.look()
        page = await here.cups.rooms.history(await here.visitor("moderator"), here.room, 99, 10)
        assert [(one.text, one.author.name) for one in page.messages] == [
            ("This helped me.", ""),
            (f"as {GONE} said", "elsewhere"),
        ]


@sqlite_only
async def test_somebody_who_closed_comes_back_or_is_erased(tmp_path: Path) -> None:
    async with place(tmp_path, close_days=30) as here:
        for name in ("back77", "away77"):
            await here.somebody(name)
            await here.say(name, f"{MARK} by {name}")
            await here.cups.leaving.close(await signed_in(here, name), CloseIn(posts="go", sure=True))
            assert not await here.cups.db.read(session_queries.living, [here.ids[name]], 0, None)
            with pytest.raises(Refused):
                await here.cups.accounts.public(name)
        here.clock.advance(29 * DAY)
        assert await here.cups.erasing.look() == 0
        await signed_in(here, "back77")
        assert (await here.cups.accounts.public("back77")).name == "back77"
        here.clock.advance(2 * DAY)
        assert await here.cups.erasing.look() == 1
        found = bytes_of(tmp_path)
        assert b"away77" not in found and b"planted by back77" in found


async def test_of_two_linked_accounts_one_or_both_go(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        for member, listener in (("one77", "oneListens77"), ("two77", "twoListens77")):
            await here.somebody(listener, of=await here.somebody(member))
        one, two = await signed_in(here, "oneListens77"), await signed_in(here, "two77")
        await here.cups.leaving.erase(one, EraseIn(posts="go", only=True, sure=True))
        await here.cups.leaving.erase(two, EraseIn(posts="go", only=True, sure=True))
        assert await here.cups.erasing.look() == 2
        with pytest.raises(Refused, match="wrong-credentials"):
            await here.cups.accounts.open_session(here.ids["twoListens77"])
        here.clock.advance(3_600_000)
        assert await here.cups.erasing.look() == 1, "not in the same moment: who watches both would know"
        found = bytes_of(tmp_path)
        assert b"oneListens77" not in found and b"two77" not in found and b"twoListens77" not in found
        assert (await here.cups.accounts.public("one77")).name == "one77"


async def test_others_see_it_at_once_and_sockets_close(people: Cast) -> None:
    leaver, other = await people.guest(), await people.guest()
    await leaver.sign_up()
    room = (await other.get("/api/rooms/night-owls"))["id"]
    async with other.live() as seeing:
        await seeing.subscribe(room)
        async with leaver.live() as live:
            await live.subscribe(room)
            said = await live.say(room, "one thing I said")
            await seeing.until("message", channel=room)
            await leaver.post("/api/me/erase", {"posts": "stay", "sure": True}, 202)
            with trio.fail_after(2), pytest.raises(ConnectionClosed):
                while True:
                    await live.socket.get_message()
        with trio.fail_after(10):
            while True:
                changed = await seeing.until("changed", channel=room)
                if changed["message"]["seq"] == said["seq"]:
                    break
        assert changed["message"]["author"] == {"name": "", "kind": "gone", "badge": "", "picture": ""}
        assert changed["message"]["text"] == "one thing I said"
    await leaver.get("/api/me/copies", 401)
    fresh = people.visitor()
    await fresh.post("/api/sign-in", {"name": leaver.name, "password": "a long enough one"}, 401)


async def test_it_is_asked_who_it_is_first(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, confirm_within_s=0).start()
    try:
        member = await (await Person(server.base).pass_gate()).sign_up()
        for path, body in (
            ("erase", {"posts": "go", "sure": True}),
            ("close", {"posts": "go", "sure": True}),
            ("copies", {"linked": False}),
        ):
            refusal = await member.post(f"/api/me/{path}", body, 403)
            assert refusal["code"] == "confirm-first"
    finally:
        server.close()


@sqlite_only
async def test_killed_in_the_middle_it_goes_on_by_itself(tmp_path: Path) -> None:
    """kill -9 as soon as it was answered; after the start all of it is gone from every file, although a copy of the data had been made."""
    server = ServerProcess(tmp_path, departure_lease_s=1, pace_frames_burst=5000, **WIDE).start()
    try:
        leaver = await (await Person(server.base).pass_gate()).sign_up()
        room = (await leaver.get("/api/rooms/night-owls"))["id"]
        async with leaver.live() as live:
            await live.subscribe(room)
            for number in range(150):
                await live.say(room, f"{MARK} words number {number} of {leaver.name}")
        await leaver.post("/api/me/copies", {"linked": False}, 202)
        with trio.fail_after(20):
            while not (await leaver.get("/api/me/copies"))["copies"][0]["ready"]:
                await trio.sleep(0.05)
        assert f"{MARK} words".encode() in bytes_of(tmp_path / "data")
        await leaver.post("/api/me/erase", {"posts": "go", "sure": True}, 202)
        server.kill9()
        assert leaver.name.encode() in bytes_of(tmp_path / "data")
        server.start()
        with trio.fail_after(30):
            while any(word in bytes_of(tmp_path / "data") for word in (MARK.encode(), leaver.name.encode())):
                await trio.sleep(0.2)
    finally:
        server.close()
