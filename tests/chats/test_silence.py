"""Listeners who do not answer: asked after a while, then the member is offered another at the old rank."""

from pathlib import Path

import trio

from cups.chats.silence import Silences
from cups.limits.live import Limits
from cups.news import ChatChanged, ChatOpened, MessageSaid
from cups.settings import Settings
from cups.wire.chats import Message
from cups.wire.people import Person as Face
from harness.person import Person
from harness.server import ServerProcess

ASK, OFFER = 180_000, 300_000
"""As the settings have them: 3 and 5 minutes (SPEC D15)."""


def said(by: str, at: int) -> MessageSaid:
    kind = "listener" if by == "listener" else "guest"
    return MessageSaid(
        channel="c", author="a", message=Message(seq=1, rev=1, author=Face(name=by, kind=kind), text="x", at=at)
    )


def watched() -> Silences:
    silences = Silences(Limits(Settings()))
    silences.opened(ChatOpened(id="c", member="m", listener="l", at=0))
    return silences


def stages(silences: Silences, *moments: int) -> list[tuple[str, int]]:
    """How many are told at each moment, and the stage then."""
    found = []
    for now in moments:
        told = len(silences.look(now))
        found.append((silences.stage("c"), told))
    return found


def test_each_stage_is_told_once() -> None:
    moments = (ASK - 1, ASK, ASK + 1, OFFER - 1, OFFER, OFFER + 1000)
    assert stages(watched(), *moments) == [
        ("", 0),
        ("asked", 1),
        ("asked", 0),
        ("asked", 0),
        ("offered", 1),
        ("offered", 0),
    ]


def test_silence_counts_from_the_first_word_without_an_answer() -> None:
    silences = watched()
    silences.said(said("listener", 10))
    assert stages(silences, 10_000) == [("", 0)]
    silences.said(said("member", 10_000))
    silences.said(said("member", 10_000 + ASK - 1))
    assert stages(silences, 10_000 + ASK - 1, 10_000 + ASK) == [("", 0), ("asked", 1)]


def test_a_word_ends_it_and_an_end_too() -> None:
    silences = watched()
    assert stages(silences, OFFER) == [("offered", 1)]
    silences.said(said("listener", OFFER + 1))
    assert stages(silences, OFFER + 2, 10 * OFFER) == [("", 1), ("", 0)]
    silences.said(said("member", 10 * OFFER))
    silences.changed(ChatChanged(id="c", member="m", listener="l", ended=True))
    assert stages(silences, 20 * OFFER) == [("", 0)]


async def test_the_member_goes_on_with_another_at_the_old_rank(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path, silence_ask_s=1, silence_offer_s=2, listener_chats_first=5).start()
    try:
        member, later = await Person(server.base).pass_gate(), await Person(server.base).pass_gate()
        listener = await Person(server.base).enter(server.links["listener"])
        async with member.live() as one, listener.live() as two:
            asked = await member.ask()
            chat = (await listener.post("/api/queue/next"))["chat"]
            await two.subscribe(chat)
            with trio.fail_after(10):
                while (await two.until("chat"))["chat"]["silence"] != "asked":
                    pass
            await member.post(f"/api/chats/{chat}/requeue", None, 409)
            with trio.fail_after(10):
                while not (await one.until("chat"))["chat"]["can_requeue"]:
                    pass
            server.kill9()
        server.start()
        await later.ask()
        with trio.fail_after(10):
            while not (await member.get(f"/api/chats/{chat}"))["can_requeue"]:
                await trio.sleep(0.05)
        again = await member.post(f"/api/chats/{chat}/requeue")
        assert (again["state"], again["place"], again["since"]) == ("waiting", 1, asked["since"])
        assert (await member.get(f"/api/chats/{chat}"))["ended_by"] == "system"
    finally:
        server.close()
