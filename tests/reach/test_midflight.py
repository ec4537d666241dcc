"""Over sockets: what changes about two people while they are under way parts them at once."""

from pathlib import Path
from typing import Any

import trio

from conftest import Cast
from harness.person import Person
from harness.server import ServerProcess

DAY = 86_400_000
ENDED = 4403


async def now_of(person: Person) -> int:
    async with person.live() as live:
        answer = await live.answer(type="ping")
    return int(answer["now"])


async def clear(people: Cast, listener: Person, until: int, expect: int = 200) -> Any:
    admin = await people.demo("admin")
    body = {"until": until, "check": "certificate seen"}
    answer = await admin.call("PUT", f"/api/staff/people/{listener.name}/clearance", body, expect=expect)
    return answer.json()


async def closed(live: Any) -> int:
    """Reads on to the end of the connection; its close code."""
    from trio_websocket import ConnectionClosed

    with trio.fail_after(10):
        while True:
            try:
                await live.next()
            except ConnectionClosed as end:
                return int(end.reason.code)


async def take(listener: Person, asker: Person) -> str:
    taken = await listener.post(f"/api/queue/{(await asker.ask())['id']}/take")
    return str(taken["chat"])


async def not_offered(listener: Person, request: str) -> None:
    """This very request is not to be had by this listener."""
    assert (await listener.call("POST", f"/api/queue/{request}/take", {})).json()["code"] == "already-taken"
    assert request not in [one["id"] for one in (await listener.get("/api/queue"))["requests"]]


async def test_a_cleared_listener_meets_a_teen_until_the_clearance_is_taken_away(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, listener_chats_first=10).start()
    try:
        people = Cast(server)
        listener, teen, admin = await people.demo("listener"), await people.guest("13-17"), await people.demo("admin")
        await teen.ask()
        assert (await listener.call("POST", "/api/queue/next", {})).status_code == 404
        now = await now_of(listener)
        assert (await clear(people, listener, now, expect=422))["field"] == "until"
        assert (await clear(people, listener, now + 9999 * DAY, expect=422))["field"] == "until"
        given = await clear(people, listener, now + 100 * DAY)
        assert given["in_force"] and given["person"]["name"] == listener.name
        listed = (await admin.get("/api/staff/clearances"))["clearances"]
        assert [(one["person"]["name"], one["in_force"]) for one in listed] == [(listener.name, True)]
        chat = str((await listener.post("/api/queue/next"))["chat"])
        lounge = (await listener.get("/api/rooms/teen-lounge"))["id"]
        async with listener.live() as grown, teen.live() as young:
            await grown.subscribe(chat)
            await young.subscribe(chat)
            await grown.subscribe(lounge)
            assert (await grown.say(chat, "hello"))["type"] == "ack"
            assert (await young.until("message"))["message"]["text"] == "hello"
            await admin.call("DELETE", f"/api/staff/people/{listener.name}/clearance", expect=204)
            assert (await grown.say(chat, "still there?"))["code"] == "chat-ended"
            assert (await young.say(chat, "are you?"))["code"] == "chat-ended"
            assert (await grown.had("left", channel=lounge))["code"] == "not-found"
            assert (await grown.say(lounge, "hello all"))["code"] == "not-found"
            assert not [frame for frame in await young.quiet(0.3) if frame["type"] == "message"]
        assert (await admin.call("DELETE", f"/api/staff/people/{listener.name}/clearance")).status_code == 404
        acts = [entry["act"] for entry in (await admin.get("/api/staff/audit"))["entries"]]
        assert acts.count("clearance.grant") == 1 and acts.count("clearance.revoke") == 1
        for person in people.all:
            await person.aclose()
    finally:
        server.close()


async def test_a_clearance_that_runs_out_ends_what_rests_on_it(tmp_path: Path) -> None:
    server = ServerProcess(
        tmp_path, listener_chats_first=10, expiry_every_s=0.05, pace_chat_message_burst=5000, pace_frames_burst=5000
    ).start()
    try:
        people = Cast(server)
        listener, teen = await people.demo("listener"), await people.guest("13-17")
        end = await now_of(listener) + 4000
        await clear(people, listener, end)
        chat = await take(listener, teen)
        lounge = (await listener.get("/api/rooms/teen-lounge"))["id"]
        async with listener.live() as grown, teen.live() as young:
            await grown.subscribe(chat)
            await young.subscribe(chat)
            await grown.subscribe(lounge)
            last = 0
            while (answer := await grown.say(chat, "hello"))["type"] == "ack":
                last = answer["at"]
                await trio.sleep(0.02)
            assert answer["code"] in ("chat-ended", "not-allowed")
            assert 0 < last < end, "the last message was stored before the clearance ended"
            assert (await grown.had("left", channel=lounge))["code"] == "not-found"
        assert (await listener.call("POST", "/api/queue/next", {})).json()["code"] == "nobody-waiting"
        for person in people.all:
            await person.aclose()
    finally:
        server.close()


