"""Personal requests at the service, on a real database file: who can be asked, what an answer does, what changes meanwhile, and what time does."""

import itertools
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import pytest
import trio
from sqlalchemy import Connection

from cups.accounts import names
from cups.accounts import queries as accounts
from cups.accounts.tables import account
from cups.accounts.visitor import Visitor
from cups.app import Cups, running
from cups.chats import queries as chats
from cups.clock import ManualClock
from cups.errors import Refused
from cups.ids import new_id
from cups.news import AccountChanged, RequestClosed
from cups.reach import Facts, reach
from cups.store.database import Unit
from cups.wire.chats import EndIn
from cups.wire.people import Me, Person
from cups.wire.requests import PersonalIn, RequestIn, RequestState, SeekIn, Taken
from harness.store import settings_at

TOPICS = frozenset({"grief", "anxiety"})
HOUR = 3_600_000
RING_MS = 60_000
T = TypeVar("T")
HELPED = ("guest", "member")


def visitor(id: str, kind: str, facts: Facts | None = None) -> Visitor:
    me = Me(person=Person(name="x", kind=kind), gated=True)  # type: ignore[arg-type]
    known = facts or Facts(id=id, kind=kind, age="adult")
    return Visitor(id=id, name="x", kind=kind, me=me, facts=known, token_hash="", signed_up=False)


class Scene:
    """Listeners who are online and connected, and guests; all of them adults who talk English."""

    def __init__(self, cups: Cups, clock: ManualClock, listeners: list[str], guests: list[str]) -> None:
        self.cups, self.clock, self.listeners, self.guests = cups, clock, listeners, guests
        self._refs = itertools.count(1)
        self.closed: list[RequestClosed] = []
        self.changed: list[str] = []
        cups.bus.subscribe(RequestClosed, self.closed.append)
        cups.bus.subscribe(AccountChanged, lambda news: self.changed.append(news.account))

    async def ask(self, guest: int = 0, listener: int = 0, **more: str) -> RequestState:
        name = f"listener{listener}"
        self.clock.advance(1)
        form = PersonalIn(
            **{"ref": f"r{next(self._refs)}", "topic": "grief", "language": "en", "listener": name} | more
        )
        return await self.cups.personal.ask(visitor(self.guests[guest], "guest"), form, TOPICS)

    async def accept(self, id: str, listener: int = 0) -> Taken | str:
        return await _outcome(self.cups.personal.accept(visitor(self.listeners[listener], "listener"), id))

    async def decline(self, id: str, listener: int = 0) -> object:
        return await _outcome(self.cups.personal.decline(visitor(self.listeners[listener], "listener"), id))

    async def general(self, guest: int = 0) -> RequestState | str:
        form = RequestIn(ref=f"r{next(self._refs)}", topic="grief")
        return await _outcome(self.cups.requests.ask(visitor(self.guests[guest], "guest"), form, TOPICS))

    async def to_queue(self, guest: int = 0) -> RequestState | str:
        self.clock.advance(1)
        return await _outcome(self.cups.personal.to_queue(visitor(self.guests[guest], "guest")))

    async def cancel(self, guest: int = 0) -> RequestState | str:
        return await _outcome(self.cups.requests.cancel(visitor(self.guests[guest], "guest")))

    async def mine(self, guest: int = 0) -> RequestState:
        state = await self.cups.requests.mine(self.guests[guest])
        assert state is not None
        return state

    async def miss(self, guest: int = 0, listener: int = 0) -> None:
        """A whole personal request that the listener, who is connected, lets pass."""
        id = (await self.ask(guest, listener)).id
        self.clock.advance(RING_MS)
        await self.cups.personal.look()
        assert (await self.mine(guest)).reason == "missed" and (await self.mine(guest)).id == id

    async def listener_row(self, listener: int = 0) -> tuple[str, str, int]:
        def read(conn: Connection) -> tuple[str, str, int]:
            row = accounts.by_id(conn, self.listeners[listener])
            assert row is not None
            return row.status, row.status_why, row.missed

        return await self.cups.db.read(read)

    async def chats_of(self, account: str) -> int:
        return len(await self.cups.db.read(chats.open_of, account))

    async def change(self, id: str, **values: object) -> None:
        def work(unit: Unit) -> None:
            accounts.update(unit.conn, id, **values)
            self.cups.listener_directory.place(unit.conn, id)

        await self.cups.db.write(work)
        self.cups.browsing.forget_all()


async def _outcome(doing: Awaitable[T]) -> T | str:
    try:
        return await doing
    except Refused as refused:
        return refused.code


