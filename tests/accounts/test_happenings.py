"""What happened with somebody's account: every change is told, in a letter and in their own list; what strangers bring about is told once; and nothing
in it says more than it must."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import trio

from accounts.test_letters import NEW, ask, somewhere, with_address
from accounts.test_linked import switch, to_listener
from conftest import WIDE, Cast
from cups import words
from harness import letters
from harness.person import Person
from harness.server import ServerProcess
from harness.store import rows_at

SUBJECT = "A note about your account"
PASSWORD = "a long enough one"
HOUR = 3_600_000
DAY = 24 * HOUR
ORIGIN = "http://localhost:8000"


async def happened(person: Person) -> list[str]:
    return [one["kind"] for one in (await person.get("/api/me/happenings"))["happenings"]]


async def notes(person: Person, address: str, many: int) -> list[letters.Letter]:
    """The letters to this address that tell of something, newest first, once there are so many in all."""
    return [one for one in await letters.to(person, address, many) if one.subject == SUBJECT]


# At a server, over REST


async def test_every_change_is_in_the_list_and_in_a_letter(people: Cast) -> None:
    address = somewhere()
    member = await with_address(await people.member(), address)
    app = await member.set_up_second_factor()
    await member.call("DELETE", "/api/me/second-factor", expect=204)
    await member.post("/api/me/recovery-codes")
    elsewhere = await people.visitor().sign_in(member.name)
    await member.call("DELETE", "/api/me/sessions", expect=204)
    assert (await elsewhere.get("/api/me"))["person"] is None
    await member.call("PUT", "/api/me/password", {"current": PASSWORD, "password": NEW}, expect=204)
    codes = await member.post("/api/me/recovery-codes")
    body = {"name": member.name, "code": codes["codes"][0], "password": PASSWORD}
    await member.post("/api/recover", body, 204)
    assert app is not None
    await member.sign_in(member.name)
    kinds = await happened(member)
    told = ["email-on", "second-factor-on", "second-factor-off", "recovery-codes", "sign-in", "sessions", "password"]
    # The browser was unknown after the recovery: it ended all sessions, and this is one more way in from it.
    assert sorted(kinds) == sorted([*told, "recovery-codes", "recovered", "sign-in"])
    english = words.of("en")
    came = await notes(member, address, 9)
    texts = "\n".join(one.text for one in came)
    for kind in set(kinds) - {"email-on", "sign-in"}:
        assert english.t(f"happened-{kind}") in texts, kind
    assert "new here" in texts and english.t("happened-email-on") not in texts
    assert all("/account/not-me" in one.paths for one in came)


async def test_an_address_that_is_changed_or_removed_hears_of_it_itself(people: Cast) -> None:
    old, new = somewhere(), somewhere()
    member = await with_address(await people.member(), old)
    await member.call("PUT", "/api/me/email", {"email": new}, expect=200)
    assert await happened(member) == ["email-on"]  # nothing has changed before it is confirmed
    (confirming,) = await letters.to(member, new)
    await member.post("/api/email/confirm", {"token": confirming.token}, 204)
    for address in (old, new):
        (note,) = await notes(member, address, 2)
        assert words.of("en").t("happened-email") in note.text
    await member.call("DELETE", "/api/me/email", expect=204)
    (removed, _) = await notes(member, new, 3)
    assert words.of("en").t("happened-email-off") in removed.text
    assert len(await letters.to(member, old, 2)) == 2
    assert await happened(member) == ["email-off", "email", "email-on"]


async def test_a_link_of_a_letter_that_sets_a_password_is_told(people: Cast) -> None:
    address = somewhere()
    member = await with_address(await people.member(), address)
    await ask(member, member.name)
    (link, _) = await letters.to(member, address, 2)
    await member.post("/api/recover/link", {"token": link.token, "password": NEW}, 204)
    (note,) = await notes(member, address, 3)
    assert words.of("en").t("happened-recovered") in note.text


async def test_a_sign_in_from_a_new_browser_is_told_once_in_the_window(people: Cast) -> None:
    address = somewhere()
    member = await with_address(await people.member(), address)
    await member.post("/api/sign-out", expect=204)
    await member.sign_in(member.name)
    assert await happened(member) == ["email-on"]  # the browser in which the account was made
    phone = people.visitor()
    phone.http.headers["user-agent"] = "Mozilla/5.0 (Linux; Android 15) Chrome/142.0.0.0 Mobile Safari/537.36"
    await phone.sign_in(member.name)
    await phone.post("/api/sign-out", expect=204)
    await phone.sign_in(member.name)
    lines = (await member.get("/api/me/happenings"))["happenings"]
    (line,) = [
        one for one in lines if one["kind"] == "sign-in"
    ]  # of its hour no more than that is kept, so it may stand before
    assert (line["browser"], line["system"]) == ("chrome", "android")
    assert line["at"] % HOUR == 0
    (note,) = await notes(member, address, 2)
    assert "Chrome" in note.text and "Android" in note.text
    for _ in range(3):
        await people.visitor().sign_in(member.name)
    await member.call("PUT", "/api/me/password", {"current": PASSWORD, "password": NEW}, expect=204)
    await notes(member, address, 3)
    assert [one.text.count("new here") for one in await notes(member, address, 3)] == [0, 1]
    assert (await happened(member)).count("sign-in") == 4


async def test_what_is_signed_out_from_elsewhere_is_known_no_more(people: Cast) -> None:
    member = await people.member()
    phone, tablet = await people.visitor().sign_in(member.name), await people.visitor().sign_in(member.name)
    (lost,) = [one["id"] for one in (await phone.get("/api/me/sessions"))["sessions"] if one["this"]]
    await member.call("DELETE", f"/api/me/sessions/{lost}", expect=204)
    await tablet.sign_in(member.name)
    assert (await happened(member)).count("sign-in") == 2
    await phone.sign_in(member.name)
    assert (await happened(member)).count("sign-in") == 3
    await member.call("DELETE", "/api/me/sessions", expect=204)
    await member.post("/api/sign-out", expect=204)
    await member.sign_in(member.name)
    assert (await happened(member)).count("sign-in") == 3
    await tablet.sign_in(member.name)
    assert (await happened(member)).count("sign-in") == 4


async def test_the_list_is_the_persons_own_under_both_accounts(tmp_path: Path) -> None:
    own = ServerProcess(tmp_path, **WIDE | {"pace_attempt_burst": 1000}).start()
    people = Cast(own)
    try:
        member, stranger = await people.member(), await people.member()
        guest = await people.guest()
        member_name = member.name
        await member.post("/api/me/recovery-codes")
        await to_listener(member, "quietShore")
        await people.visitor().sign_in(member_name)
        assert sorted(await happened(member)) == ["recovery-codes", "sign-in"]
        assert "new recovery codes were made" in (await member.http.get("/account")).text.lower()
        assert await happened(stranger) == await happened(guest) == []
        assert (await people.visitor().call("GET", "/api/me/happenings")).status_code == 401
        text = (await member.http.get("/api/me/happenings")).text
        assert member_name not in text and "quietShore" not in text
        assert "happening" not in await copied(member), "a copy of the listener alone says nothing of the member"
        await switch(member)
        assert {one["kind"] for one in (await copied(member))["happening"]} == {"recovery-codes", "sign-in"}
    finally:
        for person in people.all:
            await person.aclose()
        own.close()


async def copied(person: Person) -> Any:
    copy = await person.post("/api/me/copies", {"linked": False}, 202)
    with trio.fail_after(20):
        while (answer := await person.call("GET", f"/api/me/copies/{copy['id']}")).status_code != 200:
            await trio.sleep(0.1)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        return json.loads(file.read("data.json"))["accounts"][0]


async def test_a_browser_is_known_of_each_account_by_another_hash(people: Cast) -> None:
    one, other = await people.member(), await people.member()
    visitor = people.visitor()
    for person in (one, other):
        await visitor.sign_in(person.name)
    word = visitor.http.cookies["cups-browser"]
    with rows_at(people.server.data / "data") as database:
        rows = database.execute("select digest, seen_at from known_browser").fetchall()
        found = database.execute("select browser from session").fetchall()
    digests = [digest for digest, _ in rows]
    assert len(set(digests)) == len(digests) and all(seen % DAY == 0 for _, seen in rows)
    assert word not in json.dumps(rows + found)


async def test_the_page_that_letters_lead_to_is_open_to_everybody(people: Cast) -> None:
    for person in (people.visitor(), await people.member()):
        page = await person.http.get("/account/not-me")
        assert page.status_code == 200 and "Was it not you?" in page.text and "token" not in page.url.query.decode()


async def test_wrong_codes_of_a_second_step_are_told(people: Cast) -> None:
    address = somewhere()
    member = await with_address(await people.member(), address)
    await member.set_up_second_factor()
    thief = people.visitor()
    answer = await thief.call("POST", "/api/sign-in", {"name": member.name, "password": PASSWORD})
    assert answer.json()["code"] == "second-factor-needed"
    for _ in range(8):
        await thief.call("POST", "/api/sign-in/second", {"code": "000000"})
    (note, *_) = await notes(member, address, 3)
    assert words.of("en").t("happened-tries") in note.text and (await happened(member)).count("tries") == 1
