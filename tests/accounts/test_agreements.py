"""Agreements: versioned, asked again over every door and open socket from the moment a newer one is in force, kept with what was accepted and when."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import trio

from conftest import WIDE
from cups.accounts import agreements
from cups.app import Cups, running
from cups.clock import ManualClock
from cups.errors import Refused
from harness.person import Person
from harness.store import settings_at

NEWER = "2099-01-01"


@pytest.fixture(autouse=True)
def _as_shipped() -> Any:
    """What is in force is known to the process: no other test gets what one here publishes."""
    yield
    agreements._published.clear()


async def publish(cups: Cups, kind: Any, version: str, **more: str) -> None:
    words = {"title": "Newer", "summary": "In short.", "text": "# All\n\nof it."} | more

    def work(unit: Any) -> None:
        id = unit.conn.exec_driver_sql("select min(id) from account").scalar()
        agreements.publish(unit, kind, version, **words, by=id, now=cups.clock.now())

    await cups.db.write(work)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[tuple[Cups, str]]:
    """A whole server within the test, so that the test can publish as staff will."""
    from cups.app import serve
    from harness.server import free_port

    port, found = free_port(), list[Cups]()
    wide: dict[str, Any] = {**WIDE}
    settings = settings_at(tmp_path, port=port, consent=("*=none",), staff_second_factor=False, **wide)
    up = trio.Event()

    async def ready(cups: Cups, _port: int) -> None:
        from cups import demo

        await cups.db.write(demo.load, cups)
        found.append(cups)
        up.set()

    async with trio.open_nursery() as nursery:

        async def run() -> None:
            await serve(settings, ready=ready, signals=False)

        nursery.start_soon(run)
        await up.wait()
        await trio.sleep(0.2)
        yield found[0], f"http://localhost:{port}"
        nursery.cancel_scope.cancel()


def versions(person_agreements: list[dict[str, str]]) -> list[dict[str, str]]:
    return [{"kind": one["kind"], "version": one["version"]} for one in person_agreements]


async def test_a_newer_version_asks_again_and_a_talk_under_way_goes_on(site: tuple[Cups, str]) -> None:
    cups, base = site
    member, listener = await Person(base).pass_gate(), Person(base)
    token = await cups.accounts.open_session(await _id(cups, "warmRiver"))
    listener.http.cookies.set("cups", token)
    listener.me = await listener.get("/api/me")
    await member.ask()
    chat = (await listener.post("/api/queue/next"))["chat"]
    room = (await member.get("/api/rooms/night-owls"))["id"]
    async with member.live() as live, listener.live() as heard:
        await live.subscribe(chat)
        await live.subscribe(room)
        await heard.subscribe(chat)
        await publish(cups, "guidelines", NEWER)
        refused = await live.say(room, "before anything else")
        assert (refused["type"], refused["code"]) == ("error", "agreement-outdated")
        with trio.fail_after(2):
            me = await live.had("me")
        assert me["me"]["gated"] is False
        assert (await live.say(chat, "and still here"))["type"] == "ack"
        with trio.fail_after(5):
            await heard.had("message")
        again = await live.answer(type="subscribe", channel=room, since=None)
        assert again["code"] == "agreement-outdated"
        body = {"ref": "again", "topic": "anxiety", "language": "en"}
        assert (await member.call("POST", "/api/requests", body)).status_code in (403, 422)
        assert (await listener.call("POST", "/api/queue/next", {})).json()["code"] == "agreement-outdated"
        page = (await member.http.get("/rooms")).text
        assert 'href="/gate?next=/rooms"' in page
        asked = (await member.http.get("/gate")).text
        assert "What we agree on has changed" in asked and 'name="age"' not in asked and NEWER in asked
        old = versions(await member.get("/api/agreements"))[:1]
        assert (await member.call("POST", "/api/agreements/accept", {"agreements": old})).status_code == 422
        await member.post("/api/agreements/accept", {"agreements": versions(await member.get("/api/agreements"))})
        with trio.fail_after(2):
            while not (await live.until("me"))["me"]["gated"]:
                pass
        assert (await live.subscribe(room))["type"] == "subscribed"
        assert (await live.say(room, "hello again"))["type"] == "ack"
    kept = (await member.get("/api/me/agreements"))["accepted"]
    guidelines = [one for one in kept if one["kind"] == "guidelines"]
    assert [one["in_force"] for one in guidelines] == [True, False] and guidelines[0]["version"] == NEWER
    assert all(one["at"] > 0 for one in kept)
    account = (await member.http.get("/account")).text
    old_version = guidelines[1]["version"]
    assert f"/agreements/guidelines?version={old_version}" in account
    was = await member.http.get(f"/agreements/guidelines?version={old_version}")
    assert was.status_code == 200 and "older version" in was.text and "Be kind" in was.text
    assert (await member.get(f"/api/agreements/guidelines/{old_version}"))["version"] == old_version
    assert (await member.get("/api/agreements/guidelines"))["versions"] == [NEWER, old_version]
    assert (await member.http.get("/agreements/guidelines?version=1999-01-01")).status_code == 404
    await member.aclose()
    await listener.aclose()


async def _id(cups: Cups, name: str) -> str:
    from cups.accounts import names, queries

    row = await cups.db.read(queries.by_key, names.key(name))
    assert row is not None
    return str(row.id)


async def test_what_was_published_is_in_force_after_a_restart(tmp_path: Path) -> None:
    settings, clock = settings_at(tmp_path), ManualClock()
    async with running(settings, clock) as cups:
        await cups.accounts.create_admin("theKeeper", "a long enough one")
        shipped = agreements.current("privacy").version
        await publish(cups, "privacy", NEWER, text="<script>alert(1)</script>\n\nWords.")
        assert agreements.current("privacy").version == NEWER
        assert "<script>" not in agreements.current("privacy").html
    agreements._published.clear()
    async with running(settings, clock) as cups:
        assert agreements.current("privacy").version == NEWER
        found = await cups.db.read(agreements.versions, "privacy")
        assert (found.current, found.versions) == (NEWER, [NEWER, shipped])
    async with running(settings_at(tmp_path / "other"), clock) as cups:
        assert agreements.current("privacy").version == shipped  # of this installation, not of the process


@pytest.mark.parametrize(
    ("version", "more"),
    [("2000-01-01", {}), ("soon", {}), (NEWER, {"title": " "}), (NEWER, {"summary": ""}), (NEWER, {"text": "\n"})],
)
async def test_what_is_no_newer_version_is_refused(tmp_path: Path, version: str, more: dict[str, str]) -> None:
    async with running(settings_at(tmp_path)) as cups:
        await cups.accounts.create_admin("theKeeper", "a long enough one")
        before = agreements.current("member").version
        with pytest.raises(Refused, match="bad-input"):
            await publish(cups, "member", version, **more)
        assert agreements.current("member").version == before
        await publish(cups, "member", NEWER)
        with pytest.raises(Refused, match="bad-input"):
            await publish(cups, "member", NEWER)


def test_each_has_a_version_a_date_and_a_summary_of_its_own() -> None:
    for one in agreements.all_current():
        assert agreements.VERSION.fullmatch(one.version) and len(one.summary) > 80 and one.summary not in one.html
    assert {kind for kinds in agreements.REQUIRED.values() for kind in kinds} == {*agreements.KINDS}
