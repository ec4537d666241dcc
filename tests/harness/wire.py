"""WebSocket frames as a client writes and reads them, made by hand: what a test needs to send wrong ones too."""

import struct

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
FIN, RSV1, RSV2, RSV3 = 0x80, 0x40, 0x20, 0x10


def masked(first: int, payload: bytes = b"", mask: bytes = b"\x01\x02\x03\x04") -> bytes:
    """A client's frame with this first byte: FIN, reserved bits, opcode."""
    return bytes([first]) + length_of(payload, 0x80) + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(payload))


def length_of(payload: bytes, bit: int = 0) -> bytes:
    if len(payload) < 126:
        return bytes([bit | len(payload)])
    if len(payload) < 65_536:
        return bytes([bit | 126]) + struct.pack("!H", len(payload))
    return bytes([bit | 127]) + struct.pack("!Q", len(payload))


def text(payload: str) -> bytes:
    return masked(FIN | TEXT, payload.encode())


def binary(payload: bytes) -> bytes:
    return masked(FIN | BINARY, payload)


def closing(code: int | None = 1000, reason: bytes = b"") -> bytes:
    return masked(FIN | CLOSE, b"" if code is None else struct.pack("!H", code) + reason)


def server_frames(data: bytes) -> tuple[list[tuple[int, bytes]], bytes]:
    """The whole frames at the beginning, as (first byte, payload), and what is left. AssertionError for what no server may send."""
    frames = []
    while len(data) >= 2:
        first, short = data[0], data[1]
        assert not first & 0x70 and short < 128, f"a server sends no {data[:2]!r}"
        size = 2 + {126: 2, 127: 8}.get(short, 0)
        length = int.from_bytes(data[2:size], "big") if size > 2 else short
        if len(data) < size + length:
            break
        assert size == 2 or length > 125, "a length in more bytes than it needs"
        frames.append((first, data[size : size + length]))
        data = data[size + length :]
    return frames, data


def close_code(payload: bytes) -> int | None:
    return struct.unpack("!H", payload[:2])[0] if payload else None
