"""Recovery codes: shown once, kept as keyed hashes, each good for one return, which ends all sessions."""

import re
from pathlib import Path
from typing import Any

import pytest
import trio
from trio_websocket import ConnectionClosed

from conftest import Cast
from cups.accounts import agreements
from cups.accounts.making import make_member
from cups.accounts.recovery import ALPHABET, LENGTH, MANY, new_code
from cups.accounts.visitor import Came
from cups.app import Cups, running
from cups.clock import ManualClock
from cups.errors import Refused
from cups.settings import Settings
from cups.wire.people import AgreementVersion, GateIn, SignInIn, SignUpIn
from cups.wire.signin import ConfirmIn, PasswordIn, RecoverIn
from harness.person import Person
from harness.server import ServerProcess
from harness.store import rows_at, settings_at

NEW = "quite another long one"


def test_a_code_has_80_random_bits() -> None:
    assert len(ALPHABET) ** LENGTH >= 2**80 and len(set(ALPHABET)) == len(ALPHABET)
    codes = {new_code() for _ in range(1000)}
    assert len(codes) == 1000 and all(re.fullmatch(r"([0-9a-z]{4}-){3}[0-9a-z]{4}", code) for code in codes)
    assert set("".join(codes)) == {*ALPHABET, "-"}


async def recover(people: Cast, name: str, code: str, password: str = NEW) -> tuple[int, str]:
    answer = await people.visitor().call("POST", "/api/recover", {"name": name, "code": code, "password": password})
    return answer.status_code, answer.json()["code"] if answer.content else ""


async def test_a_code_sets_a_new_password_once_and_ends_all_sessions(people: Cast) -> None:
    member = await people.member()
    assert len(set(member.codes)) == MANY
    code = member.codes[3]
    async with member.live() as live:
        assert await recover(people, f"@{member.name}", code.upper().replace("-", " ")) == (204, "")
        with trio.fail_after(2), pytest.raises(ConnectionClosed):
            while True:
                await live.socket.get_message()
    assert (await member.get("/api/me"))["person"] is None
    assert await recover(people, member.name, code) == (401, "wrong-recovery")
    old = {"name": member.name, "password": "a long enough one"}
    assert (await people.visitor().call("POST", "/api/sign-in", old)).status_code == 401
    await member.sign_in(member.name, NEW)
    assert (await member.get("/api/me/recovery-codes"))["left"] == MANY - 1


async def test_a_code_is_its_owners_alone_and_a_weak_password_spends_none(people: Cast) -> None:
    member, other = await people.member(), await people.member()
    assert await recover(people, other.name, member.codes[0]) == (401, "wrong-recovery")
    assert await recover(people, member.name, member.codes[0], "password1234") == (422, "password-too-common")
    assert await recover(people, member.name, member.codes[0]) == (204, "")


async def test_codes_are_stored_as_keyed_hashes_and_in_no_log(people: Cast) -> None:
    member = await people.member()
    await recover(people, member.name, member.codes[0])
    with rows_at(people.server.data / "data") as database:
        stored = [row[0] for row in database.execute("select digest from recovery_code")]
    assert stored and all(re.fullmatch("[0-9a-f]{64}", digest) for digest in stored)
    everything = people.server.log.read_text() + (people.server.data / "server.out").read_text()
    assert not any(code in everything for code in member.codes)


async def test_the_key_lies_outside_of_the_database(tmp_path: Path) -> None:
    async def digest(folder: str) -> str:
        async with running(settings_at(tmp_path / folder)) as cups:
            return cups.recovery._codes.digest("0000-0000-0000-0000")

    assert await digest("one") == await digest("one") != await digest("two")


async def test_new_codes_ask_for_the_password_again_and_replace_the_old(people: Cast, tmp_path: Path) -> None:
    own = ServerProcess(tmp_path, confirm_within_s=1, pace_sign_up_burst=10).start()
    try:
        member = await (await Person(own.base).pass_gate()).sign_up()
        await trio.sleep(1.1)
        refused = await member.call("POST", "/api/me/recovery-codes", {})
        assert (refused.status_code, refused.json()["code"]) == (403, "confirm-first")
        page = await member.http.get("/account/recovery-codes")
        assert page.headers["location"] == "/confirm?next=/account/recovery-codes"
        wrong = await member.call("POST", "/api/confirm", {"password": "not the right one"})
        assert (wrong.status_code, wrong.json()["code"]) == (403, "wrong-password")
        await member.post("/api/confirm", {"password": "a long enough one"}, 204)
        codes = (await member.post("/api/me/recovery-codes"))["codes"]
        assert len(codes) == MANY and not {*codes} & {*member.codes}
        body = {"name": member.name, "password": NEW}
        old = await member.call("POST", "/api/recover", body | {"code": member.codes[0]})
        assert old.status_code == 401
        await member.post("/api/recover", body | {"code": codes[0]}, 204)
        await member.aclose()
    finally:
        own.close()


