"""Over sockets, on both reactors: what a room's moderators set and decide reaches everybody who is there, and whoever comes later."""

from pathlib import Path

from conftest import Cast
from harness.person import Json, Person, new_ref
from harness.server import ServerProcess


async def _room(people: Cast) -> tuple[str, str]:
    admin, slug = await people.demo("admin"), new_ref("moderating").lower()
    made = await admin.post("/api/staff/rooms", {"slug": slug, "title": slug, "age": "adult"}, 201)
    return slug, made["id"]


async def _put(person: Person, path: str, body: Json, expect: int = 200) -> Json:
    answer = await person.call("PUT", path, body, expect=expect)
    return answer.json() if answer.content else {}


async def _give(by: Person, slug: str, to: str, act: str, expect: int = 201) -> Json:
    body = {"ref": new_ref("s"), "name": to, "act": act, "length": "short", "rule": "kindness", "words": "Gently."}
    answer: Json = await by.post(f"/api/rooms/{slug}/sanctions", body, expect)
    return answer


async def test_slow_and_closed_are_told_live_and_to_whoever_comes_later(people: Cast) -> None:
    slug, room = await _room(people)
    guest, late, moderator = await people.guest(), await people.guest(), await people.demo("moderator")
    async with guest.live() as live, moderator.live() as other:
        state = await live.subscribe(room)
        assert (state["room"], state["pins"], state["can_send"]) == ({"slow_s": 0, "closed": None}, [], True)
        await other.subscribe(room)
        assert (await _put(moderator, f"/api/rooms/{slug}/slow", {"slowness": "firm"}))["slow_s"] == 30
        assert (await live.until("room"))["now"] == {"slow_s": 30, "closed": None}
        first = await live.say(room, "one")
        refused = await live.say(room, "two", ref="kept")
        assert (refused["code"], refused["retry_at"]) == ("room-slow", first["at"] + 30_000)
        assert [(await other.say(room, "mine"))["type"] for _ in range(2)] == ["ack", "ack"]
        closed = await _put(moderator, f"/api/rooms/{slug}/closure", {"length": "short", "words": "Tea."})
        assert (await live.until("room"))["now"] == closed
        refused = await live.say(room, "three")
        assert (refused["code"], refused["retry_at"]) == ("room-closed", closed["closed"]["until"])
        assert (await other.say(room, "still here"))["type"] == "ack"
        async with late.live() as after:
            state = await after.subscribe(room)
            assert state["room"] == closed and state["can_send"]
            assert [message["text"] for message in state["messages"]][-1] == "still here"
        assert (await late.get(f"/api/rooms/{slug}"))["now"] == closed
        await moderator.call("DELETE", f"/api/rooms/{slug}/closure", expect=200)
        await _put(moderator, f"/api/rooms/{slug}/slow", {"slowness": "off"})
        assert (await live.until("room", now={"slow_s": 0, "closed": None}))["channel"] == room
        assert (await live.say(room, "two", ref="kept"))["type"] == "ack"
    for path, body in (("slow", {"slowness": "light"}), ("closure", {})):
        await _put(guest, f"/api/rooms/{slug}/{path}", body, 403)
    await _put(moderator, f"/api/rooms/{slug}/slow", {"slowness": "fast"}, 422)


