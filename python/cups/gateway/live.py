"""The live protocol: each client frame to its feature, each refusal to a typed error, each news to those it concerns."""

import msgspec
import sqlalchemy as sa
import structlog
import trio

from cups import steady, words
from cups._core import Pace, SaidBatch
from cups.accounts import queries as account_queries
from cups.accounts.queries import personas
from cups.chats.service import Chats
from cups.clock import Clock
from cups.errors import Refused
from cups.gateway import reading
from cups.gateway.arrivals import Arrivals
from cups.gateway.channels import Channels
from cups.gateway.hub import Class, Connection, Hub, person_group
from cups.gateway.load import Load
from cups.gateway.ringing import Ringing
from cups.gateway.tickets import Tickets
from cups.gateway.waiting import Waiting
from cups.limits.trust import changes_of
from cups.moderation.service import Moderation
from cups.news import (
    AccountChanged,
    AgreementPublished,
    BotTold,
    ChatChanged,
    ChatOpened,
    ConcernRaised,
    ConcernTaken,
    ConcernWaits,
    DecisionTaken,
    News,
    RequestClosed,
    RequestHeld,
    RoomChanged,
    Sanctioned,
    SessionsEnded,
    WarningGiven,
)
from cups.reach import Facts, is_staff
from cups.requests.service import Requests
from cups.rooms.service import Rooms
from cups.screening import queries as screening
from cups.screening.model import ABOUT
from cups.settings import Settings
from cups.store.database import Database, StorageFailed
from cups.wire import frames
from cups.wire.base import Ref

log = structlog.get_logger()


MAX_REF = 64
STAFF = "staff"
"""The group of all connections of staff."""
DRAIN_EVERY_S = 0.1
DRAIN_BATCH = 50
BUSY = "busy-try-later"
SHED_RETRY_MS = 1000
MOST_CALLED = 20
"""People to look after whom staff hear of when they come; all are in the list."""


LEAVES = {
    "removal": "removed-from-room",
    "room-ban": "banned-from-room",
    "rooms-ban": "banned",
    "consent": "consent-first",
}
"""What takes somebody out of rooms at once, and what they are told."""


class _Envelope(msgspec.Struct):
    """What can be read of a frame that does not fit: enough to say which one it was."""

    ref: str | None = None


class _Said(msgspec.Struct, tag_field="type", tag="send"):
    """What somebody wrote, of which nothing has to be read to refuse it but how to name it."""

    ref: Ref


_text_said = msgspec.json.Decoder(_Said)
_packed_said = msgspec.msgpack.Decoder(_Said)
_text_envelope = msgspec.json.Decoder(_Envelope)
_packed_envelope = msgspec.msgpack.Decoder(_Envelope)


