"""The queue over the socket: the asker's place, the listeners' boards, and holding the place of whoever lost the connection."""

from cups import steady
from cups.clock import Clock
from cups.gateway.hub import Class, Connection, Hub, person_group
from cups.requests.line import Eligibility
from cups.requests.service import Requests
from cups.requests.taking import Taking
from cups.settings import Settings
from cups.wire.frames import BoardChanged, RequestChanged
from cups.wire.requests import Board, RequestState


class Waiting:
    def __init__(self, hub: Hub, clock: Clock, settings: Settings, requests: Requests, taking: Taking) -> None:
        self._hub, self._clock, self._settings, self._requests, self._taking = hub, clock, settings, requests, taking
        self._watchers: dict[int, tuple[Connection, Eligibility]] = {}
        self._boards: dict[int, Board] = {}
        self._told: dict[str, RequestState] = {}
        self._away: dict[str, int] = {}
        self._seen = -1

    # Listeners

    async def watch(self, connection: Connection) -> None:
        """Also called again when the listener's account changes: eligibility is worked out anew."""
        allowed = await self._taking.eligibility(connection.account)
        if self._hub.alive(connection):
            self._watchers[connection.id] = (connection, allowed)
            self._boards.pop(connection.id, None)
            self._tell_board(connection, allowed)

    def unwatch(self, connection: Connection) -> None:
        self._watchers.pop(connection.id, None)
        self._boards.pop(connection.id, None)

    def watches(self, connection: Connection) -> bool:
        return connection.id in self._watchers

    def _tell_board(self, connection: Connection, allowed: Eligibility) -> None:
        board = self._requests.line.board(allowed)
        if self._boards.get(connection.id) != board:
            self._boards[connection.id] = board
            self._hub.send(connection, BoardChanged(board=board), Class.CLAIM)

    async def run_boards(self) -> None:
        """Each board is looked at again when the queue has changed, not more often than every `board_every_ms`."""
        await steady.every(self._settings.board_every_ms / 1000, self._look_at_boards)

    async def _look_at_boards(self) -> None:
        if self._requests.line.version == self._seen:
            return
        self._seen = self._requests.line.version
        for connection, allowed in list(self._watchers.values()):
            self._tell_board(connection, allowed)

    # Askers

    def tell_place(self, asker: str) -> None:
        state = self._requests.line.waiting_state(asker)
        if state is not None and self._told.get(asker) != state and self._hub.count(person_group(asker)):
            self._told[asker] = state
            self._hub.publish(person_group(asker), RequestChanged(request=state), Class.RECEIPT, key="place")

    def tell_now(self, connection: Connection) -> None:
        """The first word to a connection of somebody who waits."""
        state = self._requests.line.waiting_state(connection.account)
        if state is not None:
            self._hub.send(connection, RequestChanged(request=state), Class.CONTROL)

    async def run_places(self) -> None:
        await steady.every(self._settings.place_every_ms / 1000, self._tell_places)

    async def _tell_places(self) -> None:
        askers = self._requests.line.askers()
        for asker in askers:
            self.tell_place(asker)
        for asker in self._told.keys() - set(askers):
            del self._told[asker]

    async def run_holds(self) -> None:
        """A place is kept for `request_hold_s` after the last connection or sign of life; then the request closes."""
        await steady.every(min(1.0, self._settings.request_hold_s / 4), self._look_at_holds)

    async def _look_at_holds(self) -> None:
        hold, now = self._settings.request_hold_s * 1000, self._clock.now()
        askers = self._requests.line.askers()
        for asker in askers:
            if self._hub.count(person_group(asker)):
                self._away.pop(asker, None)
            elif now - max(self._away.setdefault(asker, now), self._requests.line.touched(asker)) > hold:
                await self._requests.close_gone(asker)
                self._away.pop(asker, None)
        for asker in self._away.keys() - set(askers):
            del self._away[asker]
        await self._taking.return_overdue()
