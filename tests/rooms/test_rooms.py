"""Rooms: who sees which, presence, moderation, the ladder, pace; teens and adults apart."""

from pathlib import Path

import trio

from conftest import Cast
from harness.person import Person, new_ref
from harness.server import ServerProcess


async def _room(person: Person, slug: str) -> str:
    return str((await person.get(f"/api/rooms/{slug}"))["id"])


async def _new_room(people: Cast, age: str = "adult", audience: str = "members") -> tuple[str, str]:
    admin = await people.demo("admin")
    slug = new_ref("room").lower()
    made = await admin.post("/api/staff/rooms", {"slug": slug, "title": slug, "age": age, "audience": audience}, 201)
    return slug, made["id"]


async def test_people_see_only_the_rooms_they_may_enter(people: Cast) -> None:
    adult, teen, listener = await people.guest(), await people.guest("13-17"), await people.demo("listener")
    slugs = {p: {r["slug"] for r in (await p.get("/api/rooms"))["rooms"]} for p in (adult, teen, listener)}
    assert (
        "the-kitchen-table" in slugs[adult]
        and "teen-lounge" not in slugs[adult]
        and "listener-support" not in slugs[adult]
    )
    assert "teen-lounge" in slugs[teen] and "the-kitchen-table" not in slugs[teen]
    assert "listener-support" in slugs[listener]
    assert (await people.visitor().get("/api/rooms"))["rooms"] == []
    assert (await teen.call("GET", "/api/rooms/the-kitchen-table")).status_code == 404
    kitchen = await _room(adult, "the-kitchen-table")
    async with teen.live() as live:
        assert (await live.answer(type="subscribe", channel=kitchen))["code"] == "not-found"
        assert (await live.say(kitchen, "hello"))["code"] == "not-found"
    assert (await teen.call("GET", f"/api/channels/{kitchen}/messages")).status_code == 404


async def test_presence_and_the_last_messages_on_entering(people: Cast) -> None:
    slug, room = await _new_room(people)
    first, second = await people.guest(), await people.guest()
    async with first.live() as one:
        state = await one.subscribe(room)
        assert [p["name"] for p in state["present"]] == [first.name]
        await one.say(room, "first words")
        async with second.live() as two:
            entered = await two.subscribe(room)
            assert [m["text"] for m in entered["messages"]] == ["first words"]
            assert {p["name"] for p in entered["present"]} == {first.name, second.name}
            came = await one.until("presence")
            while second.name not in [p["name"] for p in came["came"]]:
                came = await one.until("presence")
        left = await one.until("presence")
        assert left["left"] == [second.name] and left["count"] == 1
    assert slug


async def test_a_removed_message_is_gone_everywhere(people: Cast) -> None:
    slug, room = await _new_room(people)
    guest, watcher, moderator = await people.guest(), await people.guest(), await people.demo("moderator")
    async with guest.live() as one, watcher.live() as two:
        state = await two.subscribe(room)
        await one.subscribe(room)
        said = await one.say(room, "unkind words here")
        await two.until("message")
        position = {"epoch": state["epoch"], "seq": said["seq"]}
        assert (
            await guest.call("POST", f"/api/rooms/{slug}/messages/{said['seq']}/removal", {"rule": "kindness"})
        ).status_code == 403
        await moderator.post(f"/api/rooms/{slug}/messages/{said['seq']}/removal", {"rule": "kindness"}, 204)
        changed = await two.until("changed")
        assert changed["message"]["removed"] == "moderator" and changed["message"]["text"] == ""
    async with watcher.live() as back:
        missed = await back.subscribe(room, since=position)
        assert missed["recovered"] and [m["removed"] for m in missed["messages"]] == ["moderator"]
    page = await watcher.get(f"/api/channels/{room}/messages")
    assert all("unkind" not in m["text"] for m in page["messages"])