async def test_pins_come_with_the_room_change_live_and_go_with_their_message(people: Cast) -> None:
    slug, room = await _room(people)
    guest, late, moderator = await people.guest(), await people.guest(), await people.demo("moderator")
    async with guest.live() as live:
        await live.subscribe(room)
        seqs = [(await live.say(room, f"line {number}"))["seq"] for number in range(2)]
        for seq in seqs:
            await _put(moderator, f"/api/rooms/{slug}/pins/{seq}", {}, 204)
        told = await live.until("pinned")
        assert told["pin"]["message"]["text"] == "line 0"
        await live.send(type="edit", ref=new_ref(), channel=room, seq=seqs[0], text="line 0, better")
        while told["pin"]["message"]["text"] != "line 0, better":
            told = await live.until("pinned")
        assert told["pin"]["message"]["seq"] == seqs[0]
        async with late.live() as after:
            state = await after.subscribe(room)
            assert [pin["message"]["text"] for pin in state["pins"]] == ["line 0, better", "line 1"]
            again = await after.subscribe(room, since={"epoch": state["epoch"], "seq": state["seq"]})
            assert again["recovered"] and again["pins"] == state["pins"]
            # Who pinned is for moderators: in the audit log, and in nothing that everybody is told.
            for pin in (told["pin"], *state["pins"]):
                assert pin.keys() == {"message", "at"} and moderator.name not in str(pin)
        admin = await people.demo("admin")
        last = max(0, (await admin.get("/api/staff/audit/check"))["entries"] - 100)
        entries = (await admin.get(f"/api/staff/audit?limit=200&after={last}"))["entries"]
        pinned = [
            one["actor"] for one in entries if one["subject"] == f"{slug}/{seqs[0]}" and one["act"] == "message.pin"
        ]
        assert pinned == [moderator.name]
        page = (await late.call("GET", f"/rooms/{slug}")).text
        assert "2 pinned messages" in page.replace("\u2068", "").replace("\u2069", "")
        await moderator.post(f"/api/rooms/{slug}/messages/{seqs[0]}/removal", {"rule": "kindness"}, 204)
        assert (await live.until("unpinned"))["seq"] == seqs[0]
        await moderator.call("DELETE", f"/api/rooms/{slug}/pins/{seqs[1]}", expect=204)
        assert (await live.until("unpinned"))["seq"] == seqs[1]
        async with late.live() as after:
            assert (await after.subscribe(room))["pins"] == []
    await _put(guest, f"/api/rooms/{slug}/pins/{seqs[1]}", {}, 403)


async def test_a_mute_reaches_all_connections_and_is_lifted_live(people: Cast) -> None:
    slug, room = await _room(people)
    guest, moderator, other = await people.guest(), await people.demo("moderator"), await people.guest()
    async with guest.live() as live, guest.live() as second, other.live() as watcher:
        for one in (live, second, watcher):
            await one.subscribe(room)
        await live.say(room, "hm")
        given = await _give(moderator, slug, guest.name, "mute")
        for one in (live, second):
            told = (await one.until("decided"))["decision"]
            assert (told["id"], told["what"], told["words"], told["until"]) == (
                given["id"], "room-mute", "Gently.", given["until"],
            )  # fmt: skip
            assert told["source"] == "human" and told["can_contest"]
            place = await one.until("place")
            assert (place["can_send"], place["muted_until"]) == (False, given["until"])
            refused = await one.say(room, "but")
            assert (refused["code"], refused["retry_at"]) == ("muted-in-room", given["until"])
        await live.send(type="typing", channel=room)
        assert not [frame for frame in await watcher.quiet(0.3) if frame["type"] == "types"]
        kitchen = (await guest.get("/api/rooms/the-kitchen-table"))["id"]
        assert (await live.say(kitchen, "elsewhere I may"))["type"] == "ack"
        async with guest.live() as again:
            assert (await again.until("decided"))["decision"]["id"] == given["id"]
            state = await again.subscribe(room)
            assert (state["can_send"], state["muted_until"]) == (False, given["until"])
            assert (await again.answer(type="see-warning", id=given["id"]))["type"] == "ack"
        await moderator.call("DELETE", f"/api/rooms/{slug}/sanctions/{given['id']}", expect=204)
        for one in (live, second):
            assert (await one.until("place", can_send=True))["muted_until"] is None
            assert (await one.say(room, "thanks"))["type"] == "ack"


