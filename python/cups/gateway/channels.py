"""Channels over the socket: entering, saying, changing, typing, marks, and telling everybody after the commit."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import msgspec
import trio

from cups import steady
from cups._core import SaidBatch
from cups.accounts.visitor import Visitor, gated
from cups.chats.queries import wire_marks
from cups.chats.service import Chats
from cups.clock import Clock
from cups.errors import Refused
from cups.gateway.arrivals import Arrivals
from cups.gateway.hub import Class, Connection, Hub, Subscription, person_group
from cups.gateway.presence import Presence
from cups.gateway.shields import Shields, unseen
from cups.limits.live import Limits
from cups.messages import queries as message_queries
from cups.messages.history import Histories, Loaded
from cups.messages.queries import said_at
from cups.messages.saying import Closely, Said, Sayings
from cups.news import (
    AccountChanged,
    BlocksChanged,
    ChatChanged,
    MarkMoved,
    MessageChanged,
    MessagePinned,
    MessageSaid,
    MessagesExpired,
    MessagesSaid,
    MessageUnpinned,
    Origin,
    RoomChanged,
    Sanctioned,
)
from cups.reach import Facts, moderates, muted_until_in, withheld, write, write_in
from cups.requests.taking import Taking
from cups.rooms.service import Rooms
from cups.rooms.state import now_of
from cups.settings import Settings
from cups.store.database import Database, StorageFailed
from cups.store.schema import Record
from cups.wire import frames
from cups.wire.chats import Chat, Mark, Message
from cups.wire.people import Person
from cups.wire.rooms import Pin, RoomNow

_encoder = msgspec.json.Encoder()
_told = msgspec.json.Decoder(frames.Said)


class Channels:
    """One path for chats and rooms: what differs is who may be in them, which their services decide."""

    def __init__(
        self,
        hub: Hub,
        db: Database,
        clock: Clock,
        settings: Settings,
        limits: Limits,
        chats: Chats,
        rooms: Rooms,
        taking: Taking,
        sayings: Sayings,
        arrivals: Arrivals,
        jobs: trio.Nursery,
    ) -> None:
        self._hub, self._db, self._clock, self._settings, self._limits = hub, db, clock, settings, limits
        self._chats, self._rooms, self._taking = chats, rooms, taking
        self._sayings, self._arrivals, self._jobs = sayings, arrivals, jobs
        self._kinds: dict[str, str] = {}
        self._groups: dict[str, str] = {}
        """The group of each channel that somebody has entered."""
        self._known_rooms: dict[str, Record] = {}
        """Rooms as of the last news of each: who comes back is let in by them without asking the database."""
        self._rooms_now: dict[str, RoomNow] = {}
        """How the rooms are that somebody is in."""
        self._marks: dict[tuple[str, str], tuple[int, int]] = {}
        """Marks on their way into the database: the latest stands for those before."""
        self._entering: dict[tuple[int, str], tuple[str, bool]] = {}
        """Connections on their way into a channel: whose they are, and whether their rights changed on the way."""
        keep = {"chat": settings.chat_keep_messages, "room": settings.room_keep_messages}
        self.histories = Histories(db, lambda kind: keep[kind])
        self.shields = Shields(self._watch, self._unwatch)
        self.on_typing: Callable[[str, str, str], None] = lambda channel, account, name: None
        self.presence = Presence(hub, settings.big_room, clock, settings.linger_ms, self.shields.apart)

    def _watch(self, author: str) -> None:
        if self._hub.lane is not None:
            self._hub.lane.watch(author)

    def _unwatch(self, author: str) -> None:
        if self._hub.lane is not None:
            self._hub.lane.unwatch(author)

    async def kind(self, channel: str) -> str:
        """`chat` or `room`; not-found for an unknown channel, and for one that nobody can enter or write to, as of a bot."""
        known = self._kinds.get(channel)
        if known is None:
            row: Any = await self._db.read(message_queries.find_channel, channel)
            if row is None or row.kind not in ("chat", "room"):
                raise Refused("not-found")
            known = self._kinds[channel] = row.kind
        return known

    # Entering and leaving

    def enter_at_once(self, connection: Connection, frame: frames.Subscribe) -> bool:
        """Enters a room if all that this rests on is at hand and holds; False where the database has to be asked."""
        row, history = self._known_rooms.get(frame.channel), self.histories.get(frame.channel)
        if row is None or history is None or not self._arrivals.current(connection.arrival):
            return False
        visitor = gated(connection.visitor)
        self._room_for_one_more(connection, frame)
        can_moderate = self._rooms.let_in(row, visitor.facts)
        self._in_room(connection, frame, history, row, visitor.facts, can_moderate=can_moderate)
        return True

    def _room_for_one_more(self, connection: Connection, frame: frames.Subscribe) -> None:
        held = connection.channels
        if frame.channel not in held and len(held) >= self._settings.max_channels_per_connection:
            raise Refused("too-large", field="channel")

    async def subscribe(self, connection: Connection, frame: frames.Subscribe) -> None:
        self._room_for_one_more(connection, frame)
        if await self.kind(frame.channel) == "room":
            await self._enter_room(connection, gated(connection.visitor), frame)
        else:
            await self._enter_chat(connection, connection.visitor, frame)

    async def _enter_room(self, connection: Connection, visitor: Visitor, frame: frames.Subscribe) -> None:
        key = (connection.id, frame.channel)
        try:
            changed = True
            while changed:  # a ban, a removal or the room's end may come while this is asked: then it is asked again
                self._entering[key] = (visitor.id, False)
                row, facts = await self._rooms.entry(visitor.id, frame.channel)
                history = await self.histories.load(frame.channel)
                changed = self._entering[key][1]
        finally:
            self._entering.pop(key, None)
        self._known_rooms[frame.channel] = row
        can_moderate = self._rooms.let_in(row, facts)
        self._in_room(connection, frame, history, row, facts, can_moderate=can_moderate)

    def _in_room(
        self,
        connection: Connection,
        frame: frames.Subscribe,
        history: Loaded,
        row: Record,
        facts: Facts,
        *,
        can_moderate: bool,
    ) -> None:
        self._not_too_many(connection, frame.channel, facts)
        self._not_too_fast(connection, frame, history, facts)
        if not self._join(connection, frame.channel, "room"):
            return
        self._rooms_now[frame.channel] = now_of(row, self._clock.now())
        may_write, _, muted_until = self._may(frame.channel, facts)
        connection.channels[frame.channel].told = (may_write, can_moderate, muted_until)
        self.shields.put(connection, frame.channel, withheld(facts, connection.arrival.withheld, frame.channel))
        self._room_state(connection, frame.channel, history, frame.ref, frame.since)

    def _room_state(
        self,
        connection: Connection,
        channel: str,
        history: Loaded,
        ref: str | None = None,
        since: frames.Position | None = None,
    ) -> None:
        subscription = connection.channels[channel]
        assert subscription.told is not None
        can_send, can_moderate, muted_until = subscription.told
        people, count = self.presence.seen(channel, unseen(subscription.withheld))
        self._first_state(
            connection,
            channel,
            history,
            "room",
            ref,
            since,
            can_send=can_send,
            can_moderate=can_moderate,
            people=people,
            count=count,
            room=self._rooms_now.get(channel),
            muted_until=muted_until,
        )

    def hear_again(self, connection: Connection) -> None:
        """Whom this person has blocked, or what they or those may do, has changed: in each room where something else reaches them now, what was on its way
        is taken back, and they are told everything afresh."""
        for channel, subscription in list(connection.channels.items()):
            if subscription.kind != "room":
                continue
            kept_from = withheld(connection.visitor.facts, connection.arrival.withheld, channel)
            if self.shields.put(connection, channel, kept_from):
                self._hub.withdraw(connection, _tag(channel, ""))
                history = self.histories.get(channel)
                if history is not None:
                    self._room_state(connection, channel, history)

    def blocks_changed(self, news: BlocksChanged) -> None:
        """At once: whatever is told after this reaches nobody from whom it is kept."""
        for account in news.accounts:
            for connection in self._hub.members(person_group(account)):
                connection.arrival = msgspec.structs.replace(connection.arrival, withheld=news.withheld)
                self.hear_again(connection)

    def _may(self, channel: str, facts: Facts) -> tuple[bool, bool, int | None]:
        """What this person may do in this room, were it open: write, moderate; and until when they are muted in it."""
        now = self._clock.now()
        may_write = write_in(facts, room=channel, closed=False, now=now).ok
        return may_write, moderates(facts, channel), muted_until_in(facts, channel, now=now)

    def place(self, connection: Connection, row: Record, facts: Facts) -> None:
        """Tells what somebody may do in a room that they are in, if that has changed."""
        subscription = connection.channels.get(row.id)
        told = self._may(row.id, facts)
        if subscription is not None and subscription.told != told:
            subscription.told = told
            can_send, can_moderate, muted = told
            frame = frames.Place(channel=row.id, can_send=can_send, can_moderate=can_moderate, muted_until=muted)
            self._hub.send(connection, frame, Class.CLAIM)

    def _not_too_fast(self, connection: Connection, frame: frames.Subscribe, history: Loaded, facts: Facts) -> None:
        """Entering is limited; coming back is not: whoever knows the channel's epoch has been in. Moderators are where they are needed."""
        if frame.channel in connection.channels or (frame.since is not None and frame.since.epoch == history.epoch):
            return
        if until := self._limits.check_person(None, "enter", facts, self._clock.now(), place=frame.channel):
            raise Refused("too-fast", retry_at=until)

    def _not_too_many(self, connection: Connection, channel: str, facts: Facts) -> None:
        """In so many rooms is somebody at once, over all of their connections. Moderators are where they are needed."""
        most = self._limits.rooms_at_once(facts, self._clock.now(), channel)
        mine = self._hub.members(person_group(connection.account))
        rooms = {id for one in mine for id, held in one.channels.items() if held.kind == "room"}
        if channel not in rooms and len(rooms) >= most:
            raise Refused("too-large", field="channel", says="rooms-at-once", given={"most": most})

    async def _enter_chat(self, connection: Connection, visitor: Visitor, frame: frames.Subscribe) -> None:
        def read(conn: Any) -> tuple[Chat, list[Mark]]:
            row = self._chats.party(conn, frame.channel, visitor.id)
            return self._chats.view(conn, row, visitor.id), wire_marks(conn, row)

        key = (connection.id, frame.channel)
        try:
            changed = True
            while changed:  # it may end while this is asked: then it is asked again
                self._entering[key] = (visitor.id, False)
                chat, marks = await self._db.read(read)
                if chat.you == "listener" and chat.ended_at is None:
                    await self._taking.arrive(visitor.id, frame.channel)
                history = await self.histories.load(frame.channel)
                changed = self._entering[key][1]
        finally:
            self._entering.pop(key, None)
        can_send = chat.ended_at is None and write(visitor.facts, now=self._clock.now()).ok
        if not self._join(connection, frame.channel, "chat"):
            return
        connection.channels[frame.channel].open = chat.ended_at is None
        self._first_state(
            connection,
            frame.channel,
            history,
            "chat",
            frame.ref,
            frame.since,
            can_send=can_send,
            chat=chat,
            marks=marks,
        )

    def _join(self, connection: Connection, channel: str, kind: str) -> bool:
        if not self._hub.alive(connection):
            return False
        if channel not in connection.channels:
            group = self._groups.get(channel) or self._groups.setdefault(channel, f"{kind}:{channel}")
            connection.channels[channel] = Subscription(kind=kind, group=group)
            self._hub.join(connection, group)
            if kind == "room":
                self.presence.enter(channel, connection.account, connection.visitor.person)
        self._sit(connection, channel)
        return True

    def _sit(self, connection: Connection, channel: str) -> None:
        """What is said by this connection here goes by the lane, if there is one."""
        lane, history = self._hub.lane, self.histories.get(channel)
        if lane is not None and history is not None and not connection.packed and connection.visitor.me.gated:
            subscription = connection.channels[channel]
            frames_of = str(connection.id)
            lane.sit(
                connection.id,
                frames_of,
                subscription.kind,
                channel,
                connection.account,
                subscription.group,
                history.log,
            )

    def stand_up(self, connection: Connection) -> None:
        """What this connection says goes by the doors that ask everything again, until who they are was read again."""
        if self._hub.lane is not None:
            self._hub.lane.gone(connection.id)

    def sit_again(self, connection: Connection) -> None:
        """Who they are was read again: without the gate behind them, they say nothing by the lane."""
        if self._hub.lane is not None and not connection.visitor.me.gated:
            self._hub.lane.gone(connection.id)
        else:
            for channel in connection.channels:
                self._sit(connection, channel)

    def _first_state(
        self,
        connection: Connection,
        channel: str,
        history: Loaded,
        kind: Any,
        ref: str | None,
        since: frames.Position | None,
        *,
        can_send: bool,
        can_moderate: bool = False,
        people: list[Person] | None = None,
        count: int = 0,
        chat: Chat | None = None,
        marks: list[Mark] | None = None,
        room: RoomNow | None = None,
        muted_until: int | None = None,
    ) -> None:
        """No await since the history was got and the group joined: the state is whole, and what follows is told."""
        kept_from = connection.channels[channel].withheld
        missed = None if since is None else self.histories.since(history, since.epoch, since.seq, kept_from)
        if missed is not None and len(fitting(missed, self._settings.state_bytes)) < len(missed):
            missed = None  # too much to send at once: the client starts afresh and reads back as far as it likes
        more = history.more
        if missed is None:
            last, more = self.histories.last(history, self._settings.history_page, kept_from)
            messages = fitting(last, self._settings.state_bytes)
            more = more or len(messages) < len(last)
        else:
            messages = missed
        state = frames.Subscribed(
            ref=ref,
            channel=channel,
            kind=kind,
            epoch=history.epoch,
            seq=history.tail,
            recovered=missed is not None,
            messages=messages,
            more=more,
            present=people or [],
            present_count=count,
            marks=marks or [],
            can_send=can_send,
            can_moderate=can_moderate,
            chat=chat,
            room=room,
            pins=self.histories.pins(history, kept_from),
            muted_until=muted_until,
        )
        # What it says of a room is taken back with what was told there, where a block comes before it was written.
        self._hub.send(connection, state, Class.CONTROL, tag=_tag(channel, "state"))

    def unsubscribe(self, connection: Connection, channel: str) -> None:
        subscription = connection.channels.get(channel)
        if subscription is None:
            return
        self.shields.lift(connection, channel)
        del connection.channels[channel]
        self._hub.leave(connection, subscription.group)
        if self._hub.lane is not None:
            self._hub.lane.rise(connection.id, channel)
        if subscription.kind == "room":
            self.presence.leave(
                channel, connection.account, linked=connection.switched or connection.visitor.linked is not None
            )

    def turn_out(self, connection: Connection, channel: str, code: str, detail: str, until: int | None = None) -> None:
        """The server takes a connection out of a channel, and says why."""
        if channel in connection.channels:
            self.unsubscribe(connection, channel)
            self._hub.send(connection, frames.Left(channel=channel, code=code, detail=detail, until=until), Class.CLAIM)

    def gone(self, connection: Connection) -> None:
        for channel in list(connection.channels):
            self.unsubscribe(connection, channel)

    # Saying and changing: answered by the news of the commit, or here if it was known already

    def send(
        self, connection: Connection, frame: frames.Send, failed: Callable[[Connection, str | None, Exception], None]
    ) -> bool:
        """Hands it to the writer; the ack comes with the news of the commit. False while the channel's kind is not known."""
        subscription = connection.channels.get(frame.channel)
        kind = self._kinds.get(frame.channel) if subscription is None else subscription.kind
        if kind is None:
            return False
        visitor = connection.visitor if kind == "chat" else gated(connection.visitor)
        self._sayings.say(
            kind,
            frame.channel,
            visitor.id,
            frame.ref,
            frame.text,
            frame.reply_to,
            Origin(connection.id, frame.ref),
            partial(self._answered, connection, frame, failed),
        )
        return True

    def send_many(self, batch: SaidBatch, failed: Callable[[Connection, str | None, Exception], None]) -> None:
        """What the lane has taken."""
        self._sayings.say_many(batch, partial(self._many_answered, batch, failed))

    def refuse_many(
        self, batch: SaidBatch, error: Exception, failed: Callable[[Connection, str | None, Exception], None]
    ) -> None:
        for conn, ref in batch.refs():
            if (connection := self._hub.get(conn)) is not None:
                failed(connection, ref, error)

    def _many_answered(
        self,
        batch: SaidBatch,
        failed: Callable[[Connection, str | None, Exception], None],
        outcome: list[Closely] | Exception,
    ) -> None:
        """After the commit: the lane has answered for what it said itself."""
        if isinstance(outcome, Exception):
            self.refuse_many(batch, outcome, failed)
            return
        for at, one in outcome:
            conn, _kind, channel, _author, ref, _text = batch.item(at)
            connection = self._hub.get(conn)
            if connection is None:
                continue
            if isinstance(one, Exception):
                failed(connection, ref, one)
            elif one.known:
                self._ack(conn, ref, channel, one.message.seq, one.message.at)

    def _answered(
        self,
        connection: Connection,
        frame: frames.Send,
        failed: Callable[[Connection, str | None, Exception], None],
        outcome: Said | Exception,
    ) -> None:
        """After the commit. What is new was acked with its news; what was known already is acked here."""
        if isinstance(outcome, Exception):
            failed(connection, frame.ref, outcome)
            return
        if outcome.known:
            self._ack(connection.id, frame.ref, frame.channel, outcome.message.seq, outcome.message.at)

    async def edit(self, connection: Connection, frame: frames.Edit) -> None:
        service = self._rooms if await self.kind(frame.channel) == "room" else self._chats
        await service.edit(connection.account, frame.channel, frame.seq, frame.text, Origin(connection.id, frame.ref))

    async def delete(self, connection: Connection, frame: frames.Delete) -> None:
        service = self._rooms if await self.kind(frame.channel) == "room" else self._chats
        await service.take_back(connection.account, frame.channel, frame.seq, Origin(connection.id, frame.ref))

    def typing(self, connection: Connection, frame: frames.Typing) -> None:
        """Dropped in silence where it is not allowed: nobody waits for it."""
        subscription, now = connection.channels.get(frame.channel), self._clock.now()
        if subscription is None or not subscription.open:
            return
        room = self._rooms_now.get(frame.channel)
        closed = room is not None and room.closed is not None and (room.closed.until is None or now < room.closed.until)
        if not write_in(connection.visitor.facts, room=frame.channel, closed=closed, now=now).ok:
            return
        if self._limits.check_person(None, "typing", connection.visitor.facts, now, within=frame.channel):
            return
        name = connection.visitor.name
        told = frames.Types(channel=frame.channel, name=name)
        deaf = self.shields.deaf(frame.channel, connection.account, now)
        key, tag = f"typing:{frame.channel}:{name}", _tag(frame.channel, "typing")
        self._hub.publish(subscription.group, told, Class.TYPING, key=key, tag=tag, skip=[connection, *deaf])
        self.on_typing(frame.channel, connection.account, name)

    def types_elsewhere(self, channel: str, account: str, name: str) -> None:
        """At another process, which has asked whether they may."""
        group = self._groups.get(channel)
        if group is not None:
            told, deaf = (
                frames.Types(channel=channel, name=name),
                self.shields.deaf(channel, account, self._clock.now()),
            )
            key, tag = f"typing:{channel}:{name}", _tag(channel, "typing")
            self._hub.publish(group, told, Class.TYPING, key=key, tag=tag, skip=deaf)

    def mark(self, connection: Connection, frame: frames.Marked) -> None:
        """Nobody waits for it: it is stored in the background, and one under way takes the later ones with it."""
        subscription = connection.channels.get(frame.channel)
        if subscription is None or subscription.kind != "chat" or not subscription.open:
            return
        key = (connection.account, frame.channel)
        under_way = key in self._marks
        delivered, read = self._marks.get(key, (0, 0))
        self._marks[key] = (max(delivered, frame.delivered), max(read, frame.read))
        if not under_way:
            self._jobs.start_soon(steady.once, self._store_marks, key, connection.visitor)

    async def _store_marks(self, key: tuple[str, str], visitor: Visitor) -> None:
        """One that comes too fast waits, and takes with it what comes meanwhile: none is lost."""
        (account, channel), name = key, visitor.name
        stored: tuple[int, int] | None = None
        try:
            while (wanted := self._marks[key]) != stored:
                now = self._clock.now()
                if until := self._limits.check_person(None, "mark", visitor.facts, now):
                    await trio.sleep((until - now) / 1000)
                    continue
                try:
                    await self._chats.move_mark(account, name, channel, *wanted)
                except (Refused, OverflowError, StorageFailed):
                    return  # the chat is gone, or there is no storing now: the next mark says as much
                stored = wanted
        finally:
            del self._marks[key]

    def _ack(self, conn: int, ref: str, channel: str, seq: int, at: int | None) -> None:
        self._hub.send_by_id(conn, frames.Ack(ref=ref, channel=channel, seq=seq, at=at), Class.CONTROL)

    # News

    def rights_changed(self, news: Sanctioned | AccountChanged | RoomChanged) -> None:
        """Whoever it concerns and is just entering a room is asked about again."""
        if isinstance(news, RoomChanged):
            self._known_rooms.pop(news.channel, None)
            if news.now is not None and news.channel in self._rooms_now:
                self._rooms_now[news.channel] = news.now
        for key, (account, _) in self._entering.items():
            match news:
                case RoomChanged(channel=channel):
                    concerned = channel == key[1]
                case Sanctioned():
                    concerned = True  # it may be about the same person's other account; sanctions are rare
                case AccountChanged(account=other):
                    concerned = other == account
            if concerned:
                self._entering[key] = (account, True)

    def chat_ended(self, news: ChatChanged) -> None:
        """At once: what comes after the end reaches nobody."""
        for key, (account, _) in self._entering.items():
            if key[1] == news.id:
                self._entering[key] = (account, True)
        for connection in self._hub.members(f"chat:{news.id}"):
            connection.channels[news.id].open = not news.ended

    def said(self, news: MessageSaid) -> None:
        fresh = self.histories.apply(news)
        message = news.message
        if news.origin:
            self._ack(news.origin.conn, news.origin.ref, news.channel, message.seq, message.at)
        group = self._groups.get(news.channel)
        if fresh and group is not None:
            told = frames.Said(channel=news.channel, message=message)
            deaf = self.shields.deaf(news.channel, news.author, message.at)
            self._hub.publish(group, told, Class.MESSAGE, tag=_tag(news.channel, message.seq), skip=deaf)
            self._withhold(deaf, news.channel, message.seq)

    def _withhold(self, deaf: Sequence[Connection], channel: str, seq: int) -> None:
        """They hear that the number was taken, and nothing else: else they would ask for what they miss."""
        for connection in deaf:
            self._hub.send(connection, frames.Withheld(channel=channel, seq=seq), Class.MESSAGE)

    def many_said(self, news: MessagesSaid) -> None:
        assert self._hub.lane is not None
        at, batch = news.first, news.batch
        while at < news.last:
            at, left = self._hub.tell_many(self._hub.lane, news, at)
            for one in left:
                self._said_of(batch, one, None)
            if at < news.last:  # not everybody is to hear this one
                conn, _kind, _channel, _author, ref, _text = batch.item(at)
                self._said_of(batch, at, Origin(conn, ref))
                at += 1

    def _said_of(self, batch: SaidBatch, at: int, origin: Origin | None) -> None:
        channel, frame = batch.told(at)
        author = batch.item(at)[3]
        self.said(MessageSaid(channel=channel, author=author, message=_told.decode(frame).message, origin=origin))

    def changed(self, news: MessageChanged) -> None:
        fresh = self.histories.apply(news)
        message = news.message
        tag = _tag(news.channel, message.seq)
        if message.removed:
            self._hub.retract(tag)
        if news.origin:
            self._ack(news.origin.conn, news.origin.ref, news.channel, news.seq, message.edited_at)
        group = self._groups.get(news.channel)
        if fresh and group is not None:
            told = frames.Changed(channel=news.channel, seq=news.seq, message=message)
            cls, name = (Class.CLAIM, None) if message.removed else (Class.MESSAGE, tag)
            deaf = self.shields.deaf(news.channel, news.author, said_at(message))
            self._hub.publish(group, told, cls, tag=name, skip=deaf)
            self._withhold(deaf, news.channel, news.seq)

        if not message.removed and (pin := self.histories.pinned(news.channel, message.seq)) is not None:
            self._tell_pin(news.channel, news.author, pin)

    def pinned(self, news: MessagePinned) -> None:
        self.histories.pin(news)
        self._tell_pin(news.channel, news.author, news.pin)

    def unpinned(self, news: MessageUnpinned) -> None:
        self.histories.pin(news)
        group = self._groups.get(news.channel)
        if group is not None:
            self._hub.publish(group, frames.Unpinned(channel=news.channel, seq=news.seq), Class.CLAIM)

    def _tell_pin(self, channel: str, author: str, pin: Pin) -> None:
        """Named as the message is: once that is removed, no outbox gives its words away by its pin."""
        group = self._groups.get(channel)
        if group is not None:
            deaf = self.shields.deaf(channel, author, said_at(pin.message))
            told, tag = frames.Pinned(channel=channel, pin=pin), _tag(channel, pin.message.seq)
            self._hub.publish(group, told, Class.CLAIM, tag=tag, skip=deaf)

    def marked(self, news: MarkMoved) -> None:
        told = frames.Receipt(channel=news.channel, mark=news.mark)
        self._hub.publish(f"chat:{news.channel}", told, Class.RECEIPT, key=f"receipt:{news.channel}:{news.mark.name}")

    def expired(self, news: MessagesExpired) -> None:
        self.histories.expire(news)

    async def run(self) -> None:
        """Tells presence."""
        await steady.every(self._settings.presence_every_ms / 1000, self._tell_presence)

    async def _tell_presence(self) -> None:
        self.presence.tell()

    async def run_forgetting(self) -> None:
        """Forgets the histories of channels that nobody is in."""
        await steady.every(60, self.forget_unused)

    async def forget_unused(self) -> None:
        for channel in self.histories.channels():
            if not self._hub.count(f"room:{channel}") and not self._hub.count(f"chat:{channel}"):
                self.histories.forget(channel)
                self._known_rooms.pop(channel, None)
                self._rooms_now.pop(channel, None)
                self._groups.pop(channel, None)


def fitting(messages: list[Message], limit: int) -> list[Message]:
    """The last of these messages that together stay within `limit` bytes as they go on the wire; always at least one, if there is any."""
    total = 0
    for count, message in enumerate(reversed(messages)):
        total += len(_encoder.encode(message))
        if total > limit and count:
            return messages[-count:]
    return messages


def _tag(channel: str, seq: int | str) -> str:
    return f"{channel}/{seq}"