class Live:
    def __init__(
        self,
        hub: Hub,
        db: Database,
        clock: Clock,
        settings: Settings,
        pace: Pace,
        *,
        arrivals: Arrivals,
        tickets: Tickets,
        load: Load,
        chats: Chats,
        rooms: Rooms,
        requests: Requests,
        moderation: Moderation,
        channels: Channels,
        waiting: Waiting,
        ringing: Ringing,
        jobs: trio.Nursery,
    ) -> None:
        self._hub, self._db, self._clock, self._settings, self._pace = hub, db, clock, settings, pace
        self.arrivals, self.tickets, self._load = arrivals, tickets, load
        self._chats, self._rooms, self._requests, self._moderation = chats, rooms, requests, moderation
        self._channels, self._waiting, self._ringing, self._jobs = channels, waiting, ringing, jobs
        self._leaving = False
        """Whether everybody was sent away: whoever still comes is, too."""
        self.calls_unheard = 0
        """Calls for somebody in danger that found no staff here."""

    # A connection's life

    def welcome(self, connection: Connection) -> None:
        """The first frames: who one is, the own waiting request, open chats, unseen warnings."""
        arrival = connection.arrival
        welcome = frames.Welcome(
            me=arrival.visitor.me,
            now=self._clock.now(),
            heartbeat_ms=int(self._settings.heartbeat_s * 1000),
            ticket=self.tickets.ticket(connection.id, arrival.visitor.token_hash),
        )
        self._hub.send(connection, welcome, Class.CONTROL)
        self._waiting.tell_now(connection)
        self._ringing.came(connection)
        for chat in arrival.chats:
            self._hub.send(connection, frames.ChatChanged(chat=chat), Class.CONTROL)
        for warning in arrival.warnings:
            self._hub.send(connection, frames.Warned(warning=warning), Class.CLAIM)
        for decision in arrival.decisions:
            self._hub.send(connection, frames.Decided(decision=decision), Class.CLAIM)
        if self._among_staff(connection):
            self._jobs.start_soon(steady.once, self._call_newcomer, connection)
        if self._leaving:
            # Accepted before the port was closed, and here only now.
            self._send_away(connection, 500)

    def _among_staff(self, connection: Connection) -> bool:
        """Calls reach whoever is staff now, and nobody else."""
        if is_staff(connection.visitor.facts):
            return self._hub.join(connection, STAFF)
        self._hub.leave(connection, STAFF)
        return False

    def staff_here(self) -> int:
        """How many connections of staff calls reach."""
        return self._hub.count(STAFF)

    async def _call_newcomer(self, connection: Connection) -> None:
        """Who comes to their work hears at once of those who wait already; of many, the most urgent."""
        for row in await self._db.read(screening.concerns, "open", "", MOST_CALLED):
            if connection.id in self._hub.reactor.members(STAFF):
                call = frames.StaffCalled(
                    concern=row.id, about=ABOUT[row.kind], urgent=row.contact, again=row.calls > 1
                )
                self._hub.send(connection, call, Class.CONTROL)

    def gone(self, connection: Connection) -> None:
        self._waiting.unwatch(connection)
        self._channels.gone(connection)
        self._hub.disconnect(connection)
        self._ringing.gone(connection)
        if connection.closing not in (frames.Close.ENDED, frames.Close.REPLACED, frames.Close.RENEWED):
            self.tickets.left(connection.id, connection.arrival)

    def receive(self, connection: Connection, data: bytes, *, binary: bool) -> None:
        """One message from the client; whatever it is, the connection lives on, until it floods. Frames of one connection are taken in order."""
        if binary != connection.packed:
            connection.refusals += 1
            speaks = "MessagePack, in binary messages" if connection.packed else "JSON, in text messages"
            self._refuse(connection, None, Refused("bad-input", detail=f"Frames are {speaks}."))
            self._close_if_flooding(connection)
        elif self._load.swamped and self._turned_away(connection, data):
            pass
        elif connection.inbox is not None:
            connection.inbox.append(data)
            if len(connection.inbox) >= self._settings.inbox_frames:
                self._hub.reactor.pause(connection.id)
        elif (slow := self._take(connection, data)) is not None:
            self._hub.busy(connection)
            self._jobs.start_soon(self._work, connection, slow)

    def said(self, batch: SaidBatch) -> None:
        """What the lane has taken in one turn: counted as frames, and handed to the writer."""
        assert self._hub.lane is not None
        for conn, ref, until in self._hub.lane.admit(batch, self._clock.now()):
            connection = self._hub.get(conn)
            if connection is not None:
                connection.refusals += 1
                self._failed(connection, ref, Refused("too-fast", retry_at=until))
                self._close_if_flooding(connection)
        if self._load.swamped:
            self._load.shed += len(batch)
            self._channels.refuse_many(batch, self._busy(self._clock.now()), self._failed)
        elif len(batch):
            self._channels.send_many(batch, self._failed)

    def _busy(self, now: int) -> Refused:
        return Refused(BUSY, retry_at=now + SHED_RETRY_MS)

    def _turned_away(self, connection: Connection, data: bytes) -> bool:
        """While more comes in than the loop can take: refuses what somebody wrote as cheaply as can be, uncounted by the limits of what is
        written. False for all else, and above the pace of frames: that takes its usual way, on which a flood is closed."""
        now = self._clock.now()
        if b"send" not in data or self._pace.check("frames", str(connection.id), now):
            return False
        try:
            frame = (_packed_said if connection.packed else _text_said).decode(data)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return False
        self._load.shed += 1
        retry_at = now + SHED_RETRY_MS
        busy = frames.Refused(ref=frame.ref, code=BUSY, detail=_words(connection).refusal(BUSY), retry_at=retry_at)
        self._hub.send(connection, busy, Class.CONTROL)
        return True

    def _take(self, connection: Connection, data: bytes) -> frames.ClientFrame | None:
        """Does what can be done at once. What has to wait for the database is given back, for a task."""
        frame: frames.ClientFrame | None = None
        try:
            if until := self._pace.check("frames", str(connection.id), self._clock.now()):
                connection.refusals += 1
                raise Refused("too-fast", retry_at=until)
            frame = _decode(data, connection)
            if not self._at_once(connection, frame):
                return frame
        except Exception as error:
            self._failed(connection, _ref_of(data, connection) if frame is None else _ref(frame), error)
        self._close_if_flooding(connection)
        return None

    async def _work(self, connection: Connection, frame: frames.ClientFrame) -> None:
        """One slow frame, then what came meanwhile."""
        slow: frames.ClientFrame | None = frame
        while slow is not None:
            try:
                await self._dispatch(connection, slow)
            except Exception as error:
                self._failed(connection, _ref(slow), error)
            slow = None
            while connection.inbox and slow is None:
                data = connection.inbox.popleft()
                if self._hub.alive(connection):
                    slow = self._take(connection, data)
        self._hub.idle(connection)
        self._hub.read_on(connection.id)

    def _failed(self, connection: Connection, ref: str | None, error: Exception) -> None:
        """Every failure has a typed answer."""
        match error:
            case Refused():
                refused = error
            case StorageFailed():
                refused = Refused("busy-try-later")
            case OverflowError() | UnicodeError():
                refused = Refused("bad-input")
            case _:
                log.error("frame failed", exc_info=error)
                refused = Refused("server-error")
        self._refuse(connection, ref, refused)

    def _close_if_flooding(self, connection: Connection) -> None:
        if connection.refusals and self._floods(connection):
            self._hub.close(connection, frames.Close.FLOOD, "too many frames")

    def _floods(self, connection: Connection) -> bool:
        """Whether unreadable frames, and frames above the pace, come faster than any honest mistake."""
        count, connection.refusals = connection.refusals, 0
        return any(self._pace.check("refusals", str(connection.id), self._clock.now()) for _ in range(count))

    def _refuse(self, connection: Connection, ref: str | None, refused: Refused) -> None:
        frame = frames.Refused(
            ref=ref,
            code=refused.code,
            detail=_words(connection).told(refused),
            field=refused.field,
            retry_at=refused.retry_at,
            why=refused.detail or "",
        )
        if refused.span is not None:
            frame.start, frame.end = refused.span
        self._hub.send(connection, frame, Class.CONTROL)

    def _at_once(self, connection: Connection, frame: frames.ClientFrame) -> bool:
        """Whether it is done: everything that needs no database, and what was said, which is answered after its commit."""
        match frame:
            case frames.Send():
                return self._channels.send(connection, frame, self._failed)
            case frames.Typing():
                if not self._load.busy():
                    self._channels.typing(connection, frame)
            case frames.Marked():
                self._channels.mark(connection, frame)
            case frames.Ping():
                self._hub.send(connection, frames.Pong(ref=frame.ref, now=self._clock.now()), Class.CONTROL)
            case frames.Subscribe():
                return self._channels.enter_at_once(connection, frame)
            case frames.Unsubscribe():
                self._channels.unsubscribe(connection, frame.channel)
                self._done(connection, frame.ref)
            case frames.UnwatchBoard():
                self._waiting.unwatch(connection)
                self._done(connection, frame.ref)
            case _:
                return False
        return True

    def _count_change(self, connection: Connection) -> None:
        """What changes something and has no limit of its own counts with the session's changes over REST, whatever connection it comes by."""
        visitor = connection.visitor
        if until := self._pace.check(changes_of(visitor.facts.kind), visitor.token_hash, self._clock.now()):
            raise Refused("too-fast", retry_at=until)

    async def _dispatch(self, connection: Connection, frame: frames.ClientFrame) -> None:
        if isinstance(frame, frames.Edit | frames.Delete | frames.WatchBoard | frames.SeeWarning):
            self._count_change(connection)
        match frame:
            case frames.Send():
                await self._channels.kind(frame.channel)
                self._channels.send(connection, frame, self._failed)
            case frames.Subscribe():
                await self._channels.subscribe(connection, frame)
            case frames.Edit():
                await self._channels.edit(connection, frame)
            case frames.Delete():
                await self._channels.delete(connection, frame)
            case frames.WatchBoard():
                await self._waiting.watch(connection)
                self._done(connection, frame.ref)
            case frames.SeeWarning():
                await self._moderation.see(connection.account, frame.id)
                self.arrivals.touch(connection.account)
                self._done(connection, frame.ref)
            case frames.Typing() | frames.Marked() | frames.Ping() | frames.Unsubscribe() | frames.UnwatchBoard():
                pass  # done at once

    def _done(self, connection: Connection, ref: str) -> None:
        self._hub.send(connection, frames.Ack(ref=ref), Class.CONTROL)

    # News. What needs the database goes to a job; what protects somebody happens at once.

    def touch(self, news: News) -> None:
        """Heard before all others: what was read of these people holds no more."""
        match news:
            case AccountChanged(account=account) | SessionsEnded(account=account):
                self.arrivals.touch(account)
            case Sanctioned(person=person) | WarningGiven(person=person) | DecisionTaken(person=person):
                self.arrivals.touch(person)
            case ChatOpened(member=member, listener=listener) | ChatChanged(member=member, listener=listener):
                self.arrivals.touch(member)
                self.arrivals.touch(listener)

    def agreement_published(self, _news: AgreementPublished) -> None:
        """`gated` refuses from now on; the pages are told as soon as everybody was read again."""
        self.arrivals.touch_everybody()
        for connection in self._hub.everyone():
            self._channels.stand_up(connection)
        self._jobs.start_soon(steady.once, self._renew_everybody)

    async def _renew_everybody(self) -> None:
        for connection in self._hub.everyone():
            me = connection.visitor.me
            if await self._renew(connection) and connection.visitor.me != me:
                self._hub.send(connection, frames.MeChanged(me=connection.visitor.me), Class.CLAIM)

    def sessions_ended(self, news: SessionsEnded) -> None:
        for connection in self._hub.members(person_group(news.account)):
            if news.token_hash is None or news.token_hash == connection.visitor.token_hash:
                connection.switched = news.switched
                code = frames.Close.RENEWED if news.renewed else frames.Close.ENDED
                self._hub.close(connection, code, "" if news.renewed else news.code)

    def sanctioned(self, news: Sanctioned) -> None:
        code = LEAVES.get(news.kind)
        if code is not None:
            for connection in self._hub.members(person_group(news.person)):
                for channel, subscription in list(connection.channels.items()):
                    if subscription.kind == "room" and news.channel in (None, channel):
                        detail = _words(connection).refusal(code)
                        self._channels.turn_out(connection, channel, code, detail, news.until)
        self._jobs.start_soon(steady.once, self._refresh, news.person)

    def account_changed(self, news: AccountChanged) -> None:
        self._jobs.start_soon(steady.once, self._requests.account_changed, news.account)
        self._jobs.start_soon(steady.once, self._refresh, news.account)

    async def _refresh(self, account: str) -> None:
        """Everything these connections were told rests on what has changed: who they are, where they may be, what they may take."""
        for persona in await self._db.read(personas, account):
            for connection in self._hub.members(person_group(persona)):
                me = connection.visitor.me
                if await self._renew(connection):
                    if connection.visitor.me != me:
                        self._hub.send(connection, frames.MeChanged(me=connection.visitor.me), Class.CLAIM)
                    await self._recheck(connection)
                    self._channels.hear_again(connection)
        await self._heard_anew(account)

    async def _heard_anew(self, account: str) -> None:
        """Whoever has become a moderator is heard by those who blocked them, and whoever is none any more is not."""
        readers, duties = await self._db.read(_kept_from, account, self._clock.now())
        for reader in readers:
            for connection in self._hub.members(person_group(reader)):
                withheld = connection.arrival.withheld
                known = {id: _duty(one.facts) for id, one in withheld.items() if id in duties}
                if known != duties and await self._renew(connection):
                    self._channels.hear_again(connection)

    async def _renew(self, connection: Connection) -> bool:
        """Reads again what is known of a connection's person; False if the session is gone, and then it closes."""
        try:
            connection.arrival = await self.arrivals.arrive(connection.visitor.token_hash)
        except Refused:
            self._hub.close(connection, frames.Close.ENDED, "not-signed-in")
            return False
        self._among_staff(connection)
        self._channels.sit_again(connection)
        return True

    async def _recheck(self, connection: Connection) -> None:
        for channel, subscription in list(connection.channels.items()):
            if subscription.kind == "room":
                try:
                    row, facts = await self._rooms.entry(connection.account, channel)
                    self._channels.place(connection, row, facts)
                except Refused as refused:
                    detail = _words(connection).told(refused)
                    self._channels.turn_out(connection, channel, refused.code, detail, refused.retry_at)
        if self._waiting.watches(connection):
            try:
                await self._waiting.watch(connection)
            except Refused:
                self._waiting.unwatch(connection)

    def room_changed(self, news: RoomChanged) -> None:
        if news.retired:
            for connection in self._hub.members(f"room:{news.channel}"):
                detail = _words(connection).refusal("room-retired")
                self._channels.turn_out(connection, news.channel, "room-retired", detail)
        elif news.now is not None:
            frame = frames.RoomIs(channel=news.channel, now=news.now)
            self._hub.publish(f"room:{news.channel}", frame, Class.CLAIM)

    def decided(self, news: DecisionTaken) -> None:
        self._hub.publish(person_group(news.person), frames.Decided(decision=news.decision), Class.CLAIM)

    def warned(self, news: WarningGiven) -> None:
        self._hub.publish(person_group(news.person), frames.Warned(warning=news.warning), Class.CLAIM)

    def concern_raised(self, news: ConcernRaised) -> None:
        """To the writer alone: help, at once. Nobody else in the channel hears of it."""
        about = ABOUT[news.kind]
        help = frames.HelpOffered(channel=news.channel, about=about, hidden=news.hidden)
        self._hub.publish(person_group(news.person), help, Class.CLAIM)

    def concern_waits(self, news: ConcernWaits) -> None:
        """To all staff who are here, at once, and never shed: a life may hang on it."""
        about = ABOUT[news.kind]
        call = frames.StaffCalled(concern=news.id, about=about, urgent=news.urgent, again=news.again)
        if not self.staff_here():
            self.calls_unheard += 1
            log.warning("a call for somebody in danger reached nobody: no staff are here", again=news.again)
        self._hub.publish(STAFF, call, Class.CONTROL)

    def concern_taken(self, news: ConcernTaken) -> None:
        self._hub.publish(STAFF, frames.StaffAnswered(concern=news.id), Class.CONTROL)

    def chat_news(self, news: ChatOpened | ChatChanged) -> None:
        self._jobs.start_soon(steady.once, self._tell_chat, news.id, (news.member, news.listener))

    async def _tell_chat(self, chat_id: str, people: tuple[str, str]) -> None:
        for account in people:
            if self._hub.count(person_group(account)):
                chat = await self._chats.seen_by(account, chat_id)
                self._hub.publish(person_group(account), frames.ChatChanged(chat=chat), Class.CLAIM)
                for connection in self._hub.members(person_group(account)):
                    await self._renew(connection)

    def request_news(self, news: RequestHeld | RequestClosed) -> None:
        self._jobs.start_soon(steady.once, self._tell_request, news.asker)

    async def _tell_request(self, asker: str) -> None:
        if self._hub.count(person_group(asker)) and (state := await self._requests.mine(asker)) is not None:
            self._hub.publish(person_group(asker), frames.RequestChanged(request=state), Class.CLAIM)

    def bot_told(self, news: BotTold) -> None:
        """To the person's own pages: whoever waits on two devices sees the same on both."""
        self._hub.publish(person_group(news.account), frames.BotTalkChanged(talk=news.talk), Class.CLAIM)

    async def go_away(self) -> None:
        """Tells everybody when to come back and closes them, in batches, so that neither this server nor the next is overrun."""
        self._leaving, everyone = True, self._hub.everyone()
        batch = max(DRAIN_BATCH, -(-len(everyone) // max(1, int(self._settings.drain_s * 0.6 / DRAIN_EVERY_S))))
        spread_ms = max(4000, len(everyone) * 1000 // self._settings.reconnects_per_s)
        for start in range(0, len(everyone), batch):
            if start:
                await trio.sleep(DRAIN_EVERY_S)
            for place, connection in enumerate(everyone[start : start + batch], start):
                self._send_away(connection, 500 + place * spread_ms // len(everyone))

    def _send_away(self, connection: Connection, after_ms: int) -> None:
        ticket = self.tickets.ticket(connection.id, connection.visitor.token_hash)
        self._hub.send(connection, frames.GoAway(after_ms=after_ms, ticket=ticket), Class.CONTROL)
        self._hub.close(connection, frames.Close.GOING_AWAY, "restarting")


def _duty(person: Facts | None) -> tuple[frozenset[str], frozenset[str]]:
    return (frozenset(), frozenset()) if person is None else (person.roles, person.moderates)


def _kept_from(
    conn: sa.Connection, account: str, now: int
) -> tuple[list[str], dict[str, tuple[frozenset[str], frozenset[str]]]]:
    """The accounts of those who blocked this person, and what each of this person's accounts may do."""
    readers = [reader for blocker in account_queries.blockers(conn, account) for reader in personas(conn, blocker)]
    if not readers:
        return [], {}
    return readers, {id: _duty(account_queries.facts_by_id(conn, id, now)) for id in personas(conn, account)}


def _words(connection: Connection) -> words.Words:
    """In the person's own language."""
    return words.of(connection.visitor.language)


def _ref(frame: frames.ClientFrame) -> str | None:
    return None if isinstance(frame, frames.Typing | frames.Marked) else frame.ref


def _ref_of(data: bytes, connection: Connection) -> str | None:
    try:
        envelope = (_packed_envelope if connection.packed else _text_envelope).decode(data)
        return envelope.ref if envelope.ref is not None and len(envelope.ref) <= MAX_REF else None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _decode(data: bytes, connection: Connection) -> frames.ClientFrame:
    try:
        return reading.read(data, connection.channels, packed=connection.packed)
    except msgspec.ValidationError as error:
        code = "unknown-frame" if "`$.type`" in str(error) or "tag" in str(error) else "bad-input"
        raise Refused(code, field=str(error)[:200]) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        connection.refusals += 1
        speaks = "MessagePack" if connection.packed else "JSON"
        raise Refused("bad-input", detail=f"The frame is not {speaks}.") from None
