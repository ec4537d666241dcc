"""Personal requests over REST and sockets: the whole way, who counts as connected, who is told what, and what a kill -9 leaves."""

import re
from pathlib import Path
from typing import Any

import pytest
import trio

from conftest import Cast
from harness.person import Person, new_ref
from harness.server import ServerProcess

pytestmark = pytest.mark.usefixtures("reactor_kind")
QUICK = {"personal_ring_s": 1, "listener_grace_s": 1, "listener_chats_first": 10, "pace_request_burst": 1000}


async def ask(asker: Person, listener: Person, **more: str) -> Any:
    body = {"ref": new_ref("p"), "listener": listener.name, "topic": "anxiety", "language": "en"} | more
    answer = await asker.call("POST", "/api/requests/personal", body)
    return answer.json()


async def listed(asker: Person) -> dict[str, str]:
    found = await asker.get("/api/listeners")
    return {one["person"]["name"]: one["status"] for one in found["listeners"]}


async def until_closed(asker: Person, reason: str) -> Any:
    with trio.fail_after(10):
        while (state := await asker.get("/api/requests/mine"))["state"] == "ringing":
            await trio.sleep(0.05)
    assert state["reason"] == reason, state
    return state


async def online(listener: Person) -> None:
    await listener.call("PUT", "/api/me/status", {"status": "online"}, expect=200)


async def test_from_the_list_to_the_chat(people: Cast) -> None:
    guest, listener = await people.guest(), await people.demo("listener")
    await online(listener)
    with trio.fail_after(40):  # whoever was here just now is, for a moment, expected back
        while listener.name in await listed(guest):
            await trio.sleep(0.2)
    assert (await ask(guest, listener))["code"] == "listener-unavailable"
    async with listener.live() as theirs, guest.live() as mine:
        assert (await listed(guest))[listener.name] == "online"
        asked = await ask(guest, listener)
        assert asked["state"] == "ringing" and asked["listener"]["name"] == listener.name
        await mine.had("request", request=asked)
        rung = (await theirs.until("personal"))["request"]
        assert (rung["id"], rung["person"]["name"], rung["topic"]) == (asked["id"], guest.name, "anxiety")
        assert [one["id"] for one in (await listener.get("/api/personal"))["requests"]] == [asked["id"]]
        other = await people.guest()
        assert (await listed(other))[listener.name] == "busy", "one at a time"
        assert (await ask(other, listener))["code"] == "listener-unavailable"
        assert (await other.call("POST", f"/api/personal/{asked['id']}/accept", {})).json()["code"] == "not-asking"
        taken = await listener.post(f"/api/personal/{asked['id']}/accept")
        assert await listener.post(f"/api/personal/{asked['id']}/accept") == taken
        assert (await theirs.had("personal-over"))["reason"] == "taken"
        while (state := (await mine.until("request"))["request"])["state"] != "matched":
            pass
        assert state["chat"] == taken["chat"]
        await theirs.subscribe(taken["chat"])
        await mine.subscribe(taken["chat"])
        assert (await theirs.say(taken["chat"], "I am here."))["type"] == "ack"
        assert (await mine.until("message"))["message"]["text"] == "I am here."
        assert (await guest.get("/api/requests/mine"))["reason"] == "matched"
    await guest.post(f"/api/chats/{taken['chat']}/end", {})


async def test_declined_and_on_to_the_queue(people: Cast) -> None:
    guest, listener = await people.guest(), await people.demo("listener")
    await online(listener)
    async with listener.live() as theirs, guest.live() as mine:
        asked = await ask(guest, listener, topic="grief")
        await theirs.until("personal")
        await listener.post(f"/api/personal/{asked['id']}/decline", expect=204)
        assert (await theirs.had("personal-over"))["reason"] == "declined"
        while (state := (await mine.until("request"))["request"])["state"] != "closed":
            pass
        assert (state["reason"], state["listener"]["name"]) == ("declined", listener.name)
        waiting = await guest.post("/api/requests/mine/queue")
        assert (waiting["state"], waiting["topic"], waiting["since"]) == ("waiting", "grief", asked["since"])
        assert (await listener.get("/api/me"))["status"] == "online"
    await guest.call("DELETE", "/api/requests/mine", expect=200)
    assert (await guest.call("POST", "/api/requests/mine/queue", {})).json()["code"] == "conflict"


