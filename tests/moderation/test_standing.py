"""A person's own standing over REST and the page: every decision, delivered for certain, contested, and undone with all its effects."""

from pathlib import Path
from typing import Any

from conftest import Cast
from harness.person import Person, new_ref
from harness.server import ServerProcess
from harness.store import settings_at


async def _room(people: Cast) -> tuple[str, str]:
    admin, slug = await people.demo("admin"), new_ref("standing").lower()
    made = await admin.post("/api/staff/rooms", {"slug": slug, "title": slug, "age": "adult"}, 201)
    return slug, made["id"]


async def warn(moderator: Person, slug: str, name: str, *, expect: int = 200, words: str = "Gently, please.") -> Any:
    body = {"ref": new_ref("w"), "name": name, "rule": "kindness", "words": words}
    return await moderator.post(f"/api/rooms/{slug}/warnings", body, expect)


async def second_admin(people: Cast) -> Person:
    admin, other = await people.demo("admin"), await people.member()
    await admin.call("PUT", f"/api/staff/people/{other.name}/roles/community-manager", expect=204)
    return await other.sign_in(other.name)


async def decide(staff: Person, person: str, outcome: str, expect: int = 204) -> Any:
    cases = (await staff.get("/api/staff/contests?limit=200"))["contests"]
    case = next(one for one in cases if one["person"]["name"] == person)
    body = {"outcome": outcome, "answer": "We have read it again."}
    answer = await staff.call("POST", f"/api/staff/contests/{case['id']}/decision", body)
    assert answer.status_code == expect, answer.text
    return case


async def test_a_warning_waits_for_the_next_connection_and_the_moderator_sees_that_it_was_read(people: Cast) -> None:
    slug, room = await _room(people)
    guest, moderator = await people.guest(), await people.demo("moderator")
    async with guest.live() as live:
        await live.subscribe(room)
        await live.say(room, "hm")
    await warn(moderator, slug, guest.name)
    (given,) = (await moderator.get(f"/api/rooms/{slug}/warnings"))["warnings"]
    assert (given["person"]["name"], given["by"], given["seen_at"]) == (guest.name, moderator.name, None)
    for _ in range(2):  # until it is marked, it comes with every connection
        async with guest.live() as live:
            told = (await live.until("warning"))["warning"]
            assert told["words"] == "Gently, please." and told["contest_until"] > told["at"] + 180 * 86_400_000
    async with guest.live() as live:
        assert (await live.answer(type="see-warning", id=told["id"]))["type"] == "ack"
    async with guest.live() as live:
        assert not [frame for frame in await live.quiet(0.2) if frame["type"] == "warning"]
    (given,) = (await moderator.get(f"/api/rooms/{slug}/warnings"))["warnings"]
    assert given["seen_at"] >= given["at"]
    assert (await guest.call("GET", f"/api/rooms/{slug}/warnings")).status_code == 403
    other = await people.guest()
    assert (await other.call("POST", f"/api/warnings/{told['id']}/seen", {})).status_code == 404


async def test_an_overturned_warning_undoes_the_mute_and_the_count_also_of_those_after_it(people: Cast) -> None:
    rooms = [await _room(people) for _ in range(4)]
    guest, admin, moderator = await people.guest(), await people.demo("admin"), await people.demo("moderator")
    other = await second_admin(people)
    third = await people.member()
    await admin.call("PUT", f"/api/staff/people/{third.name}/roles/moderator", expect=204)
    await third.sign_in(third.name)
    async with guest.live() as live:
        for _, room in rooms:
            await live.subscribe(room)
            await live.say(room, "so")
        assert (await warn(moderator, rooms[0][0], guest.name))["step"] == "notice"
        assert (await warn(third, rooms[1][0], guest.name))["step"] == "mute"
        assert (await live.say(rooms[0][1], "but"))["code"] == "muted"
        assert (await warn(other, rooms[2][0], guest.name))["step"] == "remove"
        assert (await live.until("left"))["channel"] == rooms[2][1]
        standing = await guest.get("/api/standing")
        assert standing["counting"] == 3 and standing["muted_until"]
        assert [(one["what"], one["state"], one["can_contest"]) for one in standing["decisions"]] == [
            ("remove", "in-force", True),
            ("mute", "in-force", True),
            ("notice", "in-force", True),
        ]
        first = standing["decisions"][2]
        await guest.post(f"/api/standing/{first['id']}/contest", {"text": "I quoted a song."}, 201)
        again = await guest.call("POST", f"/api/standing/{first['id']}/contest", {"text": "I did."})
        assert again.json()["code"] == "already-contested"
        (given,) = (await moderator.get(f"/api/rooms/{rooms[0][0]}/warnings"))["warnings"]
        assert given["contest"] == "open"
        case = await decide(other, guest.name, "overturned")
        assert case["contest"]["text"] == "I quoted a song." and case["by"] == moderator.name and case["can_decide"]
        # What was a mute is now the first that counts, and what was a removal the second: a mute, no longer than it would have been.
        standing = await guest.get("/api/standing")
        assert [(one["what"], one["state"]) for one in standing["decisions"]] == [
            ("mute", "in-force"),
            ("notice", "in-force"),
            ("notice", "overturned"),
        ]
        assert standing["counting"] == 2
        assert standing["decisions"][2]["contest"]["answer"] == "We have read it again."
        assert (await live.say(rooms[0][1], "still"))["code"] == "muted"
        assert (await live.answer(type="subscribe", channel=rooms[2][1]))["type"] == "subscribed", "no removal any more"
        second = standing["decisions"][1]
        await guest.post(f"/api/standing/{second['id']}/contest", {"text": "I was quoting."}, 201)
        await decide(other, guest.name, "overturned")
        assert (await guest.get("/api/standing"))["muted_until"] is None
        assert (await live.say(rooms[0][1], "thank you"))["type"] == "ack", "the mute has ended"
    entries = (await admin.get("/api/staff/audit/check"))["intact"]
    assert entries


