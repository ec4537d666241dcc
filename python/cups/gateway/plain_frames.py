"""Frames for the plain reactor: making server frames, and taking a client's stream apart.

`Parser` takes whole, plain frames off the stream and passes on raw what is not: fragmented messages, closes in the middle of these, and all
that is malformed.
It knows no socket and no time.
"""

import struct
from enum import Enum, auto
from typing import NamedTuple

TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA
KNOWN = (0, TEXT, BINARY, CLOSE, PING, PONG)
CONTROL_MOST = 125
HEADER_MOST = 14


def frame(opcode: int, payload: bytes) -> bytes:
    """A whole frame as a server sends it: not masked."""
    length = len(payload)
    if length < 126:
        return bytes((0x80 | opcode, length)) + payload
    if length < 65536:
        return struct.pack("!BBH", 0x80 | opcode, 126, length) + payload
    return struct.pack("!BBQ", 0x80 | opcode, 127, length) + payload


def close_frame(code: int, reason: str) -> bytes:
    """0 and 1005 stand for none given: a frame without a code. The reason is cut to what fits, between characters."""
    if code in (0, 1005):
        return frame(CLOSE, b"")
    text = reason.encode()[: CONTROL_MOST - 2].decode(errors="ignore")
    return frame(CLOSE, struct.pack("!H", code) + text.encode())


