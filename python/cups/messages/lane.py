"""What the native lane of messages is told: how the frames are written that tell of a message, and who may write.

The structs stay the only definition of a frame: each is written by msgspec once for each author and channel, with marks in place of what differs
from message to message, and cut at the marks.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from cups._core import Lane, Pace, Screening
from cups.wire import frames
from cups.wire.base import MAX_REF, MAX_TEXT
from cups.wire.chats import Message
from cups.wire.people import Person

if TYPE_CHECKING:
    from cups.messages.saying import Standing

FRAMES = "frames"
"""The limit that every frame of a connection counts for."""
_SEQ, _AT, _TEXT, _REF = 4_503_599_627_370_503, 4_503_599_627_370_611, "the text of a message", "the ref of a message"
"""Marks: numbers that are never reached, and words that no name or id can be."""
_text = msgspec.json.Encoder().encode
_packed = msgspec.msgpack.Encoder().encode
Pieces = list[bytes | str]


def pieces(frame: frames.Frame, encode: Callable[[Any], bytes]) -> Pieces:
    """A frame cut at its marks: bytes, and between them the names of what goes there."""
    named = {encode(_SEQ): "seq", encode(_AT): "at", encode(_TEXT): "text", encode(_REF): "ref"}
    parts = re.split(b"(" + b"|".join(map(re.escape, named)) + b")", encode(frame), flags=re.DOTALL)
    return [named.get(part, part) for part in parts if part]


def told(channel: str, author: Person, encode: Callable[[Any], bytes]) -> Pieces:
    """How everybody in a channel hears of what this author says."""
    message = Message(seq=_SEQ, rev=_SEQ, author=author, text=_TEXT, at=_AT)
    return pieces(frames.Said(channel=channel, message=message), encode)


def make_lane(pace: Pace, screening: Screening) -> Lane:
    ack = pieces(frames.Ack(ref=_REF, channel=_TEXT, seq=_SEQ, at=_AT), _text)
    return Lane(pace, screening, rule=FRAMES, max_ref=MAX_REF, max_text=MAX_TEXT, ack=ack)


def stand(lane: Lane, channel: str, account: str, standing: "Standing", trusted_ms: int) -> None:
    """Tells the lane that this account may write, if it sits there; not where each message has to be looked at for how long ago the last was."""
    entitled = standing.entitled
    if entitled.apart_ms or not lane.asks(channel, account):
        return
    until = standing.checked_at + trusted_ms
    lane.stand(
        channel,
        account,
        text=told(channel, standing.author, _text),
        packed=told(channel, standing.author, _packed),
        limits=entitled.limits,
        start=standing.checked_at,
        until=until if entitled.until is None else min(until, entitled.until),
        listener=standing.author.kind == "listener",
        others=[] if entitled.other is None else [entitled.other],
    )
