"""The queue over the socket: the asker's place, the listeners' boards, and holding the place of whoever lost the connection."""

from time import perf_counter

import trio

from cups import steady
from cups.clock import Clock
from cups.gateway.boards import SLICE_S, Boards
from cups.gateway.hub import Class, Connection, Hub, person_group
from cups.news import RequestOpened
from cups.nodes.site import Site
from cups.requests.service import Requests
from cups.requests.taking import Taking
from cups.settings import Settings
from cups.wire.frames import RequestChanged
from cups.wire.requests import RequestState


class Waiting:
    def __init__(
        self, hub: Hub, clock: Clock, settings: Settings, requests: Requests, taking: Taking, site: Site
    ) -> None:
        self._hub, self._clock, self._settings, self._requests, self._taking = hub, clock, settings, requests, taking
        self._site = site
        self._line = requests.line
        self.boards = Boards(hub, self._line)
        self._told: dict[str, RequestState] = {}
        self._reading: dict[int, int] = {}
        """Connections whose eligibility is being read, and by which reading."""
        self._reads = 0

    # Listeners

    async def watch(self, connection: Connection) -> None:
        """Also called again when the listener's account changes: eligibility is worked out anew."""
        self._reads += 1
        read = self._reading[connection.id] = self._reads
        try:
            allowed = await self._taking.eligibility(connection.account)
        finally:
            # Of two that read at the same time the later one knows more, whichever is answered first.
            latest = self._reading.get(connection.id) == read
            if latest:
                del self._reading[connection.id]
        if latest and self._hub.alive(connection):
            self.boards.watch(connection, allowed)

    def unwatch(self, connection: Connection) -> None:
        self._reading.pop(connection.id, None)
        self.boards.unwatch(connection)

    def watches(self, connection: Connection) -> bool:
        return self.boards.watches(connection)

    async def run_boards(self) -> None:
        """Boards are looked at again when the queue has changed, not more often than every `board_every_ms`."""
        await steady.every(self._settings.board_every_ms / 1000, self.boards.look)

    # Askers

    def opened(self, news: RequestOpened) -> None:
        """Heard after the index: who may not see it, and whether its asker has a connection."""
        self.boards.opened(news)
        if self._hub.count(person_group(news.asker)):
            self._line.holds.came(news.asker)
            self._site.came(news.asker)
        elif self._site.connected_elsewhere(news.asker):
            self._line.holds.came(news.asker)

    def tell_place(self, asker: str) -> None:
        state = self._line.waiting_state(asker)
        if state is not None and self._told.get(asker) != state and self._hub.count(person_group(asker)):
            self._told[asker] = state
            self._hub.publish(person_group(asker), RequestChanged(request=state), Class.RECEIPT, key="place")

    def tell_now(self, connection: Connection) -> None:
        """The first word to a connection of somebody who waits."""
        if self._line.holds.came(connection.account):
            self._site.came(connection.account)
            state = self._line.waiting_state(connection.account)
            if state is not None:
                self._hub.send(connection, RequestChanged(request=state), Class.CONTROL)

    async def run_places(self) -> None:
        await steady.every(self._settings.place_every_ms / 1000, self._tell_places)

    async def _tell_places(self) -> None:
        """Those who are here, in slices; who turns out to be gone is away from now on."""
        here, began = self._line.holds.here(), perf_counter()
        for asker in here:
            if perf_counter() - began > SLICE_S:
                await trio.lowlevel.checkpoint()
                began = perf_counter()
            if self._hub.count(person_group(asker)):
                self.tell_place(asker)
            elif not self._site.connected_elsewhere(asker):
                self._line.holds.left(asker, self._clock.now())
        for asker in self._told.keys() - set(here):
            del self._told[asker]

    async def run_holds(self) -> None:
        """A place is kept for `request_hold_s` after the last connection or sign of life; then the request closes."""
        await steady.every(min(1.0, self._settings.request_hold_s / 4), self._look_at_holds)

    async def _look_at_holds(self) -> None:
        if not self._site.held("holds"):
            return
        # Who cannot see who is connected elsewhere takes nobody for gone.
        for asker in [] if self._site.blind else self._line.overdue():
            if self._hub.count(person_group(asker)) or self._site.connected_elsewhere(asker):
                self._line.holds.came(asker)
            else:
                await self._requests.close_gone(asker)
        await self._taking.return_overdue()
