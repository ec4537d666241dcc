"""Talking with Noni over REST and sockets, as pages do: nobody else hears of it, and it outlives the server."""

from pathlib import Path
from typing import Any

import httpx

from conftest import WIDE, Cast
from harness.person import Person, new_ref
from harness.server import ServerProcess
from harness.store import everything


async def tell(person: Person, request: str, question: str, *, ref: str | None = None, **answer: Any) -> Any:
    path = f"/api/requests/{request}/noni/answers/{question}"
    response = await person.call("PUT", path, {"ref": ref or new_ref("tell"), **answer})
    return response.json() | {"status": response.status_code}


async def test_asked_answered_passed_on(people: Cast) -> None:
    guest, other, listener = await people.guest(), await people.guest(), await people.demo("listener")
    admin, moderator = await people.demo("admin"), await people.demo("moderator")
    request = (await guest.ask("grief"))["id"]
    path = f"/api/requests/{request}/noni"
    talk = await guest.get(path)
    assert (talk["bot"], talk["greets"], talk["next"]) == ("noni", True, "brings")
    for stranger in (other, listener, admin, moderator):
        await stranger.get(path, expect=404)
        assert (await tell(stranger, request, "brings", text="x"))["status"] == 404
    await people.visitor().get(path, expect=401)
    async with guest.live() as here, guest.live() as there, listener.live() as looking, admin.live() as staff:
        await looking.answer(type="watch-board")
        ref = new_ref("tell")
        first = await tell(guest, request, "brings", ref=ref, text="My cat died.")
        assert await tell(guest, request, "brings", ref=ref, text="My cat died.") == first
        for one in (here, there):
            assert (await one.had("bot-talk"))["talk"]["answers"][0]["text"] == "My cat died."
        assert (await tell(guest, request, "how-long", skip=True))["next"] == "feels"
        assert (await tell(guest, request, "feels", choice="heavy"))["next"] == "hopes"
        board = await listener.get("/api/queue")
        assert "My cat died." not in str(board) and "Heavy" not in str(board)
        chat = (await listener.post(f"/api/queue/{request}/take"))["chat"]
        late = await tell(guest, request, "hopes", choice="heard")
        assert (late["status"], late["code"]) == (409, "answers-passed-on")
        await looking.subscribe(chat)
        told = await listener.get(f"/api/chats/{chat}/noni")
        assert [(one["chosen"], one["text"]) for one in told["answers"]] == [("", "My cat died."), ("Heavy", "")]
        assert "program" in told["label"] and told == await guest.get(f"/api/chats/{chat}/noni")
        for stranger in (other, admin, moderator):
            await stranger.get(f"/api/chats/{chat}/noni", expect=404)
        for one in (looking, staff):
            heard = [*one.frames, *await one.quiet(0.2)]
            assert not [frame for frame in heard if frame["type"] == "bot-talk" or "My cat" in str(frame)]
    await listener.post(f"/api/chats/{chat}/end", {})
    assert (await listener.get(f"/api/chats/{chat}/noni"))["answers"] == []
    assert (await guest.get(f"/api/chats/{chat}/noni"))["answers"] == told["answers"]


