"""Who reads what somebody told Noni: they themselves, and the one listener who has them now. Nobody else, whatever happens on the way."""

from pathlib import Path

import pytest

from cups.accounts import queries as accounts
from cups.chats.service import EndIn
from cups.errors import Refused
from cups.reach import Facts, greeted_by_bots
from cups.store.database import Unit
from harness.noni import Waiting, waiting

TOLD = ["My cat died.", "Heavy"]


async def told_and_taken(one: Waiting, *, arrive: bool = True) -> tuple[object, ...]:
    member, listener = await one.person("guest"), await one.person("listener")
    request = (await one.ask(member)).id
    await one.answer(member, request, "brings", TOLD[0])
    await one.answer(member, request, "how-long")
    await one.answer(member, request, "feels", choice="heavy")
    return member, listener, request, await one.take(listener, request, arrive=arrive)


async def test_the_two_of_the_chat_see_the_same_and_nobody_else_anything(tmp_path: Path) -> None:
    async with waiting(tmp_path) as one:
        member, listener, _, chat = await told_and_taken(one)
        other, staff = await one.person("listener"), await one.person("member")
        await one.cups.db.write(lambda unit: accounts.add_role(unit.conn, staff.id, "admin", "", staff.id, 1))
        assert await one.told(listener, chat) == TOLD == await one.told(member, chat), "what was skipped is not there"
        for stranger in (other, staff):
            with pytest.raises(Refused, match="not-found"):
                await one.told(stranger, chat)


async def test_who_does_not_come_has_seen_it_last(tmp_path: Path) -> None:
    async with waiting(tmp_path, claim_lease_s=60) as one:
        member, absent, request, first = await told_and_taken(one, arrive=False)
        assert await one.told(absent, first) == TOLD
        one.clock.advance(60_000)
        await one.cups.taking.return_overdue()
        assert await one.told(absent, first) == []
        # Back in the queue it can be changed again, and the next one gets it as it is then.
        await one.answer(member, request, "brings", "My old cat died.")
        second = await one.person("listener")
        chat = await one.take(second, request)
        assert await one.told(second, chat) == ["My old cat died.", "Heavy"] == await one.told(member, chat)
        assert await one.told(absent, first) == [] == await one.told(member, first)
        with pytest.raises(Refused, match="not-found"):
            await one.told(absent, chat)


async def test_a_listener_who_left_has_it_no_more_and_the_next_one_gets_it(tmp_path: Path) -> None:
    async with waiting(tmp_path) as one:
        member, first, request, chat = await told_and_taken(one)
        await one.cups.chats.end(first, chat, EndIn())
        assert await one.told(first, chat) == [] and await one.told(member, chat) == TOLD
        again = await one.cups.requests.ask_again(member, chat)
        assert again.id != request
        talk = await one.cups.bots.talk(member, again.id)
        assert talk.can_answer and [a.text or a.chosen for a in talk.answers if not a.skipped] == TOLD
        await one.answer(member, again.id, "how-long", choice="days")
        second = await one.person("listener")
        next_chat = await one.take(second, again.id)
        assert await one.told(second, next_chat) == [TOLD[0], "For some days", TOLD[1]]
        assert await one.told(first, chat) == []


async def test_an_answer_given_once_goes_to_no_second_request_that_is_new(tmp_path: Path) -> None:
    async with waiting(tmp_path) as one:
        member, _, _, chat = await told_and_taken(one)
        await one.cups.chats.end(member, chat, EndIn())
        fresh = (await one.ask(member)).id
        assert (await one.cups.bots.talk(member, fresh)).answers == []


async def test_a_block_or_a_corrected_age_ends_it_at_once(tmp_path: Path) -> None:
    async with waiting(tmp_path) as one:
        member, listener, _, chat = await told_and_taken(one)
        await one.cups.chats.end(member, chat, EndIn(block=True))
        assert await one.told(listener, chat) == [] and await one.told(member, chat) == TOLD
        member, listener, _, chat = await told_and_taken(one)

        def correct(unit: Unit) -> None:
            accounts.update(unit.conn, member.id, age_class="teen")  # and nobody has ended the chat yet

        await one.cups.db.write(correct)
        assert await one.told(listener, chat) == []


def test_bots_wait_until_teens_ask_for_them() -> None:
    for age, greeted in (("adult", True), ("teen", False), (None, False)):
        assert greeted_by_bots(Facts(id="a", kind="guest", age=age)) is greeted


@pytest.mark.parametrize("kind", ["guest", "member"])
@pytest.mark.parametrize(("age", "greets"), [("adult", True), ("teen", False)])
async def test_guests_members_teens_and_adults(tmp_path: Path, kind: str, age: str, greets: bool) -> None:
    async with waiting(tmp_path) as one:
        person, listener = await one.person(kind, age), await one.person("listener", age)
        request = (await one.ask(person)).id
        talk = await one.cups.bots.talk(person, request)
        assert talk.greets is greets and talk.can_answer
        await one.answer(person, request, "brings", "School.")
        assert await one.told(listener, await one.take(listener, request)) == ["School."]
