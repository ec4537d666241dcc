"""People who wait and listen around the real services, in one process, on a real database file, with time moved by hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from cups.accounts.tables import account
from cups.accounts.visitor import Visitor
from cups.app import Cups, running
from cups.bots.service import Outcome
from cups.clock import ManualClock
from cups.ids import new_id
from cups.news import BotTold, ConcernRaised, News
from cups.reach import Facts
from cups.store.database import Unit
from cups.wire.bots import BotAnswerIn, Told
from cups.wire.people import Me, Person
from cups.wire.requests import RequestIn, RequestState
from harness.store import settings_at

TOPICS = frozenset({"grief"})


class Waiting:
    """One member who waits, and listeners."""

    def __init__(self, cups: Cups, clock: ManualClock) -> None:
        self.cups, self.clock = cups, clock
        self.news: list[News] = []
        self.refs = 0
        for kind in (BotTold, ConcernRaised):
            cups.bus.subscribe(kind, self.news.append)

    async def person(self, kind: str, age: str = "adult") -> Visitor:
        id = new_id(self.clock.now())

        def work(unit: Unit) -> None:
            name = f"{kind}{id[-8:]}"
            values = {"id": id, "name": name, "name_key": name, "kind": kind, "age_class": age, "languages": "en"}
            unit.conn.execute(account.insert(), values | {"created_at": self.clock.now()})

        await self.cups.db.write(work)
        me = Me(person=Person(name="x", kind=kind), gated=True)  # type: ignore[arg-type]
        facts = Facts(id=id, kind=kind, age=age, as_of=self.clock.now())
        return Visitor(id=id, name="x", kind=kind, me=me, facts=facts, token_hash="", signed_up=False)

    async def ask(self, member: Visitor) -> RequestState:
        self.refs += 1
        return await self.cups.requests.ask(member, RequestIn(ref=f"ask-{self.refs}", topic="grief"), TOPICS)

    async def answer(
        self, member: Visitor, request: str, question: str, text: str = "", *, ref: str = "", choice: str = ""
    ) -> Outcome:
        """Skips without words and choice."""
        self.refs += 1
        form = BotAnswerIn(ref=ref or f"answer-{self.refs}", text=text, choice=choice, skip=not text and not choice)
        return await self.cups.bots.answer(member, request, question, form)

    async def take(self, listener: Visitor, request: str, *, arrive: bool = True) -> str:
        chat = (await self.cups.taking.take(listener, request)).chat
        if arrive:
            await self.cups.taking.arrive(listener.id, chat)
        return chat

    async def told(self, who: Visitor, chat: str) -> list[str]:
        """What was passed on with this chat, as its member or listener sees it."""
        found: Told = await self.cups.bots.told(who.id, chat)
        return [one.text or one.chosen for one in found.answers]


@asynccontextmanager
async def waiting(folder: Path, **settings: object) -> AsyncIterator[Waiting]:
    clock = ManualClock()
    wide: dict[str, object] = {"pace_guest_bot_answer_burst": 100, "pace_guest_request_burst": 100}
    wide |= {"listener_chats_first": 20, "consent": ("*=none",)}
    made = settings_at(folder, **(wide | settings))
    async with running(made, clock) as cups:
        yield Waiting(cups, clock)
