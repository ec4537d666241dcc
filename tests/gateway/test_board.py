"""The listener's board over the socket: one whole state, then differences, and what is held equals what REST says at any time."""

import random

import pytest
import trio

from conftest import Cast
from harness.board import SeenBoard
from harness.person import LiveConnection, Person

pytestmark = pytest.mark.usefixtures("reactor_kind")


async def _agrees(board: SeenBoard, live: LiveConnection, listener: Person) -> None:
    """Whatever is still on its way comes, and then the two say the same."""
    with trio.fail_after(10):
        while True:
            now = await listener.get("/api/queue")
            if (board.waiting, board.entries) == (now["waiting"], now["requests"]):
                return
            board.take(await live.next())


async def _listener(people: Cast) -> Person:
    listener = await people.demo("listener")
    await listener.call("PUT", "/api/me/refused-topics", {"topics": []}, expect=200)
    return listener


async def test_state_and_differences_make_the_state(people: Cast) -> None:
    chance = random.Random(20261124)
    listener, other = await _listener(people), await people.demo("listener")
    board = SeenBoard()
    asked: dict[str, Person] = {}
    async with listener.live() as live:
        await live.send(type="watch-board", ref="w")
        await board.until(live, lambda seen: seen.number is not None)
        began = board.number
        for step in range(24):
            match chance.randrange(4) if asked else 0:
                case 0 | 1:
                    guest = await people.guest(danger=chance.choice(("none", "none", "someone", "me")))
                    asked[(await guest.ask(chance.choice(("grief", "anxiety"))))["id"]] = guest
                case 2:
                    id, guest = asked.popitem()
                    await guest.call("DELETE", "/api/requests/mine", expect=200)
                case 3:
                    id = chance.choice(list(asked))
                    chat = (await other.post(f"/api/queue/{id}/take"))["chat"]
                    await asked.pop(id).post(f"/api/chats/{chat}/end", {})
            if step % 3 == 0:
                await _agrees(board, live, listener)
        await _agrees(board, live, listener)
        assert board.number is not None and began is not None and board.number > began
        whole = [frame for frame in live.frames if frame["type"] == "board"]
        assert len(whole) == 1, "all but the first came as differences"
        for guest in asked.values():
            await guest.call("DELETE", "/api/requests/mine", expect=200)
        await _agrees(board, live, listener)


async def test_whoever_may_not_meet_somebody_never_sees_them(people: Cast) -> None:
    listener, guest, friend = await _listener(people), await people.guest(), await people.guest()
    first = await guest.ask()
    board = SeenBoard()
    async with listener.live() as live:
        await live.send(type="watch-board", ref="w")
        await board.until(live, lambda seen: first["id"] in seen.ids)
        await guest.post("/api/blocks", {"name": listener.name}, 204)
        await board.until(live, lambda seen: first["id"] not in seen.ids)
        await guest.call("DELETE", "/api/requests/mine", expect=200)
        before = len(live.frames)
        again, seen = await guest.ask(), await friend.ask()
        await board.until(live, lambda held: seen["id"] in held.ids)
        assert all(again["id"] not in str(frame) for frame in live.frames[before:])
        await _agrees(board, live, listener)
        await listener.post(f"/api/queue/{again['id']}/take", None, 409)
        await guest.call("DELETE", "/api/requests/mine", expect=200)
        await friend.call("DELETE", "/api/requests/mine", expect=200)


async def test_topics_that_a_listener_does_not_take_are_not_shown(people: Cast) -> None:
    listener, grief, work = await _listener(people), await people.guest(), await people.guest()
    one, two = await grief.ask("grief"), await work.ask("anxiety")
    board = SeenBoard()
    async with listener.live() as live:
        await live.send(type="watch-board", ref="w")
        await board.until(live, lambda seen: {one["id"], two["id"]} <= set(seen.ids))
        me = (await listener.call("PUT", "/api/me/refused-topics", {"topics": ["grief"]}, expect=200)).json()
        assert me["refused_topics"] == ["grief"]
        await board.until(live, lambda seen: one["id"] not in seen.ids)
        assert two["id"] in board.ids
        await _agrees(board, live, listener)
        await listener.post(f"/api/queue/{one['id']}/take", None, 409)
        for wrong in (["no-such-topic"], list((await listener.get("/api/topics"))["topics"])):
            await listener.call("PUT", "/api/me/refused-topics", {"topics": wrong}, expect=422)
        await grief.call("PUT", "/api/me/refused-topics", {"topics": ["grief"]}, expect=403)
        await _listener(people)
        await board.until(live, lambda seen: one["id"] in seen.ids)
    for guest in (grief, work):
        await guest.call("DELETE", "/api/requests/mine", expect=200)
