"""WebSocket framing as far as the gateway needs it: making server frames once for all who get them, and measuring what comes in.

trio-websocket counts characters and lets fragments grow without end; the meter counts bytes and fragments as the headers pass,
before anything is buffered.
"""

import struct


def text_frame(payload: bytes) -> bytes:
    """An unmasked text frame: the same bytes for every receiver."""
    return _header(0x1, len(payload)) + payload


def close_frame(code: int, reason: str) -> bytes:
    payload = struct.pack("!H", code) + reason.encode()[:120]
    return _header(0x8, len(payload)) + payload


def _header(opcode: int, length: int) -> bytes:
    if length < 126:
        return bytes((0x80 | opcode, length))
    if length < 65536:
        return struct.pack("!BBH", 0x80 | opcode, 126, length)
    return struct.pack("!BBQ", 0x80 | opcode, 127, length)


class Meter:
    """Follows the client's frames and says when a message goes over `max_bytes` (of payload) or `max_fragments`."""

    def __init__(self, max_bytes: int, max_fragments: int) -> None:
        self._max_bytes, self._max_fragments = max_bytes, max_fragments
        self._header = bytearray()
        self._skip = 0
        self._message = 0
        self._fragments = 0
        self.control = 0
        """Control frames seen so far."""

    def feed(self, data: bytes) -> str | None:
        """None, or the reason for closing with 1009. Never raises; nonsense is left to the parser behind."""
        at, end = 0, len(data)
        while at < end:
            if self._skip:
                step = min(self._skip, end - at)
                self._skip -= step
                at += step
                continue
            self._header.append(data[at])
            at += 1
            length = self._length()
            if length is None:
                continue
            if reason := self._count(self._header[0], length):
                return reason
            self._skip = length
            self._header.clear()
        return None

    def _length(self) -> int | None:
        """The payload's length once the header with its mask is complete."""
        header = self._header
        if len(header) < 2:
            return None
        short, mask = header[1] & 0x7F, 4 if header[1] & 0x80 else 0
        extra = 2 if short == 126 else 8 if short == 127 else 0
        if len(header) < 2 + extra + mask:
            return None
        return int.from_bytes(header[2 : 2 + extra], "big") if extra else short

    def _count(self, first: int, length: int) -> str | None:
        opcode = first & 0x0F
        if opcode >= 0x8:
            self.control += 1
            return "a control frame has at most 125 bytes" if length > 125 else None
        if opcode != 0:
            self._message = self._fragments = 0
        self._message += length
        self._fragments += 1
        if self._message > self._max_bytes:
            return "message too big"
        if self._fragments > self._max_fragments:
            return "too many fragments"
        return None
