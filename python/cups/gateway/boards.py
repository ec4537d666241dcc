"""The listeners' boards over the socket: one whole board, then only what changes.

Listeners who may take the same people look at the same board: it is worked out once, and its differences are encoded once for all of
them. Somebody who may not meet one of those who wait right now has a board of their own for as long as that person waits.
"""

from collections.abc import Iterable
from time import perf_counter

import trio

from cups._core import Listener
from cups.gateway.hub import Class, Connection, Hub
from cups.news import RequestOpened
from cups.requests.boards import difference
from cups.requests.line import Eligibility, Line
from cups.wire.frames import BoardChanged, WholeBoard
from cups.wire.requests import Board

SLICE_S = 0.002
"""How long boards are worked on before everybody else has a turn: with thousands of different ones they come later, and hold nobody up."""
_Key = tuple[tuple[str, ...], tuple[str, ...], frozenset[str]]


class _Look:
    """One board and who looks at it."""

    __slots__ = ("board", "group", "listener", "number", "seen", "watchers")

    def __init__(self, group: str, listener: Listener) -> None:
        self.group, self.listener = group, listener
        self.board = Board(waiting=0, requests=[])
        self.number = 0
        self.seen = -1
        """The version of the index that the board is of."""
        self.watchers = 0


class _Watcher:
    __slots__ = ("allowed", "connection", "key")

    def __init__(self, connection: Connection, allowed: Eligibility, key: _Key) -> None:
        self.connection, self.allowed, self.key = connection, allowed, key


class Boards:
    def __init__(self, hub: Hub, line: Line) -> None:
        self._hub, self._line = hub, line
        self._looks: dict[_Key, _Look] = {}
        self._watchers: dict[int, _Watcher] = {}
        self._shy: dict[str, set[int]] = {}
        """Whom somebody here may not meet, and which connections that is about."""
        self._moved: set[int] = set()
        self._made = 0
        self._seen = -1

    def __len__(self) -> int:
        return len(self._watchers)

    @property
    def different(self) -> int:
        return len(self._looks)

    def watches(self, connection: Connection) -> bool:
        return connection.id in self._watchers

    def watch(self, connection: Connection, allowed: Eligibility) -> None:
        """The whole board at once, then its differences. Again for somebody whose eligibility has changed."""
        self.unwatch(connection)
        self._reseat()
        for asker in allowed.blocked:
            self._shy.setdefault(asker, set()).add(connection.id)
        self._sit(connection, allowed)

    def unwatch(self, connection: Connection) -> None:
        watcher = self._watchers.pop(connection.id, None)
        if watcher is None:
            return
        self._moved.discard(connection.id)
        for asker in watcher.allowed.blocked:
            shy = self._shy.get(asker)
            if shy is not None:
                shy.discard(connection.id)
                if not shy:
                    del self._shy[asker]
        self._stand_up(watcher)

    def _sit(self, connection: Connection, allowed: Eligibility) -> None:
        met = frozenset(asker for asker in allowed.blocked if self._line.index.of(asker) is not None)
        key = (allowed.pools, allowed.refused, met)
        look = self._looks.get(key)
        if look is None:
            self._made += 1
            listener = self._line.index.listener(pools=key[0], refused_topics=key[1], blocked=key[2])
            look = self._looks[key] = _Look(f"board:{self._made}", listener)
        self._look(look)
        look.watchers += 1
        self._watchers[connection.id] = _Watcher(connection, allowed, key)
        self._hub.join(connection, look.group)
        self._hub.send(connection, WholeBoard(number=look.number, board=look.board), Class.CLAIM)

    def _stand_up(self, watcher: _Watcher) -> None:
        look = self._looks[watcher.key]
        look.watchers -= 1
        if self._hub.alive(watcher.connection):
            self._hub.leave(watcher.connection, look.group)
        if not look.watchers:
            del self._looks[watcher.key]

    def opened(self, news: RequestOpened) -> None:
        """Before anybody is told of a request: whoever may not meet this person leaves the board that will show it."""
        self._moved.update(self._shy.get(news.asker, ()))

    def _reseat(self) -> None:
        """All of them leave before anybody's board is looked at again."""
        moved = [self._watchers[id] for id in self._moved if id in self._watchers]
        self._moved.clear()
        for watcher in moved:
            self._stand_up(watcher)
        for watcher in moved:
            self._sit(watcher.connection, watcher.allowed)

    async def look(self) -> None:
        """Tells all differences there are, if the queue has changed since the last time."""
        if self._line.version == self._seen:
            return
        self._seen = self._line.version
        self._reseat()
        await self._tell(list(self._looks.values()))

    async def _tell(self, looks: Iterable[_Look]) -> None:
        began = perf_counter()
        for look in looks:
            if perf_counter() - began > SLICE_S:
                await trio.lowlevel.checkpoint()
                began = perf_counter()
            if self._moved:
                # Somebody came in between whom not all may meet: those first.
                self._seen = -1
                return
            if look.watchers:
                self._look(look)

    def _look(self, look: _Look) -> None:
        version = self._line.index.version(look.listener)
        if version == look.seen:
            return
        look.seen = version
        board = self._line.board(look.listener)
        if board == look.board:
            return
        gone, came = difference(look.board, board)
        look.board = board
        look.number += 1
        if look.watchers:
            frame = BoardChanged(number=look.number, waiting=board.waiting, gone=gone, came=came)
            self._hub.publish(look.group, frame, Class.CLAIM)
