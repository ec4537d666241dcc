"""Connections and their outboxes: the interface between what the features tell and the bytes on the wire.

Rust holds memberships and queues (`cups._core.Fanout`); here are the wake-ups and the closing. A frame is encoded once, whoever gets it.
Everything is synchronous and used from the loop's thread only. A native reactor can take this class's place: features see `Hub` alone.
"""

from enum import IntEnum
from typing import Any

import msgspec
import trio

from cups._core import Fanout
from cups.accounts.visitor import Visitor
from cups.gateway.frames import text_frame
from cups.wire.frames import Close, Frame


class Class(IntEnum):
    """What a frame is worth when not all can be kept: shed from the end."""

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


class Connection:
    """One open socket and the session behind it."""

    def __init__(self, id: int, visitor: Visitor) -> None:
        self.id = id
        self.visitor = visitor
        self.channels: dict[str, Subscription] = {}
        self.wake = trio.Event()
        self.closing: tuple[int, str] | None = None
        self.closed = trio.Event()
        self.refusals = 0

    @property
    def account(self) -> str:
        return self.visitor.id


_encoder = msgspec.json.Encoder()


def encode(frame: Frame) -> bytes:
    """A server frame as it goes on the wire, WebSocket header included."""
    return text_frame(_encoder.encode(frame))


def person_group(account: str) -> str:
    return f"person:{account}"


class Hub:
    def __init__(self, *, outbox_bytes: int, outbox_frames: int) -> None:
        self._fanout = Fanout(max_bytes=outbox_bytes, max_frames=outbox_frames)
        self._connections: dict[int, Connection] = {}
        self._next = 0
        self._empty = trio.Event()

    def connect(self, visitor: Visitor) -> Connection:
        self._next += 1
        connection = Connection(self._next, visitor)
        self._connections[connection.id] = connection
        self._fanout.connect(connection.id)
        self.join(connection, person_group(visitor.id))
        return connection

    def disconnect(self, connection: Connection) -> None:
        self._connections.pop(connection.id, None)
        if not self._connections:
            self._empty.set()
        self._fanout.disconnect(connection.id)

    async def wait_empty(self) -> None:
        """Returns once no connection is open."""
        while self._connections:
            self._empty = trio.Event()
            await self._empty.wait()

    def alive(self, connection: Connection) -> bool:
        return connection.id in self._connections and connection.closing is None

    def join(self, connection: Connection, group: str) -> bool:
        return self._fanout.join(connection.id, group)

    def leave(self, connection: Connection, group: str) -> bool:
        return self._fanout.leave(connection.id, group)

    def members(self, group: str) -> list[Connection]:
        return [self._connections[id] for id in self._fanout.members(group)]

    def count(self, group: str) -> int:
        return self._fanout.count(group)

    def __len__(self) -> int:
        return len(self._connections)

    def everyone(self) -> list[Connection]:
        return list(self._connections.values())

    def send(self, connection: Connection, frame: Frame, cls: Class, *, key: str | None = None) -> None:
        if self._fanout.send(connection.id, encode(frame), int(cls), key):
            connection.wake.set()
        self._cut_overflowed()

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
        skip: Connection | None = None,
    ) -> None:
        """To all of a group. `tag` names the frame for `retract`; frames of the lighter classes with the same `key` replace each other."""
        for id in self._fanout.publish(group, encode(frame), int(cls), key, tag, -1 if skip is None else skip.id):
            self._connections[id].wake.set()
        self._cut_overflowed()

    def retract(self, tag: str) -> None:
        """Frames of this name that still wait are never written."""
        self._fanout.retract(tag)

    def _cut_overflowed(self) -> None:
        for id in self._fanout.overflowed():
            connection = self._connections.get(id)
            if connection is not None:
                self.close(connection, Close.SLOW, "resume from here")

    def close(self, connection: Connection, code: int, reason: str) -> None:
        """What waits is still written, then the connection closes with this code."""
        if connection.closing is None:
            connection.closing = (code, reason)
            connection.closed.set()
            connection.wake.set()
            if code == Close.ENDED:
                # Whoever has no session any more hears nothing from now on, not even what was on its way.
                self._fanout.disconnect(connection.id)

    def drain(self, connection: Connection) -> list[bytes]:
        """The next frames to write, oldest first."""
        return self._fanout.drain(connection.id)

    def statistics(self) -> dict[str, Any]:
        return self._fanout.statistics()
