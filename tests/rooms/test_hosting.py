"""Slowing, closing and pinning by hand: what holds, for whom, until when, and after a restart. By a clock moved by hand."""

from pathlib import Path

from cups.clock import ManualClock
from cups.store.database import Unit
from cups.wire.rooms import ClosureIn, RemoveIn, SlowIn
from rooms.world import SLUG, Place, place, refused

MINUTE = 60_000


async def slow(here: Place, by: str = "moderator", slowness: str = "firm") -> None:
    await here.cups.hosting.slow(await here.visitor(by), SLUG, SlowIn(slowness=slowness))  # type: ignore[arg-type]


async def acts(here: Place) -> list[str]:
    entries = await here.cups.auditing.entries(0, 100)
    assert (await here.cups.auditing.check()).intact
    return [entry.act for entry in entries if entry.act != "own.sign-in"]


async def test_in_a_slow_room_one_waits_between_two_messages_and_is_told_until_when(tmp_path: Path) -> None:
    clock = ManualClock()
    async with place(tmp_path, clock) as here:
        await here.say("member")
        await slow(here)
        assert (await refused(here.say("member"))).code == "room-slow", "what was said before counts"
        clock.advance(29_999)
        last = await refused(here.say("member"))
        assert (last.code, last.retry_at) == ("room-slow", clock.now() + 1)
        clock.advance(1)
        await here.say("member")
        await here.somebody("another")
        await here.say("another")
        for exempt in ("moderator", "overseer", "manager", "admin"):
            await here.say(exempt)
            await here.say(exempt)
        assert (await refused(here.say("elsewhere")) if await here.say("elsewhere") else None).code == "room-slow"  # type: ignore[union-attr]
    clock.advance(1000)
    async with place(tmp_path, clock) as here:
        after = await refused(here.say("member"))
        assert (after.code, after.retry_at) == ("room-slow", clock.now() + 29_000), "a restart lets nobody write sooner"
        await slow(here, slowness="light")
        assert (await refused(here.say("member"))).retry_at == clock.now() + 9_000
        await slow(here, slowness="off")
        await here.say("member")
        await here.say("member")
        await slow(here, slowness="light")
        assert (await refused(here.say("member"))).retry_at == clock.now() + 10_000, "what was said in between counts"
        clock.time -= 86_400_000
        put_back = await refused(here.say("member"))
        assert put_back.code == "too-fast", (
            "the pace keeps its own account; the room does not wait for the clock to catch up"
        )
        assert await acts(here) == ["room.slow"] * 4


async def test_what_is_said_while_a_room_is_fast_counts_when_it_is_slow_again(tmp_path: Path) -> None:
    clock = ManualClock()
    async with place(tmp_path, clock) as here:
        await slow(here, slowness="light")
        await here.say("member")
        clock.advance(60_000)
        await slow(here, slowness="off")
        await here.say("member")
        await slow(here, slowness="light")
        assert (await refused(here.say("member"))).retry_at == clock.now() + 10_000