async def test_taken_back_the_listener_hears_it(people: Cast) -> None:
    guest, listener = await people.guest(), await people.demo("listener")
    await online(listener)
    async with listener.live() as theirs:
        asked = await ask(guest, listener)
        await theirs.until("personal")
        assert (await guest.call("DELETE", "/api/requests/mine", expect=200)).json()["reason"] == "cancelled"
        assert await theirs.had("personal-over") == {"type": "personal-over", "id": asked["id"], "reason": "over"}


async def test_a_connection_that_comes_while_it_rings_hears_of_it(people: Cast) -> None:
    guest, listener = await people.guest(), await people.demo("listener")
    await online(listener)
    async with listener.live() as first:
        asked = await ask(guest, listener)
        await first.until("personal")
        async with listener.live() as second, guest.live() as mine:
            assert (await second.until("personal"))["request"]["id"] == asked["id"]
            assert (await mine.until("request"))["request"]["state"] == "ringing"
    await guest.call("DELETE", "/api/requests/mine", expect=200)


async def test_the_gate_and_the_kind_come_first(people: Cast) -> None:
    visitor, member, listener = people.visitor(), await people.member(), await people.demo("listener")
    body = {"ref": "x", "listener": listener.name}
    assert (await visitor.call("GET", "/api/listeners")).json()["code"] == "gate-first"
    assert (await visitor.call("POST", "/api/requests/personal", body)).json()["code"] == "gate-first"
    assert (await listener.call("POST", "/api/requests/personal", body)).json()["code"] == "not-allowed"
    assert (await listener.get("/api/listeners"))["listeners"] == []
    assert (await member.call("GET", "/api/listeners?after=nonsense")).json()["field"] == "after"
    assert (await member.call("GET", "/api/listeners?topic=nonsense")).json()["field"] == "topic"


async def test_a_teen_neither_sees_nor_asks_an_adult_listener(people: Cast) -> None:
    teen, listener = await people.guest("13-17"), await people.demo("listener")
    await online(listener)
    async with listener.live():
        assert listener.name not in await listed(teen)
        assert (await ask(teen, listener))["code"] == "listener-unavailable"
        assert (await ask(teen, teen))["code"] == "listener-unavailable"


async def test_a_block_while_it_rings_parts_the_two_at_once(people: Cast) -> None:
    guest, listener = await people.guest(), await people.demo("listener")
    await online(listener)
    async with listener.live() as theirs:
        asked = await ask(guest, listener)
        await theirs.until("personal")
        await guest.post("/api/blocks", {"name": listener.name}, 204)
        assert (await theirs.had("personal-over"))["reason"] == "over"
        assert (await listener.call("POST", f"/api/personal/{asked['id']}/accept", {})).json()["code"] == "not-asking"
        assert (await guest.get("/api/requests/mine"))["reason"] == "unavailable"
        assert listener.name not in await listed(guest)


async def test_an_age_corrected_while_it_rings_parts_the_two_at_once(people: Cast) -> None:
    admin = await people.demo("admin")
    guest, listener = await people.guest(), await people.demo("listener")
    await online(listener)
    async with listener.live() as theirs:
        asked = await ask(guest, listener)
        await theirs.until("personal")
        body = {"age": "teen", "reason": "said so"}
        await admin.call("PUT", f"/api/staff/people/{guest.name}/age", body, expect=204)
        assert (await theirs.had("personal-over"))["reason"] == "over"
        assert (await listener.call("POST", f"/api/personal/{asked['id']}/accept", {})).json()["code"] == "not-asking"


