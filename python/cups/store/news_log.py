"""News on their way to the other processes: what a commit has to tell, written down in the same commit, under the next number.

So every process hears all that happened, once and in one order, whichever process did it and whatever became of that afterwards. Redis only carries
the same entries sooner. See docs/decisions/0032-news-travel-by-a-log.md.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec
import structlog

from cups import news as every_news
from cups.news import LimitsSpent, MessageChanged, MessageSaid, MessagesSaid, News
from cups.wire.frames import Said
from cups.wire.skew import Lenient

log = structlog.get_logger()


class Entry(NamedTuple):
    """`holder`: the process that committed it."""

    number: int
    holder: str
    body: bytes


TRAVELLING: tuple[type[News], ...] = tuple(
    kind for kind in vars(every_news).values()
    if isinstance(kind, type) and issubclass(kind, News) and kind not in (News, MessagesSaid)
)  # fmt: skip
"""All but what holds native memory: that travels as the messages it is made of."""
_KINDS: dict[str, Lenient[News]] = {kind.__name__: Lenient(kind) for kind in TRAVELLING}
_encode = msgspec.msgpack.Encoder().encode
_told = msgspec.json.Decoder(Said)
_parts = msgspec.msgpack.Decoder(list[msgspec.Raw])


class _Tag(msgspec.Struct):
    type: str


_tag = msgspec.msgpack.Decoder(_Tag)


def encode(news: Iterable[News]) -> bytes:
    """Without the connections that asked: they are of this process alone, and have their answer."""
    return _encode(list(_travelling(news)))


def _travelling(news: Iterable[News]) -> Iterable[News]:
    for one in news:
        if isinstance(one, MessagesSaid):
            yield from _messages(one)
        elif isinstance(one, MessageSaid | MessageChanged) and one.origin is not None:
            yield msgspec.structs.replace(one, origin=None)
        else:
            yield one


def _messages(news: MessagesSaid) -> Iterable[News]:
    batch = news.batch
    spent = Counter(one for limits in batch.limits(news.first, news.last) for one in limits)
    if spent:
        yield LimitsSpent(spent=tuple((rule, key, times) for (rule, key), times in spent.items()))
    for at in range(news.first, news.last):
        channel, frame = batch.told(at)
        yield MessageSaid(channel=channel, author=batch.item(at)[3], message=_told.decode(frame).message)


def decode(body: bytes) -> list[News]:
    """What this release does not know, from a newer one that runs beside it, is left out; whole news are said in the log."""
    found: list[News] = []
    for raw in _parts.decode(body):
        kind = _tag.decode(raw).type
        decoder = _KINDS.get(kind)
        if decoder is None:
            log.warning("news of a kind that this release does not know", kind=kind)
            continue
        try:
            found.append(decoder.decode(raw))
        except msgspec.ValidationError:
            log.warning("news that this release does not understand", kind=kind)
    return found


def rows(found: Sequence[Sequence[Any]]) -> list[Entry]:
    return [Entry(int(number), str(holder), bytes(body)) for number, holder, body in found]
