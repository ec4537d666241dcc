"""The last messages of the channels in use, held in memory: one read per channel serves any number of people who enter or come back.

Invariants: a loaded history holds every stored message with `rev` in (floor, tail], each in its present state; `tail` is the number of the last event
told. What is told with a number up to `tail` was part of the load and is skipped: whoever is subscribed has it already.
Everything but `load` is synchronous, so a first state and the subscription to what follows are one step.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import trio
from sqlalchemy import Connection

from cups._core import MessageLog
from cups.errors import Refused
from cups.messages import queries
from cups.news import MessageChanged, MessagePinned, MessageSaid, MessagesExpired, MessageUnpinned
from cups.reach import NOBODY, heard
from cups.store.database import Database
from cups.wire.chats import Message
from cups.wire.frames import Said
from cups.wire.rooms import Pin

_told = msgspec.json.Decoder(Said)
SPARE = 64
"""Authors of messages that are held no more: beyond so many they are swept out."""


class Loaded(msgspec.Struct):
    """One channel's recent past."""

    kind: str
    epoch: str
    tail: int
    floor: int
    messages: OrderedDict[int, Message]
    more: bool
    log: MessageLog
    """What the native lane has told since: folded into `messages` before anybody looks."""
    authors: dict[int, str]
    """The accounts that wrote what is held, by number: on the wire there are none."""
    pins: dict[int, Pin] = {}
    """By number, in the order of their pinning."""