async def test_both_accounts_of_a_person_wait_together(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        await here.somebody("ears", of=here.ids["member"])
        await slow(here)
        await here.say("member")
        assert (await refused(here.say("ears"))).code == "room-slow"


async def test_a_message_written_anew_again_and_again_is_no_way_round_a_slow_room(tmp_path: Path) -> None:
    clock = ManualClock()
    async with place(tmp_path, clock) as here:
        await here.somebody("ears", of=here.ids["member"])
        await slow(here)
        seq, others, mine = await here.say("member"), await here.say("overseer"), here.ids["member"]
        clock.advance(30_000)
        second = await here.say("ears")
        await here.cups.rooms.edit(mine, here.room, seq, "a slip put right", None)
        for account, number in ((mine, seq), (here.ids["ears"], second)):
            no = await refused(here.cups.rooms.edit(account, here.room, number, "and on we talk", None))
            assert (no.code, no.retry_at) == ("room-slow", clock.now() + 30_000)
        for text in ("so", "moderators", "may"):
            await here.cups.rooms.edit(here.ids["overseer"], here.room, others, text, None)
        clock.advance(30_000)
        await here.cups.rooms.edit(mine, here.room, seq, "another slip", None)
        await slow(here, slowness="off")
        await here.cups.rooms.edit(mine, here.room, seq, "and another", None)


async def test_a_refused_message_does_not_count(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        await slow(here)
        assert (await refused(here.say("member", "call me at 212 555 0147"))).code == "held-contact"
        await here.say("member")


async def test_who_may_slow_close_and_pin(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        hosting, seq = here.cups.hosting, await here.say("member")
        await here.somebody("helper", kind="listener")
        await here.somebody("visiting", kind="guest")
        for name in here.ids:
            visitor = await here.visitor(name)
            for act in (
                lambda v=visitor: hosting.slow(v, SLUG, SlowIn(slowness="light")),
                lambda v=visitor: hosting.close(v, SLUG, ClosureIn()),
                lambda v=visitor: hosting.open_again(v, SLUG),
                lambda v=visitor: hosting.pin(v, SLUG, seq),
                lambda v=visitor: hosting.unpin(v, SLUG, seq),
                lambda v=visitor: hosting.desk(v, SLUG),
            ):
                if name in ("moderator", "overseer", "manager", "admin"):
                    await act()
                else:
                    assert (await refused(act())).code == "not-allowed", name


async def test_a_closed_room_is_read_by_all_and_written_in_by_moderators_until_its_time(tmp_path: Path) -> None:
    clock = ManualClock()
    async with place(tmp_path, clock) as here:
        hosting, moderator, seq = here.cups.hosting, await here.visitor("moderator"), await here.say("member")
        held = await refused(hosting.close(moderator, SLUG, ClosureIn(words="write to me@mail.example")))
        assert held.code == "held-contact"
        state = await hosting.close(moderator, SLUG, ClosureIn(length="short", words="Tea. Back at ten."))
        assert state.closed is not None and state.closed.until == clock.now() + 10 * MINUTE
        shut = await refused(here.say("member"))
        assert (shut.code, shut.retry_at) == ("room-closed", state.closed.until)
        assert (
            await refused(here.cups.rooms.edit(here.ids["member"], here.room, seq, "x", None))
        ).code == "room-closed"
        await here.cups.rooms.take_back(here.ids["member"], here.room, seq, None)
        for exempt in ("moderator", "overseer", "admin"):
            await here.say(exempt)
        history = await here.cups.rooms.history(await here.visitor("member"), here.room, 1 << 50, 50)
        assert history.messages
        assert (await here.cups.rooms.one(await here.visitor("member"), SLUG)).now.closed == state.closed
        clock.advance(10 * MINUTE - 1)
    async with place(tmp_path, clock) as here:
        assert (await refused(here.say("member"))).code == "room-closed", "over a restart"
        clock.advance(1)
        await here.say("member")
        assert (await here.cups.rooms.one(await here.visitor("member"), SLUG)).now.closed is None
        hosting, moderator = here.cups.hosting, await here.visitor("moderator")
        await hosting.close(moderator, SLUG, ClosureIn())
        clock.advance(1000 * 86_400_000)
        assert (await refused(here.say("member"))).retry_at is None
        assert (await hosting.open_again(moderator, SLUG)).closed is None
        await here.say("member")
        await hosting.open_again(moderator, SLUG)
        assert await acts(here) == ["room.close", "room.close", "room.open"]


async def test_a_sign_of_danger_is_seen_where_nothing_can_be_said(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        await here.cups.hosting.close(await here.visitor("moderator"), SLUG, ClosureIn())
        raised = []
        from cups.news import ConcernRaised

        here.cups.bus.subscribe(ConcernRaised, raised.append)
        done: list[object] = []
        here.cups.sayings.say(
            "room", here.room, here.ids["member"], "r", "I want to kill myself", None, None, done.append
        )
        await here.cups.db.write(lambda unit: None)
        assert getattr(done[0], "code", "") == "room-closed"
        assert len(raised) == 1


async def test_pins_have_a_limit_go_with_their_message_and_outlive_all_but_its_age(tmp_path: Path) -> None:
    clock = ManualClock()
    async with place(tmp_path, clock) as here:
        hosting, moderator = here.cups.hosting, await here.visitor("moderator")
        seqs = [await here.say("member", f"line {number}") for number in range(5)]

        async def pinned() -> list[int]:
            here.cups.channels.histories.forget(here.room)
            return list((await here.cups.channels.histories.load(here.room)).pins)

        for seq in (seqs[2], seqs[0], seqs[1]):
            await hosting.pin(moderator, SLUG, seq)
            clock.advance(1)
        assert await pinned() == [seqs[2], seqs[0], seqs[1]]
        await hosting.pin(moderator, SLUG, seqs[0])
        assert (await refused(hosting.pin(moderator, SLUG, seqs[3]))).code == "too-many-pins"
        assert (await refused(hosting.pin(moderator, SLUG, 999))).code == "not-found"
        await here.cups.moderation.remove(moderator, SLUG, seqs[2], RemoveIn(rule="kindness"))
        assert (await refused(hosting.pin(moderator, SLUG, seqs[2]))).code == "not-found"
        await here.cups.rooms.take_back(here.ids["member"], here.room, seqs[1], None)
        assert await pinned() == [seqs[0]]
        await hosting.unpin(moderator, SLUG, seqs[0])
        assert (await refused(hosting.unpin(moderator, SLUG, seqs[0]))).code == "not-found"
        await hosting.pin(moderator, SLUG, seqs[0])

        def expire(unit: Unit, older_than: int) -> int:
            from cups.messages import service as messages

            return messages.expire(unit, "room", keep=1, older_than=older_than)

        assert await here.cups.db.write(expire, 0) == 3
        assert await here.cups.db.write(expire, 0) == 0
    async with place(tmp_path, clock) as here:
        loaded = await here.cups.channels.histories.load(here.room)
        assert [pin.message.text for pin in loaded.pins.values()] == ["line 0"], (
            "kept while it is pinned, over a restart"
        )
        clock.advance(1)
        assert await here.cups.db.write(expire, clock.now()) == 2
        assert loaded.pins == {}, "no longer than anything said in rooms"
        assert (await acts(here)).count("message.pin") == 4
