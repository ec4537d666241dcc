"""Connections and their groups: the interface between what the features tell and the reactor that writes it.

A frame is encoded once for each format that somebody here speaks, whoever gets it. Everything is synchronous and used from the loop's
thread only; nothing is written before the turn's end, so that what one turn tells travels together.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum

import msgspec
import trio

from cups._core import Lane
from cups._core import Reactor as NativeReactor
from cups.accounts.visitor import Visitor
from cups.gateway.arrivals import Arrival
from cups.gateway.reactor import Reactor
from cups.news import MessagesSaid
from cups.reach import NOBODY
from cups.wire.frames import Close, Frame


class Class(IntEnum):
    """What a frame is worth when not all can be kept: shed from the end. The last three wait for a dearer one to ride with."""

    CONTROL = 0
    CLAIM = 1
    MESSAGE = 2
    RECEIPT = 3
    PRESENCE = 4
    TYPING = 5


class Subscription(msgspec.Struct):
    """A connection's place in one channel."""

    kind: str
    group: str
    open: bool = True
    """False once a chat has ended: nothing passes between its people any more, typing and marks included."""
    withheld: Mapping[str, int] = NOBODY
    """In a room: whose words do not reach this person, and since when (`reach.withheld`)."""
    told: tuple[bool, bool, int | None] | None = None
    """In a room: what this person was last told that they may do: write, moderate; and until when they are muted in it."""


class Connection:
    """One open socket and the session behind it. Small: most of them are idle."""

    __slots__ = ("arrival", "channels", "closing", "id", "inbox", "packed", "refusals", "switched")

    def __init__(self, id: int, arrival: Arrival, packed: bool) -> None:
        self.id = id
        self.arrival = arrival
        """What is known of the person; `Arrivals.current` says whether it still holds."""
        self.packed = packed
        self.channels: dict[str, Subscription] = {}
        self.closing: int | None = None
        """The close code, once it is to close."""
        self.refusals = 0
        self.switched = False
        """Closes because its person goes on under their other account, of which `arrival` may know nothing yet."""
        self.inbox: deque[bytes] | None = None
        """What came while a slower frame of this connection is worked on: its frames are taken in order."""

    @property
    def visitor(self) -> Visitor:
        return self.arrival.visitor

    @property
    def account(self) -> str:
        return self.arrival.visitor.id


_text = msgspec.json.Encoder()
_packed = msgspec.msgpack.Encoder()


def person_group(account: str) -> str:
    return f"person:{account}"