async def test_a_mute_while_it_rings_ends_it(tmp_path: Path) -> None:
    """The listener could not answer in a chat."""
    server = ServerProcess(tmp_path, warn_mute_at=1, listener_chats_first=10).start()
    try:
        people = Cast(server)
        moderator, listener, guest = await people.demo("moderator"), await people.demo("listener"), await people.guest()
        async with listener.live() as theirs:
            await theirs.subscribe((await listener.get("/api/rooms/night-owls"))["id"])
            await ask(guest, listener)
            await theirs.until("personal")
            body = {"rule": "other", "words": "please stop", "ref": new_ref("w"), "name": listener.name}
            await moderator.post("/api/rooms/night-owls/warnings", body)
            assert (await theirs.had("personal-over"))["reason"] == "over"
        assert (await guest.get("/api/requests/mine"))["reason"] == "unavailable"
        assert (await ask(guest, listener))["code"] == "listener-unavailable"
        for person in people.all:
            await person.aclose()
    finally:
        server.close()


async def test_two_missed_set_busy_a_lost_connection_does_not(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, **QUICK).start()
    try:
        people = Cast(server)
        listener, guest = await people.demo("listener"), await people.guest()
        async with listener.live() as theirs:
            for _ in range(2):
                await ask(guest, listener)
                await theirs.until("personal")
                await until_closed(guest, "missed")
                assert (await theirs.had("personal-over"))["reason"] == "missed"
            me = await listener.get("/api/me")
            assert (me["status"], me["status_why"]) == ("busy", "missed")
            await theirs.had("me", me=me)
            assert (await listed(guest))[listener.name] == "busy"
            assert (await ask(guest, listener))["code"] == "listener-unavailable"
            waiting = await guest.post("/api/requests/mine/queue")
            assert (await listener.post("/api/queue/next"))["request"] == waiting["id"], (
                "busy, and takes from the queue"
            )
            await online(listener)
            assert (await listener.get("/api/me"))["status_why"] == ""
            other = await people.guest()
            for _ in range(2):
                await ask(other, listener)
                await other.call("DELETE", "/api/requests/mine", expect=200)
            assert (await listener.get("/api/me"))["status"] == "online"
            await ask(other, listener)
        await until_closed(other, "unavailable")
        assert (await listener.get("/api/me"))["status"] == "online", "the setting stays; in effect they are offline"
        assert (await listed(other)).get(listener.name) != "online"
        front = (await people.visitor().call("GET", "/")).text
        assert "listener is here now" not in front.replace("\u2068", "").replace("\u2069", "")
        for person in people.all:
            await person.aclose()
    finally:
        server.close()


async def test_what_rings_survives_kill_9(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, personal_ring_s=20, listener_grace_s=15, listener_chats_first=10).start()
    try:
        people = Cast(server)
        listener, guest = await people.demo("listener"), await people.guest()
        async with listener.live() as theirs:
            asked = await ask(guest, listener)
            await theirs.until("personal")
            await trio.to_thread.run_sync(server.kill9)
        await trio.to_thread.run_sync(server.start)
        state = await guest.get("/api/requests/mine")
        assert state["state"] == "ringing" and state["id"] == asked["id"] and state["until"] > asked["until"]
        async with listener.live() as theirs, guest.live() as mine:
            assert (await theirs.until("personal"))["request"]["id"] == asked["id"]
            assert (await mine.until("request"))["request"]["state"] == "ringing"
            taken = await listener.post(f"/api/personal/{asked['id']}/accept")
            await trio.to_thread.run_sync(server.kill9)
        await trio.to_thread.run_sync(server.start)
        assert (await guest.get("/api/requests/mine"))["chat"] == taken["chat"]
        assert await listener.post(f"/api/personal/{asked['id']}/accept") == taken
        for person in people.all:
            await person.aclose()
    finally:
        server.close()


