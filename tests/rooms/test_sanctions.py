"""Muting, removing and banning in one room by hand: who whom, until when, lifted, contested, over a restart; never for one's own danger."""

from pathlib import Path

import msgspec
import pytest
import trio
import trio.testing

from cups.clock import ManualClock
from cups.news import Sanctioned
from cups.store.database import Unit
from cups.wire.rooms import Act, RemoveIn, RoomIn, SanctionIn, WarnIn
from cups.wire.standing import ContestDecisionIn, ContestIn
from rooms.world import SLUG, Place, place, refused

MINUTE, DAY = 60_000, 86_400_000
CODES: dict[Act, str] = {"mute": "muted-in-room", "remove": "removed-from-room", "ban": "banned-from-room"}
LASTS: dict[Act, int] = {"mute": 10 * MINUTE, "remove": 10 * MINUTE, "ban": 7 * DAY}
ACTS: tuple[Act, ...] = ("mute", "remove", "ban")


@pytest.mark.parametrize("act", ACTS)
async def test_it_holds_in_this_room_for_both_accounts_over_a_restart_and_ends_by_itself(
    tmp_path: Path, act: Act
) -> None:
    clock = ManualClock()
    async with place(tmp_path, clock) as here:
        await here.somebody("ears", of=here.ids["member"])
        await here.say("member")
        given = await here.give("moderator", "member", act)
        assert given.until == clock.now() + LASTS[act]
        for account in ("member", "ears"):
            no = await refused(here.say(account))
            assert (no.code, no.retry_at) == (CODES[act], given.until)
        clock.advance(LASTS[act] - 1)
    async with place(tmp_path, clock) as here:
        assert (await refused(here.say("member"))).code == CODES[act]
        rooms = [room.slug for room in await here.cups.rooms.enterable(await here.visitor("member"))]
        assert (SLUG in rooms) == (act == "mute")
        clock.advance(1)
        await here.say("member")
        assert (await here.cups.standings.of(here.ids["member"])).decisions[0].state == "ended"


@pytest.mark.parametrize("act", ACTS)
async def test_every_pair_of_roles(tmp_path: Path, act: Act) -> None:
    """Moderators of the room and of all rooms decide about people who moderate nothing here; staff about moderators, too; nobody about staff."""
    async with place(tmp_path) as here:
        await here.somebody("helper", kind="listener")
        await here.somebody("visiting", kind="guest")
        await here.somebody("second", role="room-moderator", scope=here.room)
        await here.somebody("secret", of=here.ids["second"])
        for name in here.ids:
            await here.say(name)
        people = {"member", "helper", "visiting", "elsewhere"}
        may = {
            "moderator": people,
            "second": people,
            "overseer": people,
            "manager": people | {"moderator", "second", "secret", "overseer"},
            "admin": people | {"moderator", "second", "secret", "overseer"},
        }
        for by in here.ids:
            for to in here.ids:
                form = SanctionIn(ref=here.ref(), name=to, act=act, length="short", rule="kindness", words="Please.")
                giving = here.cups.sanctions.give(await here.visitor(by), SLUG, form)
                if to in may.get(by, ()):
                    given = await giving
                    await here.cups.sanctions.lift(await here.visitor("admin"), SLUG, given.id)
                else:
                    assert (await refused(giving)).code in ("not-allowed", "not-found"), (by, to)


async def test_it_is_told_stands_on_ones_page_and_can_be_contested(tmp_path: Path) -> None:
    clock = ManualClock()
    async with place(tmp_path, clock) as here:
        seq = await here.say("member", "you fools")
        given = await here.give("moderator", "member", "ban", words="Not like this.", seq=seq)
        member = here.ids["member"]
        assert (await here.cups.accounts.me(member)).warnings_unseen == 1
        (told,) = await here.cups.db.read(here.cups.sanctions.unseen_now, member)
        (decision,) = (await here.cups.standings.of(member)).decisions
        assert decision == told
        assert (decision.kind, decision.what, decision.source, decision.rule) == (
            "sanction",
            "room-ban",
            "human",
            "kindness",
        )
        assert (decision.words, decision.until, decision.room) == ("Not like this.", given.until, "Here")
        assert decision.can_contest and decision.contest_until == decision.at + 183 * DAY
        await here.cups.moderation.see(member, given.id)
        assert (await here.cups.accounts.me(member)).warnings_unseen == 0
        assert (await refused(here.cups.moderation.see(here.ids["elsewhere"], given.id))).code == "not-found"
        await here.cups.standings.contest(await here.visitor("member"), given.id, ContestIn(text="It was a song."))
        (case,) = (await here.cups.standings.cases(await here.visitor("admin"), "open", "", 10)).contests
        assert (case.evidence, case.by, case.what) == ("you fools", "moderator", "room-ban")
        outcome = ContestDecisionIn(outcome="overturned", answer="It was.")
        await here.cups.standings.decide(await here.visitor("admin"), case.id, outcome)
        await here.say("member")
        (decision,) = (await here.cups.standings.of(member)).decisions
        assert decision.state == "overturned"


