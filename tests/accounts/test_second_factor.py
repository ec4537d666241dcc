"""The second factor: an app's codes, each once; a second step of signing in; and that staff can do nothing of staff without it."""

import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pyotp
import pytest

from cups.accounts import queries
from cups.accounts.authenticators import STEP_S
from cups.accounts.devices import Device
from cups.accounts.making import make_member
from cups.accounts.visitor import Came, Half, Joined, Visitor
from cups.app import Cups, running
from cups.clock import ManualClock, SystemClock
from cups.errors import Refused
from cups.tables import metadata
from cups.wire.people import SignInIn
from cups.wire.signin import ConfirmIn, PasswordIn, RecoverIn
from cups.wire.staff import BanIn
from harness.person import Person
from harness.server import ServerProcess
from harness.store import settings_at, sql
from staff.test_staff import ROUTES

PASSWORD = "several words in a row"
CAME = Came("192.0.2.1", Device("firefox", "linux"))


class Place:
    """One person in a process of the test's own, at a clock that is moved by hand."""

    def __init__(self, cups: Cups, clock: ManualClock, visitor: Visitor) -> None:
        self.cups, self.clock, self.visitor = cups, clock, visitor
        self.secret = ""

    def code(self, steps: int = 0) -> str:
        return pyotp.TOTP(self.secret).at(self.clock.now() // 1000 + steps * STEP_S)

    async def set_up(self) -> list[str]:
        self.secret = (await self.cups.second_factor.begin(self.visitor)).secret
        codes = await self.cups.second_factor.finish(self.visitor, self.code())
        self.clock.advance(STEP_S * 1000)
        return codes

    async def first_step(self) -> Joined | Half:
        form = SignInIn(name=self.visitor.name, password=PASSWORD)
        return await self.cups.joining.sign_in(None, form, CAME)

    async def second_step(self, half: Joined | Half, code: str) -> str:
        """The refusal's code; empty: signed in."""
        assert isinstance(half, Half)
        try:
            joined = await self.cups.second_factor.sign_in(None, half, code, CAME)
        except Refused as refused:
            return refused.code
        found = await self.cups.accounts.visitor(joined.token)
        assert found is not None and found.id == self.visitor.id
        return ""


@asynccontextmanager
async def place(tmp_path: Path, role: str | None = None, **settings: int) -> AsyncIterator[Place]:
    clock = ManualClock()
    async with running(settings_at(tmp_path, **settings), clock) as cups:
        hashed = await cups.accounts._passwords.hash(PASSWORD)
        id = await cups.db.write(
            lambda unit: make_member(
                unit.conn, name="calmOak", password_hash=hashed, age="adult", now=clock.now(), role=role
            )
        )
        visitor = await cups.accounts.visitor(await cups.accounts.open_session(id))
        assert visitor is not None
        yield Place(cups, clock, visitor)


async def test_it_counts_from_the_first_code_that_came_back(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        begun = await here.cups.second_factor.begin(here.visitor)
        assert begun.uri == f"otpauth://totp/cups:calmOak?secret={begun.secret}&issuer=cups"
        assert isinstance(await here.first_step(), Joined), "not in force before a code came back"
        with pytest.raises(Refused, match="wrong-code"):
            await here.cups.second_factor.finish(here.visitor, "000000")
        here.secret = begun.secret
        codes = await here.cups.second_factor.finish(here.visitor, here.code())
        assert len(codes) == 10, "recovery codes, since none were there"
        assert isinstance(await here.first_step(), Half)
        with pytest.raises(Refused, match="conflict"):
            await here.cups.second_factor.begin(here.visitor)


async def test_each_code_is_taken_once_and_none_before_it(tmp_path: Path) -> None:
    async with place(tmp_path, pace_second_factor_burst=100) as here:
        await here.set_up()
        code = here.code()
        assert await here.second_step(await here.first_step(), code) == ""
        assert await here.second_step(await here.first_step(), code) == "wrong-code"
        assert await here.second_step(await here.first_step(), here.code(-1)) == "wrong-code"
        assert await here.second_step(await here.first_step(), here.code(2)) == "wrong-code"
        assert await here.second_step(await here.first_step(), here.code(1)[:3] + " " + here.code(1)[3:]) == ""
        here.clock.advance(3 * STEP_S * 1000)
        assert await here.second_step(await here.first_step(), here.code(-2)) == "wrong-code"
        assert await here.second_step(await here.first_step(), here.code(-1)) == ""


async def test_of_two_steps_with_the_same_code_both_are_used_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, step, code = "AAAAAAAAAAAAAAAAAAAAAAAAAAABZL5U", 60_000_002, "464211"
    assert pyotp.TOTP(secret).at(step * STEP_S) == pyotp.TOTP(secret).at((step + 1) * STEP_S) == code
    async with place(tmp_path) as here:
        monkeypatch.setattr(here.cups.second_factor._apps, "shared", lambda _account, _nonce: secret)
        await here.set_up()
        here.clock.time = (step + 1) * STEP_S * 1000
        assert await here.second_step(await here.first_step(), code) == ""
        assert await here.second_step(await here.first_step(), code) == "wrong-code"


async def test_codes_follow_the_wall_clock_however_the_machine_slept(tmp_path: Path) -> None:
    """A clock that was an hour behind when the process began, or stood still for an hour of sleep."""
    slow = SystemClock(wall=lambda: time.time_ns() - 3_600_000_000_000)
    async with running(settings_at(tmp_path), slow) as cups:
        hashed = await cups.accounts._passwords.hash(PASSWORD)
        id = await cups.db.write(
            lambda unit: make_member(unit.conn, name="calmOak", password_hash=hashed, age="adult", now=slow.now())
        )
        visitor = await cups.accounts.visitor(await cups.accounts.open_session(id))
        assert visitor is not None
        secret = (await cups.second_factor.begin(visitor)).secret
        with pytest.raises(Refused, match="wrong-code"):
            await cups.second_factor.finish(visitor, pyotp.TOTP(secret).at(slow.now() // 1000))
        await cups.second_factor.finish(visitor, pyotp.TOTP(secret).now())


async def test_tries_are_limited_over_all_sign_ins(tmp_path: Path) -> None:
    async with place(tmp_path, pace_second_factor_burst=4) as here:
        await here.set_up()
        answers = [await here.second_step(await here.first_step(), "000000") for _ in range(3)]
        assert answers == ["wrong-code"] * 3
        assert await here.second_step(await here.first_step(), here.code()) == "too-fast"
        here.clock.advance(here.cups.settings.pace_second_factor_period_ms)
        assert await here.second_step(await here.first_step(), here.code()) == ""


async def test_a_recovery_code_stands_in_and_is_used_up(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        codes = await here.set_up()
        assert await here.second_step(await here.first_step(), codes[0].upper()) == ""
        assert await here.second_step(await here.first_step(), codes[0]) == "wrong-code"
        assert await here.cups.recovery.left(here.visitor) == 9


async def test_recovering_leaves_the_second_factor_on(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        codes = await here.set_up()
        await here.cups.recovery.recover(RecoverIn(name="calmOak", code=codes[0], password="a new long one"), CAME)
        form = SignInIn(name="calmOak", password="a new long one")
        assert isinstance(await here.cups.joining.sign_in(None, form, CAME), Half)


async def test_half_a_sign_in_ends_soon_and_with_the_password(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        await here.set_up()
        half = await here.first_step()
        assert isinstance(half, Half) and await here.cups.accounts.visitor(half.token) is None
        here.clock.advance(here.cups.settings.second_factor_within_s * 1000)
        assert await here.second_step(half, here.code()) == "sign-in-again"
        half = await here.first_step()
        await here.cups.safety.change_password(here.visitor, PasswordIn(current=PASSWORD, password="a new long one"))
        assert await here.second_step(half, here.code()) == "sign-in-again"


async def test_setting_it_up_ends_other_sessions_and_asks_who_it_is(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        other = await here.cups.accounts.open_session(here.visitor.id)
        await here.set_up()
        assert await here.cups.accounts.visitor(other) is None
        here.clock.advance(here.cups.settings.confirm_within_s * 1000)
        for act in (here.cups.second_factor.begin, here.cups.second_factor.turn_off):
            with pytest.raises(Refused, match="confirm-first"):
                await act(here.visitor)
        with pytest.raises(Refused, match="wrong-code"):
            await here.cups.safety.confirm(here.visitor, ConfirmIn(code="000000"))
        await here.cups.safety.confirm(here.visitor, ConfirmIn(code=here.code()))
        again = await here.cups.accounts.visitor_by_hash(here.visitor.token_hash)
        assert again is not None
        await here.cups.second_factor.turn_off(again)
        assert isinstance(await here.first_step(), Joined)


async def test_staff_without_it_are_no_staff(tmp_path: Path) -> None:
    """In the facts that everything is decided by, wherever they are read."""
    async with place(tmp_path, role="admin") as here:
        assert here.visitor.facts.roles == frozenset() and here.visitor.facts.staff_waits
        assert here.visitor.me.roles == [] and here.visitor.person.badge == ""
        id = here.visitor.id
        assert (await here.cups.db.read(queries.people, [id]))[id].badge == "", "nobody is shown them as staff"
        await here.set_up()
        assert (await here.cups.db.read(queries.people, [id]))[id].badge == "staff"
        seen = await here.cups.accounts.visitor_by_hash(here.visitor.token_hash)
        assert seen is not None and seen.facts.roles == {"admin"} and not seen.facts.staff_waits
        await here.cups.second_factor.turn_off(seen)
        seen = await here.cups.accounts.visitor_by_hash(here.visitor.token_hash)
        assert seen is not None and seen.facts.roles == frozenset()


async def test_staff_without_it_are_banned_by_nobody(tmp_path: Path) -> None:
    """Nobody of staff rids the site of its admins while they set it up."""
    async with place(tmp_path, role="admin") as here:
        clock, cups = here.clock, here.cups
        id = await cups.db.write(
            lambda unit: make_member(
                unit.conn, name="kindElm", password_hash="x", age="adult", now=clock.now(), role="community-manager"
            )
        )
        manager = await cups.accounts.visitor(await cups.accounts.open_session(id))
        assert manager is not None
        await Place(cups, clock, msgspec.structs.replace(manager, confirmed_at=clock.now())).set_up()
        manager = await cups.accounts.visitor_by_hash(manager.token_hash)
        assert manager is not None and manager.facts.roles == {"community-manager"}
        assert here.visitor.facts.staff_waits
        with pytest.raises(Refused, match="not-allowed"):
            await cups.staff.ban(manager, BanIn(name="calmOak", reason="In my way."))
        assert await cups.accounts.visitor_by_hash(here.visitor.token_hash) is not None


async def test_the_database_alone_gives_no_code(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        await here.set_up()
        everything = repr([sql(tmp_path, f'select * from "{table.name}"') for table in metadata.sorted_tables])
        assert here.secret not in everything and here.secret.lower() not in everything
        ((nonce,),) = sql(tmp_path, "select nonce from second_factor")
        assert here.cups.second_factor._apps.shared(here.visitor.id, nonce) == here.secret
    (tmp_path / "secret").write_text("another one, as long as it has to be")
    async with running(settings_at(tmp_path), here.clock) as cups:
        assert cups.second_factor._apps.shared(here.visitor.id, nonce) != here.secret


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[ServerProcess]:
    """As people run it: no demo, an admin made on the machine."""
    own = ServerProcess(tmp_path, demo=False, admin_password=PASSWORD)
    assert own.command("admin", "create", "theKeeper").returncode == 0
    yield own.start()
    own.close()


async def test_staff_are_led_to_it_and_let_in_by_it(strict: ServerProcess) -> None:
    admin = await Person(strict.base).sign_in("theKeeper", PASSWORD)
    assert admin.me["roles"] == []
    for method, path, body in ROUTES:
        refused = await admin.call(method, path, body)
        assert (refused.status_code, refused.json()["code"]) == (403, "second-factor-first"), path
    assert (await admin.http.get("/staff")).headers["location"] == "/account/second-factor"
    assert "You are of the staff." in (await admin.http.get("/rooms")).text
    assert (await admin.get("/api/me/second-factor")) == {"on": False, "app": False, "needed": True}

    async with admin.live() as live:
        app = await admin.set_up_second_factor()
        assert (await live.had("me"))["me"]["roles"] == ["admin"], "told live"
    entries = (await admin.get("/api/staff/audit"))["entries"]
    assert [entry["act"] for entry in entries] == ["own.sign-in", "own.second-factor.on"]

    second = Person(strict.base)
    half = await second.call("POST", "/api/sign-in", {"name": "theKeeper", "password": PASSWORD})
    assert (half.status_code, half.json()["code"]) == (401, "second-factor-needed")
    assert (await second.get("/api/me"))["person"] is None and "cups" not in second.http.cookies
    cookie = half.headers["set-cookie"]
    assert "HttpOnly" in cookie and "Max-Age=300" in cookie
    wrong = await second.call("POST", "/api/sign-in/second", {"code": app.at(int(time.time()) - 10 * STEP_S)})
    assert (wrong.status_code, wrong.json()["code"]) == (403, "wrong-code")
    await second.post("/api/sign-in/second", {"code": app.now()})
    assert (await second.get("/api/staff/rooms"))["rooms"] == []
    assert "cups-half" not in second.http.cookies
    said = strict.log.read_text() + (strict.data / "server.out").read_text()
    assert app.secret not in said and not re.search(r"\b\d{6}\b(?!.)", said) and "theKeeper" not in said
    await admin.aclose()
    await second.aclose()


async def test_who_has_lost_everything_is_let_in_on_the_machine_itself(tmp_path: Path) -> None:
    own = ServerProcess(tmp_path / "own", demo=False)
    async with place(tmp_path / "own" / "data", role="admin") as here:
        await here.set_up()
    done = own.command("admin", "second-factor-off", "calmOak")
    assert done.returncode == 0, done.stderr
    assert own.command("admin", "second-factor-off", "nobodyHere").returncode == 1
    async with running(settings_at(tmp_path / "own" / "data"), here.clock) as cups:
        assert await cups.accounts.visitor_by_hash(here.visitor.token_hash) is None
        assert isinstance(await cups.joining.sign_in(None, SignInIn(name="calmOak", password=PASSWORD), CAME), Joined)
        audit = await cups.auditing.entries(0, 10)
    assert [(entry.act, entry.subject) for entry in audit][-2:] == [
        ("second-factor.off", "calmOak"),
        ("own.sign-in", "calmOak"),
    ]
