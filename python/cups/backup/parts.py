"""What is sealed in a backup: named parts, one after the other, of sizes that nobody has to know beforehand, compressed together."""

import zlib
from collections.abc import Iterable, Iterator

from cups.backup.problems import BackupUnusable

LEVEL = 1
"""Most of what is to be had, at a tenth of the time of the best."""
PIECE = 1 << 20
_END = b""


def packed(parts: Iterable[tuple[str, Iterable[bytes]]]) -> Iterator[bytes]:
    """Each part is a name and its pieces."""
    press = zlib.compressobj(LEVEL)
    for name, pieces in parts:
        yield press.compress(_frame(name, b""))
        for piece in pieces:
            yield press.compress(_frame(name, piece))
    yield press.compress(_frame("", _END)) + press.flush()


def _frame(name: str, data: bytes) -> bytes:
    text = name.encode()
    return len(text).to_bytes(1) + text + len(data).to_bytes(4) + data


class _Reader:
    """Asks for more as it needs it; never holds much more than a piece."""

    def __init__(self, stream: Iterator[bytes]) -> None:
        self._stream, self._press = stream, zlib.decompressobj()
        self._held = bytearray()

    def take(self, count: int) -> bytes:
        while len(self._held) < count:
            more = self._press.unconsumed_tail or next(self._stream, b"")
            got = self._press.decompress(more, PIECE) if more else self._press.flush()
            if not more and not got:
                raise BackupUnusable("the backup ends before it is whole")
            self._held += got
        taken = bytes(self._held[:count])
        del self._held[:count]
        return taken


def unpacked(stream: Iterator[bytes]) -> Iterator[tuple[str, bytes]]:
    """Each piece with the name of its part, in order; an empty one begins a part. Reads the stream to its end."""
    reader = _Reader(stream)
    while name := reader.take(reader.take(1)[0]).decode():
        yield name, reader.take(int.from_bytes(reader.take(4)))
    for _ in stream:
        pass
