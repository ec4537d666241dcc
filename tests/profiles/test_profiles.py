"""Profiles over REST and as pages: what is shown to whom, what is screened, pictures, reports, what staff take out, breaks."""

import re
from typing import Any

import httpx
import pytest

from conftest import Cast
from harness.person import Person
from harness.store import rows_at
from profiles.test_repainting import picture

BIO = "I like rain, tea and long walks."


async def put_picture(person: Person, data: bytes, expect: int = 200) -> Any:
    headers = await person._csrf()
    answer = await person.http.put("/api/me/picture", content=data, headers=headers)
    assert answer.status_code == expect, answer.text
    return answer.json()


async def page(person: Person, path: str, expect: int = 200) -> str:
    return (await person.call("GET", path, expect=expect)).text


async def form(person: Person, path: str, **fields: str) -> httpx.Response:
    headers = await person._csrf()
    return await person.http.post(path, data=fields, headers=headers)


async def change(person: Person, expect: int = 200, **fields: Any) -> Any:
    return (await person.call("PATCH", "/api/me/profile", fields, expect=expect)).json()


async def test_words_and_picture_are_shown_on_the_profile_and_beside_the_name(people: Cast) -> None:
    member, visitor = await people.member(), people.visitor()
    await change(member, about=f"  {BIO}\r\nAnd cats.  ")
    own = await put_picture(member, picture())
    id = own["person"]["picture"]
    assert re.fullmatch("[0-9a-z]{26}", id)
    seen = await visitor.get(f"/api/profiles/{member.name}")
    assert seen["about"] == f"{BIO}\nAnd cats." and seen["person"]["picture"] == id
    assert seen["can"] == [] and seen["open"] and seen["listener"] is None
    html = await page(visitor, f"/@{member.name}")
    assert BIO in html and f"/pictures/{id}" in html and "noindex" not in html
    assert (await member.get("/api/me"))["person"]["picture"] == id


async def test_a_picture_is_served_with_headers_that_keep_it_a_picture(people: Cast) -> None:
    member, visitor = await people.member(), people.visitor()
    id = (await put_picture(member, picture()))["person"]["picture"]
    for path in (f"/pictures/{id}", f"/pictures/{id}/small"):
        answer = await visitor.call("GET", path, expect=200)
        assert answer.headers["content-type"] == "image/webp" and answer.content[8:12] == b"WEBP"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
        assert "set-cookie" not in answer.headers or "cups-csrf" in answer.headers["set-cookie"]
    assert (await visitor.call("GET", "/pictures/" + "0" * 26)).status_code == 404
    other = (await put_picture(member, picture("JPEG")))["person"]["picture"]
    assert other != id
    assert (await visitor.call("GET", f"/pictures/{id}")).status_code == 404, "replaced is gone"
    await member.call("DELETE", "/api/me/picture", expect=200)
    await member.call("DELETE", "/api/me/picture", expect=200)
    assert (await visitor.call("GET", f"/pictures/{other}")).status_code == 404
    with rows_at(people.server.data / "data") as db:
        assert db.execute("select count(*) from picture where id in (?, ?)", (id, other)).fetchone() == (0,)


async def test_ids_of_pictures_say_neither_when_nor_whose(people: Cast) -> None:
    one, two = await people.member(), await people.member()
    ids = [(await put_picture(who, picture()))["person"]["picture"] for who in (one, two)]
    assert ids[0] != ids[1] and ids[0][:6] != ids[1][:6], "no time in it"


async def test_hostile_files_are_refused_with_words_and_the_limits_hold(people: Cast) -> None:
    member, guest = await people.member(), await people.guest()
    assert (await put_picture(member, b"<svg onload='alert(1)'/>", 422))["code"] == "not-a-picture"
    assert (await put_picture(member, b"\xff" * 6_400_000, 413))["code"] == "picture-too-large"
    assert (await put_picture(member, b"\xff" * 9_000_000, 413))["code"] == "too-large"
    assert (await put_picture(guest, picture(), 403))["code"] == "not-allowed"
    assert (await put_picture(people.visitor(), picture(), 403))["code"] == "gate-first"
    big = await member.http.patch(
        "/api/me/profile", content=b'{"about": "' + b"x" * 400_000 + b'"}', headers=await member._csrf()
    )
    assert big.status_code == 413, "the large limit is the pictures' own"