async def test_a_listener_dead_after_accepting_gives_the_person_to_the_queue(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, claim_lease_s=1, listener_chats_first=10).start()
    try:
        people = Cast(server)
        listener, guest = await people.demo("listener"), await people.guest()
        async with listener.live() as theirs:
            asked = await ask(guest, listener)
            await theirs.until("personal")
            taken = await listener.post(f"/api/personal/{asked['id']}/accept")
        with trio.fail_after(8):
            while (state := await guest.get("/api/requests/mine"))["state"] != "waiting":
                await trio.sleep(0.1)
        assert (state["id"], state["since"], state["listener"]) == (asked["id"], asked["since"], None)
        assert (await listener.get(f"/api/chats/{taken['chat']}"))["ended_by"] == "system"
        for person in people.all:
            await person.aclose()
    finally:
        server.close()


async def test_guests_have_a_limit_of_their_own(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, pace_guest_personal_burst=2, listener_chats_first=10).start()
    try:
        people = Cast(server)
        listener, guest, member = await people.demo("listener"), await people.guest(), await people.member()
        async with listener.live():
            for person, allowed in ((guest, 2), (member, 3)):
                for _ in range(allowed):
                    assert (await ask(person, listener))["state"] == "ringing"
                    await person.call("DELETE", "/api/requests/mine", expect=200)
            refused = await ask(guest, listener)
            assert refused["code"] == "too-fast" and refused["retry_at"]
            assert (await guest.ask())["state"] == "waiting", "the queue is open to everybody"
        for person in people.all:
            await person.aclose()
    finally:
        server.close()


async def test_the_pages_without_scripts(people: Cast) -> None:
    """The list, asking, waiting, declined, and the queue in one press, by forms alone."""
    visitor, guest, listener = people.visitor(), await people.guest(), await people.demo("listener")
    await online(listener)
    assert "/gate?next=/listeners" in (await visitor.call("GET", "/listeners")).text
    assert 'href="/listeners' in (await guest.call("GET", "/talk")).text
    async with listener.live():
        page = (await guest.call("GET", "/listeners?topic=grief&language=en")).text
        assert listener.name in page and "Chat now" in page
        assert (await form(guest, "/listeners", page, listener=listener.name)).headers["location"] == "/talk"
        waiting = (await guest.call("GET", "/talk")).text
        assert (
            f"Waiting for {listener.name}" in waiting and "Stop asking" in waiting and "Loss and grief" not in waiting
        )
        asked = (await listener.get("/api/personal"))["requests"][0]
        assert asked["topic"] == "grief"
        busy = await people.guest()
        theirs = (await busy.call("GET", "/listeners")).text
        assert "busy right now" in theirs
        refused = await form(busy, "/listeners", theirs, listener=listener.name, topic="grief", language="en", ref="r1")
        assert refused.status_code == 409 and "be asked right now" in refused.text
        assert 'value="grief" selected' in refused.text, "what was chosen stays"
        await listener.post(f"/api/personal/{asked['id']}/decline", expect=204)
        after = (await guest.call("GET", "/talk")).text
        assert f"{listener.name} can’t talk right now" in after
        assert (await form(guest, "/talk/queue", after)).headers["location"] == "/talk"
        assert (await guest.get("/api/requests/mine"))["topic"] == "grief"
        assert "You are next" in (await guest.call("GET", "/talk")).text
    await guest.call("DELETE", "/api/requests/mine", expect=200)


async def form(person: Person, action: str, page: str, **fields: str) -> Any:
    """Sends the page's form with this action as a browser does, with other values for these fields."""
    found = [one for one in re.findall(r"<form.*?</form>", page, re.DOTALL) if f'action="{action}"' in one]
    for one in found:
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', one))
        if fields.get("listener", hidden.get("listener")) == hidden.get("listener"):
            break
    else:
        hidden = {"_csrf_token": person.http.cookies["cups-csrf"]}
    headers = {"origin": person.base}
    return await person.http.post(action, data=hidden | fields, headers=headers)
