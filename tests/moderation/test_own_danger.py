"""Nobody is warned, muted, removed or banned while they may be in danger, unless for a message that breaks a rule. Each act, over REST."""

from pathlib import Path
from typing import Any

import pytest

from conftest import Cast
from cups.clock import ManualClock
from cups.screening import queries as screening
from cups.screening.tables import concern
from cups.store.database import Unit
from cups.wire.rooms import RoomIn
from cups.wire.staff import FigureIn
from harness.person import LiveConnection, Person, new_ref
from rooms.world import Place, place, refused

ACTS = ("warn", "mute", "remove", "ban")
CRY, RUDE = "I can't go on. I want to die.", "You are all worthless idiots."
HOUR = 3_600_000


async def _room(people: Cast) -> tuple[str, str]:
    admin, slug = await people.demo("admin"), new_ref("care").lower()
    made = await admin.post("/api/staff/rooms", {"slug": slug, "title": slug, "age": "adult"}, 201)
    return slug, made["id"]


async def act(moderator: Person, slug: str, what: str, name: str, seq: int | None, rule: str = "kindness") -> Any:
    """What comes of it: "" where it is done, else the code; a refusal says which field, too."""
    body = {"ref": new_ref("a"), "name": name, "rule": rule, "words": "Please leave that.", "seq": seq}
    if what != "warn":
        body |= {"act": what, "length": "short"}
    path = "warnings" if what == "warn" else "sanctions"
    answer = await moderator.call("POST", f"/api/rooms/{slug}/{path}", body)
    if answer.status_code < 300:
        return ""
    told = answer.json()
    assert answer.status_code == 422 and told["field"] == "seq", told
    return told["code"]


async def says(live: LiveConnection, room: str, *texts: str) -> list[int]:
    await live.subscribe(room)
    return [(await live.say(room, text))["seq"] for text in texts]


@pytest.mark.parametrize("what", ACTS)
async def test_each_act_with_and_without_a_message_with_and_without_danger(people: Cast, what: str) -> None:
    slug, room = await _room(people)
    moderator = await people.demo("moderator")
    for named, expected in ((None, ""), (1, ""), (0, "")):
        calm = await people.guest()
        async with calm.live() as live:
            seqs = await says(live, room, "hello", RUDE)
            got = await act(moderator, slug, what, calm.name, None if named is None else seqs[named])
            assert got == expected, "nothing here is about danger"
    hurt = await people.guest()
    async with hurt.live() as live:
        cry, rude = await says(live, room, CRY, RUDE)
        for rule in ("kindness", "spam", "contact"):
            assert await act(moderator, slug, what, hurt.name, None, rule) == "crisis-choose-message"
        assert await act(moderator, slug, what, hurt.name, cry) == "crisis-no-offence"
        assert (await hurt.get("/api/standing"))["decisions"] == [], "nothing came of it"
        assert await act(moderator, slug, what, hurt.name, rude) == "", "what breaks a rule is answered for"
    (decision,) = (await hurt.get("/api/standing"))["decisions"]
    assert decision["rule"] == "kindness"


@pytest.mark.parametrize("what", ACTS)
async def test_a_message_of_which_nothing_is_kept_is_none(people: Cast, what: str) -> None:
    slug, room = await _room(people)
    moderator = await people.demo("moderator")
    gone, taken = await people.guest(), await people.guest()
    async with gone.live() as live:
        cry, other = await says(live, room, CRY, "well")
        assert (await live.answer(type="delete", channel=room, seq=other))["type"] == "ack"
        for seq in (other, 10_000):
            assert await act(moderator, slug, what, gone.name, seq) == "crisis-choose-message"
        assert (await live.answer(type="delete", channel=room, seq=cry))["type"] == "ack"
        assert await act(moderator, slug, what, gone.name, None) == "crisis-choose-message", "somebody looks after them"
    async with taken.live() as live:
        (cry,) = await says(live, room, CRY)
        await moderator.post(f"/api/rooms/{slug}/messages/{cry}/removal", {"rule": "graphic"}, 204)
        await close_concerns(people, taken.name)
        assert await act(moderator, slug, what, taken.name, None) == "crisis-choose-message", "it is known what it said"
        assert await act(moderator, slug, what, taken.name, cry) == "crisis-no-offence"