async def test_lifted_by_hand_once_by_another_moderator_or_by_staff(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        await here.say("member")
        sanctions = here.cups.sanctions
        first = await here.give("moderator", "member", "mute")
        here.clock.advance(1)
        second = await here.give("moderator", "member", "remove")
        overseer = await here.visitor("overseer")
        desk = await here.cups.hosting.desk(overseer, SLUG)
        held = (await sanctions.here(overseer, SLUG, "", 50)).sanctions
        assert [one.id for one in held] == [second.id, first.id]
        assert {step.act for step in desk.lengths} == {"mute", "remove", "ban", "close"} and desk.most_pins == 3
        for nobody in ("member", "elsewhere"):
            lifting = sanctions.lift(await here.visitor(nobody), SLUG, first.id)
            assert (await refused(lifting)).code in ("not-allowed", "removed-from-room")
        await sanctions.lift(await here.visitor("overseer"), SLUG, second.id)
        assert (await refused(here.say("member"))).code == "muted-in-room"
        assert (await refused(sanctions.lift_any(await here.visitor("moderator"), first.id))).code == "not-allowed"
        await sanctions.lift_any(await here.visitor("admin"), first.id)
        await here.say("member")
        assert (await refused(sanctions.lift_any(await here.visitor("admin"), first.id))).code == "not-found"
        every = (await sanctions.every(await here.visitor("admin"), "", 10)).sanctions
        assert [(one.room, one.act, one.lifted) for one in every] == [(SLUG, "mute", True), (SLUG, "remove", True)]
        assert (await refused(sanctions.every(await here.visitor("moderator"), "", 10))).code == "not-allowed"
        entries = await here.cups.auditing.entries(0, 100)
        acts = [entry.act for entry in entries if entry.act != "own.sign-in"]
        assert acts == ["person.room-mute", "person.room-remove", "person.room-lift", "person.room-lift"]


async def test_never_for_ones_own_danger_nor_with_contact_details_nor_about_somebody_elses_words(
    tmp_path: Path,
) -> None:
    async with place(tmp_path) as here:
        cry, hers = await here.say("member", "I want to kill myself"), await here.say("elsewhere", "hm")
        for act in ACTS:
            assert (await refused(here.give("moderator", "member", act, seq=cry))).code == "crisis-no-offence"
            words = "You said that you want to die. Not here."
            assert (await refused(here.give("moderator", "member", act, words=words))).code == "crisis-no-offence"
        assert (await refused(here.give("moderator", "member", "mute", seq=hers))).code == "bad-input"
        assert (
            await refused(here.give("moderator", "member", "mute", words="call 212 555 0147"))
        ).code == "held-contact"
        assert (await refused(here.give("moderator", "nobody", "mute"))).code == "not-found"
        await here.somebody("absent")
        assert (await refused(here.give("moderator", "absent", "mute"))).code == "not-found", "was never here"
        await here.say("member")


async def test_the_same_ref_again_decides_once(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        await here.say("member")
        form = SanctionIn(ref="same", name="member", act="mute", length="long", rule="spam", words="Slower.")
        visitor = await here.visitor("moderator")
        assert await here.cups.sanctions.give(visitor, SLUG, form) == await here.cups.sanctions.give(
            visitor, SLUG, form
        )
        assert len((await here.cups.standings.of(here.ids["member"])).decisions) == 1


async def test_a_ref_of_another_decision_is_no_answer_to_this_one(tmp_path: Path) -> None:
    """A dialog whose first answer was lost, and in which something else was chosen then, must not say that it holds."""
    async with place(tmp_path) as here:
        for name in ("member", "elsewhere"):
            await here.say(name)
        form = SanctionIn(ref="same", name="member", act="mute", length="short", rule="spam", words="Slower.")
        visitor = await here.visitor("moderator")
        given = await here.cups.sanctions.give(visitor, SLUG, form)
        for other in (
            {"act": "ban"},
            {"length": "long"},
            {"name": "elsewhere"},
            {"rule": "other"},
            {"words": "Stop."},
            {"seq": 1},
        ):
            changed = msgspec.structs.replace(form, **other)
            assert (await refused(here.cups.sanctions.give(visitor, SLUG, changed))).code == "conflict", other
        assert await here.cups.sanctions.give(visitor, SLUG, msgspec.structs.replace(form, name="@member")) == given
        await here.cups.db.write(
            lambda unit: here.cups.rooms.create(unit, RoomIn(slug="there", title="T", age="adult"))
        )
        overseer = await here.visitor("overseer")
        await here.cups.sanctions.give(overseer, SLUG, form)
        assert (await refused(here.cups.sanctions.give(overseer, "there", form))).code == "conflict"


async def test_what_staff_decided_about_a_moderator_is_not_for_other_moderators_to_lift(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        await here.somebody("second", role="room-moderator", scope=here.room)
        await here.say("second")
        given = await here.give("admin", "second", "mute")
        for by in ("moderator", "overseer", "second"):
            lifting = here.cups.sanctions.lift(await here.visitor(by), SLUG, given.id)
            assert (await refused(lifting)).code == "not-allowed", by
        await here.cups.sanctions.lift(await here.visitor("manager"), SLUG, given.id)
        await here.say("second")


async def test_a_moderator_does_not_learn_at_the_desk_who_decided_about_them(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        await here.somebody("second", role="room-moderator", scope=here.room)
        await here.say("second")
        given = await here.give("admin", "second", "mute")
        warned = WarnIn(ref=here.ref(), name="second", rule="spam", words="Slower.")
        await here.cups.moderation.warn(await here.visitor("admin"), SLUG, warned)
        for who, sees in (("moderator", [given.id]), ("second", [])):
            visitor = await here.visitor(who)
            assert [one.id for one in (await here.cups.sanctions.here(visitor, SLUG, "", 50)).sanctions] == sees, who
            assert len((await here.cups.moderation.given(visitor, SLUG)).warnings) == len(sees), who


async def test_what_is_in_force_comes_page_by_page_and_all_of_it(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        given = []
        for number in range(7):
            await here.somebody(f"person{number}")
            await here.say(f"person{number}")
            here.clock.advance(1)
            given.append((await here.give("moderator", f"person{number}", "mute")).id)
        moderator, seen, after = await here.visitor("moderator"), [], ""
        for size in (3, 3, 1):
            page = await here.cups.sanctions.here(moderator, SLUG, after, 3)
            assert len(page.sanctions) == size
            seen += [one.id for one in page.sanctions]
            after = page.next or ""
            if size == 3:
                # What comes or goes between two pages neither repeats a line nor leaves one out.
                await here.cups.sanctions.lift(moderator, SLUG, seen[-1])
                await here.give("moderator", f"person{6 - len(seen)}", "mute")
        assert seen == given[::-1] and after == ""
        for nobody in ("member", "elsewhere"):
            reading = here.cups.sanctions.here(await here.visitor(nobody), SLUG, "", 3)
            assert (await refused(reading)).code == "not-allowed"


async def test_both_accounts_are_out_at_once(tmp_path: Path) -> None:
    """Told of each, and heard before the answer: the other one's connections do not read on while it is looked up whose they are."""
    async with place(tmp_path) as here:
        await here.somebody("ears", of=here.ids["member"])
        await here.say("member")
        heard: list[Sanctioned] = []
        here.cups.bus.subscribe(Sanctioned, heard.append)
        await here.give("moderator", "member", "ban")
        assert {news.person for news in heard} == {here.ids["member"], here.ids["ears"]}
        heard.clear()
        here.clock.advance(7 * DAY)
        for _ in range(2):  # the second step of the ladder mutes
            here.clock.advance(MINUTE)
            warned = WarnIn(ref=here.ref(), name="member", rule="spam", words="Slower.")
            await here.cups.moderation.warn(await here.visitor("moderator"), SLUG, warned)
        assert [news.kind for news in heard] == ["mute", "mute"]
        assert {news.person for news in heard} == {here.ids["member"], here.ids["ears"]}


async def test_moderators_say_why_and_pass_no_contact_details_in_any_act(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        seq, moderator, moderation = await here.say("member"), await here.visitor("moderator"), here.cups.moderation
        for words, code in (("  \n", "bad-input"), ("write to me@mail.example", "held-contact")):
            warned = WarnIn(ref=here.ref(), name="member", rule="spam", words=words)
            assert (await refused(moderation.warn(moderator, SLUG, warned))).code == code
            assert (await refused(here.give("moderator", "member", "mute", words=words))).code == code
        removal = RemoveIn(rule="spam", note="write to me@mail.example")
        assert (await refused(moderation.remove(moderator, SLUG, seq, removal))).code == "held-contact"
        await moderation.remove(moderator, SLUG, seq, RemoveIn(rule="spam"))


async def test_a_message_whose_turn_comes_after_the_mute_is_not_said(tmp_path: Path) -> None:
    """Both wait for the same commit; what its author was trusted with before does not count any more."""
    async with place(tmp_path) as here:
        said: list[object] = []
        _say(here, said)
        await here.cups.db.write(_nothing)
        given = here.cups.sanctions

        visitor = await here.visitor("moderator")
        form = SanctionIn(ref="m", name="member", act="mute", length="short", rule="spam", words="Slower.")
        async with trio.open_nursery() as nursery:
            nursery.start_soon(given.give, visitor, SLUG, form)
            await trio.testing.wait_all_tasks_blocked()
            _say(here, said)
        await here.cups.db.write(_nothing)
        assert getattr(said[1], "code", "") == "muted-in-room"


def _say(here: Place, said: list[object]) -> None:
    here.cups.sayings.say(
        "room",
        here.room,
        here.ids["member"],
        here.ref(),
        "well",
        None,
        None,
        said.append,  # type: ignore[arg-type]
    )


def _nothing(_unit: Unit) -> None:
    return None