async def test_somebody_else_than_the_first_decides_and_once(people: Cast) -> None:
    slug, room = await _room(people)
    guest, admin = await people.guest(), await people.demo("admin")
    other, colleague = await second_admin(people), await second_admin(people)
    async with guest.live() as live:
        await live.subscribe(room)
        await live.say(room, "well")
    await warn(admin, slug, guest.name)
    await warn(colleague, slug, guest.name)  # the same incident
    (one,) = (await guest.get("/api/standing"))["decisions"]
    stranger = await people.guest()
    for who, code in ((stranger, 404), (guest, 201)):
        answer = await who.call("POST", f"/api/standing/{one['id']}/contest", {"text": "No."})
        assert answer.status_code == code
    for first in (admin, colleague):
        case = await decide(first, guest.name, "overturned", 403)
        assert not case["can_decide"]
    body = {"outcome": "upheld", "answer": "It stands."}
    assert (await guest.call("POST", f"/api/staff/contests/{case['id']}/decision", body)).status_code == 403
    await decide(other, guest.name, "upheld")
    assert (await other.call("POST", f"/api/staff/contests/{case['id']}/decision", body)).json()["code"] == "conflict"
    (one,) = (await guest.get("/api/standing"))["decisions"]
    assert (one["state"], one["contest"]["state"], one["can_contest"]) == ("in-force", "upheld", False)
    assert (await guest.get("/api/me"))["warnings_unseen"] == 2, "the warning, and the answer"
    await guest.post("/api/standing/seen", {}, 204)
    assert (await guest.get("/api/me"))["warnings_unseen"] == 0
    listed = (await other.get("/api/staff/contests?which=upheld&limit=200"))["contests"]
    assert guest.name in [entry["person"]["name"] for entry in listed]


async def test_a_removed_message_comes_back_when_its_removal_is_overturned(people: Cast) -> None:
    slug, room = await _room(people)
    guest, watcher, moderator = await people.guest(), await people.guest(), await people.demo("moderator")
    other = await second_admin(people)
    async with guest.live() as one, watcher.live() as two:
        await one.subscribe(room)
        await two.subscribe(room)
        seq = (await one.say(room, "what a lovely day"))["seq"]
        await moderator.post(f"/api/rooms/{slug}/messages/{seq}/removal", {"rule": "spam", "note": "Sold."}, 204)
        assert (await two.until("changed"))["message"]["removed"] == "moderator"
        (decision,) = (await guest.get("/api/standing"))["decisions"]
        assert (decision["what"], decision["rule"], decision["words"]) == ("message-removed", "spam", "Sold.")
        await guest.post(f"/api/standing/{decision['id']}/contest", {"text": "It was about the weather."}, 201)
        case = await decide(other, guest.name, "overturned")
        assert case["evidence"] == "what a lovely day"
        back = await two.until("changed")
        assert (back["message"]["text"], back["message"]["removed"]) == ("what a lovely day", None)
        again = await moderator.call("POST", f"/api/rooms/{slug}/messages/{seq}/removal", {"rule": "spam"})
        assert again.json()["code"] == "conflict"


