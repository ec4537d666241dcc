"""What a decision rests on is kept as it was: no edit, deletion or retention changes it, and it goes when nobody can ask for it any more."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from conftest import Cast
from cups.clock import ManualClock
from cups.messages import service as messages
from cups.moderation.tables import evidence
from cups.store import migrate
from cups.store.database import StorageFailed, Unit
from cups.wire.rooms import Act, RemoveIn, WarnIn
from cups.wire.standing import ContestDecisionIn, ContestIn
from harness.person import new_ref
from harness.store import sqlite_only
from rooms.world import SLUG, Place, place

DAY = 86_400_000
RUDE, MILD = "You are all fools.", "Have a lovely day."
ACTS: tuple[Act | None, ...] = (None, "mute", "remove", "ban")
"""None: a warning."""


async def decide(here: Place, act: Act | None, seq: int | None) -> str:
    """The id of what is decided about the member."""
    if act is not None:
        return (await here.give("moderator", "member", act, seq=seq)).id
    form = WarnIn(ref=here.ref(), name="member", rule="kindness", words="Gently, please.", seq=seq)
    await here.cups.moderation.warn(await here.visitor("moderator"), SLUG, form)
    return (await here.cups.standings.of(here.ids["member"])).decisions[0].id


async def change(here: Place, seq: int, text: str | None) -> None:
    """As its author does within the time for it; None: takes it back."""

    def work(unit: Unit) -> None:
        author, now = here.ids["member"], here.clock.now()
        if text is None:
            messages.take_back(unit, here.room, seq, author, now, within_ms=DAY)
        else:
            messages.edit(unit, here.room, seq, author, text, now, within_ms=DAY)

    await here.cups.db.write(work)


async def shown(here: Place, decision: str) -> str:
    """To the person, and the same to whoever decides about what they contest."""
    (one,) = (one for one in (await here.cups.standings.of(here.ids["member"])).decisions if one.id == decision)
    cases = (await here.cups.standings.cases(await here.visitor("admin"), "open", "", 50)).contests
    assert [case.evidence for case in cases if case.at == one.at] in ([], [one.evidence])
    return one.evidence


@pytest.mark.parametrize("act", ACTS)
async def test_an_edit_after_the_act_changes_nothing_of_it(tmp_path: Path, act: Act | None) -> None:
    async with place(tmp_path) as here:
        seq = await here.say("member", RUDE)
        id = await decide(here, act, seq)
        await change(here, seq, MILD)
        await here.cups.standings.contest(await here.visitor("member"), id, ContestIn(text="I was kind."))
        assert await shown(here, id) == RUDE
        await change(here, seq, None)
        assert await shown(here, id) == RUDE
        (case,) = (await here.cups.standings.cases(await here.visitor("admin"), "open", "", 50)).contests
        assert case.evidence == RUDE


async def test_what_was_changed_before_the_act_is_what_it_rests_on(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        seq = await here.say("member", MILD)
        await change(here, seq, RUDE)
        assert await shown(here, await decide(here, "mute", seq)) == RUDE
        here.clock.advance(1)
        assert await shown(here, await decide(here, "mute", None)) == ""
        here.clock.advance(1)
        removed = RemoveIn(rule="kindness")
        await here.cups.moderation.remove(await here.visitor("moderator"), SLUG, seq, removed)
        assert await shown(here, await decide(here, "mute", seq)) == RUDE, "as it was when it was taken away"


async def test_it_outlives_the_message_and_goes_when_it_can_be_contested_no_more(tmp_path: Path) -> None:
    clock = ManualClock()
    async with place(tmp_path, clock) as here:
        quiet, contested = await here.say("member", RUDE), await here.say("member", "Fools.")
        second = await decide(here, "mute", contested)
        clock.advance(1)
        first = await decide(here, "mute", quiet)
        await here.cups.standings.contest(await here.visitor("member"), second, ContestIn(text="I was kind."))
        clock.advance(8 * DAY)
        await here.cups.retention.tidy()
        assert await here.cups.db.read(messages.author_of, here.room, quiet) is None, "the message itself is gone"
        assert (await shown(here, first), await shown(here, second)) == (RUDE, "Fools.")
        clock.advance(175 * DAY)
        await here.cups.retention.tidy()
        assert await shown(here, first) == RUDE
        clock.advance(1)
        await here.cups._tidy()
        assert (await shown(here, first), await shown(here, second)) == ("", "Fools."), "somebody still looks at it"
        (case,) = (await here.cups.standings.cases(await here.visitor("admin"), "open", "", 50)).contests
        answer = ContestDecisionIn(outcome="upheld", answer="It stands.")
        await here.cups.standings.decide(await here.visitor("admin"), case.id, answer)
        await here.cups._tidy()
        assert await shown(here, second) == ""
        assert await here.cups.db.read(lambda conn: conn.execute(sa.select(evidence)).all()) == []


@sqlite_only
async def test_it_is_kept_with_the_act_or_neither_is(tmp_path: Path) -> None:
    async with place(tmp_path) as here:
        seq = await here.say("member", RUDE)
        await here.cups.db.write(lambda unit: unit.conn.exec_driver_sql("alter table evidence rename to gone"))
        with pytest.raises(StorageFailed, match="OperationalError"):
            await decide(here, "mute", seq)
        await here.cups.db.write(lambda unit: unit.conn.exec_driver_sql("alter table gone rename to evidence"))
        assert (await here.cups.standings.of(here.ids["member"])).decisions == []


async def test_the_person_reads_it_on_their_page(people: Cast) -> None:
    admin, slug = await people.demo("admin"), new_ref("evidence").lower()
    room = (await admin.post("/api/staff/rooms", {"slug": slug, "title": slug, "age": "adult"}, 201))["id"]
    guest, moderator = await people.guest(), await people.demo("moderator")
    async with guest.live() as live:
        await live.subscribe(room)
        seq = (await live.say(room, RUDE))["seq"]
        body = {"ref": new_ref("w"), "name": guest.name, "rule": "kindness", "words": "Gently, please.", "seq": seq}
        await moderator.post(f"/api/rooms/{slug}/warnings", body, 200)
        edited = await live.answer(type="edit", channel=room, seq=seq, text=MILD)
        assert edited["type"] == "ack"
    page = (await guest.call("GET", "/standing")).text
    assert "What you had written" in page and RUDE in page and MILD not in page
    (decision,) = (await guest.get("/api/standing"))["decisions"]
    assert decision["evidence"] == RUDE


def test_decisions_from_before_keep_what_their_message_says(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'x.db'}")
    with engine.begin() as conn:
        command.upgrade(migrate.config(conn), "9d24c7e1b803")
        run = conn.exec_driver_sql
        run("insert into account (id, name, name_key, kind, created_at) values ('a', 'a', 'a', 'member', 1)")
        run("insert into channel (id, kind, epoch, seq) values ('c', 'room', 'e', 3)")
        run(
            "insert into room (id, slug, title, about, language, audience, age_class, created_at) values ('c', 'c', 'c', '', 'en', 'members', 'adult', 1)"
        )
        for seq, text in ((1, "said"), (2, ""), (3, "")):
            run(
                "insert into message (channel_id, seq, rev, author_id, ref, text, at) "
                f"values ('c', {seq}, {seq}, 'a', 'r{seq}', '{text}', {seq})"
            )
        run(
            "insert into removal (channel_id, seq, moderator_id, rule, text, at) values ('c', 2, 'a', 'spam', 'taken', 5)"
        )
        for number in (1, 2, 3):
            run(
                "insert into warning (id, person_id, room_id, moderator_id, ref, rule, words, message_seq, at, counted, standing, step) "
                f"values ('w{number}', 'a', 'c', 'a', 'r{number}', 'spam', 'hm', {number}, {number}, 1, 1, 'notice')"
            )
        run(
            "insert into sanction (id, person_id, kind, room_id, at, reason, by_id, rule, message_seq) "
            "values ('s', 'a', 'room-mute', 'c', 9, 'hm', 'a', 'spam', 1)"
        )
    migrate.upgrade(engine)
    with engine.connect() as conn:
        kept = conn.exec_driver_sql("select decision_id, text, at from evidence order by decision_id").all()
        assert [tuple(row) for row in kept] == [("s", "said", 9), ("w1", "said", 1), ("w2", "taken", 2)]
    with engine.begin() as conn:
        command.downgrade(migrate.config(conn), "9d24c7e1b803")
    migrate.upgrade(engine)