class Histories:
    def __init__(self, db: Database, limits: Callable[[str], int]) -> None:
        self._db, self._limits = db, limits
        self._loaded: dict[str, Loaded] = {}
        self._loading: dict[str, trio.Event] = {}
        self._meanwhile: dict[
            str, list[MessageSaid | MessageChanged | MessagesExpired | MessagePinned | MessageUnpinned]
        ] = {}
        self.reads = 0

    async def load(self, channel_id: str) -> Loaded:
        """The channel's history, read once however many ask at the same time. not-found for an unknown channel."""
        while (known := self._loaded.get(channel_id)) is None:
            if (underway := self._loading.get(channel_id)) is not None:
                await underway.wait()
                continue
            done = self._loading[channel_id] = trio.Event()
            self._meanwhile[channel_id] = []
            try:
                loaded = await self._db.read(self._read, channel_id)
                self.reads += 1
                self._loaded[channel_id] = loaded
                for news in self._meanwhile[channel_id]:
                    if isinstance(news, MessagesExpired):
                        self.expire(news)
                    elif isinstance(news, MessagePinned | MessageUnpinned):
                        self.pin(news)
                    else:
                        self.apply(news)
            finally:
                del self._loading[channel_id], self._meanwhile[channel_id]
                done.set()
        return self._folded(known)

    def get(self, channel_id: str) -> Loaded | None:
        history = self._loaded.get(channel_id)
        return None if history is None else self._folded(history)

    def _folded(self, history: Loaded) -> Loaded:
        """Takes up what the lane has told meanwhile."""
        if len(history.log):
            told, dropped = history.log.take()
            if dropped:
                # More came than is kept: nothing from before is.
                history.messages.clear()
                history.floor, history.more = max(history.floor, dropped), True
            for author, frame in told:
                message = _told.decode(frame).message
                history.tail = message.seq
                history.messages[message.seq] = message
                history.authors[message.seq] = author
            self._trim(history)
        return history

    def _trim(self, history: Loaded) -> None:
        keep = self._limits(history.kind)
        while len(history.messages) > keep:
            # A plain dict would look for its first entry past all that went before it.
            _, gone = history.messages.popitem(last=False)
            history.floor = max(history.floor, gone.rev)
            history.more = True
        if len(history.authors) > 2 * (len(history.messages) + len(history.pins)) + SPARE:
            held = history.messages.keys() | history.pins.keys()
            history.authors = {seq: author for seq, author in history.authors.items() if seq in held}

    def channels(self) -> list[str]:
        return list(self._loaded)

    def forget(self, channel_id: str) -> None:
        """Only when nobody is in it: the next to enter reads again. With somebody in it, an event could be taken for part of that read."""
        self._loaded.pop(channel_id, None)

    def _read(self, conn: Connection, channel_id: str) -> Loaded:
        row: Any = queries.find_channel(conn, channel_id)
        if row is None:
            raise Refused("not-found")
        keep = self._limits(row.kind)
        rows = queries.last(conn, channel_id, before=row.seq + 1, limit=keep + 1)
        more = len(rows) > keep
        messages, pins = queries.to_wire(conn, rows[-keep:]), queries.authored_pins(conn, channel_id)
        authors = {row.seq: str(row.author_id) for row in rows[-keep:]} | {pin.message.seq: id for id, pin in pins}
        # What is left out may have changed as late as its own rev: whoever stopped before that has to start afresh.
        floor = max(row.pruned, queries.highest_rev(conn, channel_id, before=messages[0].seq)) if more else row.pruned
        return Loaded(
            kind=row.kind,
            epoch=row.epoch,
            tail=row.seq,
            floor=floor,
            messages=OrderedDict((m.seq, m) for m in messages),
            more=more,
            log=MessageLog(row.seq, keep),
            authors=authors,
            pins={one.message.seq: one for _, one in pins},
        )

    def apply(self, news: MessageSaid | MessageChanged) -> bool:
        """Takes up one event. True if those subscribed have to be told; False if it was part of the load."""
        if (waiting := self._meanwhile.get(news.channel)) is not None and news.channel not in self._loaded:
            waiting.append(news)
            return True
        history = self.get(news.channel)
        if history is None:
            return True
        number = news.message.seq if isinstance(news, MessageSaid) else news.seq
        if (pinned := history.pins.get(news.message.seq)) is not None and pinned.message.rev < news.message.rev:
            history.pins[news.message.seq] = msgspec.structs.replace(pinned, message=news.message)
        if number <= history.tail:
            return False
        history.tail = number
        history.log.moved(number)
        message = news.message
        if message.seq in history.authors:
            history.authors[message.seq] = news.author
        if isinstance(news, MessageSaid) or message.seq in history.messages:
            history.messages[message.seq] = message
            history.authors[message.seq] = news.author
        else:
            # A message from before the held window changed: whoever stopped before this has to start afresh.
            history.floor = max(history.floor, number)
        self._trim(history)
        return True

    def expire(self, news: MessagesExpired) -> None:
        """Retention: what went is not given any more; whoever is subscribed keeps hearing what comes."""
        history = self.get(news.channel)
        if history is None and (waiting := self._meanwhile.get(news.channel)) is not None:
            waiting.append(news)
        elif history is not None:
            history.messages = OrderedDict(kept for kept in history.messages.items() if kept[0] >= news.before)
            history.floor = max(history.floor, news.pruned)

    def pin(self, news: MessagePinned | MessageUnpinned) -> None:
        """Taken up again where it was part of the load: the last news of each message decide in any case."""
        history = self._loaded.get(news.channel)
        if history is None:
            if (waiting := self._meanwhile.get(news.channel)) is not None:
                waiting.append(news)
        elif isinstance(news, MessageUnpinned):
            history.pins.pop(news.seq, None)
        else:
            history.pins[news.pin.message.seq] = news.pin
            history.authors[news.pin.message.seq] = news.author

    def pinned(self, channel_id: str, seq: int) -> Pin | None:
        history = self._loaded.get(channel_id)
        return None if history is None else history.pins.get(seq)

    def since(
        self, history: Loaded, epoch: str, seq: int, kept_from: Mapping[str, int] = NOBODY
    ) -> list[Message] | None:
        """What is new or changed after a position, but for what is kept from this reader; None when it cannot be continued without a gap."""
        if epoch != history.epoch or seq < history.floor or seq > history.tail:
            return None
        if seq == history.tail:
            return []  # nothing has a later number: a storm of returns to a quiet channel looks through no history
        missed = (m for m in history.messages.values() if m.rev > seq and _reaches(history, m, kept_from))
        return sorted(missed, key=lambda m: m.seq)

    def last(self, history: Loaded, limit: int, kept_from: Mapping[str, int] = NOBODY) -> tuple[list[Message], bool]:
        """The last ones, and whether there are older ones."""
        messages = list(history.messages.values())
        if kept_from:
            messages = [message for message in messages if _reaches(history, message, kept_from)]
        return messages[-limit:], history.more or len(messages) > limit

    def pins(self, history: Loaded, kept_from: Mapping[str, int] = NOBODY) -> list[Pin]:
        return [pin for pin in history.pins.values() if _reaches(history, pin.message, kept_from)]

    def statistics(self) -> dict[str, int]:
        return {
            "channels": len(self._loaded),
            "messages": sum(len(h.messages) + len(h.log) for h in self._loaded.values()),
            "reads": self.reads,
        }


def _reaches(history: Loaded, message: Message, kept_from: Mapping[str, int]) -> bool:
    return not kept_from or heard(history.authors.get(message.seq, ""), queries.said_at(message), kept_from)
