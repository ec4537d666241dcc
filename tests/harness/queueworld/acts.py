"""What people do, and what happens to them: each act is one call of the real services, as the doors would make it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import trio
import trio.lowlevel

import cups.ids
from cups.accounts import blocking
from cups.accounts import queries as accounts
from cups.accounts.visitor import Visitor
from cups.news import AccountChanged, ChatChanged
from cups.store.database import Unit
from cups.wire.bots import BotAnswerIn
from cups.wire.requests import PersonalIn, RequestIn
from harness.queueworld.ending import first_for
from harness.queueworld.figures import LANGUAGES, LEASE_S, RING_S, TOPICS
from harness.queueworld.oracle import Broken
from harness.queueworld.people import visitor

if TYPE_CHECKING:
    from harness.queueworld.world import World


class Acts:
    def __init__(self, world: World) -> None:
        self._world = world
        self.chats: dict[str, tuple[str, str]] = {}
        """Open chats by what was told: member, listener."""
        self._refs = self._takes = 0

    def _visitor(self, id: str) -> Visitor:
        return visitor(id, "listener" if id in self._world.listeners else "guest")

    # Askers

    def here(self, asker: str) -> None:
        """They open a connection, if they have none."""
        self._world.with_connection.add(asker)
        self._world.oracle.connected.add(asker)
        self._world.process.connect(asker)

    async def come(self, asker: str) -> None:
        if self._world.up.is_set():
            self.here(asker)

    async def lose(self, asker: str) -> None:
        if self._world.process.disconnect(asker):
            self._world.counts["lost connection"] += 1
            self._world.oracle.seen[asker] = trio.current_time()
        self._world.with_connection.discard(asker)
        self._world.oracle.connected.discard(asker)

    async def ask(self, asker: str) -> None:
        if not self._world.up.is_set():
            return
        self.here(asker)
        self._refs += 1
        topic, language = self._world.chance.choice(TOPICS), self._world.chance.choice(LANGUAGES)
        form = RequestIn(ref=f"r{self._refs}", topic=topic, language=language)
        requests = self._world.process.requests
        await self._world.do(lambda: requests.ask(self._visitor(asker), form, frozenset(TOPICS)))

    async def cancel(self, asker: str) -> None:
        state = await self._world.do(lambda: self._world.process.requests.cancel(self._visitor(asker)))
        if state is not None:
            self._world.counts["cancelled"] += 1
            if self._world.oracle.requests[state.id].state != "closed":
                raise Broken("cancelled, and still open")

    # Listeners

    async def take_next(self, listener: str) -> None:
        process, oracle = self._world.process, self._world.oracle
        first, events = first_for(self._world.disk, listener), oracle.events
        # News that are on their way, or another who decides right now, may rightly lead to somebody else.
        told = first is not None and self._told(first)
        self._takes, takes = self._takes + 1, self._takes + 1
        taken = await self._world.do(lambda: process.taking.take_next(self._visitor(listener)))
        if taken is None:
            return
        alone = takes == self._takes and oracle.events == events + 1
        if alone and told and first != taken.request:
            raise Broken("not the first in rank of those whom this listener may take")
        await self._arrive(listener, taken.chat, taken.request)

    def _told(self, request: str) -> bool:
        """Whether the index has heard that it waits, and in which line."""
        line = self._world.process.requests.line
        entry, known = line.entry(request), self._world.oracle.requests[request]
        return entry is not None and line.index.place(request) is not None and entry.pool == known.pool

    async def pick(self, listener: str) -> None:
        client = self._world.process.clients.get(listener)
        if client is None or not client.board.requests:
            return
        self._takes += 1
        wanted = self._world.chance.choice(client.board.requests).id
        process = self._world.process
        taken = await self._world.do(lambda: process.taking.take(self._visitor(listener), wanted))
        if taken is not None:
            await self._arrive(listener, taken.chat, taken.request)

    async def _arrive(self, listener: str, chat: str, request: str) -> None:
        known = self._world.oracle.requests[request]
        self.chats[chat] = (known.asker, listener)
        delay = self._world.chance.choice((0.0, 0.5, 2.0, LEASE_S - 0.01, LEASE_S + 0.5, LEASE_S + 3.0, None, None))
        if delay is None:
            return
        await trio.sleep(delay)
        if known.held is None or known.held.chat != chat:
            self._world.counts["came too late"] += 1
        self._world.oracle.arriving.append((listener, chat))
        await self._world.do(lambda: self._world.process.taking.arrive(listener, chat))
        self._world.oracle.arriving.remove((listener, chat))

    async def end(self, who: str) -> None:
        """Of one of their chats, and the member may go back to the queue."""
        mine = [id for id, people in self.chats.items() if who in people]
        if not mine:
            return
        chat = self._world.chance.choice(mine)
        member, _ = self.chats[chat]

        def work(unit: Unit) -> None:
            row = self._world.process.chats.find(unit.conn, chat)
            assert row is not None
            self._world.process.chats.end_now(unit, row, by=who, reason="ended")

        await self._world.do(lambda: self._world.process.db.write(work))
        if member == who:
            return
        asked = await self._world.do(lambda: self._world.process.requests.ask_again(self._visitor(member), chat))
        if asked:
            self._world.counts["asked again"] += 1
            self._took_along(chat, asked.id)

    def _took_along(self, chat: str, request: str) -> None:
        """What was told Noni belongs to the request that waits now."""
        run = self._world.disk.driver.execute
        (before,) = run("select request_id from chat where id = ?", (chat,)).fetchone()
        if before != request and run("select 1 from bot_talk where request_id = ?", (before,)).fetchone():
            raise Broken("what was told stayed behind")
        self._world.counts["took along"] += (
            run("select 1 from bot_talk where request_id = ?", (request,)).fetchone() is not None
        )

    def chat_ended(self, news: ChatChanged) -> None:
        self.chats.pop(news.id, None)

    # Personal requests

    async def ask_personally(self, asker: str, listener: str) -> None:
        """And what comes of it: they answer, or somebody thinks better of it, or nobody does anything."""
        if not self._world.up.is_set():
            return
        self.here(asker)
        self._refs += 1
        (name, spoken) = self._world.disk.driver.execute(
            "select name, languages from account where id = ?", (listener,)
        ).fetchone()
        topic, language = self._world.chance.choice(TOPICS), self._world.chance.choice(spoken.split(","))
        form = PersonalIn(ref=f"r{self._refs}", topic=topic, language=language, listener=name)
        personal = self._world.process.personal
        state = await self._world.do(lambda: personal.ask(self._visitor(asker), form, frozenset(TOPICS)))
        if state is None or state.state != "ringing":
            return
        await trio.sleep(self._world.chance.choice((0.0, 0.01, 1.0, RING_S - 0.01, RING_S, RING_S + 0.2)))
        kind = self._world.chance.random()
        if kind < 0.5:
            if self._world.chance.random() < 0.3:
                # Something that ends it comes just before, and has not been looked at yet.
                change = self._world.chance.choice((self.change_mind, self.correct_age, self.rest))
                self._world.later(change, listener)
                await trio.lowlevel.checkpoint()
            await self.accept(listener, state.id)
        elif kind < 0.65:
            await self.decline(listener, state.id)
        elif kind < 0.8:
            await self.rather_queue(asker)

    async def accept(self, listener: str, request: str) -> None:
        taken = await self._world.do(lambda: self._world.process.personal.accept(self._visitor(listener), request))
        if taken is not None:
            await self._arrive(listener, taken.chat, taken.request)

    async def decline(self, listener: str, request: str) -> None:
        self._world.oracle.declining.append(request)
        await self._world.do(lambda: self._world.process.personal.decline(self._visitor(listener), request))

    async def rather_queue(self, asker: str) -> None:
        """The next free listener instead, at the rank of when they asked."""
        row = "select id, first_at from request where asker_id = ? order by opened_at desc, id desc limit 1"
        before = self._world.disk.driver.execute(row, (asker,)).fetchone()
        events = self._world.oracle.events
        state = await self._world.do(lambda: self._world.process.personal.to_queue(self._visitor(asker)))
        if state is None or before is None or state.id == before[0]:
            return
        self._world.counts["to the queue"] += 1
        alone = self._world.oracle.events <= events + 2
        if alone and self._world.oracle.requests[state.id].first_at != before[1]:
            raise Broken("the rank of when they asked is lost")

    async def go_away(self, listener: str) -> None:
        if self._world.process.disconnect(listener):
            self._world.counts["lost listener"] += 1

    async def come_back(self, listener: str) -> None:
        if self._world.up.is_set() and listener not in self._world.process.clients:
            await self._world.do(lambda: self._world.sit_down(listener))

    # Noni

    async def tell(self, asker: str) -> None:
        """They choose an answer to one of the questions of those who wait."""
        open_now = [id for id, known in self._world.oracle.requests.items() if known.asker == asker]
        if not open_now or not self._world.up.is_set():
            return
        bots, chance = self._world.process.bots, self._world.chance
        question = chance.choice([one for one in bots.script.questions if one.choices])
        self._refs += 1
        form = BotAnswerIn(ref=f"r{self._refs}", choice=chance.choice(question.choices).id)
        outcome = await self._world.do(lambda: bots.answer(self._visitor(asker), open_now[-1], question.id, form))
        if outcome is not None and outcome.refused is not None:
            self._world.counts[outcome.refused.code] += 1

    async def hear(self, listener: str) -> None:
        """A listener reads what was passed on with one of the chats that they have or had."""
        run = self._world.disk.driver.execute
        mine = [id for (id,) in run("select id from chat where listener_id = ? order by id", (listener,))]
        if not mine:
            return
        chat, events = self._world.chance.choice(mine), self._world.oracle.events
        told = await self._world.do(lambda: self._world.process.bots.told(listener, chat))
        if told is None or self._world.oracle.events != events:
            return
        ended, request, last = run(
            "select c.ended_at, c.request_id, r.chat_id from chat c join request r on r.id = c.request_id where c.id = ?",
            (chat,),
        ).fetchone()
        (answers,) = run(
            "select count(*) from bot_answer a join bot_talk t on t.id = a.talk_id "
            "where t.request_id = ? and a.replaced = 0 and not a.skipped",
            (request,),
        ).fetchone()
        theirs = ended is None and last == chat
        self._world.counts["heard Noni"] += theirs and answers > 0
        if told.answers and not theirs:
            raise Broken("told to a listener who has them no more")
        if theirs and len(told.answers) != answers:
            raise Broken("not all that was told was passed on")

    # What happens to people

    async def _change(self, work: Callable[[Unit], Any]) -> None:
        await self._world.do(lambda: self._world.process.db.write(work))

    async def block(self, asker: str, listener: str) -> None:
        self._world.counts["block"] += 1

        def work(unit: Unit) -> None:
            if blocking.put(unit, asker, listener, 1, most=100):
                self._world.process.chats.part(unit, asker, listener)

        await self._change(work)

    async def correct_age(self, who: str) -> None:
        self._world.counts["age correction"] += 1

        def work(unit: Unit) -> None:
            row = accounts.by_id(unit.conn, who)
            assert row is not None
            accounts.update(unit.conn, who, age_class="teen" if row.age_class == "adult" else "adult")
            self._world.process.chats.end_all_of(unit, who, reason="age")
            unit.announce(AccountChanged(account=who))

        await self._change(work)

    async def ban(self, who: str) -> None:
        self._world.counts["ban"] += 1

        def work(unit: Unit) -> None:
            now = self._world.process.clock.now()
            accounts.add_sanction(
                unit.conn,
                id=cups.ids.new_id(now),
                person_id=who,
                kind="ban",
                room_id=None,
                at=now,
                until=None,
                reason="x",
                by_id=who,
            )
            self._world.process.chats.end_all_of(unit, who, reason="banned")
            self._world.process.requests.close_of(unit, who, "banned")
            unit.announce(AccountChanged(account=who))

        await self._change(work)

    async def change_mind(self, listener: str) -> None:
        """Other languages, or other topics: those of now are what they do not take any more."""
        self._world.counts["changed mind"] += 1
        topics = self._world.chance.random() < 0.6

        def work(unit: Unit) -> None:
            row = accounts.by_id(unit.conn, listener)
            assert row is not None
            if topics:
                accounts.update(unit.conn, listener, refused_topics="" if row.refused_topics else ",".join(TOPICS))
            else:
                accounts.update(unit.conn, listener, languages="nl" if row.languages == "en" else "en")
            unit.announce(AccountChanged(account=listener))

        await self._change(work)

    async def lose_clearance(self, listener: str) -> None:
        def work(unit: Unit) -> None:
            if accounts.remove_role(unit.conn, listener, accounts.CLEARED, ""):
                self._world.counts["clearance ended"] += 1
                self._world.process.chats.part_unreachable(unit, listener)
                unit.announce(AccountChanged(account=listener))

        await self._change(work)

    async def rest(self, listener: str) -> None:
        """A break begins or ends."""

        def work(unit: Unit) -> None:
            row = accounts.by_id(unit.conn, listener)
            assert row is not None
            status = "offline" if row.status == "break" else "break"
            self._world.counts["went on a break"] += status == "break"
            accounts.update(unit.conn, listener, status=status)
            unit.announce(AccountChanged(account=listener))

        await self._change(work)