async def test_pictures_have_a_pace(people: Cast) -> None:
    member = await people.member()
    for _ in range(5):
        await put_picture(member, picture())
    refused = await put_picture(member, picture(), 429)
    assert refused["code"] == "too-fast" and refused["retry_at"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("write me: anna.b@example.com", "held-contact"),
        ("call me five five five one two three four five six seven", "held-contact"),
        ("add me on insta: annab22", "held-contact"),
    ],
)
async def test_contact_details_are_held_back_and_the_words_stay_in_the_form(people: Cast, text: str, code: str) -> None:
    member = await people.member()
    await change(member, about=BIO)
    refused = await change(member, 422, about=text)
    assert (refused["code"], refused["field"]) == (code, "about")
    assert (await member.get("/api/me/profile"))["about"] == BIO
    answer = await form(member, "/account/profile", about=text)
    assert answer.status_code == 422 and text.partition(" ")[0] in answer.text and 'aria-invalid="true"' in answer.text


async def test_a_sign_of_danger_is_never_held_back_shows_help_and_calls_somebody(people: Cast) -> None:
    member, admin = await people.member(), await people.demo("admin")
    text = "I want to kill myself tonight"
    assert (await change(member, about=text))["help"] == "own"
    assert (await member.get("/api/me/profile"))["about"] == text
    waiting = (await admin.get("/api/staff/concerns?limit=200"))["concerns"]
    assert [one["about"] for one in waiting if one["person"]["name"] == member.name] == ["own"]
    # With contact details it is held, and somebody is called all the same.
    other = await people.member()
    code = (await other.call("PATCH", "/api/me/profile", {"about": f"{text} call 555 123 4567"})).json().get("code")
    stored = (await other.get("/api/me/profile"))["about"]
    assert "4567" not in stored, code
    waiting = (await admin.get("/api/staff/concerns?limit=200"))["concerns"]
    assert [one["person"]["name"] for one in waiting].count(other.name) == 1
    answer = await form(member, "/account/profile", about=text + " again")
    assert answer.headers["location"].startswith("/account/profile?done=about&help=own")
    assert 'href="/help"' in await page(member, answer.headers["location"])


async def test_limits_of_what_can_be_written_and_by_whom(people: Cast) -> None:
    member, guest, teen = await people.member(), await people.guest(), await people.member("13-17")
    assert (await change(member, 413, about="x " * 501))["code"] == "too-large"
    assert (await change(guest, 403, about=BIO))["code"] == "not-allowed"
    assert (await change(member, 403, over_35=True))["code"] == "not-allowed", "a listener's label"
    assert (await change(teen, 403, over_35=True))["code"] == "not-allowed"
    assert (await change(member, 422, verified=True))["code"] == "bad-input"
    assert (await member.get(f"/api/profiles/{guest.name}"))["about"] == ""


async def test_a_teens_profile_is_for_those_who_may_meet_them(people: Cast) -> None:
    teen, friend = await people.member("13-17"), await people.member("13-17")
    adult, admin, visitor = await people.member(), await people.demo("admin"), people.visitor()
    await change(teen, about=BIO)
    id = (await put_picture(teen, picture()))["person"]["picture"]
    for viewer in (adult, visitor):
        seen = await viewer.get(f"/api/profiles/{teen.name}")
        assert (seen["about"], seen["person"]["picture"], seen["since"], seen["open"]) == ("", "", None, False)
        html = await page(viewer, f"/@{teen.name}")
        assert BIO not in html and id not in html and 'content="noindex"' in html
    for viewer in (friend, teen, admin):
        assert (await viewer.get(f"/api/profiles/{teen.name}"))["about"] == BIO
    for path in (f"/pictures/{id}", f"/pictures/{id}/small"):
        for viewer, status in ((adult, 404), (visitor, 404), (friend, 200), (teen, 200), (admin, 200)):
            assert (await viewer.call("GET", path)).status_code == status, (
                "an address that somebody has kept opens nothing"
            )
    await friend.post("/api/blocks", {"name": teen.name})
    assert (await friend.get(f"/api/profiles/{teen.name}"))["about"] == ""