async def test_a_confirmation_is_of_one_session_and_ends(tmp_path: Path) -> None:
    clock = ManualClock()
    async with running(settings_at(tmp_path), clock) as cups:
        hashed = await cups.accounts._passwords.hash("a long enough one")
        id = await cups.db.write(
            lambda unit: make_member(unit.conn, name="calmOak", password_hash=hashed, age="adult", now=clock.now())
        )
        first, second = (
            await cups.accounts.visitor(await cups.accounts.open_session(id)),
            await cups.accounts.visitor(await cups.accounts.open_session(id)),
        )
        assert first is not None and second is not None
        clock.advance(cups.settings.confirm_within_s * 1000)
        with pytest.raises(Refused, match="confirm-first"):
            await cups.recovery.renew(first)
        await cups.safety.confirm(first, ConfirmIn(password="a long enough one"))
        again = await cups.accounts.visitor_by_hash(first.token_hash)
        other = await cups.accounts.visitor_by_hash(second.token_hash)
        assert again is not None and other is not None
        assert len(await cups.recovery.renew(again)) == MANY
        with pytest.raises(Refused, match="confirm-first"):
            await cups.recovery.renew(other)
        await cups.safety.change_password(other, PasswordIn(current="a long enough one", password=NEW))


@pytest.mark.parametrize(
    ("limit", "address"),
    [("recover_account_here", False), ("recover_account", False), ("recover_address", True), ("recover_all", True)],
)
async def test_tries_are_limited_by_account_address_and_in_all(tmp_path: Path, limit: str, address: bool) -> None:
    """With names that nobody has as with any other; another name helps against the first limit alone."""

    async def code(cups: Cups, name: str) -> str:
        form = RecoverIn(name=name, code="0000-0000-0000-0000", password=NEW)
        with pytest.raises(Refused) as refused:
            await cups.recovery.recover(form, Came("192.0.2.1"))
        return refused.value.code

    settings = limited(tmp_path, limit, burst=2)
    async with running(settings) as cups:
        codes = [await code(cups, "nobodyHere") for _ in range(3)]
        assert codes == ["wrong-recovery", "wrong-recovery", "too-fast"]
        assert await code(cups, "nobodyThere") == ("too-fast" if address else "wrong-recovery")


def limited(tmp_path: Path, limit: str, *, burst: int) -> Settings:
    pace: dict[str, Any] = {f"pace_{limit}_burst": burst, f"pace_{limit}_period_ms": 600_000}
    return settings_at(tmp_path, **pace)


@pytest.mark.parametrize("limit", ["sign_in_all", "sign_up_all", "guest_create_all"])
async def test_the_ways_in_are_limited_in_all(tmp_path: Path, limit: str) -> None:
    """Whatever the addresses: one is let in, the second is not."""
    given = [AgreementVersion(kind=one.kind, version=one.version) for one in agreements.all_current()]
    gate = GateIn(age="18-plus", danger="none", agreements=given)
    async with running(limited(tmp_path, limit, burst=1)) as cups:

        async def come(number: int) -> None:
            came = Came(f"192.0.2.{number}")
            guest = await cups.accounts.visitor((await cups.joining.pass_gate(None, gate, came)).token)
            joined = await cups.joining.sign_up(guest, SignUpIn(password=NEW), came)
            assert joined.me.person is not None
            await cups.joining.sign_in(None, SignInIn(name=joined.me.person.name, password=NEW), came)

        await come(1)
        with pytest.raises(Refused, match="too-fast"):
            await come(2)


async def test_by_plain_forms(people: Cast) -> None:
    guest = await people.guest()
    await guest.http.get("/sign-up")
    csrf = {"_csrf_token": guest.http.cookies["cups-csrf"]}
    page = await guest.http.post("/sign-up", data=csrf | {"password": "several words in a row"})
    codes = re.findall(r"<code>([0-9a-z-]+)</code>", page.text)
    assert page.status_code == 200 and len(codes) == MANY
    assert page.headers["cache-control"] == "no-store"
    shown = await guest.http.post("/account/recovery-codes", data=csrf)
    newer = re.findall(r"<code>([0-9a-z-]+)</code>", shown.text)
    assert len(newer) == MANY and not {*newer} & {*codes}
    name = (await guest.get("/api/me"))["person"]["name"]
    form = csrf | {"name": name, "code": codes[0], "password": NEW}
    wrong = await guest.http.post("/recover", data=form)
    assert wrong.status_code == 401 and "Name and code do not belong together" in wrong.text and NEW not in wrong.text
    right = await guest.http.post("/recover", data=form | {"code": newer[0]})
    assert right.headers["location"] == "/sign-in?done=recovered"
    assert "Your new password is set" in (await guest.http.get("/sign-in?done=recovered")).text
