"""Where somebody is signed in: what is kept and shown of it, ending one or all others, and what gives a session another id."""

import json

import pytest
import trio
from trio_websocket import ConnectionClosed

from conftest import Cast
from cups.accounts import devices
from cups.accounts.devices import Device
from cups.tables import metadata
from cups.wire.frames import Close
from harness.person import LiveConnection, Person
from harness.store import sql

PHONE = "Mozilla/5.0 (Linux; Android 15; Pixel 9 Pro) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36"
HOUR = 3_600_000
ENDED = 4403


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (PHONE, Device("chrome", "android")),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
            Device("firefox", "windows"),
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) Version/18.6 Safari/604.1",
            Device("safari", "iphone"),
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/142.0.0.0 Safari/537.36 Edg/142.0", Device("edge", "windows")),
        ("curl/8.14", Device()),
        ("", Device()),
    ],
)
def test_two_words_are_made_of_a_user_agent(agent: str, device: Device) -> None:
    assert devices.of_agent(agent) == device
    assert devices.read(devices.stored(device)) == device


async def elsewhere(people: Cast, person: Person, agent: str = PHONE) -> Person:
    """The same person at another device."""
    other = people.visitor()
    other.http.headers["user-agent"] = agent
    return await other.sign_in(person.name)


async def closes(live: LiveConnection, code: int = ENDED) -> None:
    """Within two seconds (RELIABILITY, Security list)."""
    with trio.fail_after(2), pytest.raises(ConnectionClosed) as closed:
        while True:
            await live.socket.get_message()
    assert closed.value.reason is not None and closed.value.reason.code == code


async def test_all_places_are_listed_and_little_is_kept(people: Cast) -> None:
    member = await people.member()
    phone = await elsewhere(people, member)
    rows = (await phone.get("/api/me/sessions"))["sessions"]
    assert [row["this"] for row in rows] == [True, False]
    assert (rows[0]["browser"], rows[0]["system"]) == ("chrome", "android")
    assert all(row["seen"] % HOUR == 0 and row["account"] == member.name for row in rows)
    columns = metadata.tables["session"].columns.keys()
    found = sql(people.server.data / "data", f"select {', '.join(columns)} from session")
    stored = [dict(zip(columns, row, strict=True)) for row in found]
    text = json.dumps(stored)
    assert "Pixel" not in text and "Mozilla" not in text and "127.0.0.1" not in text
    assert phone.http.cookies["cups"] not in text, "a session's token is stored hashed"
    assert {len(row["id"]) for row in stored} == {26}


async def test_one_is_ended_and_its_sockets_close(people: Cast) -> None:
    member = await people.member()
    phone, tablet = await elsewhere(people, member), await elsewhere(people, member, "iPad Safari")
    rows = (await member.get("/api/me/sessions"))["sessions"]
    lost = next(row for row in rows if row["system"] == "android")
    async with phone.live() as live, phone.live() as second, tablet.live() as other:
        await member.call("DELETE", f"/api/me/sessions/{lost['id']}", expect=204)
        await closes(live)
        await closes(second)
        assert (await other.answer(type="ping"))["type"] == "pong"
    assert (await phone.get("/api/me"))["person"] is None
    assert (await tablet.get("/api/me"))["person"] is not None
    await member.call("DELETE", f"/api/me/sessions/{lost['id']}", expect=404)


async def test_nobody_ends_anybody_elses(people: Cast) -> None:
    member, stranger = await people.member(), await people.member()
    (row,) = (await member.get("/api/me/sessions"))["sessions"]
    await stranger.call("DELETE", f"/api/me/sessions/{row['id']}", expect=404)
    await people.visitor().call("DELETE", f"/api/me/sessions/{row['id']}", expect=401)
    await people.visitor().call("GET", "/api/me/sessions", expect=401)
    assert (await member.get("/api/me"))["person"] is not None


async def test_all_others_end_at_once_under_both_accounts(people: Cast) -> None:
    listener = await people.demo("listener")
    other = await people.demo("listener")
    await other.post("/api/switch")
    async with other.live() as live:
        accounts = {row["account"] for row in (await listener.get("/api/me/sessions"))["sessions"]}
        assert accounts == {"warmRiver", "softHarbor"}
        await listener.call("DELETE", "/api/me/sessions", expect=204)
        await closes(live)
    assert [row["this"] for row in (await listener.get("/api/me/sessions"))["sessions"]] == [True]
    assert (await other.get("/api/me"))["person"] is None


async def test_a_ticket_of_an_ended_session_brings_nobody_back(people: Cast) -> None:
    member = await people.member()
    phone = await elsewhere(people, member)
    async with phone.live() as live:
        ticket = next(frame for frame in live.frames if frame["type"] == "welcome")["ticket"]
        await member.call("DELETE", "/api/me/sessions", expect=204)
        await closes(live)
    with pytest.raises(Exception) as refused:
        async with phone.live(ticket=ticket, cookie=False):
            pass
    assert "401" in repr(refused.value) or "Handshake" in repr(refused.value)


