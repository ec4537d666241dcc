"""Nights of young people are quiet: nothing rings at them by itself while it is night where they are."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from accounts.test_linked import switch, to_listener
from conftest import WIDE, Cast
from cups.accounts.nights import is_night, zones
from harness.person import new_ref
from harness.server import ServerProcess

ALWAYS = {"night_begins": 0, "night_ends": 24}


def at(hour: int, minute: int = 0) -> int:
    return int(datetime(2026, 7, 1, hour, minute, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("zone", "moment", "night"),
    [
        ("UTC", at(21, 59), False),
        ("UTC", at(22), True),
        ("UTC", at(6, 59), True),
        ("UTC", at(7), False),
        ("Europe/Paris", at(20), True),
        ("Europe/Paris", at(5), False),
        ("America/New_York", at(4), True),
        ("Asia/Kolkata", at(16, 29), False),
        ("Asia/Kolkata", at(16, 30), True),
        ("", at(23), False),
        ("Nowhere/AtAll", at(23), False),
        ("../../etc/passwd", at(23), False),
    ],
)
def test_when_it_is_night_there(zone: str, moment: int, night: bool) -> None:
    assert is_night(zone, moment, begins=22, ends=7) is night


def test_a_night_within_a_day_and_none_at_all() -> None:
    assert [is_night("UTC", at(hour), begins=1, ends=5) for hour in (0, 1, 4, 5)] == [False, True, True, False]
    assert not any(is_night("UTC", at(hour), begins=7, ends=7) for hour in range(24))


def test_the_zones_to_choose_from_are_places() -> None:
    assert len(zones()) > 300 and {"Europe/Paris", "America/New_York", "UTC"} <= set(zones())
    assert not [zone for zone in zones() if zone.startswith(("Etc/", "posix", "US/"))]


@pytest.fixture
async def night(tmp_path: Path) -> AsyncIterator[Cast]:
    wide = WIDE | {"pace_attempt_burst": 1000, "pace_personal_burst": 100, "pace_guest_personal_burst": 100}
    own = ServerProcess(tmp_path, **wide, **ALWAYS, consent="*=none").start()
    cast = Cast(own)
    yield cast
    for person in cast.all:
        await person.aclose()
    own.close()


async def test_at_night_nobody_asks_for_a_young_listener_and_by_day_they_do(night: Cast) -> None:
    listener, asker = await night.member("13-17"), await night.guest("13-17")
    await to_listener(listener, "tealShelter")
    await listener.call("PUT", "/api/me/status", {"status": "online"}, expect=200)

    async def status() -> str:
        found = (await asker.get("/api/listeners?language=en"))["listeners"]
        return str(next(one["status"] for one in found if one["person"]["name"] == "tealShelter"))

    async def ask() -> str:
        body = {"ref": new_ref("ask"), "listener": "tealShelter", "topic": "anxiety", "language": "en"}
        answer = await asker.call("POST", "/api/requests/personal", body)
        await asker.call("DELETE", "/api/requests/mine")
        return str(answer.json().get("code", "rings"))

    async with listener.live():
        assert (await status(), await ask()) == ("online", "rings"), "where it is not known, no night is quiet"
        kept = (await listener.call("PUT", "/api/me/time-zone", {"zone": "Asia/Tokyo"}, expect=200)).json()
        assert kept == {"zone": "Asia/Tokyo", "begins": 0, "ends": 24}
        assert (await status(), await ask()) == ("busy", "listener-unavailable")
        await asker.ask()
        assert (await listener.post("/api/queue/next"))["chat"], "what they look for themselves is open"
    await switch(listener)
    assert (await listener.get("/api/me/nights"))["zone"] == "Asia/Tokyo", "one night for both of their accounts"
    await listener.call("PUT", "/api/me/time-zone", {"zone": "Europe/Paris", "if_unknown": True}, expect=200)
    assert (await listener.get("/api/me/nights"))["zone"] == "Asia/Tokyo", "a browser overrides no choice"
    await listener.call("PUT", "/api/me/time-zone", {"zone": ""}, expect=200)
    assert (await listener.get("/api/me/nights"))["zone"] == ""


async def test_an_adult_is_asked_for_none_and_one_who_turns_out_to_be_adult_keeps_none(night: Cast) -> None:
    adult, teen, admin = await night.member(), await night.member("13-17"), await night.demo("admin")
    for method, path, body in (("GET", "/api/me/nights", None), ("PUT", "/api/me/time-zone", {"zone": "UTC"})):
        assert (await adult.call(method, path, body)).json()["code"] == "not-allowed"
    refused = await teen.call("PUT", "/api/me/time-zone", {"zone": "Nowhere/AtAll"}, expect=422)
    assert refused.json()["field"] == "zone"
    await teen.call("PUT", "/api/me/time-zone", {"zone": "UTC"}, expect=200)
    for age in ("adult", "teen"):
        body = {"age": age, "reason": "papers seen"}
        await admin.call("PUT", f"/api/staff/people/{teen.name}/age", body, expect=204)
    await teen.sign_in(teen.name)
    assert (await teen.get("/api/me/nights"))["zone"] == ""


async def test_nobody_else_is_told_where_it_is_night_for_somebody(night: Cast) -> None:
    teen, other, admin = await night.member("13-17"), await night.member("13-17"), await night.demo("admin")
    await teen.call("PUT", "/api/me/time-zone", {"zone": "Pacific/Chatham"}, expect=200)
    for person, method, path, body in (
        (other, "GET", f"/api/people/{teen.name}", None),
        (other, "GET", f"/api/profiles/{teen.name}", None),
        (other, "GET", f"/@{teen.name}", None),
        (admin, "POST", f"/api/staff/people/{teen.name}/card", {"reason": "they wrote to us"}),
    ):
        answer = await person.call(method, path, body)
        assert answer.status_code < 300 and "Chatham" not in answer.text, path
