"""Whom limits by address count as one."""

from pathlib import Path

import httpx
import pytest

from cups.api.sessions import place_of
from harness.person import Person
from harness.server import ServerProcess


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


async def test_guesses_from_all_addresses_of_one_network_count_together(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, trusted_proxies="127.0.0.1", pace_sign_in_address_burst=2).start()
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
