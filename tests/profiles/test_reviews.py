"""Reviews of listeners: allowed by their authors, read by staff, shown in batches of five without author, time or order; taken out and erased."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from cups.accounts import queries as accounts
from cups.app import running
from cups.clock import ManualClock
from cups.errors import Refused
from cups.wire.chats import RatingIn
from cups.wire.privacy import EraseIn
from cups.wire.reviews import ReviewDecisionIn, ReviewState
from harness.store import settings_at
from profiles.test_figures import Scene as Figures

STARS = dict.fromkeys(("helpfulness", "empathy", "professionalism", "responsiveness"), 5)


class Scene(Figures):
    staff = listener = ""

    async def says(self, comment: str, *, publish: bool = True, age: str = "adult") -> str:
        """A member who has talked with the listener, and what they say about it."""
        member = await self.make(f"says{self.made}x")
        if age != "adult":
            await self.cups.db.write(lambda unit: accounts.set_age(unit.conn, [member], age))
        await self.chat(self.listener, None, member=member)
        visitor = await self.visitor(member)
        (chat,) = await self.cups.chats.recent(member)
        assert chat.quotable == (age == "adult")
        await self.cups.chats.rate(visitor, chat.id, RatingIn(**STARS, comment=comment, publish=publish))
        return member

    async def waiting(self, state: ReviewState = "waits") -> dict[str, str]:
        found = await self.cups.review_desk.cases(await self.visitor(self.staff), state, "", 50)
        return {one.text: one.id for one in found.reviews}

    async def decide(self, id: str, outcome: str = "good", by: str = "") -> None:
        form = ReviewDecisionIn(outcome=outcome)  # type: ignore[arg-type]
        await self.cups.review_desk.decide(await self.visitor(by or self.staff), id, form)

    async def on_profile(self) -> list[str]:
        await self.cups.profiles.publish_figures()
        listener = (await self.shown()).listener
        assert listener is not None
        return listener.reviews


@asynccontextmanager
async def scene(folder: Path) -> AsyncIterator[Scene]:
    clock = ManualClock()
    settings = settings_at(folder, staff_second_factor=False, consent=("*=none",))
    async with running(settings, clock) as cups:
        one = Scene(cups, clock)
        one.staff, one.listener = await one.make("keeper"), await one.make("warmOne", "listener")
        await cups.db.write(lambda unit: accounts.add_role(unit.conn, one.staff, "community-manager", "", one.staff, 1))
        yield one


async def test_five_good_ones_are_shown_together_and_nothing_tells_whose_or_when(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        texts = [f"They took their time, {number}." for number in range(6)]
        for text in texts[:4]:
            await one.says(text)
            one.clock.advance(60_000)
        await one.says("kept to myself", publish=False)
        await one.says("   ")
        found = await one.waiting()
        assert set(found) == set(texts[:4]), "the others allowed nothing"
        assert await one.on_profile() == []
        for id in found.values():
            await one.decide(id)
        assert await one.on_profile() == [], "four could be told apart"
        await one.says(texts[4])
        await one.decide((await one.waiting())[texts[4]])
        assert (await one.shown()).listener.reviews == [], "not at the moment of the decision"  # type: ignore[union-attr]
        shown = await one.on_profile()
        ids = await one.waiting("shown")
        assert set(shown) == set(texts[:5]) and shown == sorted(ids, key=lambda text: ids[text]), (
            "in the order of chance"
        )
        await one.says(texts[5])
        await one.decide((await one.waiting())[texts[5]])
        assert set(await one.on_profile()) == set(texts[:5]), "the sixth waits for four more"
        told = await one.cups.review_desk.cases(await one.visitor(one.staff), "shown", "", 50)
        assert set(told.reviews[0].__struct_fields__) == {"id", "listener", "text", "state"}


async def test_staff_alone_decide_and_neither_about_themselves_nor_twice(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        member = await one.says("Kind and patient.")
        ((_, id),) = (await one.waiting()).items()
        with pytest.raises(Refused, match="not-allowed"):
            await one.decide(id, by=member)
        await one.cups.db.write(lambda unit: accounts.add_role(unit.conn, member, "admin", "", one.staff, 1))
        await one.cups.db.write(lambda unit: accounts.add_role(unit.conn, one.listener, "admin", "", one.staff, 1))
        for own in (member, one.listener):
            with pytest.raises(Refused, match="not-allowed"):
                await one.decide(id, by=own)
        await one.decide(id)
        with pytest.raises(Refused, match="conflict"):
            await one.decide(id)
        with pytest.raises(Refused, match="not-found"):
            await one.decide("0" * 26)
        entries = await one.cups.auditing.entries(0, 50)
        assert {entry.act for entry in entries} >= {"review.read", "review.decide"}
        assert member not in json.dumps([str(entry) for entry in entries]), "the log says nothing of the author"


async def test_one_that_is_shown_is_taken_out_and_one_whose_author_is_erased_goes(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        members = {f"Good, {number}.": await one.says(f"Good, {number}.") for number in range(5)}
        for id in (await one.waiting()).values():
            await one.decide(id)
        assert set(await one.on_profile()) == set(members)
        await one.decide((await one.waiting("shown"))["Good, 0."], "refused")
        assert set(await one.on_profile()) == set(members) - {"Good, 0."}
        visitor = await one.visitor(members["Good, 1."])
        visitor = msgspec.structs.replace(visitor, signed_up=True, confirmed_at=one.clock.now())
        await one.cups.leaving.erase(visitor, EraseIn(posts="go", sure=True))
        await one.cups.erasing.look()
        assert set(await one.on_profile()) == set(members) - {"Good, 0.", "Good, 1."}


async def test_a_teens_words_stand_nowhere_in_public_and_contact_details_nowhere(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        with pytest.raises(Refused, match="not-allowed"):
            await one.says("So kind.", age="teen")
        with pytest.raises(Refused, match="held-contact"):
            await one.says("Write to anna.b@example.com")
        assert await one.waiting() == {}