async def test_staff_take_a_picture_and_words_out_with_a_reason_that_the_owner_reads(people: Cast) -> None:
    member, admin = await people.member(), await people.demo("admin")
    await change(member, about=BIO)
    id = (await put_picture(member, picture()))["person"]["picture"]
    html = await page(admin, f"/@{member.name}")
    assert "Take the picture out" in html and "Take the picture out" not in await page(member, f"/@{member.name}")
    path = f"/api/staff/people/{member.name}/profile"
    await member.post(f"{path}/picture/remove", {"reason": "no reason"}, 403)
    await admin.post(f"{path}/picture/remove", {"reason": "A face of somebody else"}, 204)
    await admin.post(f"{path}/picture/remove", {"reason": "A face of somebody else"}, 404)
    assert (await people.visitor().call("GET", f"/pictures/{id}")).status_code == 404
    own = await page(member, "/account/profile")
    assert "Staff took your picture out" in own and "A face of somebody else" in own
    answer = await form(admin, f"/@{member.name}/remove", what="about", reason="Against the guidelines")
    assert answer.status_code == 303
    assert (await member.get("/api/me/profile"))["about"] == ""
    entries = (await admin.get("/api/staff/audit?act=profile.&newest=true&limit=200"))["entries"]
    acts = [
        (one["act"], one["details"]) for one in reversed(entries) if one["subject"].removeprefix("@") == member.name
    ]
    assert acts == [
        ("profile.picture.remove", {"reason": "A face of somebody else"}),
        ("profile.about.remove", {"reason": "Against the guidelines"}),
    ]
    await put_picture(member, picture())
    assert "Staff took" not in await page(member, "/account/profile")


async def test_a_profile_is_reported_as_it_is_and_staff_read_it(people: Cast) -> None:
    member, other, admin = await people.member(), await people.member(), await people.demo("admin")
    await change(member, about=BIO)
    await put_picture(member, picture())
    answer = await form(other, f"/@{member.name}/report", text="This is not their face.")
    assert answer.headers["location"] == f"/@{member.name}?done=reported"
    await other.post(f"/api/profiles/{member.name}/report", {"text": "Again"}, 204)
    await member.post(f"/api/profiles/{member.name}/report", {"text": "me"}, 403)
    await people.visitor().post(f"/api/profiles/{member.name}/report", {"text": "x"}, 403)
    await change(member, about="")
    with rows_at(people.server.data / "data") as db:
        rows = db.execute("select evidence from report where text = 'This is not their face.'").fetchall()
    assert len(rows) == 1 and BIO in rows[0][0] and '"picture": "UklGR' in rows[0][0]
    found: list[Any] = []
    after = ""
    while True:
        answer_ = await admin.get(f"/api/staff/reports?limit=200&after={after}")
        found += answer_["reports"]
        if (after := answer_["next"]) is None:
            break
    about = [one for one in found if one["about"]["name"] == member.name]
    assert [one["channel"] for one in about] == [None, None]


async def test_a_listeners_profile_says_what_they_take_and_offers_what_can_be_done(people: Cast) -> None:
    listener, guest = await people.demo("listener"), await people.guest()
    teen = await people.guest("13-17")
    await listener.call("PUT", "/api/me/status", {"status": "online"}, expect=200)
    await listener.call("PUT", "/api/me/refused-topics", {"topics": ["grief"]}, expect=200)
    await change(listener, over_35=True)
    try:
        seen = await guest.get(f"/api/profiles/{listener.name}")
        assert seen["listener"]["status"] == "offline" and not seen["listener"]["free"], "not connected"
        assert seen["can"] == ["message", "block", "report"]
        async with listener.live():
            seen = await guest.get(f"/api/profiles/{listener.name}")
            one = seen["listener"]
            assert (one["status"], one["free"], one["languages"], one["ages"]) == ("online", True, ["en"], ["adult"])
            assert one["refused_topics"] == ["grief"] and "grief" not in one["topics"] and "anxiety" in one["topics"]
            assert one["over_35"] and one["stars"] is None and one["takes_chats"]
            assert seen["can"] == ["chat", "block", "report"]
            html = await page(guest, f"/@{listener.name}")
            assert "Chat now" in html and "35 or over" in html and "Loss and grief" in html
            # Who may not reach them has no button, and is refused.
            theirs = await teen.get(f"/api/profiles/{listener.name}")
            assert theirs["can"] == ["block", "report"] and "Chat now" not in await page(teen, f"/@{listener.name}")
            body = {"ref": "x", "listener": listener.name}
            assert (await teen.call("POST", "/api/requests/personal", body)).json()["code"] == "listener-unavailable"
            assert (await listener.get(f"/api/profiles/{listener.name}"))["can"] == []
    finally:
        await listener.call("PUT", "/api/me/refused-topics", {"topics": []}, expect=200)
        await change(listener, over_35=False)


