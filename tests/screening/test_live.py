"""Screening over sockets: what is held, what goes through and shows help, and what outlives a restart."""

from pathlib import Path
from typing import Any

import pytest

from conftest import WIDE, Cast
from cups.screening.hiding import HIDDEN
from cups.tables import metadata
from harness.person import Person, new_ref
from harness.server import ServerProcess
from harness.store import rows_at

NUMBER = "you can call me at 555 010 4477"


async def room_of(person: Person, slug: str = "night-owls") -> str:
    return str(next(room["id"] for room in (await person.get("/api/rooms"))["rooms"] if room["slug"] == slug))


async def waiting(admin: Person, name: str, which: str = "open") -> list[dict[str, Any]]:
    found = await admin.get(f"/api/staff/concerns?which={which}&limit=200")
    return [one for one in found["concerns"] if one["person"]["name"] == name]


async def test_contact_details_are_held_and_reach_nobody(people: Cast) -> None:
    guest, other = await people.guest(), await people.guest()
    room = await room_of(guest)
    async with guest.live() as talking, other.live() as hearing:
        await talking.subscribe(room)
        await hearing.subscribe(room)
        held = await talking.say(room, NUMBER)
        assert (held["type"], held["code"], held["field"]) == ("error", "held-contact", "text")
        assert "still below" in held["detail"]
        said = await talking.say(room, "you can talk to me here")
        assert said["type"] == "ack"
        assert (await hearing.until("message"))["message"]["text"] == "you can talk to me here"


async def test_a_sign_of_danger_goes_through_at_once_and_help_is_shown_to_its_writer_alone(people: Cast) -> None:
    guest, other, admin = await people.guest(), await people.guest(), await people.demo("admin")
    room = await room_of(guest)
    async with guest.live() as talking, other.live() as hearing:
        await talking.subscribe(room)
        await hearing.subscribe(room)
        ref = new_ref("cry")
        await talking.send(type="send", ref=ref, channel=room, text="I want to k1ll mys3lf")
        first = await talking.until("ack", ref=ref)
        help = await talking.until("help")
        assert (help["channel"], help["about"]) == (room, "own")
        assert (await hearing.until("message"))["message"]["text"] == "I want to k1ll mys3lf"
        assert all(frame["type"] != "help" for frame in await hearing.quiet())
        # The same again is the same message, and no second concern.
        again = await talking.answer(type="send", ref=ref, channel=room, text="I want to k1ll mys3lf")
        assert again["seq"] == first["seq"]
        await talking.say(room, "really, I don't want to live anymore")
        await talking.until("help")
    (concern,) = await waiting(admin, guest.name)
    assert (concern["about"], concern["count"], concern["state"], concern["readable"]) == ("own", 2, "open", True)
    words = await admin.post(f"/api/staff/concerns/{concern['id']}/words")
    assert words["text"] == "really, I don't want to live anymore"
    await admin.post(f"/api/staff/concerns/{concern['id']}/take")
    await admin.post(f"/api/staff/concerns/{concern['id']}/take")
    (taken,) = await waiting(admin, guest.name, "taken")
    assert taken["taken_by"] == admin.name and not await waiting(admin, guest.name)
    await admin.post(f"/api/staff/concerns/{concern['id']}/close")
    assert [one["id"] for one in await waiting(admin, guest.name, "closed")] == [concern["id"]]
    acts = [entry["act"] for entry in (await admin.get("/api/staff/audit?limit=200"))["entries"]]
    assert {"concern.read", "concern.take", "concern.close"} <= set(acts)


