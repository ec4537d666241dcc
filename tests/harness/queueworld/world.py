"""One course of events: askers, listeners, and what happens to them, all from one seed."""

import contextlib
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

import trio
import trio.testing

import cups.ids
from cups.accounts import queries as accounts
from cups.accounts.tables import account
from cups.accounts.visitor import Visitor
from cups.chats.service import Chats
from cups.clock import SystemClock
from cups.errors import Refused
from cups.gateway.waiting import Waiting
from cups.limits.live import Limits
from cups.news import AccountChanged, ChatChanged, LocalBus, RequestClosed, RequestHeld, RequestOpened
from cups.reach import Facts
from cups.requests import queries
from cups.requests.keeping import Keeping
from cups.requests.service import SEVERITY, Requests
from cups.requests.taking import Taking
from cups.settings import Settings
from cups.store.database import Unit
from cups.wire.people import Me, Person
from cups.wire.requests import RequestIn
from harness.queueworld.database import Disk, MemoryDatabase
from harness.queueworld.hub import Client, QuietHub
from harness.queueworld.oracle import Broken, Oracle

T = TypeVar("T")
LEASE_S, HOLD_S, CHATS = 4, 8, 2
LASTS_S, QUIET_S = 14, 12
WALL = 1_800_000_000.0
HOUR = 3_600_000
TOPICS = ("grief", "anxiety", "loneliness")
LANGUAGES = ("en", "nl")
FAULTS = (
    "crash",
    "jump",
    "lost connection",
    "block",
    "age correction",
    "ban",
    "cancelled",
    "gone",
    "came too late",
    "lease ended",
    "lost to another",
    "other pool",
    "check",
    "asked again",
)
"""What has to have happened over many seeds, or they prove nothing."""
SETTINGS = Settings(
    claim_lease_s=LEASE_S,
    request_hold_s=HOLD_S,
    board_every_ms=1500,
    place_every_ms=3000,
    severity_head_start_s=20,
    listener_chats_first=CHATS,
    listener_chats_later=CHATS,
    listener_chats_experienced=CHATS,
    pace_request_burst=1000,
    pace_new_request_burst=1000,
    pace_guest_request_burst=1000,
)


class Process:
    """What one run of the server holds in memory: gone with a crash."""

    def __init__(self, world: "World") -> None:
        self.clock = SystemClock(world.wall_ns, world.monotonic_ns)
        bus = LocalBus()
        self.db = MemoryDatabase(world.disk, bus, world.chance, world.oracle.committed)
        limits = world.limits
        self.chats = Chats(self.db, self.clock, SETTINGS, limits)
        self.requests = Requests(self.db, self.clock, SETTINGS, limits, self.chats)
        self.taking = Taking(self.db, self.clock, SETTINGS, self.chats, self.requests)
        self.keeping = Keeping(self.db, self.clock, SETTINGS, self.requests)
        self.hub = QuietHub()
        self.waiting = Waiting(self.hub, self.clock, SETTINGS, self.requests, self.taking)  # type: ignore[arg-type]
        line = self.requests.line
        bus.subscribe(RequestOpened, line.opened)
        bus.subscribe(RequestHeld, line.gone)
        bus.subscribe(RequestClosed, line.gone)
        bus.subscribe(RequestOpened, self.waiting.opened)
        bus.subscribe(AccountChanged, lambda news: world.later(self.account_changed, news.account))
        bus.subscribe(ChatChanged, world.chat_ended)
        self.scopes = set[trio.CancelScope]()
        self.clients: dict[str, Client] = {}

    async def account_changed(self, id: str) -> None:
        await self.requests.account_changed(id)
        client = self.clients.get(id)
        if client is not None and self.waiting.watches(client):  # type: ignore[arg-type]
            try:
                await self.waiting.watch(client)  # type: ignore[arg-type]
            except Refused:
                self.waiting.unwatch(client)  # type: ignore[arg-type]

    def connect(self, id: str) -> Client:
        client = self.clients.get(id)
        if client is None:
            client = self.clients[id] = self.hub.connect(id)
            self.waiting.tell_now(client)  # type: ignore[arg-type]
        return client