async def test_a_crisis_word_shows_help_at_once_and_calls_staff_who_read_no_word_of_it(people: Cast) -> None:
    guest, admin = await people.guest(), await people.demo("admin")
    request = (await guest.ask("grief"))["id"]
    async with guest.live() as here, admin.live() as staff:
        answer = await tell(guest, request, "brings", text="I don't want to live anymore")
        assert answer["status"] == 200 and answer["answers"][0]["help"] == "own"
        assert "program" in answer["crisis"]["own"]
        help = await here.had("help")
        assert (help["about"], help["hidden"]) == ("own", False)
        # Its channel is nobody's to enter, not theirs, and not that of staff.
        for one in (here, staff):
            assert (await one.answer(type="subscribe", channel=help["channel"]))["code"] == "not-found"
        # Nor to write into: the words are refused before the writer meets them.
        assert (await here.say(help["channel"], "Hello?"))["code"] == "not-found"
        for frame in ({"type": "edit", "text": "Hello?"}, {"type": "delete"}):
            assert (await here.answer(channel=help["channel"], seq=1, **frame))["code"] == "not-found"
        (concern,) = [
            one
            for one in (await admin.get("/api/staff/concerns?which=open&limit=200"))["concerns"]
            if one["person"]["name"] == guest.name
        ]
        assert (concern["about"], concern["readable"], concern["told_bot"]) == ("own", False, True)
        await staff.had("staff-called", concern=concern["id"])
        words = await admin.post(f"/api/staff/concerns/{concern['id']}/words")
        assert words["text"] is None
        await admin.get(f"/api/channels/{help['channel']}/messages", expect=404)
        # Held for another reason: nothing is stored, help is offered and staff are called all the same.
        before = len([frame for frame in here.frames if frame["type"] == "help"])
        held = await tell(guest, request, "feels", text="I want to die. go kill yourself too")
        assert (held["status"], held["code"], held["help"]) == (422, "held-encouragement", "own")
        await here.quiet(0.2)
        assert len([frame for frame in here.frames if frame["type"] == "help"]) == before + 1
    await guest.call("DELETE", "/api/requests/mine", expect=200)


async def test_contact_details_come_back_kindly(people: Cast) -> None:
    guest = await people.guest()
    request = (await guest.ask("grief"))["id"]
    held = await tell(guest, request, "brings", text="call me at 555 010 4477")
    assert (held["status"], held["code"], held["field"]) == (422, "held-contact", "text")
    assert "still below" in held["detail"] and held["help"] == ""
    assert "call me at 555 010 4477"[held["start"] : held["end"]] == "555 010 4477"
    assert (await guest.get(f"/api/requests/{request}/noni"))["answers"] == []
    await guest.call("DELETE", "/api/requests/mine", expect=200)


async def tell_by_form(person: Person, request: str, question: str, **answer: str) -> httpx.Response:
    """As a browser without scripts does."""
    await person.get("/api/me")
    form = {"ref": new_ref("tell"), "request": request, "question": question, **answer}
    headers = {"x-csrf-token": person.http.cookies["cups-csrf"], "origin": person.base}
    return await person.http.post("/talk/noni", data=form, headers=headers)


async def test_without_scripts_help_is_where_one_lands_and_stays_while_the_answer_is_changed(people: Cast) -> None:
    guest = await people.guest()
    request = (await guest.ask("grief"))["id"]
    calm = await tell_by_form(guest, request, "feels", choice="heavy")
    assert (calm.status_code, calm.headers["location"]) == (303, "/talk/noni")
    grave = await tell_by_form(guest, request, "brings", text="I don't want to live anymore")
    assert (grave.status_code, grave.headers["location"]) == (303, "/talk/noni#help-brings")
    for path in ("/talk/noni", "/talk/noni?question=brings"):
        assert (await guest.http.get(path)).text.count('id="help-brings"') == 1, path
    await guest.call("DELETE", "/api/requests/mine", expect=200)


async def test_without_scripts_words_that_came_too_late_are_given_back_with_why(people: Cast) -> None:
    guest, listener = await people.guest(), await people.demo("listener")
    request = (await guest.ask("grief"))["id"]
    chat = (await listener.post(f"/api/queue/{request}/take"))["chat"]
    late = await tell_by_form(guest, request, "brings", text="My cat with the name Quibblefrost died.")
    assert late.status_code == 409
    assert "Quibblefrost" in late.text and "A listener has taken your request" in late.text
    assert "may be in danger" not in late.text
    grave = await tell_by_form(guest, request, "brings", text="I don't want to live anymore")
    assert "live anymore" in grave.text and "may be in danger" in grave.text and 'href="/help"' in grave.text
    skipped = await tell_by_form(guest, request, "brings", skip="true")
    assert (skipped.status_code, skipped.headers["location"]) == (303, "/talk")
    async with listener.live() as here:
        await here.subscribe(chat)
        await listener.post(f"/api/chats/{chat}/end", {})


