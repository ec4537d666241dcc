"""Joining: the gate, guests, signing up in place, in and out, linked accounts, names and passwords."""

import re

import pytest

from conftest import Cast
from cups.accounts import names, passwords
from cups.errors import Refused


async def test_a_visitor_leaves_no_trace_until_they_interact(people: Cast) -> None:
    visitor = people.visitor()
    for path in ("/", "/rooms", "/learn/listener/1", "/help/GB", "/api/me"):
        assert (await visitor.call("GET", path)).status_code == 200
    assert set(visitor.http.cookies) == {"cups-csrf"}
    assert (await visitor.get("/api/me"))["person"] is None


async def test_the_gate_makes_a_guest_with_a_random_name(people: Cast) -> None:
    guest = await people.guest()
    assert re.fullmatch(r"[a-z]+[A-Z][a-z]+[0-9]{1,4}", guest.name)
    assert guest.me["gated"] and guest.me["age"] == "adult" and guest.me["person"]["kind"] == "guest"


async def test_signing_up_keeps_identity_and_chats_and_changes_the_session(people: Cast) -> None:
    guest, listener = await people.guest(), await people.demo("listener")
    asked = await guest.ask()
    chat = (await listener.post(f"/api/queue/{asked['id']}/take"))["chat"]
    before, token = guest.name, guest.http.cookies["cups"]
    await guest.sign_up("quite a long password")
    assert guest.name == before and guest.me["person"]["kind"] == "member"
    assert guest.http.cookies["cups"] != token
    assert [c["id"] for c in (await guest.get("/api/chats"))["chats"]] == [chat]
    other_device = people.visitor()
    await other_device.post("/api/sign-in", {"name": f"@{before}", "password": "quite a long password"})
    assert [c["id"] for c in (await other_device.get("/api/chats"))["chats"]] == [chat]
    stale = people.visitor()
    stale.http.cookies.set("cups", token)
    assert (await stale.get("/api/me"))["person"] is None


async def test_under_thirteen_is_refused_and_the_device_gets_no_second_try(people: Cast) -> None:
    child = people.visitor()
    agreements = [{"kind": a["kind"], "version": a["version"]} for a in await child.get("/api/agreements")]
    page = await child.http.get("/gate")
    token = child.http.cookies["cups-csrf"]
    form = {"_csrf_token": token, "age": "under-13", "danger": "none", "agree": "yes"}
    refused = await child.http.post("/gate", data=form)
    assert page.status_code == 200 and refused.status_code == 403
    assert "cups" not in child.http.cookies
    again = await child.call("POST", "/api/gate", {"age": "18-plus", "danger": "none", "agreements": agreements})
    assert again.status_code == 403 and again.json()["code"] == "too-young"


async def test_an_age_once_declared_stays(people: Cast) -> None:
    teen = await people.guest("13-17")
    agreements = [{"kind": a["kind"], "version": a["version"]} for a in await teen.get("/api/agreements")]
    refused = await teen.call("POST", "/api/gate", {"age": "18-plus", "danger": "none", "agreements": agreements})
    assert refused.status_code == 409 and refused.json()["code"] == "age-fixed"
    assert (await teen.get("/api/me"))["age"] == "teen"


async def test_whoever_is_in_danger_gets_help_first_and_may_go_on(people: Cast) -> None:
    guest = await people.guest(danger="me")
    assert guest.me["danger"]
    assert (await guest.ask())["state"] == "waiting"
    await guest.call("DELETE", "/api/requests/mine", expect=200)


async def test_nobody_is_matched_without_the_agreements(people: Cast) -> None:
    visitor = people.visitor()
    old = [{"kind": "member", "version": "1999-01-01"}, {"kind": "privacy", "version": "1999-01-01"}]
    refused = await visitor.call("POST", "/api/gate", {"age": "18-plus", "danger": "none", "agreements": old})
    assert refused.json()["code"] == "agreement-outdated"
    assert (await visitor.call("POST", "/api/requests", {"ref": "x"})).json()["code"] == "gate-first"


@pytest.mark.parametrize(
    "name",
    [
        "ab",
        "admin",
        "Adm1n",
        "st4ff",
        "has space",
        "zero\u200bwidth",
        "bi\u202edi",
        "кириллица",
        "a" * 30,
        "1digits",
        "semi;colon",
    ],
)
def test_names_that_cannot_be_had(name: str) -> None:
    with pytest.raises(Refused) as refused:
        names.checked(name)
    assert refused.value.code == "name-not-allowed"