def unmask(data: bytes | bytearray, mask: bytes | bytearray) -> bytes:
    whole = (bytes(mask) * (len(data) // 4 + 1))[: len(data)]
    return (int.from_bytes(data, "big") ^ int.from_bytes(whole, "big")).to_bytes(len(data), "big")


class Header(NamedTuple):
    opcode: int
    final: bool
    size: int
    """Of the header, its mask included."""
    length: int
    """Of the payload."""
    sound: bool
    """Whether a client may send this at all, wherever it stands in the stream."""


def read_header(data: bytearray, at: int = 0) -> Header | None:
    """None until enough has come to know the length; so the mask may be missing still.

    A header that its first two bytes condemn is told at once, of length 0 if that is not there yet.
    """
    if len(data) < at + 2:
        return None
    first, second = data[at], data[at + 1]
    opcode, final, short = first & 0x0F, first >= 0x80, second & 0x7F
    extra = {126: 2, 127: 8}.get(short, 0)
    masked = second >= 0x80
    sound = masked and not first & 0x70 and opcode in KNOWN
    if opcode >= CLOSE and not (final and short <= CONTROL_MOST):
        sound = False
    if len(data) < at + 2 + extra:
        return None if sound else Header(opcode, final, HEADER_MOST, 0, False)
    length = int.from_bytes(data[at + 2 : at + 2 + extra], "big") if extra else short
    shortest = 0 if not extra else 126 if extra == 2 else 65536
    return Header(opcode, final, 2 + extra + 4 * masked, length, sound and shortest <= length < 1 << 63)


class Skipper:
    """Follows frames that nobody reads any more, looking for the client's close frame."""

    def __init__(self) -> None:
        self.closed = False
        self.astray = False
        """What came is no frame of a client: whether it closes will never be known."""
        self.left = 0
        """Bytes of the present frame that are still to come."""
        self._buffer = bytearray()

    def feed(self, data: bytes | bytearray) -> None:
        self._buffer += data
        while not self.closed and not self.astray and self._buffer:
            step = min(self.left, len(self._buffer))
            self.left -= step
            del self._buffer[:step]
            header = read_header(self._buffer)
            self.astray = header is not None and not header.sound
            if self.astray:
                break
            if header is None or len(self._buffer) < header.size:
                return
            if header.opcode == CLOSE:
                self.closed = len(self._buffer) >= header.size + header.length
                if not self.closed:
                    return
            self.left = header.size + header.length
        self._buffer.clear()


class Found(Enum):
    TEXT = auto()
    BINARY = auto()
    PING = auto()
    PONG = auto()
    CLOSE = auto()
    """With what its answer has to carry; nothing is taken behind it."""
    DIVERTED = auto()
    DIVERTED_LAST = auto()
    REFUSED = auto()
    """The message goes over a limit; the data says which."""


class Mode(Enum):
    PLAIN = auto()
    FRAGMENTS = auto()
    WAITS = auto()
    """The fragmented message is complete: whoever reads it says when to go on."""
    LOST = auto()
    """Malformed or closing: all that comes is passed on, up to the limit."""
    SKIPS = auto()
    """Closing from our side: nothing is passed on."""


class Parser:
    """One connection's stream. `feed` it, then `take` until None."""

    def __init__(self, max_bytes: int, max_fragments: int) -> None:
        self.mode = Mode.PLAIN
        self.control = 0
        """Pings and pongs so far."""
        self.buffer = bytearray()
        self._max_bytes, self._max_fragments = max_bytes, max_fragments
        self._left = self._size = self._fragments = 0
        self._ending = False
        self._allowance = max_bytes + HEADER_MOST
        self._skipper = Skipper()

    @property
    def closed(self) -> bool:
        """The client's close frame has come."""
        return self._skipper.closed

    @property
    def astray(self) -> bool:
        """Whether the client closes cannot be seen any more."""
        return self._skipper.astray

    @property
    def full(self) -> bool:
        """Malformed, and all is passed on that ever will be."""
        return self.mode is Mode.LOST and not self._allowance

    @property
    def amid(self) -> bool:
        """In the middle of a frame, or of something diverted."""
        return bool(self.buffer) or self.mode in (Mode.FRAGMENTS, Mode.LOST)

    def feed(self, data: bytes) -> None:
        if self.mode in (Mode.LOST, Mode.SKIPS):
            self._skipper.feed(data)
        if self.mode is not Mode.SKIPS:
            self.buffer += data

    def resume(self) -> None:
        if self.mode is Mode.WAITS:
            self.mode = Mode.PLAIN

    def skip(self) -> None:
        """From now on only the client's close frame matters."""
        if self.mode is not Mode.LOST:
            self._skipper.left = self._left
            self._skipper.feed(self.buffer)
        self.mode = Mode.SKIPS
        self.buffer.clear()

    def take(self) -> tuple[Found, bytes] | None:
        """The next thing in the stream; None until more has come, or for good."""
        if self.mode is Mode.PLAIN:
            return self._frame()
        if self.mode is Mode.FRAGMENTS:
            return self._follow()
        return self._rest() if self.mode is Mode.LOST else None

    def _frame(self) -> tuple[Found, bytes] | None:
        header = read_header(self.buffer)
        if header is None:
            return None
        opcode, final, size, length, sound = header
        if not sound or opcode == 0:
            return self._lose(0)
        if length > self._max_bytes and opcode < CLOSE:
            return Found.REFUSED, b"message too big"
        if not final:
            self.mode = Mode.FRAGMENTS
            self._size = self._fragments = 0
            return self._follow()
        end = size + length
        if len(self.buffer) < end:
            return None
        payload = unmask(self.buffer[size:end], self.buffer[size - 4 : size])
        if (opcode == TEXT and not _is_utf8(payload)) or (opcode == CLOSE and not _is_close(payload)):
            return self._lose(0)
        if opcode == CLOSE:
            self.skip()
            return Found.CLOSE, payload
        del self.buffer[:end]
        self.control += opcode >= CLOSE
        return {TEXT: Found.TEXT, BINARY: Found.BINARY, PING: Found.PING, PONG: Found.PONG}[opcode], payload

    def _follow(self) -> tuple[Found, bytes] | None:
        """Goes along the frames of a fragmented message, and passes on what it has gone along: not a byte of a header before it is judged."""
        data, at = self.buffer, 0
        while True:
            step = min(self._left, len(data) - at)
            self._left -= step
            at += step
            if self._left:
                break
            if self._ending:
                self._ending, self.mode = False, Mode.WAITS
                return Found.DIVERTED_LAST, self._pass(at)
            header = read_header(data, at)
            if header is None:
                break
            opcode, final, size, length, sound = header
            if not sound or (opcode < CLOSE and (opcode == 0) != (self._fragments > 0)):
                return self._lose(at)
            whole = at + size + (length if opcode >= CLOSE else 0)
            if opcode >= CLOSE:
                if len(data) < whole:
                    break
                if opcode == CLOSE:
                    return self._lose(at)
                self.control += 1
                at = whole
                continue
            if self._size + length > self._max_bytes or self._fragments == self._max_fragments:
                del data[:at]
                too_big = self._size + length > self._max_bytes
                return Found.REFUSED, b"message too big" if too_big else b"too many fragments"
            if len(data) < whole:
                break
            self._size += length
            self._fragments += 1
            self._left, self._ending, at = length, final, whole
        return (Found.DIVERTED, self._pass(at)) if at else None

    def _lose(self, at: int) -> tuple[Found, bytes] | None:
        """The rest is not for us: from the start of the buffer, where a bad frame begins at `at`."""
        self.mode = Mode.LOST
        self._allowance += at
        self._skipper.feed(self.buffer[at:])
        return self._rest()

    def _rest(self) -> tuple[Found, bytes] | None:
        data = self._pass(len(self.buffer))[: self._allowance]
        self._allowance -= len(data)
        return (Found.DIVERTED, data) if data else None

    def _pass(self, end: int) -> bytes:
        data = bytes(self.buffer[:end])
        del self.buffer[:end]
        return data


def _is_close(payload: bytes) -> bool:
    """Whether a client's close frame may carry this: nothing, or a code for the wire (RFC 6455, section 7.4) and a reason in UTF-8."""
    if len(payload) < 2:
        return not payload
    code = int.from_bytes(payload[:2], "big")
    return (code in range(1000, 1004) or code in range(1007, 1014) or code in range(3000, 5000)) and _is_utf8(
        payload[2:]
    )


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
