"""Whom limits by address count as one."""

from pathlib import Path

import httpx
import pytest

from cups.accounts.making import make_member
from cups.accounts.visitor import Came
from cups.api.sessions import place_of
from cups.app import Cups, running
from cups.clock import ManualClock
from cups.errors import Refused
from cups.wire.people import SignInIn
from cups.wire.signin import RecoverIn
from harness.person import Person
from harness.server import ServerProcess
from harness.store import settings_at

PASSWORD = "several words in a row"


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:0DB8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", "unknown"),
        ("", ""),
    ],
)
def test_an_ipv6_network_is_one_place(address: str, place: str) -> None:
    assert place_of(address) == place


@pytest.mark.parametrize("proxies", ["127.0.0.1", "10.0.0.0/8,127.0.0.0/8"])
async def test_guesses_from_all_addresses_of_one_network_count_together(tmp_path: Path, proxies: str) -> None:
    server = ServerProcess(tmp_path, trusted_proxies=proxies, pace_sign_in_address_burst=2).start()
    try:

        async def guess(address: str, name: str) -> int:
            person = Person(server.base)
            person.http.headers["x-forwarded-for"] = f"198.51.100.7, {address}"
            answer: httpx.Response = await person.call("POST", "/api/sign-in", {"name": name, "password": "not right"})
            await person.aclose()
            return answer.status_code

        assert [await guess(f"2001:db8:1:2::{n}", f"nobody{n}") for n in (1, 2, 3)] == [401, 401, 429]
        assert await guess("2001:db8:1:3::1", "nobody4") == 401
        assert [await guess(address, "nobody5") for address in ("192.0.2.1", "::ffff:192.0.2.1", "192.0.2.1")] == [
            401,
            401,
            429,
        ]
    finally:
        server.close()


async def test_one_stranger_keeps_nobody_out(tmp_path: Path) -> None:
    async with running(settings_at(tmp_path), ManualClock()) as cups:
        await member(cups)
        tries = [await outcome(cups, "192.0.2.66", "not the right one") for _ in range(30)]
        assert tries == ["wrong-credentials"] * 8 + ["too-fast"] * 22
        recoveries = [await recovery(cups, "192.0.2.66") for _ in range(30)]
        assert recoveries == ["wrong-recovery"] * 5 + ["too-fast"] * 25
        assert await outcome(cups, "192.0.2.1", PASSWORD) == ""
        assert await recovery(cups, "192.0.2.1") == "wrong-recovery", "and not too-fast"


async def test_many_addresses_guess_no_account_for_long(tmp_path: Path) -> None:
    few = settings_at(tmp_path, pace_sign_in_account_burst=4, pace_recover_account_burst=4)
    async with running(few, ManualClock()) as cups:
        await member(cups)
        tries = [await outcome(cups, f"192.0.2.{n}", "not the right one") for n in range(6)]
        assert tries == ["wrong-credentials"] * 4 + ["too-fast"] * 2
        assert [await recovery(cups, f"192.0.2.{n}") for n in range(6)] == ["wrong-recovery"] * 4 + ["too-fast"] * 2


async def member(cups: Cups) -> None:
    hashed = await cups.accounts._passwords.hash(PASSWORD)
    await cups.db.write(
        lambda unit: make_member(unit.conn, name="calmOak", password_hash=hashed, age="adult", now=cups.clock.now())
    )


async def outcome(cups: Cups, address: str, password: str) -> str:
    """The refusal's code; empty: let in."""
    try:
        await cups.joining.sign_in(None, SignInIn(name="calmOak", password=password), Came(address))
    except Refused as refused:
        return refused.code
    return ""


async def recovery(cups: Cups, address: str) -> str:
    form = RecoverIn(name="calmOak", code="0000-0000-0000-0000", password="several other words")
    with pytest.raises(Refused) as refused:
        await cups.recovery.recover(form, Came(address))
    return refused.value.code
