"""The loop's work for the reactor: wait for its descriptor, take what came, hand it on, write what was told. One turn does all four.

A turn holds the loop for as long as its handlers do: they are synchronous, and start a task for whatever has to wait.
"""

import gc
from collections.abc import Callable
from math import inf
from typing import Any, Protocol

import structlog
import trio

from cups._core import SaidBatch
from cups.gateway.reactor import Event, Reactor

log = structlog.get_logger()
ROUNDS, FEW = 4, 64
"""Turns that follow each other without the loop in between: so many at most, while each has several events and there were fewer than this in all.
What the loop does to wait once costs as much as some handlers do, and where several speak, more has often come by then."""
_TEXT, _BINARY, _HEAD, _ENDED, _SAID = map(int, (Event.TEXT, Event.BINARY, Event.HEAD, Event.ENDED, Event.SAID))
"""Compared for each event: plain integers are quicker found than members of an enumeration."""
SAME_S = 0.0001
"""Two moments to flush at that are no further apart are one."""
BEAT_S = 0.1
"""How often the reactor's timers are looked at, and how finely the loop's lag is known."""


class Handlers(Protocol):
    """Who takes what the reactor has read."""

    def head(self, conn: int, data: bytes) -> None: ...
    def message(self, conn: int, data: bytes, *, binary: bool) -> None: ...
    def said(self, batch: SaidBatch) -> None: ...
    def diverted(self, conn: int, data: bytes, *, last: bool) -> None: ...
    def ended(self, conn: int, reason: int) -> None: ...
    def overflowed(self, conn: int) -> None: ...


class Turns:
    def __init__(
        self,
        reactor: Reactor,
        lag: Callable[[float], None],
        left: Callable[[float, bool], None] = lambda now, more: None,
    ) -> None:
        """`lag` is told at each beat how late the loop is, `left` in each turn whether more had come than it took."""
        self._reactor, self._lag, self._left = reactor, lag, left
        self._in_turn = False
        self._wake = trio.Event()
        self._due, self._due_at = trio.CancelScope(), inf
        """Its deadline is when the flushing task looks next; moving it wakes nobody."""

    def touched(self) -> None:
        """There is something to write: at the end of this turn, or as soon as the loop comes to it."""
        if not self._in_turn:
            self._wake.set()

    def together(self, work: Callable[[], None]) -> None:
        """Runs it on the loop's thread; what it tells travels together, and is written before this returns: no task is woken for it."""
        nested, self._in_turn = self._in_turn, True
        try:
            work()
        finally:
            self._in_turn = nested
        if not nested:
            self._flush()

    async def run(self, handlers: Handlers) -> None:
        """Until cancelled."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._flushing, handlers)
            nursery.start_soon(self._beating, handlers)
            descriptor = self._reactor.fileno()
            while True:
                if self._reactor.pending:
                    await trio.lowlevel.checkpoint()
                else:
                    await trio.lowlevel.wait_readable(descriptor)
                came = 0
                for _ in range(ROUNDS):
                    events = self._turn(handlers)
                    came += events
                    if events < 2 or came >= FEW:
                        break

    def _turn(self, handlers: Handlers) -> int:
        """How many events there were."""
        self._in_turn = True
        try:
            now = trio.current_time()
            events = self._reactor.tick(now)
            self._left(now, self._reactor.pending)
            for kind, conn, data in events:
                try:
                    self._hand_on(handlers, kind, conn, data)
                except Exception:
                    # One connection's trouble must not become everybody's.
                    log.exception("event failed", kind=kind)
        finally:
            self._in_turn = False
        self._flush()
        return len(events)

    @staticmethod
    def _hand_on(handlers: Handlers, kind: int, conn: int, data: Any) -> None:
        if kind == _TEXT:
            handlers.message(conn, data, binary=False)
        elif kind == _SAID:
            handlers.said(data)
        elif kind == _BINARY:
            handlers.message(conn, data, binary=True)
        elif kind == _HEAD:
            handlers.head(conn, data)
        elif kind == _ENDED:
            handlers.ended(conn, data)
        elif kind == Event.OVERFLOWED:
            handlers.overflowed(conn)
        else:
            handlers.diverted(conn, data, last=kind == Event.DIVERTED_LAST)

    def _flush(self) -> None:
        now = trio.current_time()
        wait = self._reactor.flush(now)
        due = inf if wait is None else now + wait
        # Moving it costs as much as a small flush does; what is said of the same moment twice differs by a rounding.
        if due != self._due_at and not abs(due - self._due_at) < SAME_S:
            self._due.deadline = self._due_at = due

    async def _flushing(self, handlers: Handlers) -> None:
        """Writes what was told between turns, and what had to wait: for a dearer frame to ride with, or for a busy loop.

        Frames that were read already and may be taken now, after a slower one, get their turn here too: the descriptor does not show them.
        """
        while True:
            with self._due:
                await self._wake.wait()
            self._wake, self._due, self._due_at = trio.Event(), trio.CancelScope(), inf
            if self._reactor.pending:
                self._turn(handlers)
            else:
                self._flush()

    async def _beating(self, handlers: Handlers) -> None:
        """Keeps time for the reactor, and sees how late the loop is."""
        while True:
            asked = trio.current_time()
            await trio.sleep(BEAT_S)
            self._lag(max(0.0, trio.current_time() - asked - BEAT_S))
            self._turn(handlers)


def settle() -> None:
    """Once all is made: what lives for good is not looked at again by the collector, and young garbage gathers longer. Halves the p99."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
