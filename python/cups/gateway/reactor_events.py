"""What a reactor tells, and why a connection has ended: the numbers in what `tick` returns."""

from enum import IntEnum


class Event(IntEnum):
    HEAD = 0
    """An HTTP head is whole: data is all that was read so far. Nothing more is read until `upgrade`, `release` or `abort`."""
    TEXT = 1
    """One whole text message, valid UTF-8."""
    BINARY = 2
    """One whole binary message."""
    DIVERTED = 3
    """Raw bytes, masked as they came, from the header of the first frame that the fast path does not take."""
    DIVERTED_LAST = 4
    """The same, and the fragmented message is whole with them: nothing more is read until `resume`."""
    ENDED = 5
    """The connection is gone and its number forgotten; data is an `End`. Once for each connection that was told of, unless released."""
    OVERFLOWED = 6
    """Its outbox went over a cap, is empty now, and takes nothing more: to be closed with "resume from here"."""

    SAID = 7
    """What several connections said, as a `SaidBatch`; no connection. Only of a reactor that uses a `Lane`, and before all else of its tick."""


class End(IntEnum):
    EOF = 0
    """The client went without a close frame."""
    RESET = 1
    """Reset, or another error of the socket."""
    UNANSWERED = 2
    """Nothing was heard after a heartbeat."""
    STALLED = 3
    """Nothing could be written for too long."""
    FRAME_TIMEOUT = 4
    """A frame, or a diverted message, was begun and not finished."""
    CLOSED = 5
    """Both sides have closed; or ours has, and the client left, or its time was over."""
    ABORTED = 6
    TOO_BIG = 7
    """A message over the limits; 1009 was sent."""
    FLOODED = 8
    """Too many control frames; 1008 was sent."""
