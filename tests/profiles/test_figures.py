"""Stars and people helped, at the service: in batches, from five on, and as the tables have them. Breaks that end. Pictures of linked accounts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection

from cups.accounts import queries as accounts
from cups.accounts.making import make_member
from cups.accounts.visitor import Visitor
from cups.app import Cups, running
from cups.chats import queries as chats
from cups.clock import ManualClock
from cups.errors import Refused
from cups.messages import service as messages
from cups.store.database import Unit
from cups.wire.chats import RatingIn
from cups.wire.profiles import Profile
from harness.store import settings_at
from profiles.test_repainting import picture


class Scene:
    def __init__(self, cups: Cups, clock: ManualClock) -> None:
        self.cups, self.clock = cups, clock
        self.made = 0

    async def make(self, name: str, kind: str = "member", persona_of: str | None = None) -> str:
        def work(unit: Unit) -> str:
            return make_member(
                unit.conn,
                name=name,
                password_hash=None,
                age="adult",
                now=self.clock.now(),
                kind=kind,
                persona_of=persona_of,
            )

        return await self.cups.db.write(work)

    async def visitor(self, id: str) -> Visitor:
        token = await self.cups.accounts.open_session(id)
        found = await self.cups.accounts.visitor(token)
        assert found is not None
        return found

    async def chat(self, listener: str, stars: int | None, said: int = 1, member: str | None = None) -> str:
        """A whole chat, with a new member unless one is given."""
        self.made += 1
        who = member or await self.make(f"member{self.made}")

        def work(unit: Unit) -> str:
            id = self.cups.chats.open(
                unit, request_id="r" * 26, member=who, listener=listener, topic="grief", language="en", first_at=1
            )
            for number in range(said):
                messages.say(unit, id, who, f"m{number}", "hello", self.clock.now())
            row = chats.find(unit.conn, id)
            assert row is not None
            self.cups.chats.end_now(unit, row, by=who, reason="ended")
            return id

        id = await self.cups.db.write(work)
        if stars is not None:
            form = RatingIn(helpfulness=stars, empathy=stars, professionalism=stars, responsiveness=stars)
            await self.cups.chats.rate(await self.visitor(who), id, form)
        return who

    async def shown(self, name: str = "warmOne") -> Profile:
        return await self.cups.profiles.of(name, None)


@asynccontextmanager
async def scene(folder: Path) -> AsyncIterator[Scene]:
    clock = ManualClock()
    async with running(settings_at(folder), clock) as cups:
        yield Scene(cups, clock)


async def test_stars_from_the_fifth_rating_on_and_in_batches_of_five(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        listener = await one.make("warmOne", "listener")
        for _ in range(4):
            await one.chat(listener, 5)
        assert await one.cups.profiles.publish_figures() == 0
        assert (await one.shown()).listener.stars is None  # type: ignore[union-attr]
        await one.chat(listener, 1)
        assert (await one.shown()).listener.stars is None, "not at the moment of the fifth"  # type: ignore[union-attr]
        assert await one.cups.profiles.publish_figures() == 1
        for _ in range(4):
            await one.chat(listener, 1)
            await one.cups.profiles.publish_figures()
            found = (await one.shown()).listener
            assert found is not None and (found.stars, found.ratings) == (42, 5), "nothing of the next four is seen"
        await one.chat(listener, 1)
        assert await one.cups.profiles.publish_figures() == 1
        found = (await one.shown()).listener
        assert found is not None and (found.stars, found.ratings) == (26, 10)


async def test_thirty_messages_count_a_member_once_among_the_people_helped(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        listener = await one.make("warmOne", "listener")
        await one.chat(listener, None, said=29)
        somebody = await one.chat(listener, None, said=30)
        await one.chat(listener, None, said=31, member=somebody)
        await one.chat(listener, None, said=40)
        await one.cups.profiles.publish_figures()
        found = (await one.shown()).listener
        assert found is not None and found.helped == 2


async def test_a_break_with_an_end_is_over_at_that_moment(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        listener = await one.make("warmOne", "listener")
        who = await one.visitor(listener)
        until = one.clock.now() + 86_400_000
        assert (await one.cups.accounts.set_status(who, "break", until)).break_until == until
        one.clock.advance(86_399_999)
        assert await one.cups.accounts.end_breaks() == 0 and (await one.shown()).resting
        one.clock.advance(1)
        assert not (await one.shown()).resting, "from the very moment, before anything has noticed"
        assert await one.cups.accounts.end_breaks() == 1
        assert (await one.cups.accounts.me(listener)).status == "offline"
        with pytest.raises(Refused, match="bad-input"):
            await one.cups.accounts.set_status(who, "break", one.clock.now() + 400 * 86_400_000)


async def test_linked_accounts_cannot_have_the_same_picture(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        member = await one.make("softOne")
        listener = await one.make("warmOne", "listener", persona_of=member)
        stranger = await one.make("farOne")
        await one.cups.own_profiles.put_picture(await one.visitor(member), picture("PNG"))
        with pytest.raises(Refused, match="picture-of-other"):
            await one.cups.own_profiles.put_picture(await one.visitor(listener), picture("JPEG", quality=50))
        await one.cups.own_profiles.put_picture(await one.visitor(stranger), picture("PNG"))

        def ids(conn: Connection) -> list[str]:
            return [row.picture for row in accounts.by_ids(conn, [member, stranger]).values()]

        first, second = await one.cups.db.read(ids)
        assert first != second