class Hub:
    def __init__(self, reactor: Reactor) -> None:
        self.reactor = reactor
        self._connections: dict[int, Connection] = {}
        self._speak_packed = 0
        self.lane: Lane | None = None
        """Where most of what people say goes by itself, if the reactor has one."""
        self._empty = trio.Event()
        self.diverting: set[int] = set()
        """Connections of which trio-websocket is reading a message: what follows it waits for it."""
        self.touched: Callable[[], None] = lambda: None
        """Called when there is something to write; the loop writes it at the end of the turn."""

    # Connections

    def connect(self, id: int, arrival: Arrival, *, packed: bool = False) -> Connection:
        """An upgraded connection of the reactor, and whose it is."""
        connection = Connection(id, arrival, packed)
        self._connections[id] = connection
        self._speak_packed += packed
        self.join(connection, person_group(connection.account))
        return connection

    def disconnect(self, connection: Connection) -> None:
        if self._connections.pop(connection.id, None) is not None:
            self._speak_packed -= connection.packed
            if self.lane is not None:
                self.lane.gone(connection.id)
            if not self._connections:
                self._empty.set()

    def get(self, id: int) -> Connection | None:
        return self._connections.get(id)

    async def wait_empty(self) -> None:
        """Returns once no connection is open."""
        while self._connections:
            self._empty = trio.Event()
            await self._empty.wait()

    def alive(self, connection: Connection) -> bool:
        return connection.closing is None and connection.id in self._connections

    def __len__(self) -> int:
        return len(self._connections)

    def everyone(self) -> list[Connection]:
        return list(self._connections.values())

    def use(self, lane: Lane) -> None:
        """From now on the reactor hands on what is said by those who sit in the lane as batches."""
        assert isinstance(self.reactor, NativeReactor)
        self.reactor.use_lane(lane)
        self.lane = lane

    def busy(self, connection: Connection) -> None:
        """What it sends from now on waits in its inbox, behind a slower frame."""
        connection.inbox = deque()
        if self.lane is not None:
            self.lane.hold(connection.id)

    def idle(self, connection: Connection) -> None:
        connection.inbox = None
        if self.lane is not None:
            self.lane.free(connection.id)

    def read_on(self, id: int) -> None:
        """Takes what this connection sends next, unless an earlier message of it is still being read."""
        if id not in self.diverting:
            self.reactor.resume(id)
            self.touched()

    # Groups

    def join(self, connection: Connection, group: str) -> bool:
        """False if it was in already, or has ended and that is not told yet: then `gone` follows, and undoes what is noted of it."""
        try:
            return self.reactor.join(connection.id, group)
        except KeyError:
            return False

    def leave(self, connection: Connection, group: str) -> bool:
        return self.reactor.leave(connection.id, group)

    def members(self, group: str) -> list[Connection]:
        return [found for id in self.reactor.members(group) if (found := self._connections.get(id)) is not None]

    def count(self, group: str) -> int:
        return self.reactor.count(group)

    # Telling

    def send(
        self, connection: Connection, frame: Frame, cls: Class, *, key: str | None = None, tag: str | None = None
    ) -> None:
        payload = _packed.encode(frame) if connection.packed else _text.encode(frame)
        self.reactor.send(connection.id, payload, int(cls), key, tag)
        self.touched()

    def send_by_id(self, id: int, frame: Frame, cls: Class) -> None:
        """To a connection that may be gone by now."""
        connection = self._connections.get(id)
        if connection is not None:
            self.send(connection, frame, cls)

    def publish(
        self,
        group: str,
        frame: Frame,
        cls: Class,
        *,
        key: str | None = None,
        tag: str | None = None,
        skip: Sequence[Connection] = (),
    ) -> None:
        """To all of a group but these. `tag` names the frame for `retract`; frames of the lighter classes with the same `key` replace each other."""
        text = _text.encode(frame) if self._speak_packed < len(self._connections) else None
        packed = _packed.encode(frame) if self._speak_packed else None
        self.reactor.publish(group, text, packed, int(cls), key, tag, [one.id for one in skip] if skip else ())
        self.touched()

    def tell_many(self, lane: Lane, news: MessagesSaid, first: int) -> tuple[int, list[int]]:
        """Acks these messages, from `first` on, and tells their channels, up to the first that not everybody in its channel is to hear: its place, and
        which of them are left to be told."""
        assert isinstance(self.reactor, NativeReactor)
        text, packed = self._speak_packed < len(self._connections), self._speak_packed > 0
        told = lane.tell(self.reactor, news.batch, first, news.last, text, packed)
        self.touched()
        return told

    def retract(self, tag: str) -> None:
        """Frames of this name that still wait are never written; whoever has half of one is cut, and resumes without it."""
        self.reactor.retract(tag)

    def withdraw(self, connection: Connection, prefix: str) -> None:
        """As `retract`, of all names that begin so, for this connection alone."""
        self.reactor.withdraw(connection.id, prefix)

    def close(self, connection: Connection, code: int, reason: str) -> None:
        """What waits is still written, then the connection closes with this code."""
        if connection.closing is None:
            connection.closing = code
            # Whoever has no session any more hears nothing from now on, not even what was on its way.
            self.reactor.close(connection.id, code, reason, code in (Close.ENDED, Close.RENEWED))
            self.touched()