async def test_a_cry_for_help_goes_on_without_the_number_that_came_with_it(people: Cast) -> None:
    """Decision 15: nobody, adult or teen, is handed a way off the site because it came with a crisis."""
    guest, other, admin = await people.guest(), await people.guest(), await people.demo("admin")
    room = await room_of(guest)
    async with guest.live() as talking, other.live() as hearing, admin.live() as looking:
        await talking.subscribe(room)
        await hearing.subscribe(room)
        seq = (await talking.say(room, "I am going to kill myself, please call me 555 010 4477"))["seq"]
        help = next((frame for frame in talking.frames if frame["type"] == "help"), None) or await talking.until("help")
        assert (help["about"], help["hidden"]) == ("own", True)
        for reader in (hearing, talking):
            shown = await reader.had("message", channel=room)
            while shown["message"]["author"]["name"] != guest.name:  # others are in this room, too
                shown = await reader.until("message")
            text = shown["message"]["text"]
            assert text.startswith("I am going to kill myself") and HIDDEN in text and "555" not in text
        # The number that goes on in the next message is part of the same number.
        edit = await talking.answer(type="edit", channel=room, seq=seq, text="I want to die, 555 010 4477")
        assert edit["type"] == "ack"
        changed = (await hearing.until("changed"))["message"]["text"]
        assert changed.startswith("I want to die") and "555" not in changed
        call = await looking.until("staff-called", urgent=True)
    (concern,) = await waiting(admin, guest.name)
    assert (concern["id"], concern["urgent"], concern["about"]) == (call["concern"], True, "own")
    async with other.live() as late:
        first = await late.answer(type="subscribe", channel=room)
        assert not [one for one in first["messages"] if "555 010" in one["text"]]


async def test_urgent_concerns_come_first_and_pages_hold_them_all(people: Cast) -> None:
    plain, urgent, admin = await people.guest(), await people.guest(), await people.demo("admin")
    room = await room_of(plain)
    for guest, text in ((plain, "I want to die"), (urgent, "I want to die, mail me at sad.owl@example.com")):
        async with guest.live() as talking:
            await talking.subscribe(room)
            assert (await talking.say(room, text))["type"] == "ack"
    found: list[dict[str, Any]] = []
    after: str | None = ""
    while after is not None:
        page = await admin.get(f"/api/staff/concerns?which=open&limit=1&after={after}")
        found += page["concerns"]
        after = page["next"]
    names = [one["person"]["name"] for one in found]
    assert names.index(urgent.name) < names.index(plain.name)
    assert len(names) == len({one["id"] for one in found}) and [one["urgent"] for one in found] == sorted(
        (one["urgent"] for one in found), reverse=True
    )


async def test_staff_are_called_at_once_and_nobody_else_is(people: Cast) -> None:
    guest, other = await people.guest(), await people.guest()
    admin, moderator = await people.demo("admin"), await people.demo("moderator")
    room = await room_of(guest)
    async with guest.live() as talking, other.live() as hearing, admin.live() as looking, moderator.live() as watching:
        await talking.subscribe(room)
        await hearing.subscribe(room)
        await talking.say(room, "I want to die")
        (waits,) = await waiting(admin, guest.name)
        call = await looking.until("staff-called", concern=waits["id"])
        assert set(call) == {"type", "concern", "about", "urgent", "again"}
        assert (call["about"], call["urgent"], call["again"]) == ("own", False, False)
        # The same concern calls once; a number that comes with it calls again, as urgent.
        await talking.say(room, "I really want to die")
        await talking.say(room, "I want to die, call 555 010 4477")
        more = await looking.until("staff-called", concern=call["concern"])
        assert more["urgent"] is True
        await admin.post(f"/api/staff/concerns/{call['concern']}/take")
        await looking.until("staff-answered", concern=call["concern"])
        for person in (talking, hearing, watching):
            heard = [*person.frames, *await person.quiet()]
            assert not [frame for frame in heard if frame["type"].startswith("staff-")]


async def test_staff_who_come_later_hear_of_who_waits_already(people: Cast) -> None:
    guest, other, admin = await people.guest(), await people.guest(), await people.demo("admin")
    room = await room_of(guest)
    async with guest.live() as talking:
        await talking.subscribe(room)
        await talking.say(room, "I want to die, call 555 010 4477")
    (waits,) = await waiting(admin, guest.name)
    async with other.live() as hearing, admin.live() as looking:
        assert (await looking.until("staff-called", concern=waits["id"]))["urgent"] is True
        assert not [frame for frame in await hearing.quiet() if frame["type"].startswith("staff-")]
    await admin.post(f"/api/staff/concerns/{waits['id']}/take")