async def test_whoever_is_removed_or_banned_leaves_on_all_connections_and_stays_out(people: Cast) -> None:
    for act, code in (("remove", "removed-from-room"), ("ban", "banned-from-room")):
        slug, room = await _room(people)
        guest, moderator = await people.guest(), await people.demo("moderator")
        async with guest.live() as live, guest.live() as second, moderator.live() as watcher:
            await watcher.subscribe(room)
            for one in (live, second):
                await one.subscribe(room)
            await live.say(room, "hm")
            given = await _give(moderator, slug, guest.name, act)
            for one in (live, second):
                assert (await one.until("decided"))["decision"]["until"] == given["until"]
                left = await one.until("left")
                assert (left["channel"], left["code"], left["until"]) == (room, code, given["until"])
                refused = await one.answer(type="subscribe", channel=room)
                assert (refused["code"], refused["retry_at"]) == (code, given["until"])
                assert (await one.say(room, "but"))["code"] == code
            await watcher.say(room, "go on")
            assert not [frame for frame in await live.quiet(0.3) if frame["type"] == "message"]
            assert (await guest.call("GET", f"/api/channels/{room}/messages")).status_code == 403
            assert (await guest.call("GET", f"/rooms/{slug}")).status_code == 403
            admin = await people.demo("admin")
            every = (await admin.get("/api/staff/sanctions?limit=200"))["sanctions"]
            assert (given["id"], act, slug) in [(one["id"], one["act"], one["room"]) for one in every]
            await admin.call("DELETE", f"/api/staff/sanctions/{given['id']}", expect=204)
            assert (await live.answer(type="subscribe", channel=room))["type"] == "subscribed"
    assert (await guest.call("GET", "/api/staff/sanctions")).status_code == 403


async def test_a_rooms_moderators_read_over_rest_whom_it_is_about_a_page_at_a_time(people: Cast) -> None:
    slug, room = await _room(people)
    moderator, given = await people.demo("moderator"), []
    for _ in range(3):
        guest = await people.guest()
        async with guest.live() as live:
            await live.subscribe(room)
            given.append((await _give(moderator, slug, guest.name, "mute"))["id"])
    path = f"/api/rooms/{slug}/sanctions"
    first = await moderator.get(f"{path}?limit=2")
    rest = await moderator.get(f"{path}?limit=2&after={first['next']}")
    assert [one["id"] for one in first["sanctions"] + rest["sanctions"]] == given[::-1] and rest["next"] is None
    assert [one["id"] for one in (await moderator.get(path))["sanctions"]] == given[::-1]
    for limit in (0, 201):
        assert (await moderator.call("GET", f"{path}?limit={limit}")).status_code == 422
    assert (await guest.call("GET", path)).status_code == 403


async def test_it_all_outlives_a_kill(tmp_path: Path, reactor_kind: str) -> None:
    server = ServerProcess(tmp_path).start()
    try:
        people = Cast(server)
        slug, room = await _room(people)
        guest, moderator = await people.guest(), await people.demo("moderator")
        async with guest.live() as live:
            await live.subscribe(room)
            said = await live.say(room, "hm")
        await _put(moderator, f"/api/rooms/{slug}/slow", {"slowness": "strong"})
        await _put(moderator, f"/api/rooms/{slug}/pins/{said['seq']}", {}, 204)
        given = await _give(moderator, slug, guest.name, "mute")
        closed = await _put(moderator, f"/api/rooms/{slug}/closure", {})
        server.kill9()
        server.start()
        async with guest.live() as live:
            assert (await live.until("decided"))["decision"]["id"] == given["id"]
            state = await live.subscribe(room)
            assert state["room"] == closed and closed["slow_s"] == 120
            assert ([pin["message"]["text"] for pin in state["pins"]], state["muted_until"]) == (["hm"], given["until"])
            assert (await live.say(room, "but"))["code"] == "muted-in-room"
        for person in people.all:
            await person.aclose()
    finally:
        server.close()
