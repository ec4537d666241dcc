"""Acts chosen by Hypothesis against the real services on a real database file, one after the other: each answer has to be the model's.

The model is a list that is sorted for every question, and plain rules of who may meet whom.
"""

import tempfile
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import trio
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from cups.accounts import queries as accounts
from cups.accounts.tables import account
from cups.accounts.visitor import Visitor
from cups.app import Cups, running
from cups.clock import ManualClock
from cups.errors import Refused
from cups.ids import new_id
from cups.reach import Facts
from cups.requests import queries
from cups.store.database import Unit
from cups.wire.people import Me, Person, RefusedTopicsIn
from cups.wire.requests import RequestIn
from harness.store import settings_at

T = TypeVar("T")
ASKERS, LISTENERS = 5, 3
TOPICS = ("grief", "anxiety")
LEASE_S, CHATS = 60, 2
HEAD_START_MS = 60_000
SEVERITY = {"none": 0, "someone": 1, "me": 2}


class Loop:
    """A Trio loop in a thread of its own, with the services on it."""

    def __init__(self, folder: Path, clock: ManualClock) -> None:
        self._settings = settings_at(
            folder,
            consent=("*=none",),
            claim_lease_s=LEASE_S,
            severity_head_start_s=HEAD_START_MS // 1000,
            listener_chats_first=CHATS,
            listener_chats_later=CHATS,
            listener_chats_experienced=CHATS,
            pace_request_burst=10_000,
        )
        self._clock, self._ready = clock, threading.Event()
        self.cups: Cups
        self._thread = threading.Thread(target=trio.run, args=(self._main,))
        self._thread.start()
        self._ready.wait()

    async def _main(self) -> None:
        self._token, self._stop = trio.lowlevel.current_trio_token(), trio.Event()
        async with running(self._settings, self._clock) as self.cups:
            self._ready.set()
            await self._stop.wait()

    def run(self, work: Callable[[], Awaitable[T]]) -> T:
        return trio.from_thread.run(work, trio_token=self._token)

    def stop(self) -> None:
        trio.from_thread.run_sync(self._stop.set, trio_token=self._token)
        self._thread.join()


@dataclass
class Asked:
    asker: str
    topic: str
    first_at: int
    severity: int
    id: str
    listener: str | None = None
    chat: str = ""
    until: int = 0


@dataclass
class Model:
    age: dict[str, str] = field(default_factory=dict)
    danger: dict[str, str] = field(default_factory=dict)
    refused: dict[str, set[str]] = field(default_factory=dict)
    blocks: set[tuple[str, str]] = field(default_factory=set)
    asked: dict[str, Asked] = field(default_factory=dict)
    chats: dict[str, tuple[str, str]] = field(default_factory=dict)

    def waiting(self) -> list[Asked]:
        rows = [one for one in self.asked.values() if one.listener is None]
        return sorted(rows, key=lambda one: (one.first_at - HEAD_START_MS * one.severity, one.id))

    def for_listener(self, listener: str) -> list[Asked]:
        return [
            one
            for one in self.waiting()
            if self.age[one.asker] == self.age[listener]
            and one.topic not in self.refused[listener]
            and (one.asker, listener) not in self.blocks
        ]

    def free(self, listener: str) -> bool:
        return sum(1 for _, who in self.chats.values() if who == listener) < CHATS


class QueueMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.clock, self.model, self.refs = ManualClock(), Model(), 0
        self.loop = Loop(Path(self._folder.name), self.clock)
        self.people: dict[str, list[str]] = {"guest": [], "listener": []}

        def seed(unit: Unit) -> None:
            for kind, count in (("guest", ASKERS), ("listener", LISTENERS)):
                for number in range(count):
                    id, age = new_id(self.clock.now()), ("adult", "teen")[number % 3 == 2]
                    danger = ("none", "none", "someone", "me", "none")[number % 5] if kind == "guest" else "none"
                    values = {"id": id, "name": f"{kind}{number}", "name_key": f"{kind}{number}", "kind": kind}
                    unit.conn.execute(
                        account.insert(), values | {"age_class": age, "danger": danger, "created_at": self.clock.now()}
                    )
                    self.people[kind].append(id)
                    self.model.age[id], self.model.danger[id], self.model.refused[id] = age, danger, set()

        self.loop.run(lambda: self.loop.cups.db.write(seed))

    def teardown(self) -> None:
        self.loop.stop()
        self._folder.cleanup()

    def visitor(self, id: str) -> Visitor:
        kind = "listener" if id in self.people["listener"] else "guest"
        me = Me(person=Person(name="x", kind=kind), gated=True)  # type: ignore[arg-type]
        facts = Facts(id=id, kind=kind, age=self.model.age[id])
        return Visitor(id=id, name="x", kind=kind, me=me, facts=facts, token_hash="", signed_up=False)

    def call(self, work: Callable[[], Awaitable[Any]]) -> Any:
        """The answer, or the code of the refusal."""

        async def tried() -> Any:
            try:
                return await work()
            except Refused as refused:
                return refused.code

        return self.loop.run(tried)

    asker = st.integers(0, ASKERS - 1)
    listener = st.integers(0, LISTENERS - 1)

    @rule(n=asker, topic=st.sampled_from(TOPICS), later=st.integers(0, 90_000))
    def ask(self, n: int, topic: str, later: int) -> None:
        self.clock.advance(later)
        who, cups, model = self.people["guest"][n], self.loop.cups, self.model
        self.refs += 1
        form = RequestIn(ref=f"r{self.refs}", topic=topic)
        got = self.call(lambda: cups.requests.ask(self.visitor(who), form, frozenset(TOPICS)))
        if who in model.asked:
            assert got == "already-waiting"
        elif any(who == member for member, _ in model.chats.values()):
            assert got == "already-in-chat"
        else:
            model.asked[who] = Asked(who, topic, self.clock.now(), SEVERITY[model.danger[who]], got.id)
            mates = [one for one in model.waiting() if model.age[one.asker] == model.age[who]]
            assert got.place == [one.asker for one in mates].index(who) + 1

    @rule(n=asker)
    def cancel(self, n: int) -> None:
        who = self.people["guest"][n]
        got = self.call(lambda: self.loop.cups.requests.cancel(self.visitor(who)))
        known = self.model.asked.get(who)
        if known is None:
            assert got == "not-found"
        elif known.listener is not None:
            assert got == "conflict"
        else:
            assert (got.state, got.reason) == ("closed", "cancelled")
            del self.model.asked[who]

    def _taken(self, got: Any, one: Asked, listener: str) -> None:
        assert got.request == one.id
        one.listener, one.chat, one.until = listener, got.chat, self.clock.now() + LEASE_S * 1000
        self.model.chats[got.chat] = (one.asker, listener)

    @precondition(lambda self: self.model.waiting())
    @rule(n=listener)
    def take_next(self, n: int) -> None:
        who = self.people["listener"][n]
        got = self.call(lambda: self.loop.cups.taking.take_next(self.visitor(who)))
        offered = self.model.for_listener(who)
        if not self.model.free(who):
            assert got == "at-capacity"
        elif not offered:
            assert got == "nobody-waiting"
        else:
            self._taken(got, offered[0], who)

    @rule(n=listener, m=asker)
    def take(self, n: int, m: int) -> None:
        who, one = self.people["listener"][n], self.model.asked.get(self.people["guest"][m])
        if one is None:
            return
        may = one in self.model.for_listener(who)
        got = self.call(lambda: self.loop.cups.taking.take(self.visitor(who), one.id))
        if not self.model.free(who):
            assert got == "at-capacity"
        elif not may:
            assert got == "already-taken"
        else:
            self._taken(got, one, who)

    @precondition(lambda self: self.model.chats)
    @rule(data=st.data())
    def arrive(self, data: st.DataObject) -> None:
        chat = data.draw(st.sampled_from(sorted(self.model.chats)))
        member, listener = self.model.chats[chat]
        self.call(lambda: self.loop.cups.taking.arrive(listener, chat))
        one = self.model.asked.get(member)
        if one is not None and one.chat == chat:
            del self.model.asked[member]

    @rule(ms=st.sampled_from((1, LEASE_S * 1000 - 1, LEASE_S * 1000)))
    def wait(self, ms: int) -> None:
        self.clock.advance(ms)
        self.loop.run(self.loop.cups.taking.return_overdue)
        for one in self.model.asked.values():
            if one.listener is not None and one.until <= self.clock.now():
                del self.model.chats[one.chat]
                one.listener, one.chat = None, ""

    @rule(n=asker, m=listener)
    def block(self, n: int, m: int) -> None:
        asker, listener = self.people["guest"][n], self.people["listener"][m]
        cups, model = self.loop.cups, self.model

        def work(unit: Unit) -> None:
            if accounts.add_block(unit.conn, listener, asker, self.clock.now()):
                cups.chats.part(unit, listener, asker)

        self.loop.run(lambda: cups.db.write(work))
        model.blocks.add((asker, listener))
        for chat, pair in list(model.chats.items()):
            if pair == (asker, listener):
                del model.chats[chat]
                one = model.asked.get(asker)
                if one is not None and one.chat == chat:
                    one.listener, one.chat = None, ""

    @rule(m=listener, topics=st.sets(st.sampled_from(TOPICS), max_size=1))
    def refuse(self, m: int, topics: set[str]) -> None:
        who = self.people["listener"][m]
        form = RefusedTopicsIn(topics=sorted(topics))
        got = self.call(lambda: self.loop.cups.accounts.refuse_topics(self.visitor(who), form, frozenset(TOPICS)))
        assert got.refused_topics == sorted(topics)
        self.model.refused[who] = topics

    @rule(n=asker)
    def correct_age(self, n: int) -> None:
        who, cups = self.people["guest"][n], self.loop.cups
        if any(who == member for member, _ in self.model.chats.values()):
            return
        age = "teen" if self.model.age[who] == "adult" else "adult"
        self.loop.run(lambda: cups.db.write(lambda unit: accounts.update(unit.conn, who, age_class=age)))
        self.loop.run(lambda: cups.requests.account_changed(who))
        self.model.age[who] = age

    @rule()
    def restart(self) -> None:
        self.loop.stop()
        self.loop = Loop(Path(self._folder.name), self.clock)
        for one in self.model.asked.values():
            if one.listener is not None:
                one.until = self.clock.now() + LEASE_S * 1000

    @invariant()
    def index_table_and_model_have_one_order(self) -> None:
        cups = self.loop.cups
        expected = [one.id for one in self.model.waiting()]
        assert cups.requests.line.index.ids() == expected
        rows = self.loop.run(lambda: cups.db.read(queries.in_rank_order, HEAD_START_MS))
        ranks = [(one.id, one.severity, one.first_at) for one in self.model.waiting()]
        assert [(row.id, row.severity, row.first_at) for row in rows] == ranks
        for listener in self.people["listener"]:
            board = self.loop.run(lambda who=listener: cups.taking.board(who))  # type: ignore[misc]
            offered = [one.id for one in self.model.for_listener(listener)]
            assert ([entry.id for entry in board.requests], board.waiting) == (offered, len(offered))

    @rule()
    def check(self) -> None:
        assert self.loop.run(self.loop.cups.keeping.check).agrees


TestQueue = QueueMachine.TestCase
TestQueue.settings = settings(
    max_examples=25, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
