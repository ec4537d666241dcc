"""The plain reactor's second half: groups, what waits for each connection, and writing it."""

import socket
import time
from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Sequence
from itertools import islice
from math import inf
from typing import Any

from cups._core import Fanout
from cups.gateway import plain_frames as frames
from cups.gateway.plain_connection import Connection, Queued, Settings, State
from cups.gateway.reactor_events import End, Event

GATHER_BYTES, GATHER_FRAMES, WRITE_BYTES = 65_536, 64, 1 << 20
"""What goes into one write, and what is written to one connection in one go."""
LAZY = 3
"""Frames of this class and the lighter ones wait for a dearer one to ride with."""
COUNTED = [
    "accepted",
    "refused",
    "heads_dropped",
    "frames_in",
    "bytes_in",
    "frames_out",
    "bytes_out",
    "writes",
    "batches",
    "partial_writes",
    "blocked_writes",
    "diverted",
    "overflowed",
    "heartbeats",
    "timed_out",
    "too_big",
    "floods",
    "flushes",
    "flush_micros",
    "ticks",
]


class Outboxes(ABC):
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._fanout = Fanout(max_bytes=settings.outbox_bytes, max_frames=settings.outbox_frames)
        self._connections: dict[int, Connection] = {}
        self._parting: dict[int, Connection] = {}
        """By descriptor: over and told, but for the end of the client's stream."""
        self._groups: dict[str, set[int]] = {}
        self._counts: Counter[str] = Counter()
        self._now = 0.0
        self._events: list[tuple[int, int, Any]] = []
        # As ordered sets: to be written, and to be written by a time that the first flush fixes.
        self._dirty: dict[int, None] = {}
        self._lazy: dict[int, tuple[float, float]] = {}
        """How long it may wait at most, and until when."""

    @abstractmethod
    def _end(self, conn: Connection, reason: End) -> None: ...
    @abstractmethod
    def _finish(self, conn: Connection) -> None: ...
    @abstractmethod
    def _arm(self, conn: Connection) -> None: ...
    @abstractmethod
    def _answer_closes(self) -> None: ...
    @abstractmethod
    def abort(self, conn: int) -> None: ...

    # Groups and outboxes

    def peer(self, conn: int) -> str:
        return self._connections[conn].address

    def join(self, conn: int, group: str) -> bool:
        if self._connections[conn].state in (State.CONNECTING, State.ASKED):
            raise KeyError(conn)
        groups = self._connections[conn].groups
        if group in groups:
            return False
        groups.add(group)
        self._groups.setdefault(group, set()).add(conn)
        return True

    def leave(self, conn: int, group: str) -> bool:
        found = self._connections.get(conn)
        if found is None or group not in found.groups:
            return False
        found.groups.remove(group)
        self._groups[group].remove(conn)
        if not self._groups[group]:
            del self._groups[group]
        return True

    def members(self, group: str) -> list[int]:
        return sorted(self._groups.get(group, ()))

    def groups(self, conn: int) -> list[str]:
        return sorted(self._connections[conn].groups) if conn in self._connections else []

    def count(self, group: str) -> int:
        return len(self._groups.get(group, ()))

    def write(self, conn: int, data: bytes) -> bool:
        found = self._connections.get(conn)
        if found is not None and found.state is State.ASKED:
            found.out.append(Queued(data))
            self._touch(found, 0)
            return True
        return self._queue(found, Queued(data), 0)

    def send(self, conn: int, payload: bytes, cls: int, key: str | None = None, tag: str | None = None) -> bool:
        found = self._connections.get(conn)
        if found is None:
            return False
        frame = Queued(_framed(payload, found.format))
        frame.tag = tag
        return self._queue(found, frame, cls, key, tag)

    def publish(
        self,
        group: str,
        text: bytes | None,
        packed: bytes | None,
        cls: int,
        key: str | None = None,
        tag: str | None = None,
        skip: Sequence[int] = (),
    ) -> int:
        shared = [None if payload is None else Queued(_framed(payload, n)) for n, payload in enumerate((text, packed))]
        queued = 0
        members = self.members(group)
        each, most = self._settings.lazy_us_each * len(members) / 1e6, self._settings.lazy_most_ms / 1000
        patience = max(self._settings.lazy_ms / 1000, min(each, most))
        for id in members:
            conn = self._connections[id]
            frame = shared[conn.format]
            if frame is not None and id not in skip:
                frame.tag = tag
                queued += self._queue(conn, frame, cls, key, tag, patience)
        return queued

    def _queue(
        self,
        conn: Connection | None,
        frame: Queued,
        cls: int,
        key: str | None = None,
        tag: str | None = None,
        patience: float | None = None,
    ) -> bool:
        if conn is None or conn.state is not State.OPEN or conn.overflowed:
            return False
        if not frame:
            return True
        self._fanout.publish(str(conn.id), frame, cls, key, tag)
        waiting, size = self.depth(conn.id)
        if self._fanout.overflowed() or waiting > self._settings.outbox_frames or size > self._settings.outbox_bytes:
            conn.overflowed = True
            conn.keep_begun()
            self._drain(conn, size)
            self._counts["overflowed"] += 1
            self._events.append((Event.OVERFLOWED, conn.id, 0))
            return False
        self._touch(conn, cls, patience)
        return True

    def _touch(self, conn: Connection, cls: int, patience: float | None = None) -> None:
        if cls < LAZY:
            self._dirty[conn.id] = None
            self._lazy.pop(conn.id, None)
        elif conn.id not in self._dirty and conn.stuck is None:
            patience = self._settings.lazy_ms / 1000 if patience is None else patience
            known, due = self._lazy.get(conn.id, (inf, inf))
            self._lazy[conn.id] = (min(patience, known), due)

    def retract(self, tag: str) -> int:
        before = {id: self._fanout.depth(id) for id in self._connections}
        self._fanout.retract(tag)
        holders = 0
        for conn in list(self._connections.values()):
            drained = sum(frame.tag == tag for frame in conn.out)
            holders += bool(drained) or self._fanout.depth(conn.id) != before[conn.id]
            if drained:
                self._counts["retracted"] += drained
                if conn.written and conn.out[0].tag == tag:
                    self.abort(conn.id)
                else:
                    conn.out = deque(frame for frame in conn.out if frame.tag != tag)
        return holders

    def withdraw(self, conn: int, prefix: str) -> int:
        found = self._fanout.withdraw(conn, prefix)
        holder = self._connections.get(conn)
        if holder is None:
            return found
        stays = [frame for frame in holder.out if frame.tag is None or not frame.tag.startswith(prefix)]
        drained = len(holder.out) - len(stays)
        self._counts["retracted"] += drained
        if drained and holder.written and (not stays or holder.out[0] is not stays[0]):
            self.abort(conn)
        else:
            holder.out = deque(stays)
        return found + drained

    def depth(self, conn: int) -> tuple[int, int]:
        waiting, size = self._fanout.depth(conn)
        if (found := self._connections.get(conn)) is not None:
            waiting += len(found.out)
            size += sum(map(len, found.out)) - found.written
        return waiting, size

    def statistics(self) -> dict[str, int]:
        counts, queued = self._counts, self._fanout.statistics()
        everyone = self._connections.values()
        upgraded = [conn for conn in everyone if conn.state in (State.OPEN, State.CLOSING) and not conn.bare]
        sizes = {
            "connections": len(upgraded),
            "connecting": len(everyone) - len(upgraded) - sum(conn.dismissed for conn in everyone),
            "parting": len(self._parting),
            "groups": len(self._groups),
            "memberships": sum(map(len, self._groups.values())),
            "frames_queued": queued["frames_queued"] + sum(len(conn.out) for conn in everyone),
            "bytes_queued": queued["bytes_queued"] + sum(sum(map(len, conn.out)) - conn.written for conn in everyone),
            "shed": queued["shed"],
            "conflated": queued["conflated"],
            "retracted": queued["retracted"] + counts["retracted"],
            "text_connections": sum(conn.format == 0 for conn in upgraded),
            "packed_connections": sum(conn.format == 1 for conn in upgraded),
        }
        return sizes | {name: counts[name] for name in COUNTED}

    # Writing

    def flush(self, now: float) -> float | None:
        began, self._now = time.perf_counter(), now
        self._answer_closes()
        for id, (patience, due) in list(self._lazy.items()):
            due = min(due, now + patience)
            self._lazy[id] = (patience, due)
            if due <= now:
                del self._lazy[id]
                self._dirty[id] = None
        turn = list(islice(self._dirty, self._settings.flush_connections))
        for id in turn:
            del self._dirty[id]
            conn = self._connections[id]
            if conn.stuck is None:
                self._write(conn)
        if turn:
            self._counts["flushes"] += 1
            self._counts["flush_micros"] += round((time.perf_counter() - began) * 1e6)
        if self._dirty:
            return 0.0
        return max(0.0, min(due for _, due in self._lazy.values()) - now) if self._lazy else None

    def _drain(self, conn: Connection, most: int) -> list[Queued]:
        return self._fanout.drain(conn.id, most)  # type: ignore[return-value] # the very objects that were queued

    def _write(self, conn: Connection) -> None:
        """As much as fits, in order. What the socket does not take waits until it says that it can."""
        self._lazy.pop(conn.id, None)
        done = 0
        while done < WRITE_BYTES:
            if not conn.out:
                conn.out.extend(self._drain(conn, GATHER_BYTES))
            if not conn.out:
                conn.stuck = None
                break
            batch = _gather(conn.out)[conn.written :]
            try:
                sent = conn.sock.send(batch, socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)
            except BlockingIOError:
                sent = 0
            except OSError:
                self._end(conn, conn.end if conn.state is State.CLOSING else End.RESET)
                return
            if sent:
                self._counts["writes"] += 1
                self._counts["bytes_out"] += sent
                conn.stuck = None
                done += sent
                self._consume(conn, sent)
            if sent < len(batch):
                self._counts["partial_writes"] += sent > 0
                self._counts["blocked_writes"] += 1
                conn.stuck = self._now if conn.stuck is None else conn.stuck
                break
        else:
            self._dirty[conn.id] = None
        if conn.state is State.CLOSING:
            self._finish(conn)
        else:
            self._arm(conn)

    def _consume(self, conn: Connection, sent: int) -> None:
        conn.written += sent
        while conn.out and conn.written >= len(conn.out[0]):
            conn.written -= len(conn.out.popleft())
            self._counts["frames_out"] += 1


def _gather(out: deque[Queued]) -> bytes:
    """The first frames as one piece: at least one, and as many as go into one write."""
    batch: list[Queued] = []
    size = 0
    for frame in islice(out, GATHER_FRAMES):
        size += len(frame)
        if batch and size > GATHER_BYTES:
            break
        batch.append(frame)
    return b"".join(batch)


def _framed(payload: bytes, format: int) -> bytes:
    return frames.frame(frames.BINARY if format else frames.TEXT, payload)
