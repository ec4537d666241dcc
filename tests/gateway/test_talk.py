"""The main path over REST and sockets: asking, taking, talking, marking, ending, rating."""

import pytest
import trio

from conftest import Cast
from harness.board import SeenBoard

pytestmark = pytest.mark.usefixtures("reactor_kind")


async def test_a_guest_and_a_listener_talk(people: Cast) -> None:
    guest, listener = await people.guest(), await people.demo("listener")
    async with guest.live() as asking, listener.live() as listening:
        await listening.send(type="watch-board", ref="w")
        asked = await guest.ask("loneliness")
        assert asked["state"] == "waiting" and asked["place"] >= 1
        await SeenBoard().until(listening, lambda board: asked["id"] in board.ids)
        taken = await listener.post(f"/api/queue/{asked['id']}/take")
        chat = taken["chat"]
        matched = await asking.until("request")
        while matched["request"]["state"] != "matched":
            matched = await asking.until("request")
        assert matched["request"]["chat"] == chat
        mine, theirs = await asking.subscribe(chat), await listening.subscribe(chat)
        assert mine["kind"] == "chat" and mine["can_send"] and theirs["chat"]["you"] == "listener"
        ack = await asking.say(chat, "Hello, is anyone there?")
        assert (ack["type"], ack["seq"]) == ("ack", 1)
        got = await listening.until("message")
        assert got["message"]["text"] == "Hello, is anyone there?" and got["message"]["author"]["name"] == guest.name
        told = None
        for _ in range(8):  # a busy server drops it, as it may
            await listening.send(type="typing", channel=chat)
            with trio.move_on_after(1.2):
                told = await asking.until("types")
                break
        assert told is not None and told["name"] == listener.name
        await listening.send(type="mark", channel=chat, delivered=1, read=1)
        assert (await asking.until("receipt"))["mark"] == {"name": listener.name, "delivered": 1, "read": 1}
        await listening.say(chat, "Yes. I am here.")
        edited = await asking.answer(type="edit", channel=chat, seq=1, text="Hello, is anyone here?")
        assert edited["type"] == "ack" and edited["seq"] == 3
        assert (await listening.until("changed"))["message"]["text"] == "Hello, is anyone here?"
        assert (await listening.answer(type="edit", channel=chat, seq=1, text="no"))["code"] == "not-yours"
        assert (await asking.answer(type="delete", channel=chat, seq=1))["type"] == "ack"
        assert (await listening.until("changed"))["message"]["removed"] == "author"
        ended = await guest.post(f"/api/chats/{chat}/end", {})
        assert ended["ended_by"] == "you"
        assert (await listening.until("chat"))["chat"]["id"] == chat
        assert (await listening.say(chat, "still there?"))["code"] == "chat-ended"
        stars = {"helpfulness": 5, "empathy": 5, "professionalism": 4, "responsiveness": 5, "comment": "kind"}
        assert (await guest.post(f"/api/chats/{chat}/rating", stars))["rated"]
        await guest.post(f"/api/chats/{chat}/rating", stars, 409)
        assert not (await listener.get(f"/api/chats/{chat}"))["rated"]


async def test_exactly_one_of_many_listeners_gets_the_person(people: Cast) -> None:
    guest = await people.guest()
    asked = await guest.ask()
    listeners = [await people.demo("listener") for _ in range(8)]
    won, lost = [], []

    async def press(who: int) -> None:
        response = await listeners[who].call("POST", f"/api/queue/{asked['id']}/take", {})
        (won if response.status_code == 200 else lost).append(response.json())

    async with trio.open_nursery() as nursery:
        for who in range(len(listeners)):
            nursery.start_soon(press, who)
    assert len(won) == 1 and len(lost) == 7
    assert {problem["code"] for problem in lost} == {"already-taken"}


async def test_block_ends_it_for_good(people: Cast) -> None:
    guest, listener = await people.guest(), await people.demo("listener")
    asked = await guest.ask()
    chat = (await listener.post(f"/api/queue/{asked['id']}/take"))["chat"]
    await guest.post(f"/api/chats/{chat}/end", {"block": True})
    again = await guest.ask()
    assert all(e["id"] != again["id"] for e in (await listener.get("/api/queue"))["requests"])
    await listener.post(f"/api/queue/{again['id']}/take", expect=409)
    await guest.call("DELETE", "/api/requests/mine", expect=200)


async def test_cancel_and_ask_again(people: Cast) -> None:
    guest = await people.guest()
    first = await guest.ask(ref="once")
    assert (await guest.ask(ref="once"))["id"] == first["id"]
    refused = await guest.call("POST", "/api/requests", {"ref": "other"}, expect=409)
    assert refused.json()["code"] == "already-waiting"
    cancelled = (await guest.call("DELETE", "/api/requests/mine", expect=200)).json()
    assert (cancelled["state"], cancelled["reason"]) == ("closed", "cancelled")