async def test_a_new_password_asks_the_old_one_and_ends_all_others(people: Cast) -> None:
    member = await people.member()
    phone = await elsewhere(people, member)
    change = {"current": "not the present one", "password": "another long enough one"}
    refused = await member.call("PUT", "/api/me/password", change)
    assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (403, "wrong-password", "current")
    change["current"] = "a long enough one"
    refused = await member.call("PUT", "/api/me/password", change | {"password": "password1234"})
    assert refused.json()["code"] == "password-too-common"
    async with phone.live() as live, member.live() as here:
        await member.call("PUT", "/api/me/password", change, expect=204)
        await closes(live)
        assert (await here.answer(type="ping"))["type"] == "pong"
    assert (await phone.get("/api/me"))["person"] is None and (await member.get("/api/me"))["person"] is not None
    old = {"name": member.name, "password": "a long enough one"}
    assert (await people.visitor().call("POST", "/api/sign-in", old)).status_code == 401
    await people.visitor().sign_in(member.name, "another long enough one")


async def test_guessing_the_own_password_is_limited_and_a_guest_has_none(people: Cast) -> None:
    member, guest = await people.member(), await people.guest()
    change = {"current": "not the present one", "password": "another long enough one"}
    statuses = [(await member.call("PUT", "/api/me/password", change)).status_code for _ in range(10)]
    assert statuses == [403] * 8 + [429] * 2
    assert (await guest.call("PUT", "/api/me/password", change)).json()["code"] == "not-allowed"


async def test_the_session_has_another_id_after_every_way_in(people: Cast) -> None:
    """Guest to member, sign-in, another role: and nothing goes over from the one before."""
    person = await people.guest()
    tokens = [person.http.cookies["cups"]]
    copy = people.visitor()
    copy.http.cookies.set("cups", tokens[0])
    async with copy.live() as live:
        await person.sign_up()
        await closes(live, Close.RENEWED)
    assert (await copy.get("/api/me"))["person"] is None, "by the old cookie nobody comes back"
    tokens.append(person.http.cookies["cups"])
    await person.sign_in(person.name)
    tokens.append(person.http.cookies["cups"])
    admin = await people.demo("admin")
    async with person.live() as live:
        await admin.call("PUT", f"/api/staff/people/{person.name}/roles/moderator", expect=204)
        await closes(live)
    assert (await person.get("/api/me"))["person"] is None
    await person.sign_in(person.name)
    tokens.append(person.http.cookies["cups"])
    assert "moderator" in person.me["roles"]
    await admin.call("DELETE", f"/api/staff/people/{person.name}/roles/moderator", expect=204)
    assert len(set(tokens)) == 4
    for token in tokens:
        stale = people.visitor()
        stale.http.cookies.set("cups", token)
        assert (await stale.get("/api/me"))["person"] is None


async def test_a_switch_takes_another_id_and_no_more_time(people: Cast) -> None:
    listener = await people.demo("listener")
    before = (await listener.get("/api/me/sessions"))["sessions"][0]
    token = listener.http.cookies["cups"]
    await listener.post("/api/switch")
    after = (await listener.get("/api/me/sessions"))["sessions"][0]
    assert listener.http.cookies["cups"] != token and after["id"] != before["id"]
    assert after["begun"] == before["begun"] and after["this"]


async def test_by_plain_forms(people: Cast) -> None:
    member = await people.member()
    phone = await elsewhere(people, member)
    page = await member.http.get("/account")
    assert "Chrome on Android" in page.text and "This one" in page.text
    form = {"_csrf_token": member.http.cookies["cups-csrf"]}
    row = next(r for r in (await member.get("/api/me/sessions"))["sessions"] if not r["this"])
    answer = await member.http.post(f"/account/sessions/{row['id']}/end", data=form)
    assert answer.headers["location"] == "/account?done=session#sessions"
    assert (await phone.get("/api/me"))["person"] is None
    await elsewhere(people, member)
    await member.http.post("/account/sessions/end-others", data=form)
    assert len((await member.get("/api/me/sessions"))["sessions"]) == 1
    wrong = await member.http.post(
        "/account/password", data=form | {"current": "nope", "password": "new long password"}
    )
    assert wrong.status_code == 403 and "That is not your present password." in wrong.text and "nope" not in wrong.text
    right = form | {"current": "a long enough one", "password": "new long password"}
    assert (await member.http.post("/account/password", data=right)).headers["location"] == "/account?done=password"
    assert "Your password is changed." in (await member.http.get("/account?done=password")).text
    assert "done-" not in (await member.http.get("/account?done=nonsense")).text