async def close_concerns(people: Cast, name: str) -> None:
    admin = await people.demo("admin")
    for one in (await admin.get("/api/staff/concerns?limit=200"))["concerns"]:
        if one["person"]["name"] == name:
            await admin.post(f"/api/staff/concerns/{one['id']}/take", {})
            await admin.post(f"/api/staff/concerns/{one['id']}/close", {})


@pytest.mark.parametrize("what", ACTS)
async def test_an_open_concern_from_elsewhere_counts_until_it_is_closed(people: Cast, what: str) -> None:
    (slug, room), (_, other) = await _room(people), await _room(people)
    moderator, hurt = await people.demo("moderator"), await people.guest()
    async with hurt.live() as live:
        await says(live, other, CRY)
        (rude,) = await says(live, room, RUDE)
        assert await act(moderator, slug, what, hurt.name, None) == "crisis-choose-message"
        await close_concerns(people, hurt.name)
        assert await act(moderator, slug, what, hurt.name, None) == ""
        assert rude


async def _nobody_worries(here: Place) -> None:
    def work(unit: Unit) -> None:
        unit.conn.execute(concern.update().values(state="closed"))

    await here.cups.db.write(work)
    assert not await here.cups.db.read(screening.worried_about, list(here.ids.values()))


async def test_what_they_said_last_is_bounded_by_count_and_by_time(tmp_path: Path) -> None:
    clock = ManualClock()
    async with place(tmp_path, clock) as here:
        await here.say("member", CRY)
        await _nobody_worries(here)
        for _ in range(19):
            await here.say("member")
            clock.advance(2000)
        assert (await refused(here.give("moderator", "member", "mute"))).code == "crisis-choose-message"
        await here.say("member")
        given = await here.give("moderator", "member", "mute")
        await here.cups.sanctions.lift(await here.visitor("moderator"), "here", given.id)

        said = clock.now()
        await here.say("member", CRY)
        await _nobody_worries(here)
        clock.advance(said + 24 * HOUR - clock.now())
        assert (await refused(here.give("moderator", "member", "mute"))).code == "crisis-choose-message"
        clock.advance(1)
        await here.give("moderator", "member", "mute")


async def test_staff_set_how_far_back_it_is_looked(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        admin = await here.visitor("admin")
        await here.say("member", CRY)
        await here.say("member")
        await _nobody_worries(here)
        await here.cups.limits_desk.set_figure(admin, "own_danger_messages", FigureIn(value=1))
        await here.give("moderator", "member", "mute")
        await here.cups.limits_desk.set_figure(admin, "own_danger_messages", FigureIn(value=2))
        assert (await refused(here.give("moderator", "member", "mute"))).code == "crisis-choose-message"
        here.clock.advance(HOUR)
        await here.cups.limits_desk.set_figure(admin, "own_danger_hours", FigureIn(value=1))
        assert (await refused(here.give("moderator", "member", "mute"))).code == "crisis-choose-message"
        here.clock.advance(1)
        await here.give("moderator", "member", "mute")


async def test_it_holds_for_both_accounts_of_a_person(tmp_path: Path) -> None:
    """What is decided about one holds for the other, so it would be decided about the one in danger."""
    async with place(tmp_path) as here:
        await here.somebody("ears", of=here.ids["member"])
        for cries, about in (("member", "ears"), ("ears", "member")):
            await here.say(about)
            await here.say(cries, CRY)
            assert (await refused(here.give("moderator", about, "mute"))).code == "crisis-choose-message", "concern"
            await _nobody_worries(here)
            assert (await refused(here.give("moderator", about, "mute"))).code == "crisis-choose-message", "words"
            here.clock.advance(25 * HOUR)


async def test_somebody_elses_danger_is_nobodys_shield(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        await here.cups.db.write(
            lambda unit: here.cups.rooms.create(unit, RoomIn(slug="there", title="T", age="adult"))
        )
        await here.say("member", "well")
        await here.say("elsewhere", CRY)
        await here.give("moderator", "member", "mute")
