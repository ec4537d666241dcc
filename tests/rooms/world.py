"""A room with people in it, in this process and by a clock moved by hand: the services as they are, without sockets."""

from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from cups.accounts import agreements, names
from cups.accounts import queries as accounts
from cups.accounts.making import make_member
from cups.accounts.visitor import Visitor
from cups.app import Cups, running
from cups.clock import ManualClock
from cups.errors import Refused
from cups.store.database import Unit
from cups.wire.people import Person
from cups.wire.rooms import Act, Length, RoomIn, RoomSanction, SanctionIn
from harness.person import new_ref
from harness.server import ACTS_WIDE
from harness.store import settings_at

SLUG = "here"


class Place:
    """The room `here` and its people, by name."""

    def __init__(self, cups: Cups, clock: ManualClock, room: str) -> None:
        self.cups, self.clock, self.room = cups, clock, room
        self.ids: dict[str, str] = {}

    @staticmethod
    def ref() -> str:
        """New over restarts, too."""
        return new_ref()

    async def somebody(self, name: str, *, role: str = "", scope: str = "", kind: str = "", of: str = "") -> str:
        def work(unit: Unit) -> str:
            now = self.clock.now()
            if (row := accounts.by_key(unit.conn, names.key(name))) is not None:
                return str(row.id)
            id = make_member(unit.conn, name=name, password_hash=None, age="adult", now=now)
            if kind:
                accounts.update(unit.conn, id, kind=kind)
            if of:
                accounts.update(unit.conn, id, kind="listener", persona_of=of)
            if role:
                accounts.add_role(unit.conn, id, role, scope, id, now)
            return id

        self.ids[name] = await self.cups.db.write(work)
        return self.ids[name]

    async def visitor(self, name: str) -> Visitor:
        """With the gate behind them, and every agreement accepted."""
        id = self.ids[name]
        facts = await self.cups.db.read(accounts.facts_by_id, id, self.clock.now())
        assert facts is not None
        me = msgspec.structs.replace(await self.cups.accounts.me(id), gated=True)
        assert isinstance(me.person, Person)
        edition = agreements.edition(facts.kind)
        return Visitor(
            id=id, name=name, kind=facts.kind, me=me, facts=facts, token_hash="", signed_up=True, edition=edition
        )

    async def say(self, name: str, text: str = "well") -> int:
        message, _ = await self.cups.rooms.say(self.ids[name], self.room, self.ref(), text, None, None)
        return message.seq

    async def give(
        self,
        by: str,
        to: str,
        act: Act,
        *,
        length: Length = "short",
        words: str = "Gently, please.",
        seq: int | None = None,
    ) -> RoomSanction:
        form = SanctionIn(ref=self.ref(), name=to, act=act, length=length, rule="kindness", words=words, seq=seq)
        return await self.cups.sanctions.give(await self.visitor(by), SLUG, form)


@asynccontextmanager
async def place(data: Path, clock: ManualClock | None = None, **settings: int) -> AsyncIterator[Place]:
    """The same data again: as after a restart. Limits are wide, where a test does not set its own."""
    clock = clock or ManualClock()
    wide = {"staff_second_factor": False, "pace_guest_message_burst": 1000, "pace_new_message_burst": 1000}
    asked = wide | ACTS_WIDE | settings
    async with running(settings_at(data, **asked), clock) as cups:

        def work(unit: Unit) -> str:
            from cups.rooms import queries

            row = queries.by_slug(unit.conn, SLUG)
            return str(row.id) if row else cups.rooms.create(unit, RoomIn(slug=SLUG, title="Here", age="adult")).id

        here = Place(cups, clock, await cups.db.write(work))
        await here.somebody("member")
        await here.somebody("moderator", role="room-moderator", scope=here.room)
        await here.somebody("overseer", role="moderator")
        await here.somebody("manager", role="community-manager")
        await here.somebody("admin", role="admin")
        await here.somebody("elsewhere", role="room-moderator", scope="x" * 26)
        yield here


async def refused(act: Awaitable[object]) -> Refused:
    with pytest.raises(Refused) as caught:
        await act
    return caught.value