async def test_the_ladder_leads_to_mute_removal_and_ban_and_outlives_a_restart(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path).start()
    try:
        cast = Cast(server)
        admin, guest = await cast.demo("admin"), await cast.guest()
        moderators = []
        for i in range(5):
            one = await cast.member()
            await admin.call("PUT", f"/api/staff/people/{one.name}/roles/moderator", expect=204)
            moderators.append(await one.sign_in(one.name))
            assert i < 5
        slugs = [
            (await admin.post("/api/staff/rooms", {"slug": f"ladder-{i}", "title": f"Ladder {i}", "age": "adult"}, 201))
            for i in range(5)
        ]

        async def warn(moderator: Person, room: int, expect: int = 200) -> dict[str, object]:
            body = {
                "ref": new_ref("warn"),
                "name": guest.name,
                "rule": "kindness",
                "words": "Please be gentle with each other.",
            }
            answer: dict[str, object] = await moderator.post(f"/api/rooms/{slugs[room]['slug']}/warnings", body, expect)
            return answer

        async with guest.live() as live:
            await live.subscribe(slugs[0]["id"])
            first = await warn(moderators[0], 0)
            assert (first["counted"], first["count"], first["step"]) == (True, 1, "notice")
            told = await live.until("warning")
            assert (
                told["warning"]["words"] == "Please be gentle with each other."
                and told["warning"]["rule"] == "kindness"
            )
            second_voice = await warn(moderators[1], 0)
            assert (second_voice["counted"], second_voice["count"]) == (False, 1)
            assert (await warn(moderators[2], 4, expect=404))["code"] == "not-found", (
                "warned about a room they were not in"
            )
            refused = await warn(moderators[0], 0, expect=429)
            assert refused["code"] == "wait-before-warning" and refused["retry_at"]
            await live.subscribe(slugs[1]["id"])
            mute = await warn(moderators[2], 1)
            assert (mute["count"], mute["step"]) == (2, "mute") and mute["until"]
            assert (await live.say(slugs[0]["id"], "but"))["code"] == "muted"
        server.kill9()
        server.start()
        async with guest.live() as live:
            await live.subscribe(slugs[3]["id"])
            refused = await warn(moderators[2], 3, expect=429)
            assert refused["code"] == "wait-before-warning"
        async with guest.live() as live:
            assert [w["warning"]["step"] for w in (await live.until("warning"), await live.until("warning"))] == [
                "notice",
                "mute",
            ]
            unseen = await guest.get("/api/warnings")
            for warning in unseen["warnings"]:
                assert (await live.answer(type="see-warning", id=warning["id"]))["type"] == "ack"
            await live.subscribe(slugs[2]["id"])
            removal = await warn(moderators[3], 2)
            assert (removal["count"], removal["step"]) == (3, "remove")
            assert (await live.until("left"))["channel"] == slugs[2]["id"]
            assert (await live.answer(type="subscribe", channel=slugs[2]["id"]))["code"] == "removed-from-room"
            await live.subscribe(slugs[3]["id"])
            await live.subscribe(slugs[4]["id"])
            assert (await warn(moderators[4], 3))["count"] == 4
            last = await warn(admin, 4)
            assert (last["count"], last["step"]) == (5, "ban")
            assert {(await live.until("left"))["channel"] for _ in range(2)} == {slugs[3]["id"], slugs[4]["id"]}
        assert (await guest.get("/api/rooms"))["rooms"] == []
        assert (await guest.get("/api/me"))["warnings_unseen"] == 3
        assert (await admin.get("/api/staff/audit/check"))["intact"]
        for person in cast.all:
            await person.aclose()
    finally:
        server.close()


async def test_a_muted_person_can_still_ask_for_help(people: Cast) -> None:
    guest = await people.guest()
    admin, moderator = await people.demo("admin"), await people.demo("moderator")
    rooms = [await _new_room(people), await _new_room(people)]
    async with guest.live() as live:
        for _, room in rooms:
            await live.subscribe(room)
            await live.say(room, "well then")
    for (slug, _), who in zip(rooms, (admin, moderator), strict=True):
        body = {"ref": new_ref("w"), "name": guest.name, "rule": "spam", "words": "Slow down, please."}
        await who.post(f"/api/rooms/{slug}/warnings", body)
    assert (await guest.get("/api/me"))["muted_until"] > 0
    assert (await guest.ask())["state"] == "waiting"
    await guest.call("DELETE", "/api/requests/mine", expect=200)
    assert (await guest.call("GET", "/help")).status_code == 200


async def test_too_fast_is_refused_with_when_to_go_on(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, pace_guest_message_burst=2, pace_guest_message_period_ms=1500).start()
    try:
        guest = await Person(server.base).pass_gate()
        room = await _room(guest, "the-kitchen-table")
        async with guest.live() as live:
            await live.subscribe(room)
            assert [(await live.say(room, f"{i}"))["type"] for i in range(2)] == ["ack", "ack"]
            refused = await live.say(room, "again", ref="kept")
            assert refused["code"] == "too-fast"
            now = (await live.answer(type="ping"))["now"]
            assert 0 < refused["retry_at"] - now <= 1500
            await trio.sleep((refused["retry_at"] - now) / 1000)
            assert (await live.say(room, "again", ref="kept"))["type"] == "ack"
        await guest.aclose()
    finally:
        server.close()


async def test_a_retired_room_lets_everyone_out(people: Cast) -> None:
    slug, room = await _new_room(people)
    guest, admin = await people.guest(), await people.demo("admin")
    async with guest.live() as live:
        await live.subscribe(room)
        await admin.post(f"/api/staff/rooms/{slug}/retire", expect=204)
        assert (await live.until("left"))["code"] == "room-retired"
        assert (await live.say(room, "anyone?"))["code"] == "room-retired"


async def test_a_rooms_moderator_moderates_there_alone(people: Cast) -> None:
    slug, room = await _new_room(people)
    other, _ = await _new_room(people)
    admin, member, guest = await people.demo("admin"), await people.member(), await people.guest()
    await admin.call("PUT", f"/api/staff/rooms/{slug}/moderators/{member.name}", expect=204)
    assert (await member.get(f"/api/rooms/{slug}"))["can_moderate"]
    assert not (await member.get(f"/api/rooms/{other}"))["can_moderate"]
    body = {"ref": new_ref("w"), "name": guest.name, "rule": "spam", "words": "Please."}
    await member.post(f"/api/rooms/{other}/warnings", body, 403)
    async with guest.live() as live:
        await live.subscribe(room)
        await member.post(f"/api/rooms/{slug}/warnings", body)
    await admin.call("DELETE", f"/api/staff/rooms/{slug}/moderators/{member.name}", expect=204)
    await member.post(f"/api/rooms/{slug}/warnings", body | {"ref": new_ref("w")}, 403)
