"""What one run of the server holds in memory: gone with a crash."""

from __future__ import annotations

from typing import TYPE_CHECKING

import trio

from cups.accounts.nights import Nights
from cups.bots.service import Bots
from cups.chats.service import Chats
from cups.clock import SystemClock
from cups.errors import Refused
from cups.gateway.waiting import Waiting
from cups.limits.live import Limits
from cups.news import AccountChanged, ChatChanged, LocalBus, RequestClosed, RequestHeld, RequestOpened, RequestRings
from cups.nodes.site import Site
from cups.requests.here import Here
from cups.requests.keeping import Keeping
from cups.requests.personal import Personal
from cups.requests.service import Requests
from cups.requests.taking import Taking
from cups.screening.door import Screen
from cups.store.following import Following
from harness.queueworld.database import MemoryDatabase
from harness.queueworld.figures import SETTINGS
from harness.queueworld.hub import Client, QuietHub

if TYPE_CHECKING:
    from harness.queueworld.world import World

_screens: list[Screen] = []


def _screen(process: Process) -> Screen:
    """One for all courses of events: its rules take longer to make than many of them. What is told Noni here are choices, of which it sees nothing."""
    if not _screens:
        _screens.append(Screen(process.db, process.clock, SETTINGS))  # type: ignore[arg-type]
    return _screens[0]


class Process:
    def __init__(self, world: World) -> None:
        self.clock = SystemClock(world.wall_ns, world.monotonic_ns)
        bus = LocalBus()
        self.db = MemoryDatabase(world.disk, bus, world.chance, world.oracle.committed)
        limits = Limits(SETTINGS)
        self.chats = Chats(self.db, self.clock, SETTINGS, limits)
        self.requests = Requests(self.db, self.clock, SETTINGS, limits, self.chats)
        self.taking = Taking(self.db, self.clock, SETTINGS, self.chats, self.requests)
        self.keeping = Keeping(self.db, self.clock, SETTINGS, self.requests)
        self.hub = QuietHub()
        self.db.following = Following(bus, "")  # type: ignore[attr-defined]
        site = Site(SETTINGS, self.db, "all", ())  # type: ignore[arg-type]
        self.waiting = Waiting(self.hub, self.clock, SETTINGS, self.requests, self.taking, site)  # type: ignore[arg-type]
        line = self.requests.line
        self.here = Here(self.clock, limits)
        nights = Nights(self.db, self.clock, SETTINGS)
        self.personal = Personal(
            self.db, self.clock, SETTINGS, limits, self.chats, self.requests, self.taking, self.here, nights
        )
        self.bots = Bots(self.db, self.clock, SETTINGS, limits, _screen(self), self.chats)
        self.requests.on_again = self.bots.carry_on
        bus.subscribe(RequestOpened, line.opened)
        bus.subscribe(RequestHeld, line.gone)
        bus.subscribe(RequestClosed, line.gone)
        bus.subscribe(RequestOpened, self.waiting.opened)
        bus.subscribe(RequestRings, self.personal.rings.rings)
        bus.subscribe(RequestHeld, self.personal.rings.over)
        bus.subscribe(RequestClosed, self.personal.rings.over)
        bus.subscribe(AccountChanged, lambda news: world.later(self.personal.account_changed, news.account))
        bus.subscribe(AccountChanged, lambda news: world.later(self.account_changed, news.account))
        bus.subscribe(ChatChanged, world.acts.chat_ended)
        self._listeners = world.listeners
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
            if id in self._listeners:
                self.here.came(id)
            self.waiting.tell_now(client)  # type: ignore[arg-type]
        return client

    def disconnect(self, id: str) -> bool:
        """False if there is no connection to lose."""
        client = self.clients.pop(id, None)
        if client is None:
            return False
        self.waiting.unwatch(client)  # type: ignore[arg-type]
        self.hub.disconnect(client)
        if id in self._listeners:
            self.here.left(id)
        return True