async def test_a_break_is_said_on_the_profile_kindly_and_ends_by_itself_or_by_hand(people: Cast) -> None:
    listener, guest = await people.demo("listener"), await people.guest()
    try:
        answer = await form(listener, "/account/profile/break", days="3")
        assert answer.headers["location"] == "/account/profile?done=break#break"
        me = await listener.get("/api/me")
        assert me["status"] == "break" and me["break_until"]
        async with listener.live():
            seen = await guest.get(f"/api/profiles/{listener.name}")
            assert seen["resting"] and seen["can"] == ["block", "report"] and not seen["listener"]["takes_chats"]
            html = await page(guest, f"/@{listener.name}")
            assert "is on a break" in html and "Back around" in html
            names = [one["person"]["name"] for one in (await guest.get("/api/listeners"))["listeners"]]
            assert listener.name not in names
        await form(listener, "/account/profile/break", back="yes")
        me = await listener.get("/api/me")
        assert (me["status"], me["break_until"]) == ("offline", None)
        for wrong in ("x", "-1", "9999", "0"):
            assert (await form(listener, "/account/profile/break", days=wrong)).status_code == 422
        answer_ = await listener.call("PUT", "/api/me/status", {"status": "busy", "until": 99}, expect=422)
        assert answer_.json()["field"] == "until", "a busy time has no end"
    finally:
        await listener.call("PUT", "/api/me/status", {"status": "online"}, expect=200)


async def test_the_page_takes_a_picture_and_choices_without_scripts(people: Cast) -> None:
    listener = await people.demo("listener")
    headers = await listener._csrf()
    token = headers["x-csrf-token"]
    answer = await listener.http.post(
        "/account/profile/picture",
        data={"_csrf_token": token},
        files={"picture": ("me.svg.html", picture(size=(1500, 1500)), "text/html")},
        headers={"origin": listener.base},
    )
    assert answer.headers["location"] == "/account/profile?done=picture#picture", answer.text[:300]
    answer = await listener.http.post(
        "/account/profile/picture",
        data={"_csrf_token": token},
        files={"picture": ("me.png", b"<html>", "image/png")},
        headers={"origin": listener.base},
    )
    assert answer.status_code == 422 and "can’t be used as a picture" in answer.text
    assert (await form(listener, "/account/profile/no-picture")).status_code == 303
    ticks = {"language-en": "yes", "language-fr": "yes", "takes-grief": "yes", "over_35": "yes"}
    try:
        assert (await form(listener, "/account/profile/listener", **ticks)).status_code == 303
        me = await listener.get("/api/me")
        assert (
            me["languages"] == ["en", "fr"]
            and "anxiety" in me["refused_topics"]
            and "grief" not in me["refused_topics"]
        )
        assert (await listener.get("/api/me/profile"))["over_35"]
        assert (await form(listener, "/account/profile/listener", **{"takes-grief": "yes"})).status_code == 422
        assert (await form(listener, "/account/profile/listener", **{"language-en": "yes"})).status_code == 422
    finally:
        await listener.call("PUT", "/api/me/refused-topics", {"topics": []}, expect=200)
        await listener.call("PUT", "/api/me/languages", {"languages": ["en"]}, expect=200)
        await change(listener, over_35=False)
