"""Two who talk are parted in mid-sentence: what was stored before the decision is all that ever arrives, and both pages hear of the end at once.

One keeps writing, many messages on their way, while somebody else's act is committed: a block, a corrected age, a ban, a clearance
taken away. The order is the database's own: whatever number was given after the act would show.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import trio
from trio_websocket import ConnectionClosed

from conftest import Cast
from harness.person import LiveConnection, Person, new_ref

pytestmark = pytest.mark.usefixtures("reactor_kind")
ENDED = 4403
IN_FLIGHT = 12
Act = Callable[["Pair"], Awaitable[Any]]


class Pair:
    """A listener and somebody they talk with, with staff at hand."""

    def __init__(self, listener: Person, asker: Person, admin: Person, chat: str) -> None:
        self.listener, self.asker, self.admin, self.chat = listener, asker, admin, chat


async def blocks(pair: Pair) -> None:
    await pair.asker.post("/api/blocks", {"name": pair.listener.name}, 204)


async def is_blocked(pair: Pair) -> None:
    await pair.listener.post("/api/blocks", {"name": pair.asker.name}, 204)


async def blocks_by_ending(pair: Pair) -> None:
    await pair.listener.post(f"/api/chats/{pair.chat}/end", {"block": True})


async def is_corrected(pair: Pair) -> None:
    body = {"age": "teen", "reason": "said so in the chat"}
    await pair.admin.call("PUT", f"/api/staff/people/{pair.asker.name}/age", body, expect=204)


async def is_banned(pair: Pair) -> None:
    await pair.admin.post("/api/staff/bans", {"name": pair.asker.name, "reason": "threats", "days": 1}, 201)


async def loses_the_clearance(pair: Pair) -> None:
    await pair.admin.call("DELETE", f"/api/staff/people/{pair.listener.name}/clearance", expect=204)


ACTS: dict[Act, bool] = {
    blocks: False,
    is_blocked: False,
    blocks_by_ending: False,
    is_corrected: True,
    is_banned: True,
    loses_the_clearance: False,
}
"""Each with whether the asker's session ends with it."""


async def _pair(people: Cast, act: Act) -> Pair:
    listener, admin = await people.demo("listener"), await people.demo("admin")
    await listener.call("PUT", "/api/me/refused-topics", {"topics": []}, expect=200)
    asker = await people.guest("13-17" if act is loses_the_clearance else "18-plus")
    if act is loses_the_clearance:
        async with listener.live() as live:
            now = int((await live.answer(type="ping"))["now"])
        body = {"until": now + 86_400_000, "check": "certificate seen"}
        await admin.call("PUT", f"/api/staff/people/{listener.name}/clearance", body, expect=200)
    taken = await listener.post(f"/api/queue/{(await asker.ask())['id']}/take")
    return Pair(listener, asker, admin, str(taken["chat"]))


async def _read(live: LiveConnection) -> int | None:
    """To the end of the connection, or of the test; the close code."""
    try:
        while True:
            await live.next(60)
    except ConnectionClosed as end:
        return int(end.reason.code)


@pytest.mark.parametrize("writer", ["listener", "asker"])
@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
async def test_nothing_arrives_that_was_not_stored_before(people: Cast, act: Act, writer: str) -> None:
    pair = await _pair(people, act)
    closed: list[int | None] = []
    async with pair.listener.live() as grown, pair.asker.live() as other, trio.open_nursery() as nursery:
        await grown.subscribe(pair.chat)
        await other.subscribe(pair.chat)
        begin = len(grown.frames), len(other.frames)
        writes = grown if writer == "listener" else other

        async def reading(live: LiveConnection) -> None:
            code = await _read(live)
            if live is other:
                closed.append(code)

        nursery.start_soon(reading, grown)
        nursery.start_soon(reading, other)
        refs: list[str] = []
        most = 10_000

        async def flood() -> None:
            try:
                while len(refs) < most:
                    if len(refs) - _answered(writes, begin[writes is other]) < IN_FLIGHT:
                        refs.append(new_ref("w"))
                        await writes.send(type="send", channel=pair.chat, text="and another line", ref=refs[-1])
                    await trio.lowlevel.checkpoint()
            except ConnectionClosed:
                pass

        nursery.start_soon(flood)
        with trio.fail_after(20):
            while len(_numbers(grown, "message")) + len(_numbers(other, "message")) < 30:
                await trio.sleep(0.001)
            await act(pair)
            before = len(refs)
            most = before + IN_FLIGHT
            while (len(refs) < most or not _told(grown)) and not (writes is other and closed):
                await trio.sleep(0.001)
            while not _told(other) and not closed:
                await trio.sleep(0.001)
            async with pair.listener.live() as later:
                last = max(one["seq"] for one in (await later.subscribe(pair.chat))["messages"])
            # Both were told; whatever else the server had for them came before what it answers now.
            await _settled(grown)
        nursery.cancel_scope.cancel()
    acks = {frame["ref"]: frame["seq"] for frame in writes.frames if frame["type"] == "ack" and frame.get("seq")}
    assert max(acks.values()) <= last, "acked, and not stored"
    assert not acks.keys() & set(refs[before:]), "written after the act was answered, and stored"
    for live in (grown, other):
        assert max(_numbers(live, "message"), default=0) <= last, "delivered, and stored nowhere"
        assert not _after_end(live), "something of the chat came after its end was told"
    refused = {frame["code"] for frame in writes.frames if frame["type"] == "error"}
    assert refused <= {"chat-ended", "blocked", "banned", "not-allowed", "too-fast"}, refused
    assert _told(grown)
    if ACTS[act]:
        assert closed == [ENDED], "the page of whoever it is about is closed"
    else:
        assert _told(other)


def _answered(live: LiveConnection, begin: int) -> int:
    return sum(1 for frame in live.frames[begin:] if frame["type"] in ("ack", "error"))


def _numbers(live: LiveConnection, kind: str) -> list[int]:
    return [frame["message"]["seq"] for frame in live.frames if frame["type"] == kind]


def _told(live: LiveConnection) -> bool:
    return any(map(_is_end, live.frames))


def _is_end(frame: dict[str, Any]) -> bool:
    return bool(frame["type"] == "chat" and frame["chat"].get("ended_at"))


def _after_end(live: LiveConnection) -> list[Any]:
    ends = [at for at, frame in enumerate(live.frames) if _is_end(frame)]
    if not ends:
        return []
    return [frame for frame in live.frames[ends[0] :] if frame["type"] in ("message", "typing", "receipt", "changed")]


async def _settled(live: LiveConnection) -> None:
    """A ping that is answered: everything before it has been read."""
    ref = new_ref("settled")
    await live.send(type="ping", ref=ref)
    with trio.fail_after(10):
        while not any(frame.get("ref") == ref for frame in live.frames):
            await trio.sleep(0.001)