async def test_a_concern_that_nobody_takes_is_called_again_until_somebody_does(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, **(WIDE | {"concern_again_s": 1})).start()
    try:
        guest = await Person(server.base).pass_gate()
        admin = await Person(server.base).enter(server.links["admin"])
        room = await room_of(guest)
        async with guest.live() as talking, admin.live() as looking:
            await talking.subscribe(room)
            await talking.say(room, "I want to die")
            call = await looking.until("staff-called", again=False)
            for _ in range(2):
                assert (await looking.until("staff-called", again=True))["concern"] == call["concern"]
            (concern,) = await waiting(admin, guest.name)
            assert concern["calls"] >= 3
            await admin.post(f"/api/staff/concerns/{call['concern']}/take")
            await looking.until("staff-answered")
            before = (await waiting(admin, guest.name, "taken"))[0]["calls"]
            assert not [frame for frame in await looking.quiet(2.5) if frame["type"] == "staff-called"]
            assert (await waiting(admin, guest.name, "taken"))[0]["calls"] == before
        await guest.aclose()
        await admin.aclose()
    finally:
        server.close()


async def test_the_writer_is_told_which_part_was_hit(people: Cast) -> None:
    guest = await people.guest()
    room = await room_of(guest)
    async with guest.live() as talking:
        await talking.subscribe(room)
        text = "😢 here it is: 555 010 4477 tonight"
        held = await talking.say(room, text)
        assert held["code"] == "held-contact"
        # Characters, as Python counts them: the emoji is one.
        assert text[held["start"] : held["end"]] == "555 010 4477"
        other = await talking.answer(type="send", ref="", channel=room, text="hi")
        assert other["start"] is None and other["end"] is None


async def test_what_is_held_for_another_reason_still_calls_somebody(people: Cast) -> None:
    guest, admin = await people.guest(), await people.demo("admin")
    room = await room_of(guest)
    async with guest.live() as talking:
        await talking.subscribe(room)
        await talking.send(type="send", ref="both", channel=room, text="I want to die. go kill yourself too")
        assert (await talking.until("error", ref="both"))["code"] == "held-encouragement"
        # News is told after the commit and the answer after the news.
        assert any(frame["type"] == "help" for frame in [*talking.frames, *await talking.quiet()])
    (concern,) = await waiting(admin, guest.name)
    assert concern["readable"] is False


async def test_a_number_over_four_messages_is_found(people: Cast) -> None:
    guest, other = await people.guest(), await people.guest()
    room = await room_of(guest)
    async with guest.live() as talking, other.live() as interrupting:
        await talking.subscribe(room)
        await interrupting.subscribe(room)
        for part in ("five five", "zero one", "zero four"):
            assert (await talking.say(room, part))["type"] == "ack"
            assert (await interrupting.say(room, "I slept 8 hours"))["type"] == "ack"
        assert (await talking.say(room, "four seven seven"))["code"] == "held-contact"
        # The parts of somebody else are not added to it.
        assert (await interrupting.say(room, "four seven seven"))["type"] == "ack"


async def test_edits_are_screened_too(people: Cast) -> None:
    guest = await people.guest()
    room = await room_of(guest)
    async with guest.live() as talking:
        await talking.subscribe(room)
        seq = (await talking.say(room, "hello"))["seq"]
        assert (await talking.answer(type="edit", channel=room, seq=seq, text=NUMBER))["code"] == "held-contact"
        assert (await talking.answer(type="edit", channel=room, seq=seq, text="hello all"))["type"] == "ack"
        assert (await talking.answer(type="edit", channel=room, seq=seq, text="I want to die"))["type"] == "ack"
        assert (await talking.until("help"))["about"] == "own"


async def test_an_edit_is_judged_where_it_stands(people: Cast) -> None:
    """A number whose first half is put in afterwards is held; what stands far from the rest of it is no part of it."""
    guest = await people.guest()
    room = await room_of(guest)
    async with guest.live() as talking:
        await talking.subscribe(room)
        seqs = [(await talking.say(room, text))["seq"] for text in ("hello all", "4477 is the bus", "long day")]
        held = await talking.answer(type="edit", channel=room, seq=seqs[0], text="hello 555 010")
        assert (held["code"], held["field"]) == ("held-contact", "text")
        # Behind the others the last of these would have been the end of a number.
        for seq, text in ((seqs[2], "long day 555 010"), (seqs[0], "4477 and so")):
            assert (await talking.answer(type="edit", channel=room, seq=seq, text=text))["type"] == "ack"