async def test_a_banned_person_reads_why_contests_and_is_let_in_again(people: Cast) -> None:
    member, admin, other = await people.member(), await people.demo("admin"), await second_admin(people)
    name = member.name
    await admin.post("/api/staff/bans", {"name": name, "reason": "sold things in chats"}, 201)
    member.me = await member.post("/api/sign-in", {"name": name, "password": "a long enough one"})
    assert (await member.call("POST", "/api/requests", {"ref": "r", "topic": "anxiety", "language": "en"})).json()[
        "code"
    ] == "banned"
    page = (await member.call("GET", "/standing")).text
    assert "sold things in chats" in page and "Contest this" in page
    (decision,) = (await member.get("/api/standing"))["decisions"]
    assert (decision["kind"], decision["what"], decision["state"]) == ("ban", "site-ban", "in-force")
    await member.post(f"/api/standing/{decision['id']}/contest", {"text": "That was not me."}, 201)
    await decide(admin, name, "overturned", 403)
    await decide(other, name, "overturned")
    assert (await member.ask())["state"] == "waiting"
    await member.call("DELETE", "/api/requests/mine", expect=200)


async def test_the_page_contests_without_scripts_and_keeps_what_was_written(people: Cast) -> None:
    slug, room = await _room(people)
    guest, moderator = await people.guest(), await people.demo("moderator")
    async with guest.live() as live:
        await live.subscribe(room)
        await live.say(room, "hm")
    await warn(moderator, slug, guest.name, words="Not so loud, please.")
    page = (await guest.call("GET", "/standing")).text
    for part in (slug, "Be kind", "Not so loud, please.", "Nothing for now.", "a person", "I see it differently"):
        assert part in page
    assert (await guest.call("GET", "/warnings")).headers["location"] == "/standing"
    (decision,) = (await guest.get("/api/standing"))["decisions"]
    form = {"_csrf_token": guest.http.cookies["cups-csrf"], "text": "I was not loud at all."}
    sent = await guest.http.post(f"/standing/{decision['id']}/contest", data=form, headers={"origin": guest.base})
    assert sent.status_code == 303
    page = (await guest.call("GET", "/standing")).text
    assert "I was not loud at all." in page and "Somebody other than the first will read it." in page
    twice = await guest.http.post(f"/standing/{decision['id']}/contest", data=form, headers={"origin": guest.base})
    assert twice.status_code == 409
    assert "Nobody has decided anything about you" in (await people.visitor().call("GET", "/standing")).text


async def test_what_a_warning_is_about_is_kept_no_longer_than_it_can_be_contested(tmp_path: Path) -> None:

    from cups.app import running
    from cups.clock import ManualClock

    clock = ManualClock()
    async with running(settings_at(tmp_path, staff_second_factor=False), clock) as cups:

        def keep(unit: Any) -> None:
            from cups.accounts.making import make_member
            from cups.messages import service as messages
            from cups.moderation import queries
            from cups.wire.rooms import RoomIn

            who = make_member(unit.conn, name="somebody", password_hash=None, age="adult", now=clock.now())
            room = cups.rooms.create(unit, RoomIn(slug="here", title="Here", age="adult")).id
            messages.say(unit, room, who, "r", "words", clock.now())
            queries.keep_removed(
                unit.conn, id="1" * 26, person_id=who, channel_id=room, seq=1, moderator_id=who, rule="spam", note="",
                text="words", at=clock.now(),
            )  # fmt: skip

        await cups.db.write(keep)
        clock.advance(183 * 86_400_000)
        assert await cups.db.write(cups.moderation.forget_old) == 0
        clock.advance(1)
        assert await cups.db.write(cups.moderation.forget_old) == 1
        assert await cups.db.write(cups.moderation.forget_old) == 0


async def test_a_warning_counts_and_waits_over_a_kill(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path).start()
    try:
        people = Cast(server)
        slug, room = await _room(people)
        guest, moderator = await people.guest(), await people.demo("moderator")
        async with guest.live() as live:
            await live.subscribe(room)
            await live.say(room, "hm")
            await warn(moderator, slug, guest.name)
        server.kill9()
        server.start()
        async with guest.live() as live:
            await live.until("warning")
        assert (await warn(moderator, slug, guest.name, expect=429))["code"] == "wait-before-warning"
        assert (await guest.get("/api/standing"))["counting"] == 1
        for person in people.all:
            await person.aclose()
    finally:
        server.close()
