"""Random client streams, valid and broken, and what wsproto's server side makes of them."""

import random
import struct
from dataclasses import dataclass, field

from wsproto import ConnectionType, WSConnection
from wsproto.connection import ConnectionState
from wsproto.events import AcceptConnection, BytesMessage, CloseConnection, Ping, TextMessage
from wsproto.utilities import RemoteProtocolError

from harness.wire import BINARY, CLOSE, CONTINUATION, FIN, PING, PONG, TEXT, masked

MOST_BYTES, MOST_FRAGMENTS = 2000, 6
"""Limits that a stream goes over now and then."""
TOO_BIG = 1009
WORDS = ["", "a", "hello", "κόσμε", "😀" * 5, "\ufeff", "\x00\x7f", "x" * 125, "y" * 126, "ü" * 300, "z" * MOST_BYTES]
BROKEN_TEXT = [b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xce", b"abc\xe2\x82", b"\x80x"]
CODES = [
    0,
    999,
    1000,
    1001,
    1003,
    1004,
    1005,
    1006,
    1007,
    1010,
    1011,
    1012,
    1013,
    1014,
    1015,
    1016,
    2999,
    3000,
    4999,
    5000,
    65535,
]


@dataclass
class Verdict:
    """What has come of a stream."""

    messages: list[str | bytes] = field(default_factory=list)
    pongs: list[bytes] = field(default_factory=list)
    close: bytes | None = None
    """The payload of the close frame that answers; None while the connection is open. For faults, their code alone counts."""
    over: bool = False
    """A message in it goes over a limit. Where the fragments before that ask for a pong, or have a fault, the limit may be found first."""


def stream(rng: random.Random) -> bytes:
    """Some frames; half of the streams are damaged somewhere. It ends with a whole frame, as far as that can be said."""
    frames = [one for _ in range(rng.randint(1, 6)) for one in _frames(rng)]
    if rng.random() < 0.5:
        for _ in range(rng.randint(1, 3)):
            _damage(rng, frames)
    data = b"".join(frames)
    if rng.random() < 0.25:
        at = rng.randrange(len(data)) if data else 0
        data = data[:at] + rng.randbytes(rng.randint(0, 3)) + data[at + rng.randint(0, 3) :]
    return data + rng.randbytes(min(missing(data), 2 * MOST_BYTES))


def _frames(rng: random.Random) -> list[bytes]:
    mask = rng.randbytes(4)
    kind = rng.choice(["text", "text", "binary", "ping", "pong", "fragments", "fragments", "close", "broken"])
    if kind == "text":
        return [masked(FIN | TEXT, rng.choice(WORDS).encode(), mask)]
    if kind == "binary":
        return [masked(FIN | BINARY, rng.randbytes(rng.choice([0, 1, 125, 126, 127, 500, MOST_BYTES])), mask)]
    if kind in ("ping", "pong"):
        return [masked(FIN | (PING if kind == "ping" else PONG), rng.randbytes(rng.choice([0, 1, 4, 125])), mask)]
    if kind == "broken":
        return [masked(FIN | TEXT, rng.choice(WORDS[:6]).encode() + rng.choice(BROKEN_TEXT), mask)]
    if kind == "close":
        body = b"" if rng.random() < 0.3 else struct.pack("!H", rng.choice(CODES))
        reason = rng.choice([b"", b"bye", "später".encode(), b"\xff", b"r" * 123]) if body else b""
        return [masked(FIN | CLOSE, body + reason, mask)]
    return _message(rng, mask)


def _message(rng: random.Random, mask: bytes) -> list[bytes]:
    """In fragments, cut anywhere, in the middle of characters too, with control frames in between."""
    opcode = rng.choice([TEXT, BINARY])
    payload = (rng.choice(WORDS) + rng.choice(WORDS)).encode() + (
        rng.choice(BROKEN_TEXT) if rng.random() < 0.2 else b""
    )
    count = rng.choice([2, 2, 3, 4, MOST_FRAGMENTS, MOST_FRAGMENTS + 1])
    cuts = [0, *sorted(rng.randint(0, len(payload)) for _ in range(count - 1)), len(payload)]
    frames = []
    for at in range(count):
        first = (FIN if at == count - 1 else 0) | (CONTINUATION if at else opcode)
        frames.append(masked(first, payload[cuts[at] : cuts[at + 1]], mask))
        if at < count - 1 and rng.random() < 0.3:
            frames.append(masked(FIN | rng.choice([PING, PONG]), rng.randbytes(3), mask))
    return frames


def _damage(rng: random.Random, frames: list[bytes]) -> None:
    at = rng.randrange(len(frames))
    frame = bytearray(frames[at])
    kind = rng.choice(["bit", "reserved", "opcode", "fin", "length", "drop", "double", "swap", "unmask", "pad"])
    if kind == "bit":
        frame[rng.randrange(len(frame))] ^= 1 << rng.randrange(8)
    elif kind == "reserved":
        frame[0] |= rng.choice([0x10, 0x20, 0x40])
    elif kind == "opcode":
        frame[0] = frame[0] & 0xF0 | rng.randrange(16)
    elif kind == "fin":
        frame[0] ^= FIN
    elif kind == "length":
        frame[1] = rng.randrange(256)
    elif kind == "drop":
        if len(frames) > 1:
            del frames[at]
        return
    elif kind == "double":
        frame *= 2
    elif kind == "swap":
        other = rng.randrange(len(frames))
        frames[at], frames[other] = frames[other], frames[at]
        return
    elif kind == "unmask":
        frame[1] &= 0x7F
    elif len(frame) > 6 and frame[1] & 0x7F < 126:
        length = frame[1] & 0x7F
        frame[1:2] = rng.choice(
            [bytes([0xFE, 0, length]), bytes([0xFF, *bytes(7), length]), bytes([0xFF, 0x80, *bytes(6), length])]
        )
    frames[at] = bytes(frame)


def _header(data: bytes, at: int) -> tuple[int, int] | None:
    """How long a header is, its mask included, and its payload; None while that can't be said. Believes everything."""
    if len(data) < at + 2:
        return None
    short = data[at + 1] & 0x7F
    extra = {126: 2, 127: 8}.get(short, 0)
    if len(data) < at + 2 + extra:
        return None
    return 2 + extra + 4, int.from_bytes(data[at + 2 : at + 2 + extra], "big") if extra else short


def missing(data: bytes) -> int:
    """Bytes to the end of the last frame; a guess where nothing can be said."""
    at = 0
    while at < len(data):
        header = _header(data, at)
        if header is None:
            return 14
        at += sum(header)
    return at - len(data)


def too_big(data: bytes) -> int | None:
    """Where a frame begins whose header says that its message goes over a limit, if all before it is taken at its word."""
    at = size = fragments = 0
    while (header := _header(data, at)) is not None:
        opcode = data[at] & 0x0F
        if opcode < CLOSE:
            if opcode != CONTINUATION:
                size = fragments = 0
            size, fragments = size + header[1], fragments + 1
            alone = opcode != CONTINUATION and data[at] & FIN
            if size > MOST_BYTES or (fragments > MOST_FRAGMENTS and not alone):
                return at
            if data[at] & FIN:
                size = fragments = 0
        at += sum(header)
    return None


def by_wsproto(data: bytes) -> Verdict:
    """wsproto knows no limits: what goes over one is judged by what comes before."""
    over = too_big(data)
    verdict = _by_wsproto(data if over is None else data[:over])
    verdict.over = over is not None
    if over is not None and verdict.close is None:
        # The header itself may be wrong besides: that is found first.
        header = _header(data, over)
        assert header is not None
        wrong = _by_wsproto(data[: over + header[0]])
        verdict.close = wrong.close if wrong.close is not None else struct.pack("!H", TOO_BIG)
    return verdict


def _by_wsproto(data: bytes) -> Verdict:
    server = WSConnection(ConnectionType.SERVER)
    server.receive_data(
        b"GET / HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    list(server.events())
    server.send(AcceptConnection())
    server.receive_data(data)
    verdict, parts = Verdict(), []
    try:
        for event in server.events():
            if isinstance(event, TextMessage | BytesMessage):
                parts.append(event.data)
                if event.message_finished:
                    empty = "" if isinstance(event, TextMessage) else b""
                    verdict.messages.append(empty.join(parts))  # type: ignore[arg-type]
                    parts = []
            elif isinstance(event, Ping):
                verdict.pongs.append(bytes(event.payload))
            elif isinstance(event, CloseConnection):
                if server.state is ConnectionState.REMOTE_CLOSING:
                    verdict.close = server.send(event.response())[2:]
                else:
                    verdict.close = struct.pack("!H", event.code)
                break
    except RemoteProtocolError:
        verdict.close = struct.pack("!H", 1002)
    return verdict
