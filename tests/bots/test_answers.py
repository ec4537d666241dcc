"""Answers: stored once per ref, changed until a listener comes, screened, paced, and kept no longer than promised."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from cups.accounts import queries as accounts
from cups.bots.tables import bot_answer, bot_talk
from cups.chats.service import EndIn
from cups.errors import Refused
from cups.ids import new_id
from cups.messages.tables import channel
from cups.news import BotTold, ConcernRaised
from cups.screening import queries as screening
from cups.screening.hiding import HIDDEN
from cups.store.database import Unit
from cups.wire.bots import BotAnswerIn
from harness.noni import Waiting, waiting

NUMBER = "you can call me at 555 010 4477"
DAY = 86_400_000


async def rows(one: Waiting, table: sa.Table) -> list[sa.Row[tuple[object, ...]]]:
    return await one.cups.db.read(lambda conn: list(conn.execute(sa.select(table))))


async def test_questions_come_one_after_the_other_each_can_be_skipped_and_changed(tmp_path: Path) -> None:
    async with waiting(tmp_path) as one:
        member = await one.person("guest")
        request = (await one.ask(member)).id
        talk = await one.cups.bots.talk(member, request)
        assert (talk.next, talk.answers, talk.can_answer) == ("brings", [], True)
        assert "program, not a person" in talk.hello[0] and "program" in talk.label
        assert await rows(one, bot_talk) == [], "reading stores nothing"
        await one.answer(member, request, "brings", "My cat died.")
        talk = (await one.answer(member, request, "how-long")).talk  # type: ignore[assignment]
        assert talk.next == "feels" and [a.skipped for a in talk.answers] == [False, True]
        talk = (await one.answer(member, request, "brings", "My old cat died.")).talk  # type: ignore[assignment]
        assert talk.next == "feels" and [a.text for a in talk.answers] == ["My old cat died.", ""]
        for question, choice in (("how-long", "days"), ("feels", "heavy"), ("hopes", "heard")):
            talk = (await one.answer(member, request, question, choice=choice)).talk  # type: ignore[assignment]
        assert talk.next is None and [a.chosen for a in talk.answers][1:] == ["For some days", "Heavy", "To be heard"]
        assert sum(isinstance(news, BotTold) for news in one.news) == 6
        assert "My cat died." not in [row.text for row in await rows(one, bot_answer)], "what was changed is gone"


async def test_the_same_ref_gives_the_same_result_and_takes_nothing_back(tmp_path: Path) -> None:
    async with waiting(tmp_path) as one:
        member, listener = await one.person("guest"), await one.person("listener")
        request = (await one.ask(member)).id
        first = await one.answer(member, request, "brings", "I want to die", ref="a")
        assert await one.answer(member, request, "brings", "I want to die", ref="a") == first and first.help == "own"
        await one.answer(member, request, "brings", "I slept a little.", ref="b")
        late = await one.answer(member, request, "brings", "I want to die", ref="a")
        assert late.help == "own" and late.talk is not None and late.talk.answers[0].text == "I slept a little."
        concerns = await one.cups.db.read(screening.concerns, "open", "", 10)
        assert [(row.times, row.seq) for row in concerns] == [(1, None)]
        # After the listener has come, too: the answer to the first sending may have been lost.
        await one.take(listener, request)
        again = await one.answer(member, request, "brings", "I slept a little.", ref="b")
        assert again.talk is not None and not again.talk.can_answer


@pytest.mark.parametrize(
    ("question", "form", "field"),
    [
        ("feels", BotAnswerIn(ref="r", choice="purple"), "choice"),
        ("feels", BotAnswerIn(ref="r"), "text"),
        ("feels", BotAnswerIn(ref="r", text="  \n"), "text"),
        ("feels", BotAnswerIn(ref="r", skip=True, text="so"), "skip"),
        ("brings", BotAnswerIn(ref="r", choice="heavy"), "choice"),
    ],
)
async def test_what_does_not_fit_is_refused(tmp_path: Path, question: str, form: BotAnswerIn, field: str) -> None:
    async with waiting(tmp_path) as one:
        member = await one.person("guest")
        request = (await one.ask(member)).id
        with pytest.raises(Refused) as refused:
            await one.cups.bots.answer(member, request, question, form)
        assert (refused.value.code, refused.value.field) == ("bad-input", field)


async def test_nobody_answers_for_another_and_no_question_is_made_up(tmp_path: Path) -> None:
    async with waiting(tmp_path) as one:
        member, other = await one.person("guest"), await one.person("guest")
        request = (await one.ask(member)).id
        for who, question in ((other, "brings"), (member, "password")):
            with pytest.raises(Refused, match="not-found"):
                await one.answer(who, request, question, "x")
        with pytest.raises(Refused, match="not-found"):
            await one.cups.bots.talk(other, request)


async def test_contact_details_are_held_and_nothing_of_them_is_stored(tmp_path: Path) -> None:
    async with waiting(tmp_path) as one:
        member = await one.person("guest")
        request = (await one.ask(member)).id
        with pytest.raises(Refused, match="held-contact"):
            await one.answer(member, request, "brings", NUMBER)
        assert await rows(one, bot_talk) == []
        # In parts, over two answers, in whichever order they are given or changed.
        await one.answer(member, request, "feels", "555 010")
        with pytest.raises(Refused, match="held-contact"):
            await one.answer(member, request, "hopes", "4477")
        await one.answer(member, request, "feels")
        await one.answer(member, request, "hopes", "4477 is the bus")
        assert [row.text for row in await rows(one, bot_answer) if row.text] == ["4477 is the bus"]


async def test_parts_of_a_number_are_found_after_a_restart_too(tmp_path: Path) -> None:
    async with waiting(tmp_path) as one:
        member = await one.person("guest")
        request = (await one.ask(member)).id
        await one.answer(member, request, "feels", "555 010")
    async with waiting(tmp_path) as one:
        with pytest.raises(Refused, match="held-contact"):
            await one.answer(member, request, "hopes", "4477", ref="later")


async def test_a_crisis_is_never_held_and_somebody_is_called(tmp_path: Path) -> None:
    async with waiting(tmp_path) as one:
        member = await one.person("guest")
        request = (await one.ask(member)).id
        outcome = await one.answer(member, request, "brings", "I don't want to live anymore")
        assert outcome.help == "own" and outcome.talk is not None
        assert (outcome.talk.answers[0].help, outcome.talk.answers[0].text) == ("own", "I don't want to live anymore")
        outcome = await one.answer(member, request, "feels", "I want to die, please call me 555 010 4477")
        assert outcome.hidden and outcome.talk is not None
        assert HIDDEN in outcome.talk.answers[1].text and "555" not in outcome.talk.answers[1].text
        (concern,) = await one.cups.db.read(screening.concerns, "open", "", 10)
        assert (concern.person_id, concern.times, concern.seq, concern.contact) == (member.id, 2, None, True)
        raised = [news for news in one.news if isinstance(news, ConcernRaised)]
        assert [(news.kind, news.hidden) for news in raised] == [("crisis-own", False), ("crisis-own", True)]


async def test_a_sign_of_danger_is_seen_whatever_refuses_the_answer(tmp_path: Path) -> None:
    async with waiting(tmp_path, pace_guest_bot_answer_burst=1) as one:
        member, listener = await one.person("guest"), await one.person("listener")
        request = (await one.ask(member)).id
        await one.answer(member, request, "brings", "Hello.")
        with pytest.raises(Refused, match="too-fast") as fast:
            await one.answer(member, request, "feels", "Heavy.")
        assert fast.value.retry_at == one.clock.now() + one.cups.settings.pace_guest_bot_answer_period_ms
        hasty = await one.answer(member, request, "feels", "I want to die")
        assert (hasty.talk, hasty.refused and hasty.refused.code, hasty.help) == (None, "too-fast", "own")
        one.clock.advance(60_000)
        held = await one.answer(member, request, "feels", "I want to die. go kill yourself too")
        assert (held.refused and held.refused.code, held.help) == ("held-encouragement", "own")
        await one.take(listener, request)
        late = await one.answer(member, request, "feels", "I want to die")
        assert (late.refused and late.refused.code, late.help) == ("answers-passed-on", "own")
        assert [row.text for row in await rows(one, bot_answer)] == ["Hello."]
        (concern,) = await one.cups.db.read(screening.concerns, "open", "", 10)
        assert concern.times == 3


async def test_whoever_is_muted_tells_nothing_on_and_can_wait_all_the_same(tmp_path: Path) -> None:
    async with waiting(tmp_path) as one:
        member = await one.person("guest")
        request = (await one.ask(member)).id
        until = one.clock.now() + DAY

        def mute(unit: Unit) -> None:
            now = one.clock.now()
            more = {"id": new_id(now), "person_id": member.id, "room_id": None, "by_id": member.id}
            accounts.add_sanction(unit.conn, kind="mute", at=now, until=until, reason="other", **more)

        await one.cups.db.write(mute)
        assert not (await one.cups.bots.talk(member, request)).can_answer
        with pytest.raises(Refused, match="muted") as refused:
            await one.answer(member, request, "brings", "Hello.")
        assert refused.value.retry_at == until
        assert (await one.answer(member, request, "brings", "I want to die")).help == "own"


async def test_after_a_listener_has_come_nothing_changes_any_more(tmp_path: Path) -> None:
    async with waiting(tmp_path) as one:
        member, listener = await one.person("guest"), await one.person("listener")
        request = (await one.ask(member)).id
        await one.answer(member, request, "brings", "My cat died.")
        chat = await one.take(listener, request, arrive=False)
        with pytest.raises(Refused, match="answers-passed-on"):
            await one.answer(member, request, "brings", "Nothing.")
        assert await one.told(listener, chat) == ["My cat died."]


async def test_without_a_listener_it_is_gone_soon(tmp_path: Path) -> None:
    async with waiting(tmp_path) as one:
        member, worried = await one.person("guest"), await one.person("guest")
        unheard = one.cups.settings.bot_unheard_s * 1000
        for person, words in ((member, "My cat died."), (worried, "I want to die")):
            await one.answer(person, (await one.ask(person)).id, "brings", words)
        await one.cups.requests.cancel(member)
        await one.cups.requests.cancel(worried)
        one.clock.advance(unheard - 1)
        assert await one.cups.db.write(one.cups.bots.expire) == 0
        assert len(await rows(one, bot_answer)) == 2
        one.clock.advance(1)
        assert await one.cups.db.write(one.cups.bots.expire) == 2
        assert await rows(one, bot_answer) == [] == await rows(one, bot_talk)
        # The concern stands, and with it the place where it was raised; it holds no words.
        assert len(await rows(one, channel)) == 1
        assert len(await one.cups.db.read(screening.concerns, "open", "", 10)) == 1


async def test_with_a_chat_it_is_kept_as_long_as_chats_are(tmp_path: Path) -> None:
    async with waiting(tmp_path) as one:
        member, listener = await one.person("guest"), await one.person("listener")
        request = (await one.ask(member)).id
        await one.answer(member, request, "brings", "My cat died.")
        chat = await one.take(listener, request)
        await one.cups.chats.end(member, chat, EndIn())
        one.clock.advance(one.cups.settings.chat_keep_days * DAY)
        assert await one.cups.db.write(one.cups.bots.expire) == 0 and await one.told(member, chat)
        one.clock.advance(1)
        assert await one.cups.db.write(one.cups.bots.expire) == 1
        assert await one.told(member, chat) == [] == await rows(one, bot_answer)


async def test_whoever_waits_for_long_keeps_what_they_told(tmp_path: Path) -> None:
    async with waiting(tmp_path) as one:
        member = await one.person("guest")
        request = (await one.ask(member)).id
        await one.answer(member, request, "brings", "My cat died.")
        one.clock.advance(DAY)
        assert await one.cups.db.write(one.cups.bots.expire) == 0
        assert (await one.cups.bots.talk(member, request)).answers