async def test_names_that_look_alike_are_one_name(people: Cast) -> None:
    first, second = await people.guest(), await people.guest()
    await first.sign_up(name="LittleOak")
    refused = await second.call("POST", "/api/sign-up", {"password": "a long enough one", "name": "l1tt1e0ak"})
    assert refused.status_code == 409 and refused.json()["code"] == "name-taken"


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "password-too-short"),
        ("password123", "password-too-common"),
        ("Elephant2024", "password-too-common"),
        ("1qaz2wsx3edc", "password-too-common"),
        ("aaaaaaaaaaaa", "password-too-common"),
    ],
)
def test_passwords_that_are_no_good(password: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        passwords.check(password, None)
    assert refused.value.code == code


def test_the_list_is_of_some_size_and_asks_for_no_kinds_of_characters() -> None:
    assert len(passwords.known()) > 30_000
    passwords.check("several words in a row", "calmOak")
    passwords.check("onlysmallletterswithoutasense", "calmOak")


async def test_too_many_guesses_are_refused(people: Cast) -> None:
    member = await people.member()
    statuses = [
        (
            await people.visitor().call("POST", "/api/sign-in", {"name": member.name, "password": "not the right one"})
        ).status_code
        for _ in range(10)
    ]
    assert statuses[:8] == [401] * 8 and statuses[8:] == [429, 429]


async def test_unknown_fields_are_refused(people: Cast) -> None:
    guest = await people.guest()
    refused = await guest.call("POST", "/api/sign-up", {"password": "a long enough one", "role": "admin"})
    assert refused.status_code == 422 and refused.headers["content-type"] == "application/problem+json"
    assert (await guest.get("/api/me"))["person"]["kind"] == "guest"


async def test_a_changing_request_needs_its_token_and_our_origin(people: Cast) -> None:
    guest = await people.guest()
    bare = await guest.http.post("/api/sign-out")
    assert bare.status_code == 403 and bare.json()["code"] == "bad-csrf"
    token = guest.http.cookies["cups-csrf"]
    foreign = await guest.http.post(
        "/api/sign-out", headers={"x-csrf-token": token, "origin": "https://elsewhere.example"}
    )
    assert foreign.status_code == 403 and foreign.json()["code"] == "bad-origin"
    assert (await guest.get("/api/me"))["person"] is not None
    other_host = await guest.http.get("/api/me", headers={"host": "elsewhere.example"})
    assert other_host.status_code == 400


async def test_redirects_stay_here(people: Cast) -> None:
    guest = await people.guest()
    for target in ("https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)"):
        response = await guest.http.get("/gate", params={"next": target})
        assert response.status_code == 303 and response.headers["location"] == "/talk"


async def test_blocked_people_do_not_meet_under_any_of_their_accounts(people: Cast) -> None:
    guest, listener = await people.guest(), await people.demo("listener")
    linked = (await listener.get("/api/me"))["linked"]["name"]
    await guest.post("/api/blocks", {"name": linked}, 204)
    asked = await guest.ask()
    assert all(e["id"] != asked["id"] for e in (await listener.get("/api/queue"))["requests"])
    await guest.call("DELETE", f"/api/blocks/{linked}", expect=204)
    assert any(e["id"] == asked["id"] for e in (await listener.get("/api/queue"))["requests"])
    await guest.call("DELETE", "/api/requests/mine", expect=200)


async def test_the_quick_exit_signs_out_if_that_is_set_and_only_then(people: Cast) -> None:
    member = await people.member()
    await member.http.get("/away")
    assert (await member.get("/api/me"))["person"] is not None
    form = {"_csrf_token": member.http.cookies["cups-csrf"], "end": "yes"}
    assert (await member.http.post("/account/leaving", data=form)).status_code == 303
    assert "Keep me signed in" in (await member.http.get("/account")).text
    token = member.http.cookies["cups"]
    page = await member.http.get("/away")
    assert page.status_code == 200 and "cups" not in member.http.cookies
    other = people.visitor()
    other.http.cookies.set("cups", token)
    assert (await other.get("/api/me"))["person"] is None