async def test_only_adult_listeners_are_cleared_and_nobody_clears_themselves(people: Cast) -> None:
    admin, member, guest = await people.demo("admin"), await people.member(), await people.guest()
    until = await now_of(member) + DAY
    for who in (admin, member, guest):
        assert (await clear(people, who, until, expect=403))["code"] == "not-allowed"
    body = {"until": until, "check": "certificate seen"}
    assert (await member.call("PUT", f"/api/staff/people/{guest.name}/clearance", body)).status_code == 403
    assert (await member.call("GET", "/api/staff/clearances")).status_code == 403
    assert (await admin.call("PUT", "/api/staff/people/nobody-here/clearance", body)).status_code == 404


async def test_a_corrected_age_parts_two_in_mid_chat(people: Cast) -> None:
    listener, guest, admin = await people.demo("listener"), await people.guest(), await people.demo("admin")
    chat = await take(listener, guest)
    kitchen = (await guest.get("/api/rooms/the-kitchen-table"))["id"]
    body = {"age": "teen", "reason": "said so in the chat"}
    async with listener.live() as grown, guest.live() as young:
        await grown.subscribe(chat)
        await young.subscribe(chat)
        await young.subscribe(kitchen)
        assert (await young.say(chat, "I am fifteen, to be honest"))["type"] == "ack"
        await admin.call("PUT", f"/api/staff/people/{guest.name}/age", body, expect=204)
        assert (await grown.say(chat, "oh"))["code"] == "chat-ended"
        assert await closed(young) == ENDED
    assert (await guest.get("/api/me"))["person"] is None, "the session is over"
    again = await admin.call("PUT", f"/api/staff/people/{guest.name}/age", body)
    assert again.status_code == 204, "correcting to the same changes nothing"
    assert (await guest.call("PUT", f"/api/staff/people/{guest.name}/age", body)).status_code == 401


async def test_a_corrected_age_takes_a_waiting_person_out_of_the_wrong_line(people: Cast) -> None:
    listener, member, admin = await people.demo("listener"), await people.member(), await people.demo("admin")
    password, name = "a long enough one", member.name
    asked = (await member.ask())["id"]
    body = {"age": "teen", "reason": "a parent wrote to us"}
    await admin.call("PUT", f"/api/staff/people/{name}/age", body, expect=204)
    await not_offered(listener, asked)
    member.me = await member.post("/api/sign-in", {"name": name, "password": password})
    mine = await member.get("/api/requests/mine")
    assert (mine["state"], mine["reason"]) == ("closed", "age-corrected")
    assert {room["slug"] for room in (await member.get("/api/rooms"))["rooms"]} >= {"teen-lounge"}
    await not_offered(listener, (await member.ask())["id"])
    await member.call("DELETE", "/api/requests/mine", expect=200)


async def test_a_block_parts_two_in_mid_chat(people: Cast) -> None:
    listener, guest = await people.demo("listener"), await people.guest()
    chat = await take(listener, guest)
    async with listener.live() as one, guest.live() as other:
        await one.subscribe(chat)
        await other.subscribe(chat)
        await guest.post("/api/blocks", {"name": listener.name}, 204)
        assert (await one.say(chat, "hello?"))["code"] == "chat-ended"
        assert not [frame for frame in await other.quiet(0.3) if frame["type"] == "message"]
    await not_offered(listener, (await guest.ask())["id"])
    await guest.call("DELETE", "/api/requests/mine", expect=200)


async def test_a_ban_parts_two_in_mid_chat(people: Cast) -> None:
    listener, guest, admin = await people.demo("listener"), await people.guest(), await people.demo("admin")
    chat = await take(listener, guest)
    async with listener.live() as one, guest.live() as other:
        await one.subscribe(chat)
        await other.subscribe(chat)
        await admin.post("/api/staff/bans", {"name": guest.name, "reason": "threats", "days": 1}, 201)
        assert (await one.say(chat, "hello?"))["code"] == "chat-ended"
        assert await closed(other) == ENDED


async def test_a_break_keeps_the_listener_out_of_the_queue_and_says_so(people: Cast) -> None:
    listener, guest = await people.demo("listener"), await people.guest()
    chat = await take(listener, guest)
    waiting = await people.guest()
    await waiting.ask()
    async with listener.live() as live:
        await live.subscribe(chat)
        await listener.call("PUT", "/api/me/status", {"status": "break"}, expect=200)
        try:
            assert (await live.say(chat, "we go on"))["type"] == "ack", "what is under way goes on"
            refused = (await listener.call("POST", "/api/queue/next", {})).json()
            assert refused["code"] == "on-break"
            assert (await live.answer(type="watch-board"))["code"] == "on-break"
            profile = (await waiting.call("GET", f"/@{listener.name}")).text
            assert "on a break" in profile
        finally:
            await listener.call("PUT", "/api/me/status", {"status": "online"}, expect=200)
    await waiting.call("DELETE", "/api/requests/mine", expect=200)