async def test_chats_are_screened_as_rooms_are(people: Cast) -> None:
    guest, listener = await people.guest(), await people.demo("listener")
    chat = (await listener.post(f"/api/queue/{(await guest.ask())['id']}/take"))["chat"]
    async with guest.live() as asking, listener.live() as listening:
        await asking.subscribe(chat)
        await listening.subscribe(chat)
        assert (await asking.say(chat, "my insta is luna_moon99"))["code"] == "held-contact"
        for right in ("are you thinking about suicide?", "please call 988 or 116 123"):
            assert (await listening.say(chat, right))["type"] == "ack"
        assert all(frame["type"] != "help" for frame in await listening.quiet())
        assert (await asking.say(chat, "my dad hits me when he is drunk"))["type"] == "ack"
        assert (await asking.until("help"))["about"] == "abuse"
    await guest.post(f"/api/chats/{chat}/end", {})


async def test_names_say_nothing_that_messages_may_not(people: Cast) -> None:
    for name in ("killYourself22", "add5550104477", "Faggot99"):
        guest = await people.guest()
        refused = await guest.call("POST", "/api/sign-up", {"password": "a long enough one", "name": name})
        assert (refused.status_code, refused.json()["code"]) == (422, "name-not-allowed"), name
    assert (await (await people.guest()).sign_up(name="quietRiver81")).name == "quietRiver81"


async def test_what_was_said_before_a_restart_still_counts(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, **WIDE).start()
    try:
        guest = await Person(server.base).pass_gate()
        room = await room_of(guest)
        async with guest.live() as talking:
            await talking.subscribe(room)
            for part in ("077", "00"):
                assert (await talking.say(room, part))["type"] == "ack"
        server.kill9()
        server.start()
        async with guest.live() as talking:
            await talking.subscribe(room)
            assert (await talking.say(room, "90 01 23"))["code"] == "held-contact"
        await guest.aclose()
    finally:
        server.close()


async def test_who_is_too_fast_or_muted_is_helped_all_the_same(tmp_path: Path) -> None:
    """Promise P18: the message waits like any other, help and the call do not."""
    server = ServerProcess(
        tmp_path, **(WIDE | {"pace_guest_message_burst": 1, "pace_guest_message_period_ms": 60_000})
    ).start()
    try:
        guest = await Person(server.base).pass_gate()
        room = await room_of(guest)
        async with guest.live() as talking:
            await talking.subscribe(room)
            assert (await talking.say(room, "hello"))["type"] == "ack"
            await talking.send(type="send", ref="fast", channel=room, text="I am going to kill myself")
            assert (await talking.until("error", ref="fast"))["code"] == "too-fast"
            assert any(frame["type"] == "help" for frame in [*talking.frames, *await talking.quiet()])
        admin = await Person(server.base).enter(server.links["admin"])
        (concern,) = await waiting(admin, guest.name)
        assert concern["about"] == "own" and not concern["readable"]
        await guest.aclose()
        await admin.aclose()
    finally:
        server.close()


async def test_hits_are_counted_without_words_or_names(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, **(WIDE | {"screening_counts_every_s": 3600})).start()
    try:
        guest = await Person(server.base).pass_gate()
        room = await room_of(guest)
        async with guest.live() as talking:
            await talking.subscribe(room)
            await talking.say(room, NUMBER)
            await talking.say(room, "how old are you?")
        await guest.aclose()
        assert server.stop() == 0
        with rows_at(tmp_path / "data") as database:
            rows = {
                name: (seen, acted)
                for name, seen, acted in database.execute("select name, seen, acted from screening_count")
            }
            columns = set(metadata.tables["screening_count"].columns.keys())
        assert rows["any.contact.phone"] == (1, 1)
        # In the shadow: counted, and nothing done.
        assert rows["en.grooming.age"] == (1, 0)
        assert columns == {"name", "day", "seen", "acted"}
    finally:
        server.close()


@pytest.mark.parametrize("text", ["I want to die", "my friend wants to kill herself"])
async def test_a_sign_of_danger_brings_no_warning(people: Cast, text: str) -> None:
    """SPEC L12: such a message cannot be warned about; nor, to be on the safe side, one about a friend's danger."""
    guest, moderator = await people.guest(), await people.demo("moderator")
    room = await room_of(guest)
    async with guest.live() as talking:
        await talking.subscribe(room)
        seq = (await talking.say(room, text))["seq"]
        body = {"ref": new_ref("w"), "name": guest.name, "rule": "kindness", "words": "Please be kind.", "seq": seq}
        answer = await moderator.call("POST", "/api/rooms/night-owls/warnings", body)
        assert (answer.status_code, answer.json()["code"]) == (422, "crisis-no-offence")