async def test_too_long_and_unknown_fields_are_refused(people: Cast) -> None:
    guest = await people.guest()
    request = (await guest.ask("grief"))["id"]
    assert (await tell(guest, request, "brings", text="x" * 1000))["status"] == 200
    for answer in ({"text": "x" * 1001}, {"text": "x\x00"}, {"text": "x", "listener": "me"}, {}):
        assert (await tell(guest, request, "brings", **answer))["status"] == 422, answer
    assert (await tell(guest, request, "no-such", text="x"))["status"] == 404
    await guest.call("DELETE", "/api/requests/mine", expect=200)


async def test_teens_are_not_greeted_and_can_talk(people: Cast) -> None:
    teen = await people.guest("13-17")
    request = (await teen.ask("school"))["id"]
    assert (await teen.get(f"/api/requests/{request}/noni"))["greets"] is False
    assert (await tell(teen, request, "brings", text="School."))["status"] == 200
    await teen.call("DELETE", "/api/requests/mine", expect=200)


async def test_guests_have_a_pace_of_their_own(tmp_path: Path) -> None:
    limits = {"pace_guest_bot_answer_burst": 2, "pace_bot_answer_burst": 3}
    server = ServerProcess(tmp_path, **(WIDE | limits)).start()
    try:
        guest, member = Person(server.base), Person(server.base)
        await guest.pass_gate()
        await (await member.pass_gate()).sign_up()
        for person, allowed in ((guest, 2), (member, 3)):
            request = (await person.ask("grief"))["id"]
            for _ in range(allowed):
                assert (await tell(person, request, "brings", text="So."))["status"] == 200
            fast = await tell(person, request, "brings", text="So.")
            assert (fast["status"], fast["code"]) == (429, "too-fast") and fast["retry_at"]
        await guest.aclose()
        await member.aclose()
    finally:
        server.close()


async def test_answers_outlive_a_killed_server_and_go_to_the_listener_who_comes_then(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, **WIDE).start()
    try:
        guest = await Person(server.base).pass_gate()
        request = (await guest.ask("grief"))["id"]
        first = await tell(guest, request, "brings", ref="before", text="My cat died.")
        server.kill9()
        server.start()
        assert await tell(guest, request, "brings", ref="before", text="My cat died.") == first
        assert (await tell(guest, request, "feels", choice="heavy"))["next"] == "how-long"
        listener = await Person(server.base).enter(server.links["listener"])
        chat = (await listener.post(f"/api/queue/{request}/take"))["chat"]
        server.kill9()
        server.start()
        told = (await listener.get(f"/api/chats/{chat}/noni"))["answers"]
        assert [one["text"] or one["chosen"] for one in told] == ["My cat died.", "Heavy"]
        await guest.aclose()
        await listener.aclose()
    finally:
        server.close()


async def test_retention_runs_by_itself(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, **(WIDE | {"bot_unheard_s": 0, "retention_every_s": 1})).start()
    try:
        guest = await Person(server.base).pass_gate()
        request = (await guest.ask("grief"))["id"]
        await tell(guest, request, "brings", text="My cat with the unusual name Quibblefrost died.")
        database = tmp_path / "data"
        assert b"Quibblefrost" in everything(database)
        await guest.call("DELETE", "/api/requests/mine", expect=200)
        async with guest.live() as live:
            for _ in range(100):
                if not (await guest.get(f"/api/requests/{request}/noni"))["answers"]:
                    break
                await live.quiet(0.1)
            await live.quiet(1.5)  # the log is emptied after the deletion
        assert b"Quibblefrost" not in everything(database)
        await guest.aclose()
    finally:
        server.close()
