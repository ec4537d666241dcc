"""The live protocol: each client frame to its feature, each refusal to a typed error, each news to those it concerns."""

import msgspec
import structlog
import trio

from cups import steady, words
from cups._core import Pace
from cups.accounts.queries import personas
from cups.accounts.service import Accounts
from cups.chats.service import Chats
from cups.clock import Clock
from cups.errors import Refused
from cups.gateway.channels import Channels
from cups.gateway.hub import Class, Connection, Hub, person_group
from cups.gateway.waiting import Waiting
from cups.moderation.service import Moderation
from cups.news import (
    AccountChanged,
    ChatChanged,
    ChatOpened,
    RequestClosed,
    RequestHeld,
    RoomChanged,
    Sanctioned,
    SessionsEnded,
    WarningGiven,
)
from cups.requests.service import Requests
from cups.rooms.service import Rooms
from cups.settings import Settings
from cups.store.database import Database, StorageFailed
from cups.wire import frames

log = structlog.get_logger()
_decoder = msgspec.json.Decoder(frames.ClientFrame)


MAX_REF = 64


class _Envelope(msgspec.Struct):
    """What can be read of a frame that does not fit: enough to say which one it was."""

    ref: str | None = None


class Live:
    def __init__(
        self,
        hub: Hub,
        db: Database,
        clock: Clock,
        settings: Settings,
        pace: Pace,
        *,
        accounts: Accounts,
        chats: Chats,
        rooms: Rooms,
        requests: Requests,
        moderation: Moderation,
        channels: Channels,
        waiting: Waiting,
        jobs: trio.Nursery,
    ) -> None:
        self._hub, self._db, self._clock, self._settings, self._pace = hub, db, clock, settings, pace
        self._accounts, self._chats, self._rooms, self._requests, self._moderation = (
            accounts,
            chats,
            rooms,
            requests,
            moderation,
        )
        self._channels, self._waiting, self._jobs = channels, waiting, jobs

    # A connection's life

    async def welcome(self, connection: Connection) -> None:
        """The first frames: who one is, the own waiting request, open chats, unseen warnings."""
        account = connection.account
        heartbeat = int(self._settings.heartbeat_s * 1000)
        self._hub.send(
            connection,
            frames.Welcome(me=connection.visitor.me, now=self._clock.now(), heartbeat_ms=heartbeat),
            Class.CONTROL,
        )
        self._waiting.tell_now(connection)
        for chat in await self._chats.open_of(account):
            self._hub.send(connection, frames.ChatChanged(chat=chat), Class.CONTROL)
        for warning in await self._moderation.unseen(account):
            self._hub.send(connection, frames.Warned(warning=warning), Class.CLAIM)

    def gone(self, connection: Connection) -> None:
        self._waiting.unwatch(connection)
        self._channels.gone(connection)
        self._hub.disconnect(connection)

    async def receive(self, connection: Connection, data: str | bytes) -> None:
        """One message from the client; whatever it is, the connection lives on, until it floods."""
        ref: str | None = None
        try:
            ref = _ref_of(data)
            if until := self._pace.check("frames", str(connection.id), self._clock.now()):
                connection.refusals += 1
                raise Refused("too-fast", retry_at=until)
            await self._dispatch(connection, _decode(data, connection))
        except Refused as refused:
            self._refuse(connection, ref, refused)
        except StorageFailed:
            self._refuse(connection, ref, Refused("busy-try-later"))
        except (OverflowError, UnicodeError):
            self._refuse(connection, ref, Refused("bad-input"))
        except Exception:
            log.exception("frame failed")
            self._refuse(connection, ref, Refused("server-error"))
        if connection.refusals and self._floods(connection):
            self._hub.close(connection, frames.Close.FLOOD, "too many frames")

    def _floods(self, connection: Connection) -> bool:
        """Whether unreadable frames, and frames above the pace, come faster than any honest mistake."""
        count, connection.refusals = connection.refusals, 0
        return any(self._pace.check("refusals", str(connection.id), self._clock.now()) for _ in range(count))

    def _refuse(self, connection: Connection, ref: str | None, refused: Refused) -> None:
        detail = refused.detail or words.of("en").refusal(refused.code)
        frame = frames.Refused(
            ref=ref, code=refused.code, detail=detail, field=refused.field, retry_at=refused.retry_at
        )
        self._hub.send(connection, frame, Class.CONTROL)

    async def _dispatch(self, connection: Connection, frame: frames.ClientFrame) -> None:
        match frame:
            case frames.Send():
                await self._channels.send(connection, frame)
            case frames.Typing():
                self._channels.typing(connection, frame)
            case frames.Marked():
                await self._channels.mark(connection, frame)
            case frames.Ping():
                self._hub.send(connection, frames.Pong(ref=frame.ref, now=self._clock.now()), Class.CONTROL)
            case frames.Subscribe():
                await self._channels.subscribe(connection, frame)
            case frames.Unsubscribe():
                self._channels.unsubscribe(connection, frame.channel)
                self._done(connection, frame.ref)
            case frames.Edit():
                await self._channels.edit(connection, frame)
            case frames.Delete():
                await self._channels.delete(connection, frame)
            case frames.WatchBoard():
                await self._waiting.watch(connection)
                self._done(connection, frame.ref)
            case frames.UnwatchBoard():
                self._waiting.unwatch(connection)
                self._done(connection, frame.ref)
            case frames.SeeWarning():
                await self._moderation.see(connection.account, frame.id)
                self._done(connection, frame.ref)

    def _done(self, connection: Connection, ref: str) -> None:
        self._hub.send(connection, frames.Ack(ref=ref), Class.CONTROL)

    # News. What needs the database goes to a job; what protects somebody happens at once.

    def sessions_ended(self, news: SessionsEnded) -> None:
        for connection in self._hub.members(person_group(news.account)):
            if news.token_hash is None or news.token_hash == connection.visitor.token_hash:
                self._hub.close(connection, frames.Close.ENDED, news.code)

    def sanctioned(self, news: Sanctioned) -> None:
        if news.kind != "mute":
            for connection in self._hub.members(person_group(news.person)):
                for channel, subscription in list(connection.channels.items()):
                    if subscription.kind == "room" and news.channel in (None, channel):
                        self._channels.turn_out(
                            connection, channel, "banned", words.of("en").refusal("banned"), news.until
                        )
        self._jobs.start_soon(steady.once, self._refresh, news.person)

    def account_changed(self, news: AccountChanged) -> None:
        self._jobs.start_soon(steady.once, self._refresh, news.account)

    async def _refresh(self, account: str) -> None:
        """Everything these connections were told rests on what has changed: who they are, where they may be, what they may take."""
        for persona in await self._db.read(personas, account):
            for connection in self._hub.members(person_group(persona)):
                visitor = await self._accounts.visitor_by_hash(connection.visitor.token_hash)
                if visitor is None:
                    self._hub.close(connection, frames.Close.ENDED, "not-signed-in")
                    continue
                if visitor.me != connection.visitor.me:
                    self._hub.send(connection, frames.MeChanged(me=visitor.me), Class.CLAIM)
                connection.visitor = visitor
                await self._recheck(connection)

    async def _recheck(self, connection: Connection) -> None:
        for channel, subscription in list(connection.channels.items()):
            if subscription.kind == "room":
                try:
                    await self._rooms.entry(connection.account, channel)
                except Refused as refused:
                    detail = words.of("en").refusal(refused.code)
                    self._channels.turn_out(connection, channel, refused.code, detail, refused.retry_at)
        if self._waiting.watches(connection):
            try:
                await self._waiting.watch(connection)
            except Refused:
                self._waiting.unwatch(connection)

    def room_changed(self, news: RoomChanged) -> None:
        if news.retired:
            for connection in self._hub.members(f"room:{news.channel}"):
                self._channels.turn_out(
                    connection, news.channel, "room-retired", words.of("en").refusal("room-retired")
                )

    def warned(self, news: WarningGiven) -> None:
        self._hub.publish(person_group(news.person), frames.Warned(warning=news.warning), Class.CLAIM)

    def chat_news(self, news: ChatOpened | ChatChanged) -> None:
        self._jobs.start_soon(steady.once, self._tell_chat, news.id, (news.member, news.listener))

    async def _tell_chat(self, chat_id: str, people: tuple[str, str]) -> None:
        for account in people:
            if self._hub.count(person_group(account)):
                chat = await self._chats.seen_by(account, chat_id)
                self._hub.publish(person_group(account), frames.ChatChanged(chat=chat), Class.CLAIM)

    def request_news(self, news: RequestHeld | RequestClosed) -> None:
        self._jobs.start_soon(steady.once, self._tell_request, news.asker)

    async def _tell_request(self, asker: str) -> None:
        if self._hub.count(person_group(asker)) and (state := await self._requests.mine(asker)) is not None:
            self._hub.publish(person_group(asker), frames.RequestChanged(request=state), Class.CLAIM)

    async def go_away(self) -> None:
        """Tells everybody to come back, spread over a few seconds, and closes them."""
        for number, connection in enumerate(self._hub.everyone()):
            after = 500 + number % 40 * 100
            self._hub.send(connection, frames.GoAway(after_ms=after), Class.CONTROL)
            self._hub.close(connection, frames.Close.GOING_AWAY, "restarting")


def _ref_of(data: str | bytes) -> str | None:
    try:
        ref = msgspec.json.decode(data, type=_Envelope).ref
        return ref if ref is not None and len(ref) <= MAX_REF else None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _decode(data: str | bytes, connection: Connection) -> frames.ClientFrame:
    if isinstance(data, bytes):
        connection.refusals += 1
        raise Refused("bad-input", detail="Frames are JSON text.")
    try:
        frame: frames.ClientFrame = _decoder.decode(data)
        return frame
    except msgspec.ValidationError as error:
        code = "unknown-frame" if "`$.type`" in str(error) or "tag" in str(error) else "bad-input"
        raise Refused(code, field=str(error)[:200]) from None
    except (msgspec.DecodeError, RecursionError):
        connection.refusals += 1
        raise Refused("bad-input", detail="The frame is not JSON.") from None