@asynccontextmanager
async def scene(folder: Path, listeners: int = 1, guests: int = 2, **settings: object) -> AsyncIterator[Scene]:
    clock = ManualClock()
    wide = {"listener_chats_first": 3, "pace_guest_personal_burst": 1000, "pace_new_personal_burst": 1000}
    async with running(settings_at(folder, consent=("*=none",), **(wide | settings)), clock) as cups:

        def seed(unit: Unit) -> dict[str, list[str]]:
            made: dict[str, list[str]] = {"listener": [], "guest": []}
            for kind, many in (("listener", listeners), ("guest", guests)):
                for number in range(many):
                    id = new_id(clock.now())
                    values = {
                        "id": id,
                        "name": f"{kind}{number}",
                        "name_key": names.key(f"{kind}{number}"),
                        "kind": kind,
                    }
                    more = {"age_class": "adult", "created_at": clock.now(), "languages": "en", "status": "online"}
                    unit.conn.execute(account.insert(), values | more)
                    made[kind].append(id)
            return made

        made = await cups.db.write(seed)
        await cups.listener_directory.fill()
        for id in made["listener"]:
            cups.here.came(id)
        yield Scene(cups, clock, made["listener"], made["guest"])


# Asking and answering


async def test_asked_and_accepted_the_two_are_in_a_chat(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        asked = await one.ask()
        assert (asked.state, asked.until) == ("ringing", one.clock.now() + RING_MS)
        assert asked.listener is not None and asked.listener.name == "listener0"
        seen = await one.cups.personal.asked(one.listeners[0])
        assert seen is not None and (seen.id, seen.person.name, seen.topic) == (asked.id, "guest0", "grief")
        taken = await one.accept(asked.id)
        assert isinstance(taken, Taken) and await one.chats_of(one.guests[0]) == 1
        assert await one.accept(asked.id) == taken, "sent again, it is the same"
        assert ((await one.mine()).state, (await one.mine()).chat) == ("matched", taken.chat)
        await one.cups.taking.arrive(one.listeners[0], taken.chat)
        assert await one.accept(asked.id) == taken and (await one.mine()).state == "matched"
        assert one.cups.requests.line.rates.lately("adult:en", one.clock.now()) == 0, "it says nothing of the queue"
        assert len(one.cups.personal.rings) == 0


async def test_after_a_clock_was_set_back_it_rings_for_its_time_and_no_longer(tmp_path: Path) -> None:
    """Requests found at the start are from a later day: those that come enter behind them, and the time of a ring is the clock's all the same."""
    async with scene(tmp_path) as one:
        one.cups.requests.not_before = one.clock.now() + 24 * HOUR
        asked = await one.ask()
        assert asked.until == one.clock.now() + RING_MS
        one.clock.advance(RING_MS)
        await one.cups.personal.look()
        state = await one.mine()
        assert state.reason == "missed" and await one.cups.personal.leads_on(state)
        waiting = await one.to_queue()
        assert isinstance(waiting, RequestState)
        assert (waiting.state, waiting.since) == ("waiting", asked.since)


async def test_a_listener_who_accepts_and_never_comes_gives_the_person_to_the_queue(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        asked = await one.ask()
        await one.accept(asked.id)
        one.clock.advance(61_000)
        assert await one.cups.taking.return_overdue() == 1
        state = await one.mine()
        assert (state.id, state.state, state.since, state.listener) == (asked.id, "waiting", asked.since, None)
        assert await one.accept(asked.id) == "not-asking", "a late answer takes nobody"
        got = await one.cups.taking.take_next(visitor(one.listeners[0], "listener"))
        assert got.request == asked.id


async def test_declined_they_are_offered_the_queue_with_what_they_wrote_at_the_rank_of_their_asking(
    tmp_path: Path,
) -> None:
    async with scene(tmp_path) as one:
        asked = await one.ask(topic="anxiety")
        assert await one.decline(asked.id) is None and await one.decline(asked.id) is None
        state = await one.mine()
        assert (state.state, state.reason, state.topic) == ("closed", "declined", "anxiety")
        assert await one.cups.personal.leads_on(state)
        one.clock.advance(5_000)
        waiting = await one.to_queue()
        assert isinstance(waiting, RequestState)
        assert (waiting.state, waiting.topic, waiting.language) == ("waiting", "anxiety", "en")
        assert waiting.since == asked.since and waiting.id != asked.id
        assert await one.to_queue() == waiting, "pressed twice, it is one request"
        assert await one.accept(asked.id) == "not-asking"


async def test_from_the_ringing_straight_into_the_queue(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        asked = await one.ask()
        waiting = await one.to_queue()
        assert isinstance(waiting, RequestState) and waiting.state == "waiting" and waiting.since == asked.since
        assert await one.accept(asked.id) == "not-asking"
        assert await one.chats_of(one.guests[0]) == 0


async def test_the_queue_is_offered_for_a_while_only(tmp_path: Path) -> None:
    async with scene(tmp_path, requeue_within_s=100) as one:
        asked = await one.ask()
        await one.decline(asked.id)
        one.clock.advance(100_001)
        assert await one.to_queue() == "conflict"
        one.clock.advance(RING_MS)
        assert not await one.cups.personal.leads_on(await one.mine())
        assert isinstance(await one.general(), RequestState), "the door itself stays open"


async def test_whoever_nobody_answered_keeps_their_rank_by_whichever_way_they_ask_on(tmp_path: Path) -> None:
    async with scene(tmp_path, listeners=2) as one:
        first = await one.ask(0, 0)
        await one.decline(first.id)
        one.clock.advance(5_000)
        second = await one.ask(0, 1)
        assert (second.id != first.id, second.since) == (True, first.since)
        seen = await one.cups.personal.asked(one.listeners[1])
        assert seen is not None and seen.since == one.clock.now(), "the listener is told when it began to ring at them"
        one.clock.advance(RING_MS)
        await one.cups.personal.look()
        assert (await one.mine()).reason == "missed"
        other = await one.general(1)
        one.clock.advance(5_000)
        waiting = await one.general(0)
        assert isinstance(waiting, RequestState) and isinstance(other, RequestState)
        assert waiting.since == first.since and waiting.place == 1, "before whoever came while they asked around"
        await one.cancel(0)
        one.clock.advance(1)
        anew = await one.general(0)
        assert isinstance(anew, RequestState) and anew.since == one.clock.now(), "what they left themselves is over"


async def test_the_offer_lasts_from_the_end_however_long_ago_they_first_asked(tmp_path: Path) -> None:
    async with scene(tmp_path, listeners=2, requeue_within_s=100) as one:
        first = await one.ask(0, 0)
        await one.decline(first.id)
        one.clock.advance(99_000)
        second = await one.ask(0, 1)
        assert second.since == first.since
        one.clock.advance(50_000)
        await one.decline(second.id, 1)
        one.clock.advance(99_000)
        assert await one.cups.personal.leads_on(await one.mine())
        one.clock.advance(1_000)
        assert not await one.cups.personal.leads_on(await one.mine()), "as long as it is taken, and no longer"
        assert await one.to_queue() == "conflict"
        waiting = await one.general()
        assert isinstance(waiting, RequestState) and waiting.since == one.clock.now()


async def test_the_limit_of_requests_never_keeps_anybody_from_going_on_to_the_queue(tmp_path: Path) -> None:
    async with scene(tmp_path, pace_guest_request_burst=1, pace_guest_request_period_ms=HOUR) as one:
        assert isinstance(await one.general(), RequestState)
        await one.cancel()
        assert await one.general() == "too-fast"
        await one.decline((await one.ask()).id)
        assert isinstance(await one.to_queue(), RequestState)


async def test_one_open_request_at_a_time_whatever_its_kind(tmp_path: Path) -> None:
    async with scene(tmp_path, listeners=2) as one:
        asked = await one.ask()
        assert await _outcome(one.ask(0, 1)) == "already-waiting"
        assert await one.general() == "already-waiting"
        cancelled = await one.cancel()
        assert isinstance(cancelled, RequestState) and cancelled.reason == "cancelled"
        assert await one.accept(asked.id) == "not-asking"
        assert isinstance(await one.general(), RequestState)
        assert await _outcome(one.ask(0, 1)) == "already-waiting"
        got = await one.cups.taking.take_next(visitor(one.listeners[1], "listener"))
        assert await _outcome(one.ask(0, 0)) == "already-waiting", "held is open as well"
        await one.cups.taking.arrive(one.listeners[1], got.chat)
        assert await _outcome(one.ask(0, 0)) == "already-in-chat"


async def test_a_clock_that_was_set_back_hides_nobody_who_waits(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        one.clock.advance(HOUR)
        ended = await one.ask()
        await one.decline(ended.id)
        one.clock.advance(-HOUR)
        waiting = await one.general()
        assert isinstance(waiting, RequestState)
        assert (await one.mine()).id == waiting.id, "the page shows what waits, not what ended"
        assert await one.to_queue() == waiting


async def test_the_same_ref_is_the_same_request(tmp_path: Path) -> None:
    async with scene(tmp_path, listeners=2) as one:
        first = await one.ask(ref="mine")
        assert (await one.ask(ref="mine")).id == first.id
        await one.decline(first.id)
        assert (await one.ask(ref="mine", listener=1)).reason == "declined"


async def test_asking_is_limited_by_who_asks(tmp_path: Path) -> None:
    async with scene(tmp_path, pace_guest_personal_burst=2) as one:
        for _ in range(2):
            await one.decline((await one.ask()).id)
        with pytest.raises(Refused) as refused:
            await one.ask()
        assert refused.value.code == "too-fast" and refused.value.retry_at is not None
        assert isinstance(await one.general(), RequestState), "the queue stays open"


async def test_only_whom_it_rings_at_can_answer(tmp_path: Path) -> None:
    async with scene(tmp_path, listeners=2) as one:
        asked = await one.ask()
        assert await one.accept(asked.id, 1) == "not-asking" and await one.decline(asked.id, 1) == "not-asking"
        assert await one.accept("0" * 26) == "not-asking"
        assert (await one.mine()).state == "ringing"
        board = await one.cups.taking.board(one.listeners[1])
        assert board.waiting == 0, "nobody else is offered them"


# Who can be asked


async def test_one_at_a_time_rings_at_a_listener(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        asked = await one.ask(0)
        assert await _outcome(one.ask(1)) == "listener-unavailable"
        await one.decline(asked.id)
        assert (await one.ask(1)).state == "ringing"


@pytest.mark.parametrize("status", ["busy", "offline", "break"])
async def test_only_whoever_is_set_online_is_asked(tmp_path: Path, status: str) -> None:
    async with scene(tmp_path) as one:
        await one.change(one.listeners[0], status=status)
        assert await _outcome(one.ask()) == "listener-unavailable"


@pytest.mark.parametrize("status", ["online", "busy", "offline"])
async def test_whoever_is_not_asked_still_takes_from_the_queue(tmp_path: Path, status: str) -> None:
    async with scene(tmp_path) as one:
        await one.change(one.listeners[0], status=status)
        waiting = await one.general()
        assert isinstance(waiting, RequestState)
        taken = await one.cups.taking.take_next(visitor(one.listeners[0], "listener"))
        assert taken.request == waiting.id


async def test_only_whoever_is_connected_is_asked_with_a_short_grace(tmp_path: Path) -> None:
    async with scene(tmp_path, listener_grace_s=20) as one:
        here = one.cups.here
        here.left(one.listeners[0])
        one.clock.advance(19_000)
        await one.cups.personal.look()
        asked = await one.ask()
        assert asked.state == "ringing", "within the grace"
        one.clock.advance(2_000)
        await one.cups.personal.look()
        state = await one.mine()
        assert state.reason == "unavailable", "they have gone, and the person is told at once"
        assert await _outcome(one.ask()) == "listener-unavailable" and not here.is_here(one.listeners[0])
        here.came(one.listeners[0])
        assert (await one.ask()).state == "ringing"


async def test_no_room_for_another_chat_no_personal_request(tmp_path: Path) -> None:
    async with scene(tmp_path, listener_chats_first=1) as one:
        await one.accept((await one.ask()).id)
        assert await _outcome(one.ask(1)) == "listener-unavailable"


async def test_topics_left_out_and_other_languages(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        await one.change(one.listeners[0], refused_topics="anxiety")
        assert await _outcome(one.ask(topic="anxiety")) == "listener-unavailable", "and nobody is told why"
        assert await _outcome(one.ask(language="nl")) == "other-language"
        assert await _outcome(one.ask(topic="nonsense")) == await _outcome(one.ask(language="xx")) == "bad-input"


async def test_every_pair_of_kinds_is_asked_about_at_reach(tmp_path: Path) -> None:
    """All kinds, ages, clearances, bans, mutes and breaks, each as asker and as listener, blocked and not: it rings where `reach` says so, and is
    listed where it rings."""
    rings = 0
    async with scene(tmp_path, listeners=0, guests=0) as one:
        now = one.clock.now()
        forms = list(itertools.product(("guest", "member", "listener", "therapist", "bot"), ("teen", "adult", None)))
        marks = ("", "cleared", "ban", "mute", "break")

        def seed(unit: Unit) -> list[tuple[str, str]]:
            made = []
            for number, ((kind, age), mark) in enumerate(itertools.product(forms, marks)):
                id = new_id(now)
                values = {
                    "id": id,
                    "name": f"who{number}x",
                    "name_key": names.key(f"who{number}x"),
                    "kind": kind,
                    "age_class": age,
                }
                status = "break" if mark == "break" else "online"
                unit.conn.execute(account.insert(), values | {"created_at": now, "status": status})
                if mark == "cleared":
                    accounts.add_role(unit.conn, id, "cleared", "", id, now, until=now + HOUR)
                if mark in ("ban", "mute"):
                    sanction = {"kind": mark, "at": now, "until": None, "reason": "x", "by_id": id, "room_id": None}
                    accounts.add_sanction(unit.conn, id=new_id(now), person_id=id, **sanction)
                made.append((id, f"who{number}x"))
            return made

        people = await one.cups.db.write(seed)
        await one.cups.listener_directory.fill()
        for id, _ in people:
            one.cups.here.came(id)

        def read(conn: Connection) -> dict[str, Facts]:
            found = ((id, accounts.facts_by_id(conn, id, now)) for id, _ in people)
            return {id: facts for id, facts in found if facts is not None}

        facts = await one.cups.db.read(read)
        for asker, _ in people:
            me = facts[asker]
            who = visitor(asker, me.kind, me)
            allowed = {name for other, name in people if me.kind in HELPED and reach(me, facts[other], "queue").ok}
            assert await _listed(one.cups, who) == allowed, me
            for number, (_, name) in enumerate(people):
                if name not in allowed and (number + len(asker)) % 9:
                    continue  # what is refused is refused alike: some of it is enough
                form = PersonalIn(ref=f"to{name}", topic="grief", listener=name)
                outcome = await _outcome(one.cups.personal.ask(who, form, TOPICS))
                if name not in allowed:
                    assert isinstance(outcome, str), (me, name, outcome)
                    continue
                rings += 1
                assert isinstance(outcome, RequestState) and outcome.state == "ringing", (me, name, outcome)
                await one.cups.requests.cancel(who)
    assert rings > 20, "somebody is reached at all"


async def _listed(cups: Cups, who: Visitor) -> set[str]:
    """Everybody on all pages that this person sees."""
    page = await cups.browsing.listeners(who, SeekIn(topic="grief"))
    found = [entry.person.name for entry in page.listeners]
    while page.next is not None:
        page = await cups.browsing.listeners(who, SeekIn(topic="grief", after=page.next))
        found += [entry.person.name for entry in page.listeners]
    assert len(found) == len(set(found)), "nobody stands there twice"
    return set(found)


async def test_a_page_at_a_time_and_whoever_is_free_comes_first(tmp_path: Path) -> None:
    async with scene(tmp_path, listeners=25, listeners_page=10, linger_least_s=1, linger_most_s=2) as one:
        for number in (3, 4):
            await one.change(one.listeners[number], status="busy")
        await one.change(one.listeners[5], status="offline")
        await one.change(one.listeners[6], status="break")
        await one.change(one.listeners[7], languages="nl")
        one.cups.here.left(one.listeners[8])
        one.clock.advance(151_000)
        who = visitor(one.guests[0], "guest")
        page, statuses = await one.cups.browsing.listeners(who, SeekIn(topic="grief")), dict[str, str]()
        sizes = [len(page.listeners)]
        while True:
            order = [entry.status for entry in page.listeners]
            assert order == sorted(order, key=lambda status: status != "online")
            statuses |= {entry.person.name: entry.status for entry in page.listeners}
            if page.next is None:
                break
            page = await one.cups.browsing.listeners(who, SeekIn(topic="grief", after=page.next))
            sizes.append(len(page.listeners))
        assert sizes == [10, 10, 1]
        assert statuses.keys() == {f"listener{n}" for n in range(25)} - {f"listener{n}" for n in (5, 6, 7, 8)}
        assert {name for name, status in statuses.items() if status == "busy"} == {"listener3", "listener4"}
        assert await one.cups.browsing.listening() == 21 - 2 + 1, "online in effect, whatever they talk"
        with pytest.raises(Refused):
            await one.cups.browsing.listeners(who, SeekIn(topic="grief", after="../x"))


async def test_a_block_under_either_account_counts(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        member = new_id(one.clock.now())

        def seed(unit: Unit) -> None:
            values = {"id": member, "name": "linked", "name_key": "linked", "kind": "member", "age_class": "adult"}
            unit.conn.execute(account.insert(), values | {"created_at": one.clock.now()})
            accounts.update(unit.conn, one.listeners[0], persona_of=member)
            accounts.add_block(unit.conn, one.guests[0], member, one.clock.now())

        await one.cups.db.write(seed)
        assert await _outcome(one.ask()) == "listener-unavailable"
        assert (
            await one.cups.browsing.listeners(visitor(one.guests[0], "guest"), SeekIn(topic="grief"))
        ).listeners == []
        assert (await one.ask(1)).state == "ringing"


# Meanwhile


def _sanction(unit: Unit, one: Scene, person: str, kind: str) -> None:
    now = one.clock.now()
    more = {"room_id": None, "at": now, "until": now + HOUR, "reason": "other", "by_id": person}
    accounts.add_sanction(unit.conn, id=new_id(now), person_id=person, kind=kind, **more)


MEANWHILE: dict[str, Callable[[Unit, Scene], object]] = {
    "blocked": lambda unit, one: accounts.add_block(unit.conn, one.guests[0], one.listeners[0], one.clock.now()),
    "the listener's age is corrected": lambda unit, one: accounts.update(unit.conn, one.listeners[0], age_class="teen"),
    "the asker's age is corrected": lambda unit, one: accounts.update(unit.conn, one.guests[0], age_class="teen"),
    "the listener is banned": lambda unit, one: _sanction(unit, one, one.listeners[0], "ban"),
    "the asker is banned": lambda unit, one: _sanction(unit, one, one.guests[0], "ban"),
    "the listener is muted": lambda unit, one: _sanction(unit, one, one.listeners[0], "mute"),
    "a break": lambda unit, one: accounts.update(unit.conn, one.listeners[0], status="break"),
    "the topic is left out": lambda unit, one: accounts.update(unit.conn, one.listeners[0], refused_topics="grief"),
    "another language": lambda unit, one: accounts.update(unit.conn, one.listeners[0], languages="nl"),
}


@pytest.mark.parametrize("change", MEANWHILE)
async def test_what_changes_just_before_the_answer_counts(tmp_path: Path, change: str) -> None:
    """Committed without any news, so that only the transaction that accepts can know."""
    async with scene(tmp_path) as one:
        asked = await one.ask()
        await one.cups.db.write(MEANWHILE[change], one)
        assert await one.accept(asked.id) == "not-asking"
        assert await one.chats_of(one.listeners[0]) == 0
        state = await one.mine()
        assert (state.state, state.reason) == ("closed", "unavailable")


@pytest.mark.parametrize("change", MEANWHILE)
async def test_news_of_it_end_the_ringing(tmp_path: Path, change: str) -> None:
    async with scene(tmp_path) as one:
        await one.ask()
        await one.cups.db.write(MEANWHILE[change], one)
        await one.cups.personal.account_changed(one.listeners[0])
        assert (await one.mine()).reason == ("banned" if change == "the asker is banned" else "unavailable")
        assert (await one.listener_row())[2] == 0, "nothing that counts against the listener"


@pytest.mark.parametrize("status", ["busy", "offline", "break"])
async def test_whoever_sets_another_status_is_asked_no_more_in_the_same_transaction(
    tmp_path: Path, status: str
) -> None:
    async with scene(tmp_path) as one:
        asked = await one.ask()
        await one.cups.accounts.set_status(visitor(one.listeners[0], "listener"), status)  # type: ignore[arg-type]
        assert (await one.mine()).reason == "unavailable"
        assert await one.accept(asked.id) == "not-asking"


async def test_a_block_and_a_correction_end_it_in_their_own_transaction(tmp_path: Path) -> None:
    async with scene(tmp_path, guests=3) as one:
        await one.ask(0)
        await one.cups.accounts.block(visitor(one.guests[0], "guest"), "listener0")
        assert (await one.mine(0)).reason == "unavailable"
        await one.ask(1)
        await one.cups.db.write(lambda unit: MEANWHILE["the listener's age is corrected"](unit, one))
        await one.cups.db.write(lambda unit: one.cups.chats.part_unreachable(unit, one.listeners[0]))
        assert (await one.mine(1)).reason == "unavailable"


async def test_a_listener_who_takes_somebody_from_the_queue_and_is_full_is_asked_no_more(tmp_path: Path) -> None:
    async with scene(tmp_path, listener_chats_first=1) as one:
        asked = await one.ask(0)
        await one.general(1)
        await one.cups.taking.take_next(visitor(one.listeners[0], "listener"))
        assert (await one.mine(0)).reason == "unavailable"
        assert await one.accept(asked.id) == "not-asking"
        assert await one.chats_of(one.listeners[0]) == 1
    async with scene(tmp_path / "roomy", listener_chats_first=2) as one:
        asked = await one.ask(0)
        await one.general(1)
        await one.cups.taking.take_next(visitor(one.listeners[0], "listener"))
        assert isinstance(await one.accept(asked.id), Taken)
        assert await one.chats_of(one.listeners[0]) == 2


async def test_a_block_of_a_chat_that_ended_ends_the_ringing_too(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        taken = await one.accept((await one.ask()).id)
        assert isinstance(taken, Taken)
        await one.cups.taking.arrive(one.listeners[0], taken.chat)
        await one.cups.chats.end(visitor(one.guests[0], "guest"), taken.chat, EndIn())
        await one.ask()
        await one.cups.chats.end(visitor(one.listeners[0], "listener"), taken.chat, EndIn(block=True))
        assert (await one.mine()).reason == "unavailable"


# Time


async def test_an_answer_counts_until_the_last_moment_and_not_after(tmp_path: Path) -> None:
    async with scene(tmp_path, personal_ring_s=30) as one:
        asked = await one.ask()
        one.clock.advance(29_999)
        assert isinstance(await one.accept(asked.id), Taken)
        late = await one.ask(1)
        one.clock.advance(30_000)
        assert await one.accept(late.id) == "not-asking", "by the statement's own time, though nobody has closed it yet"
        assert (await one.mine(1)).state == "ringing"
        assert await one.cups.personal.asked(one.listeners[0]) is None
        await one.cups.personal.look()
        assert (await one.mine(1)).reason == "missed"


async def test_two_missed_in_a_row_set_busy_and_say_why(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        await one.miss(0)
        assert await one.listener_row() == ("online", "", 1)
        assert one.listeners[0] not in one.changed
        await one.miss(1)
        assert await one.listener_row() == ("busy", "missed", 0)
        assert one.listeners[0] in one.changed, "they are told"
        assert (await one.cups.accounts.me(one.listeners[0])).status_why == "missed"
        assert await _outcome(one.ask()) == "listener-unavailable"
        me = await one.cups.accounts.set_status(visitor(one.listeners[0], "listener"), "online")
        assert (me.status, me.status_why) == ("online", "")
        assert (await one.ask()).state == "ringing"


async def test_an_answer_begins_the_count_anew(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        await one.miss()
        await one.accept((await one.ask(1)).id)
        await one.miss()
        assert await one.listener_row() == ("online", "", 1)
        await one.decline((await one.ask()).id)
        assert await one.listener_row() == ("online", "", 0)
        await one.miss()
        assert await one.listener_row() == ("online", "", 1)


async def test_what_is_declined_taken_back_or_cut_off_is_not_missed(tmp_path: Path) -> None:
    async with scene(tmp_path, listener_grace_s=20) as one:
        for _ in range(3):
            await one.decline((await one.ask()).id)
            await one.ask()
            await one.cancel()
            await one.ask()
            one.clock.advance(RING_MS - 10_000)
            one.cups.here.left(one.listeners[0])
            one.clock.advance(10_000)
            await one.cups.personal.look()
            assert (await one.mine()).reason == "unavailable", "they could not see it to its end"
            one.cups.here.came(one.listeners[0])
        assert await one.listener_row() == ("online", "", 0)


async def test_how_many_set_busy_is_a_figure(tmp_path: Path) -> None:
    async with scene(tmp_path, personal_misses=3) as one:
        for _ in range(2):
            await one.miss()
        assert (await one.listener_row())[0] == "online"
        await one.miss()
        assert (await one.listener_row())[0] == "busy"


async def test_the_count_and_the_status_are_one_transaction(tmp_path: Path) -> None:
    """A crash between the two is no case: in whatever is committed, a request that was missed is counted."""
    async with scene(tmp_path, personal_misses=1) as one:
        await one.ask()
        one.clock.advance(RING_MS)
        whole: list[tuple[str, str]] = []

        def look(news: RequestClosed) -> None:
            with one.cups.db._readers.connect() as conn:  # type: ignore[attr-defined]
                row = accounts.by_id(conn, one.listeners[0])
                assert row is not None
                whole.append((news.reason, row.status))

        one.cups.bus.subscribe(RequestClosed, look)
        await one.cups.personal.look()
        assert whole == [("missed", "busy")]


async def test_over_a_restart_it_rings_on_with_its_whole_time(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        id = (await one.ask()).id
    async with running(settings_at(tmp_path, consent=("*=none",), listener_grace_s=20), one.clock) as cups:
        one.clock.advance(5_000)
        assert cups.personal.rings.at(one.listeners[0]) == id
        state = await cups.requests.mine(one.guests[0])
        assert state is not None and state.state == "ringing" and state.until == one.clock.now() + RING_MS - 5_000
        cups.here.came(one.listeners[0])
        one.clock.advance(50_000)
        await cups.personal.look()
        taken = await cups.personal.accept(visitor(one.listeners[0], "listener"), id)
        assert taken.request == id
    async with scene(tmp_path / "b") as one:
        id = (await one.ask()).id
    one.clock.advance(10 * HOUR)
    async with running(settings_at(tmp_path / "b", consent=("*=none",), listener_grace_s=20), one.clock) as cups:
        await cups.personal.look()
        assert cups.personal.rings.at(one.listeners[0]) == id, "nobody could answer while nothing ran"
        one.clock.advance(21_000)
        await cups.personal.look()
        state = await cups.requests.mine(one.guests[0])
        assert state is not None and state.reason == "unavailable", "the listener did not come back"


# Races


@pytest.mark.parametrize("order", list(itertools.permutations(("accept", "cancel", "expire", "busy"), 2)))
async def test_of_two_at_once_the_first_in_the_table_counts(tmp_path: Path, order: tuple[str, str]) -> None:
    """Both are under way before the writer comes to either; whichever is first, exactly one has its way."""
    async with scene(tmp_path) as one:
        asked = await one.ask()
        if "expire" in order:
            one.clock.advance(RING_MS)
        outcomes: dict[str, object] = {}

        async def act(name: str) -> None:
            match name:
                case "accept":
                    outcomes[name] = await one.accept(asked.id)
                case "cancel":
                    outcomes[name] = await one.cancel()
                case "expire":
                    outcomes[name] = await one.cups.personal.look()
                case "busy":
                    who = visitor(one.listeners[0], "listener")
                    outcomes[name] = await one.cups.accounts.set_status(who, "busy")

        await _held_up(one, [lambda name=name: act(name) for name in order])
        state = await one.mine()
        wins = next(name for name in order if not (name == "accept" and "expire" in order))
        reasons = {"cancel": "cancelled", "expire": "missed", "busy": "unavailable"}
        if wins == "accept":
            assert isinstance(outcomes["accept"], Taken) and state.state == "matched"
            assert await one.chats_of(one.guests[0]) == 1
        else:
            assert state.reason == reasons[wins]
            assert outcomes.get("accept", "not-asking") == "not-asking"
            assert await one.chats_of(one.guests[0]) == 0
        assert len(one.closed) == (0 if wins == "accept" else 1)


async def test_accepted_from_many_places_at_once_there_is_one_chat(tmp_path: Path) -> None:
    async with scene(tmp_path) as one:
        asked = await one.ask()
        got: list[object] = []

        async def accept() -> None:
            got.append(await one.accept(asked.id))

        await _held_up(one, [accept] * 20)
        assert len({taken.chat for taken in got if isinstance(taken, Taken)}) == 1 and len(got) == 20
        assert await one.chats_of(one.listeners[0]) == await one.chats_of(one.guests[0]) == 1


async def test_many_ask_one_listener_at_once_and_one_of_them_rings(tmp_path: Path) -> None:
    async with scene(tmp_path, guests=20) as one:
        got: list[object] = []

        async def ask(number: int) -> None:
            got.append(await _outcome(one.ask(number)))

        await _held_up(one, [lambda n=n: ask(n) for n in range(20)])
        assert sum(isinstance(state, RequestState) for state in got) == 1
        assert got.count("listener-unavailable") == 19


async def test_accepting_and_taking_the_next_at_once_never_exceed_the_room(tmp_path: Path) -> None:
    for first in ("accept", "next"):
        async with scene(tmp_path / first, listener_chats_first=1) as one:
            asked = await one.ask(0)
            await one.general(1)
            outcomes: dict[str, object] = {}

            async def accept(one: Scene = one, id: str = asked.id, kept: dict[str, object] = outcomes) -> None:
                kept["accept"] = await one.accept(id)

            async def take(one: Scene = one, kept: dict[str, object] = outcomes) -> None:
                who = visitor(one.listeners[0], "listener")
                kept["next"] = await _outcome(one.cups.taking.take_next(who))

            acts = [accept, take] if first == "accept" else [take, accept]
            await _held_up(one, acts)  # type: ignore[arg-type]
            assert sum(isinstance(one_, Taken) for one_ in outcomes.values()) == 1, outcomes
            assert await one.chats_of(one.listeners[0]) == 1


async def _held_up(one: Scene, acts: list[Callable[[], Awaitable[None]]]) -> None:
    """The writer is busy until all of these wait for it, in this order."""
    begun, go = trio.Event(), threading.Event()
    token = trio.lowlevel.current_trio_token()

    def held(_unit: Unit) -> None:
        trio.from_thread.run_sync(begun.set, trio_token=token)
        assert go.wait(20)

    with trio.fail_after(20):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(one.cups.db.write, held)
            await begun.wait()
            for act in acts:
                nursery.start_soon(act)
                # Reads before the write run in threads of their own: long enough for them, and no order is lost if not.
                await trio.sleep(0.03)
            go.set()


def test_facts_are_told_by_kind() -> None:
    """The listing above would be empty for everybody if a listener were not whom the queue's channel joins with."""
    listener = Facts(id="l", kind="listener", age="teen")
    assert reach(Facts(id="m", kind="guest", age="teen"), listener, "queue").ok
