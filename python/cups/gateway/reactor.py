"""Whoever owns the sockets, as the gateway sees it: frames in, events out, outboxes written.

Two do it alike, and one suite (`tests/gateway/reactor`) holds both to it: `cups._core.Reactor`, native and fast, and
`cups.gateway.plain.PlainReactor`, the reference. Both are synchronous, used from the loop's thread only, and are told the time:
`now` is in seconds of a clock that never steps back. A connection is a number that is never used again.
"""

from collections.abc import Sequence
from typing import Any, Literal, Protocol

from cups import _core
from cups.gateway.plain import PlainReactor
from cups.gateway.reactor_events import End, Event

__all__ = ["End", "Event", "Reactor", "make_reactor"]


class Reactor(Protocol):
    """Who asks after a connection that is gone gets False, nothing, or, where a wrong guess would do harm, a KeyError.

    A client's close is answered by the flush behind the tick that reads it, after what waits by then, and only ENDED is told; a malformed one is
    DIVERTED. When both sides have closed, that is told at once; the socket stays until the client ends its stream, or its time is over.
    """

    def fileno(self) -> int:
        """A descriptor that is readable when `tick` has something to do (but for the timers)."""

    def listen(self, fd: int) -> None:
        """Accepts from this bound, listening socket; the caller keeps its own descriptor."""

    def stop_listening(self) -> None:
        """Accepts nobody more. What is connected stays."""

    def tick(self, now: float) -> list[tuple[int, int, Any]]:
        """Accepts, reads, looks at the timers: what has happened, as (`Event`, connection, data), in each connection's order.

        Bounded in what it takes at once; to be called every 100 ms at least, for the timers.
        """

    @property
    def pending(self) -> bool:
        """Whether `tick` is to be called again without waiting for `fileno()`: something that was read, or has happened, waits."""

    def flush(self, now: float) -> float | None:
        """Writes what waits. Seconds after which to call again (0: at once, more is left), None when nothing waits to be flushed."""

    def peer(self, conn: int) -> str:
        """The address as text, an IPv4 one always as such. KeyError for an unknown connection."""

    def adopt(self, fd: int, format: int, data: bytes, now: float) -> int:
        """Takes over the descriptor of an upgraded socket, and `data`, which was read behind the handshake: the connection's number."""

    def upgrade(self, conn: int, answer: bytes, format: int) -> None:
        """After HEAD: writes the answer (which may be empty); from now on it is a WebSocket, what came behind the head included.

        `format` says what `send` makes: 0 text frames, 1 binary ones. KeyError unless the connection waits for its upgrade.
        """

    def release(self, conn: int) -> int:
        """After HEAD: gives the descriptor away, open and non-blocking, and forgets the connection without ENDED. KeyError as `upgrade`."""

    def write(self, conn: int, data: bytes) -> bool:
        """Queues bytes that are whole frames already, as class CONTROL. False for a connection that is gone, closing or overflowed."""

    def send(self, conn: int, payload: bytes, cls: int, key: str | None = None, tag: str | None = None) -> bool:
        """Queues one message, framed as the connection's format says. False as for `write`."""

    def pause(self, conn: int) -> None:
        """From the next tick on nothing is read and no message told until `resume`; the client is held back by its own kernel."""

    def resume(self, conn: int) -> None:
        """Undoes `pause`, and lets a connection go on after DIVERTED_LAST."""

    def close(self, conn: int, code: int, reason: str, discard: bool = False) -> None:
        """A close frame behind what waits, or instead of it. The first close wins; only ENDED follows.

        What the client still sends is read and dropped, so that no reset overtakes the close frame.
        """

    def abort(self, conn: int) -> None:
        """Lets go of the socket at once, with a reset. ENDED is told by the next tick."""

    def join(self, conn: int, group: str) -> bool:
        """False if it was in already. KeyError for an unknown connection."""

    def leave(self, conn: int, group: str) -> bool:
        """False if it was not in. What was queued before is still written. A connection that has ended is in no group."""

    def members(self, group: str) -> list[int]:
        """Ascending."""

    def groups(self, conn: int) -> list[str]:
        """Sorted."""

    def count(self, group: str) -> int:
        """How many are in it."""

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
        """Queues one message for all members but those in `skip`, each in its format; for how many. Where a format's payload is None its members get nothing.

        `cls`, `key` and `tag` are those of `cups._core.Fanout`.
        """

    def retract(self, tag: str) -> int:
        """Nothing with this tag that waits is written any more; how many outboxes held some. Who has half of it is aborted, and counted."""

    def withdraw(self, conn: int, prefix: str) -> int:
        """Nothing whose tag begins so and that waits for this one connection is written to it any more; how many frames. Who has half of one is aborted,
        and it is counted."""

    def depth(self, conn: int) -> tuple[int, int]:
        """Frames and bytes that wait, what is left of a frame in the middle of being written included."""

    def statistics(self) -> dict[str, int]:
        """Sizes as they are, and counts since the start."""


def make_reactor(kind: Literal["native", "plain"], **settings: Any) -> Reactor:
    """The settings are those of `cups.gateway.plain.Settings`, and the same for both."""
    return _core.Reactor(**settings) if kind == "native" else PlainReactor(**settings)
