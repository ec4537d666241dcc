"""What needs the clock moved or its own settings: how exactly a session's use is kept, and how many there may be."""

import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import pyotp
import pytest
import trio
from trio_websocket import ConnectionClosed

from cups.accounts import queries
from cups.accounts.devices import Device
from cups.accounts.making import make_member
from cups.accounts.visitor import Came
from cups.app import Cups, running
from cups.clock import ManualClock
from cups.errors import Refused
from cups.settings import Settings
from cups.wire.people import SignInIn
from cups.wire.signin import ConfirmIn, PasswordIn
from harness.person import Person
from harness.server import ServerProcess

HOUR = 3_600_000
PASSWORD = "several words in a row"


async def account(cups: Cups) -> str:
    return await cups.db.write(
        lambda unit: make_member(unit.conn, name="quietOak", password_hash=None, age="adult", now=cups.clock.now())
    )


async def test_use_is_kept_to_the_hour(tmp_path: Path) -> None:
    clock = ManualClock(1_800_000_000_000)
    async with running(Settings(data_dir=str(tmp_path)), clock) as cups:
        id = await account(cups)
        tokens = [
            await cups.db.write(lambda unit: cups.sessions.start(unit, id, Device("firefox", "linux")))
            for _ in range(2)
        ]
        clock.advance(3 * HOUR + 1234)
        first = await cups.accounts.visitor(tokens[0])
        assert first is not None
        await cups.sessions.keep_seen()
        second = await cups.accounts.visitor(tokens[1])
        assert second is not None
        seen = {one.id: one.seen for one in (await cups.sessions.of(second)).sessions if not one.this}
        assert list(seen.values()) == [clock.now() - clock.now() % HOUR]
        clock.advance(HOUR)
        cups.sessions.connected = lambda: [first.token_hash]
        await cups.sessions.keep_seen()
        (open_page,) = [one for one in (await cups.sessions.of(second)).sessions if not one.this]
        assert open_page.seen == clock.now() - clock.now() % HOUR


@pytest.mark.parametrize("most", [1, 3])
async def test_the_one_unused_the_longest_makes_room(tmp_path: Path, most: int) -> None:
    clock = ManualClock(1_800_000_000_000)
    async with running(Settings(data_dir=str(tmp_path), sessions_most=most), clock) as cups:
        id = await account(cups)
        tokens = []
        for _ in range(most + 2):
            tokens.append(await cups.db.write(lambda unit: cups.sessions.start(unit, id, Device())))
            clock.advance(HOUR)
        left = [await cups.accounts.visitor(token) is not None for token in tokens]
        assert left == [False] * 2 + [True] * most


async def test_a_password_that_changes_while_it_is_checked_opens_nothing(tmp_path: Path) -> None:
    clock = ManualClock(1_800_000_000_000)
    async with running(Settings(data_dir=str(tmp_path)), clock) as cups:
        hasher = cups.accounts._passwords
        id, hashed, check = await account(cups), await hasher.hash(PASSWORD), hasher.verify
        await cups.db.write(lambda unit: queries.update(unit.conn, id, password_hash=hashed))
        owner = await cups.accounts.visitor(await cups.accounts.open_session(id))
        assert owner is not None

        async def changed_meanwhile(stored: str | None, password: str) -> bool:
            right = await check(stored, password)
            hasher.verify = check  # type: ignore[method-assign]  # the change itself checks, too
            await cups.safety.change_password(owner, PasswordIn(current=PASSWORD, password="some other long one"))
            return right

        hasher.verify = changed_meanwhile  # type: ignore[method-assign]  # a moment that no test can hit otherwise
        with pytest.raises(Refused, match="wrong-credentials"):
            await cups.joining.sign_in(None, SignInIn(name="quietOak", password=PASSWORD), Came("192.0.2.1"))


async def test_who_is_signed_out_meanwhile_changes_nothing_of_the_account(tmp_path: Path) -> None:
    """Somebody else holds a session, and the owner ends it while an act of it is under way."""
    async with running(Settings(data_dir=str(tmp_path)), ManualClock()) as cups:
        id, hashed = await account(cups), await cups.accounts._passwords.hash(PASSWORD)
        await cups.db.write(lambda unit: queries.update(unit.conn, id, password_hash=hashed))
        thief, owner = [await cups.accounts.visitor(await cups.accounts.open_session(id)) for _ in range(2)]
        assert thief is not None and owner is not None
        thief = msgspec.structs.replace(thief, confirmed_at=cups.clock.now())
        owner = msgspec.structs.replace(owner, confirmed_at=cups.clock.now())
        waiting = (await cups.second_factor.begin(owner)).secret
        await cups.sessions.end_others(owner)
        code = pyotp.TOTP(waiting).at(cups.clock.now() // 1000)
        acts: list[Callable[[], Awaitable[object]]] = [
            lambda: cups.second_factor.begin(thief),
            lambda: cups.second_factor.finish(thief, code),
            lambda: cups.second_factor.turn_off(thief),
            lambda: cups.recovery.renew(thief),
            lambda: cups.safety.confirm(thief, ConfirmIn(password=PASSWORD)),
            lambda: cups.safety.change_password(thief, PasswordIn(current=PASSWORD, password="some other long one")),
        ]
        for act in acts:
            with pytest.raises(Refused, match="not-signed-in"):
                await act()
        await cups.second_factor.finish(owner, code)


async def test_the_sockets_of_a_session_that_has_run_out_close(tmp_path: Path) -> None:
    """Its end, which is days away, is set to now in the table, where it lies."""
    server = ServerProcess(tmp_path, expiry_every_s=0.2).start()
    try:
        person, other = await Person(server.base).pass_gate(), await Person(server.base).pass_gate()
        async with person.live() as live, other.live() as stays:
            with sqlite3.connect(tmp_path / "data" / "cups.db", timeout=5) as database:
                at = "select id from account where name = ?"
                database.execute(f"update session set expires_at = 1 where account_id = ({at})", [person.name])
            with trio.fail_after(2), pytest.raises(ConnectionClosed) as closed:
                await live.until("never")
            assert closed.value.reason is not None and closed.value.reason.code == 4403
            room = (await other.get("/api/rooms/night-owls"))["id"]
            await stays.subscribe(room)
        with sqlite3.connect(tmp_path / "data" / "cups.db") as database:
            assert database.execute("select count(*) from session where expires_at = 1").fetchone() == (0,)
        await person.aclose()
        await other.aclose()
    finally:
        server.close()


async def test_what_nobody_uses_ends_but_a_guests_does_not(tmp_path: Path) -> None:
    clock = ManualClock(1_800_000_000_000)
    async with running(Settings(data_dir=str(tmp_path), session_unused_days=2), clock) as cups:
        id = await account(cups)
        guest = await cups.db.write(
            lambda unit: make_member(
                unit.conn, name="stillElm", password_hash=None, age="adult", now=clock.now(), kind="guest"
            )
        )

        async def start(of: str) -> str:
            return await cups.db.write(lambda unit: cups.sessions.start(unit, of, Device("firefox", "linux")))

        used, unused, of_guest = await start(id), await start(id), await start(guest)
        clock.advance(47 * HOUR)
        assert await cups.sessions.end_unused() == 0
        assert await cups.accounts.visitor(used) is not None
        await cups.sessions.keep_seen()
        clock.advance(2 * HOUR)
        assert await cups.sessions.end_unused() == 1
        there = [await cups.accounts.visitor(token) is not None for token in (used, unused, of_guest)]
        assert there == [True, False, True]
        assert await cups.sessions.end_unused() == 0