class World:
    def __init__(self, disk: Disk, seed: int) -> None:
        self.disk, self.chance = disk, random.Random(seed)
        self.jumped = 0.0
        self.counts = Counter[str]()
        self.limits = Limits(SETTINGS)
        self.oracle = Oracle(disk, trio.current_time, lease_s=LEASE_S, hold_s=HOLD_S, chats=CHATS)
        self.began = trio.current_time()
        self.askers: list[str] = []
        self.listeners: list[str] = []
        self.with_connection = set[str]()
        self.chats: dict[str, tuple[str, str]] = {}
        """Open chats by what was told: member, listener."""
        self.process: Process
        self._refs = self._takes = 0
        self._up = trio.Event()
        """Set while the process takes calls."""

    # Time

    def monotonic_ns(self) -> int:
        return int(trio.current_time() * 1e9)

    def wall_ns(self) -> int:
        return int((WALL + trio.current_time() - self.began + self.jumped) * 1e9)

    # People

    def _person(self, number: int, kind: str) -> str:
        now = int(WALL * 1000)
        id = cups.ids.new_id(now)
        age = self.chance.choice(("adult", "adult", "teen"))
        danger = self.chance.choice(("none", "none", "someone", "me"))
        refused = self.chance.choice(("", "", "grief", "grief,anxiety"))
        values = {
            "id": id,
            "name": f"{kind}{number}",
            "name_key": f"{kind}{number}",
            "kind": kind,
            "age_class": age,
            "danger": danger if kind == "guest" else "none",
            "status": "offline",
            "languages": self.chance.choice(("en", "en", "nl", "en,nl")),
            "refused_topics": refused if kind == "listener" else "",
            "created_at": now,
        }
        self.disk.conn.execute(account.insert(), values)
        if kind == "listener" and self.chance.random() < 0.3:
            accounts.add_role(self.disk.conn, id, "cleared", "", id, now)
        return id

    def _visitor(self, id: str) -> Visitor:
        kind = "listener" if id in self.listeners else "guest"
        person = Person(name="x", kind=kind)
        return Visitor(
            id=id,
            name="x",
            kind=kind,
            me=Me(person=person, gated=True),
            # What the session said of them; whoever decides in a transaction reads it anew.
            facts=Facts(id=id, kind=kind, age="adult"),
            token_hash="",
            signed_up=False,
        )

    # The course of events

    async def run(self) -> None:
        """Raises `Broken` at the first promise that is not kept."""
        self.disk.empty()
        self.askers = [self._person(n, "guest") for n in range(self.chance.randint(3, 5))]
        self.listeners = [self._person(n, "listener") for n in range(self.chance.randint(2, 4))]
        script = self._script()
        with trio.fail_after(LASTS_S + QUIET_S + 60):
            async with trio.open_nursery() as actors:
                self._actors = actors
                await self._boot(actors)
                for at, act in script:
                    await trio.sleep_until(self.began + at)
                    await self._up.wait()
                    actors.start_soon(act)
                await trio.sleep_until(self.began + LASTS_S)
                await self._up.wait()
                for asker in self.askers:
                    self._come(asker)
                await trio.sleep_until(self.began + LASTS_S + QUIET_S)
                await self._end()
                actors.cancel_scope.cancel()

    def _script(self) -> list[tuple[float, Callable[[], Awaitable[None]]]]:
        """Acts on few moments, so that many of them meet."""
        chance, acts = self.chance, list[tuple[float, Callable[[], Awaitable[None]]]]()

        def add(at: float, act: Callable[..., Awaitable[None]], *args: object) -> None:
            acts.append((at, partial(act, *args)))

        for asker in self.askers:
            add(chance.randint(0, 3), self.ask, asker)
        for _ in range(chance.randint(10, 15)):
            at = chance.randint(1, LASTS_S - 1) + chance.choice((0.0, 0.0, 0.01))
            asker, listener = chance.choice(self.askers), chance.choice(self.listeners)
            kind = chance.random()
            if kind < 0.34:
                add(at, self.take_next, listener)
                if chance.random() < 0.6:
                    add(at, self.take_next, chance.choice(self.listeners))
            elif kind < 0.42:
                add(at, self.pick, listener)
            elif kind < 0.50:
                add(at, self.ask, asker)
            elif kind < 0.55:
                add(at, self.cancel, asker)
                add(at, self.take_next, listener)
            elif kind < 0.65:
                add(at, self.lose, asker)
                if chance.random() < 0.5:
                    add(at + chance.choice((2, 7)), self.come, asker)
            elif kind < 0.72:
                add(at, self.end, chance.choice((asker, listener)))
            elif kind < 0.78:
                add(at, self.block, asker, listener)
                add(at, self.take_next, listener)
            elif kind < 0.83:
                add(at, self.correct_age, chance.choice((asker, listener)))
                add(at, self.take_next, listener)
            elif kind < 0.86:
                add(at, self.ban, asker)
            elif kind < 0.90:
                add(at, self.jump, chance.choice((-24, -1, 1, 24)))
                if chance.random() < 0.6:
                    add(at, self.crash)
            elif kind < 0.95:
                add(at, self.crash)
            else:
                add(at, self.check)
                add(at, self.cancel, asker)
        acts.sort(key=lambda one: one[0])
        return acts

    # The process

    async def _boot(self, actors: trio.Nursery) -> None:
        self.process = process = Process(self)
        self.oracle.started = trio.current_time()
        await process.keeping.start()
        for client in sorted(self.with_connection):
            process.connect(client)
        for listener in self.listeners:
            client_ = process.connect(listener)
            with contextlib.suppress(Refused):
                await process.waiting.watch(client_)  # type: ignore[arg-type]
        for loop in (process.waiting.run_boards, process.waiting.run_places, process.waiting.run_holds):
            actors.start_soon(self._within, process, loop)
        self._up.set()

    async def _within(self, process: Process, work: Callable[[], Awaitable[T]]) -> T | None:
        """Runs for as long as the process lives; None if it did not live long enough."""
        with trio.CancelScope() as scope:
            process.scopes.add(scope)
            try:
                return await work()
            finally:
                process.scopes.discard(scope)
        return None

    def later(self, work: Callable[..., Awaitable[None]], *args: object) -> None:
        self._actors.start_soon(self._within, self.process, partial(work, *args))

    async def _do(self, work: Callable[[], Awaitable[T]]) -> T | None:
        """One call of somebody; refusals are answers, and nobody answers while nothing runs."""
        if not self._up.is_set():
            return None
        try:
            return await self._within(self.process, work)
        except Refused as refused:
            self.counts[refused.code] += 1
            return None

    async def crash(self) -> None:
        if not self._up.is_set():
            return
        self.counts["crash"] += 1
        self._up = trio.Event()
        old = self.process
        for scope in list(old.scopes):
            scope.cancel()
        self._note(old)
        await trio.testing.wait_all_tasks_blocked()
        await self._boot(self._actors)

    def _note(self, process: Process) -> None:
        line = process.requests.line.counts
        self.counts["stale"] += line["stale"]
        self.counts["lost to another"] += line["lost"]

    async def jump(self, hours: int) -> None:
        self.counts["jump"] += 1
        self.jumped += hours * 3600

    async def check(self) -> None:
        self.counts["check"] += 1
        await self._do(self.process.keeping.check)

    # Askers

    def _come(self, asker: str) -> None:
        self.with_connection.add(asker)
        self.oracle.connected.add(asker)
        self.process.connect(asker)

    async def come(self, asker: str) -> None:
        if self._up.is_set():
            self._come(asker)

    async def lose(self, asker: str) -> None:
        client = self.process.clients.pop(asker, None)
        if client is not None:
            self.counts["lost connection"] += 1
            self.process.hub.disconnect(client)
            self.oracle.seen[asker] = trio.current_time()
        self.with_connection.discard(asker)
        self.oracle.connected.discard(asker)

    async def ask(self, asker: str) -> None:
        if not self._up.is_set():
            return
        self._come(asker)
        self._refs += 1
        form = RequestIn(ref=f"r{self._refs}", topic=self.chance.choice(TOPICS), language=self.chance.choice(LANGUAGES))
        requests = self.process.requests
        await self._do(lambda: requests.ask(self._visitor(asker), form, frozenset(TOPICS)))

    async def cancel(self, asker: str) -> None:
        state = await self._do(lambda: self.process.requests.cancel(self._visitor(asker)))
        if state is not None:
            self.counts["cancelled"] += 1
            if self.oracle.requests[state.id].state != "closed":
                raise Broken("cancelled, and still open")

    # Listeners

    async def take_next(self, listener: str) -> None:
        process, oracle = self.process, self.oracle
        first, events = self._first_for(listener), oracle.events
        index = process.requests.line.index
        # News that are on their way, or another who decides right now, may rightly lead to somebody else.
        told = first is not None and index.place(first) is not None
        self._takes, takes = self._takes + 1, self._takes + 1
        taken = await self._do(lambda: process.taking.take_next(self._visitor(listener)))
        if taken is None:
            return
        alone = takes == self._takes and oracle.events == events + 1
        if alone and told and first != taken.request:
            raise Broken("not the first in rank of those whom this listener may take")
        await self._arrive(listener, taken.chat, taken.request)

    async def pick(self, listener: str) -> None:
        client = self.process.clients.get(listener)
        if client is None or not client.board.requests:
            return
        self._takes += 1
        wanted = self.chance.choice(client.board.requests).id
        process = self.process
        taken = await self._do(lambda: process.taking.take(self._visitor(listener), wanted))
        if taken is not None:
            await self._arrive(listener, taken.chat, taken.request)

    async def _arrive(self, listener: str, chat: str, request: str) -> None:
        known = self.oracle.requests[request]
        self.chats[chat] = (known.asker, listener)
        delay = self.chance.choice((0.0, 0.5, 2.0, LEASE_S - 0.01, LEASE_S + 0.5, LEASE_S + 3.0, None, None))
        if delay is None:
            return
        await trio.sleep(delay)
        if known.held is None or known.held.chat != chat:
            self.counts["came too late"] += 1
        self.oracle.arriving.append((listener, chat))
        await self._do(lambda: self.process.taking.arrive(listener, chat))
        self.oracle.arriving.remove((listener, chat))

    async def end(self, who: str) -> None:
        """Of one of their chats, and the member may go back to the queue."""
        mine = [id for id, people in self.chats.items() if who in people]
        if not mine:
            return
        chat = self.chance.choice(mine)
        member, _ = self.chats[chat]

        def work(unit: Unit) -> None:
            row = self.process.chats.find(unit.conn, chat)
            assert row is not None
            self.process.chats.end_now(unit, row, by=who, reason="ended")

        await self._do(lambda: self.process.db.write(work))
        if member != who and await self._do(lambda: self.process.requests.ask_again(self._visitor(member), chat)):
            self.counts["asked again"] += 1

    def chat_ended(self, news: ChatChanged) -> None:
        self.chats.pop(news.id, None)

    # What happens to people

    async def _change(self, work: Callable[[Unit], Any]) -> None:
        await self._do(lambda: self.process.db.write(work))

    async def block(self, asker: str, listener: str) -> None:
        self.counts["block"] += 1

        def work(unit: Unit) -> None:
            accounts.add_block(unit.conn, asker, listener, 1)
            self.process.chats.part(unit, asker, listener)
            unit.announce(AccountChanged(account=asker))
            unit.announce(AccountChanged(account=listener))

        await self._change(work)

    async def correct_age(self, who: str) -> None:
        self.counts["age correction"] += 1

        def work(unit: Unit) -> None:
            row = accounts.by_id(unit.conn, who)
            assert row is not None
            accounts.update(unit.conn, who, age_class="teen" if row.age_class == "adult" else "adult")
            self.process.chats.end_all_of(unit, who, reason="age")
            unit.announce(AccountChanged(account=who))

        await self._change(work)

    async def ban(self, asker: str) -> None:
        self.counts["ban"] += 1

        def work(unit: Unit) -> None:
            now = self.process.clock.now()
            accounts.add_sanction(
                unit.conn,
                id=cups.ids.new_id(now),
                person_id=asker,
                kind="ban",
                room_id=None,
                at=now,
                until=None,
                reason="x",
                by_id=asker,
            )
            self.process.chats.end_all_of(unit, asker, reason="banned")
            self.process.requests.close_of(unit, asker, "banned")
            unit.announce(AccountChanged(account=asker))

        await self._change(work)

    # What must be so

    def _first_for(self, listener: str) -> str | None:
        """The first whom this listener may take, worked out from the rows alone."""
        run = self.disk.driver.execute
        mine = run("select age_class, languages, refused_topics from account where id = ?", (listener,)).fetchone()
        ages = (
            {"adult", "teen"} if run("select 1 from role where account_id = ?", (listener,)).fetchone() else {mine[0]}
        )
        barred = {one for pair in run("select blocker_id, blocked_id from block") for one in pair if listener in pair}
        rows = run(
            "select id, pool, topic, asker_id, severity, first_at from request where state = 'waiting'"
        ).fetchall()
        found = [
            (first_at - severity * SETTINGS.severity_head_start_s * 1000, id)
            for id, pool, topic, asker, severity, first_at in rows
            if pool.split(":")[0] in ages
            and pool.split(":")[1] in mine[1].split(",")
            and topic not in mine[2].split(",")
            and asker not in barred
        ]
        return min(found)[1] if found else None

    async def _end(self) -> None:
        """Nothing has happened for a while: index and table agree, nothing is kept back, everybody sees what is."""
        if self.oracle.broken is not None:
            raise self.oracle.broken
        process, conn = self.process, self.disk.conn
        line = process.requests.line
        self.oracle.check_leases()
        rows = queries.in_rank_order(conn, SETTINGS.severity_head_start_s * 1000)
        if line.index.ids() != [row.id for row in rows]:
            raise Broken("index and table do not agree")
        if line.index.statistics()["claimed"]:
            raise Broken("a claim was kept back")
        for row in rows:
            asker = accounts.by_id(conn, row.asker_id)
            assert asker is not None
            if row.pool != f"{asker.age_class}:{row.language}":
                raise Broken("somebody waits where nobody may take them")
            if row.severity != SEVERITY[asker.danger]:
                raise Broken("another severity than was answered")
            if line.holds.is_away(row.asker_id):
                raise Broken("somebody who is here counts as away")
        for id, known in self.oracle.requests.items():
            if known.state != self.oracle.row(id)[0]:
                raise Broken("something changed that nobody was told of")
        for listener in self.listeners:
            client = process.clients[listener]
            if not process.waiting.watches(client):  # type: ignore[arg-type]
                continue
            allowed = await process.taking.eligibility(listener)
            if client.board != line.board(line.listener(allowed)):
                raise Broken("a listener's board is not what it should be")
        self._note(process)
        self.counts += self.oracle.counts
