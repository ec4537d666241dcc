"""A person's live connection: the client's side of docs/protocol.md on websocket-client, made for gevent.

One greenlet reads; the person's own greenlet sends, and waits with `ask` or `until`. Every answer is matched by its ref, every
channel is followed by its numbers, and a lost connection is taken up again where it was.
"""

import contextlib
import itertools
import random
import time
from collections.abc import Callable
from typing import Any, TypeVar

import gevent
import msgspec
import websocket
from gevent.event import AsyncResult, Event

from cups.requests.boards import apply
from cups.wire import frames
from cups.wire.chats import Chat, Message
from cups.wire.requests import Board, RequestState
from loadtests.channel import Channel
from loadtests.tally import Tally, Times
from loadtests.words import travelled

ANSWER_WITHIN_S = 15.0
PING_EVERY_S = 25.0
RETRY_FROM_S, RETRY_TO_S = 0.5, 15.0

Found = TypeVar("Found")
_decode = msgspec.json.Decoder(frames.ServerFrame).decode
_encode = msgspec.json.Encoder().encode
_refs = itertools.count(1)


class Refused(Exception):
    """An `error` frame; equal codes count as one kind of failure."""


class Lost(Exception):
    """The connection ended without being asked to, or nothing came in time."""


def new_ref(prefix: str) -> str:
    return f"{prefix}-{next(_refs)}"


class LiveClient:
    """`url` is the server's address (http or https), `cookies` gives the Cookie header of this person's session."""

    def __init__(self, url: str, cookies: Callable[[], str], name: str, times: Times, tally: Tally) -> None:
        self._url, self._cookies, self._name, self._times, self._tally = url, cookies, name, times, tally
        self._socket: Any = None
        self._news = Event()
        self._waiting: dict[str, tuple[frames.Frame, AsyncResult]] = {}
        self._greenlets: list[gevent.Greenlet] = []
        self._closed = False
        self.request: RequestState | None = None
        self.board: Board | None = None
        self.chats: dict[str, Chat] = {}
        self.channels: dict[str, Channel] = {}

    # A connection's life

    def open(self) -> None:
        """Connects, and returns after `welcome`. Lost if that fails."""
        self._connect()
        self._greenlets = [gevent.spawn(self._read), gevent.spawn(self._beat)]

    def close(self) -> None:
        self._closed = True
        gevent.killall(self._greenlets, block=False)
        if self._socket is not None:
            with contextlib.suppress(OSError, websocket.WebSocketException):
                self._socket.close(timeout=1)

    def _connect(self) -> None:
        began = time.perf_counter()
        try:
            self._socket = websocket.create_connection(
                self._url.replace("http", "ws", 1) + "/live",
                subprotocols=[frames.PROTOCOL],
                origin=self._url,
                cookie=self._cookies(),
                timeout=ANSWER_WITHIN_S,
                skip_utf8_validation=True,
            )
            self._times.record("LIVE", "handshake", time.perf_counter() - began)
            first = _decode(self._socket.recv())
            if not isinstance(first, frames.Welcome):
                raise Lost(f"the first frame is {type(first).__name__}")
            self._times.record("LIVE", "handshake to welcome", time.perf_counter() - began)
            self._socket.settimeout(None)
        except (OSError, websocket.WebSocketException, msgspec.MsgspecError, Lost) as error:
            failure = Lost(_brief(error))
            self._times.record("LIVE", "handshake", time.perf_counter() - began, failure=failure)
            raise failure from error

    def _read(self) -> None:
        """Reads for good; comes back after a loss with growing pauses."""
        while not self._closed:
            try:
                data = self._socket.recv()
                if not data:
                    raise Lost(f"closed with {getattr(self._socket, 'close_status', None) or 'no code'}")
                self._take(_decode(data))
            except (OSError, websocket.WebSocketException, Lost) as error:
                if not self._closed:
                    self._times.record("LIVE", "connection", 0, failure=Lost(_brief(error)))
                    self._come_back()
            except msgspec.MsgspecError as error:
                self._times.record("LIVE", "frame off the protocol", 0, failure=error)

    def _come_back(self) -> None:
        pause = RETRY_FROM_S
        while not self._closed:
            gevent.sleep(pause * random.uniform(0.5, 1.5))
            pause = min(pause * 2, RETRY_TO_S)
            try:
                self._connect()
            except Lost:
                continue
            self._tally.add("connections taken up again")
            for channel in self.channels.values():
                self._resume(channel)
            for frame, _ in list(self._waiting.values()):
                self._write(frame)
            return

    def _resume(self, channel: Channel) -> None:
        """Asks for what is missing; `_take` takes it up."""
        self._write(frames.Subscribe(ref=new_ref("again"), channel=channel.id, since=channel.position))

    def _beat(self) -> None:
        while True:
            gevent.sleep(PING_EVERY_S)
            self.ask(frames.Ping(ref=new_ref("ping")), "ping to pong")

    # Sending

    def _write(self, frame: frames.Frame) -> None:
        """What cannot be written now is sent again after coming back, if somebody waits for its answer."""
        with contextlib.suppress(OSError, websocket.WebSocketException):
            self._socket.send(_encode(frame).decode())

    def ask(self, frame: Any, name: str, *, allowed: tuple[str, ...] = ()) -> Any:
        """Sends a frame and waits for its answer, timed under `name`. A refusal counts as a failure unless its code is allowed."""
        answer = AsyncResult()
        self._waiting[frame.ref] = (frame, answer)
        began = time.perf_counter()
        failure: Exception | None = None
        found: Any = None
        try:
            self._write(frame)
            found = answer.get(timeout=ANSWER_WITHIN_S)
            if isinstance(found, frames.Refused) and found.code not in allowed:
                failure = Refused(found.code)
        except gevent.Timeout:
            failure = Lost(f"no answer within {ANSWER_WITHIN_S:.0f} s")
            found = frames.Refused(ref=frame.ref, code="no-answer", detail="")
        finally:
            self._waiting.pop(frame.ref, None)
        self._times.record("LIVE", name, time.perf_counter() - began, failure=failure)
        return found

    def enter(self, channel_id: str) -> Channel | None:
        """Subscribes; None if refused."""
        channel = self.channels.setdefault(channel_id, Channel(channel_id))
        frame = frames.Subscribe(ref=new_ref("enter"), channel=channel_id, since=channel.position)
        if isinstance(self.ask(frame, "subscribe to subscribed"), frames.Subscribed):
            return channel
        self.channels.pop(channel_id, None)
        return None

    def leave(self, channel_id: str) -> None:
        self.ask(frames.Unsubscribe(ref=new_ref("leave"), channel=channel_id), "unsubscribe to ack")
        self.channels.pop(channel_id, None)

    def say(
        self, channel_id: str, text: str, *, reply_to: int | None = None, allowed: tuple[str, ...] = ()
    ) -> int | None:
        """The message's number once it is stored; None if it was refused."""
        frame = frames.Send(ref=new_ref("say"), channel=channel_id, text=text, reply_to=reply_to)
        found = self.ask(frame, "send to ack", allowed=allowed)
        return found.seq if isinstance(found, frames.Ack) else None

    def typing(self, channel_id: str) -> None:
        self._write(frames.Typing(channel=channel_id))

    def mark(self, channel_id: str, seq: int) -> None:
        self._write(frames.Marked(channel=channel_id, delivered=seq, read=seq))

    # Receiving

    def until(self, found: Callable[[], Found], timeout: float | None = None) -> Found | None:
        """Waits for frames until `found` gives something true; None if it does not in time."""
        with gevent.Timeout(timeout, False):
            while not (value := found()):
                self._news.clear()
                self._news.wait()
            return value
        return None

    def _take(self, frame: Any) -> None:
        match frame:
            case frames.Said():
                if self._follow(frame.channel, frame.message.seq):
                    self._heard(self.channels[frame.channel], frame.message)
            case frames.Changed():
                self._follow(frame.channel, frame.seq)
            case frames.Subscribed():
                self._subscribed(frame)
            case frames.Presence():
                if channel := self.channels.get(frame.channel):
                    channel.present = frame.count
            case frames.RequestChanged():
                self.request = frame.request
            case frames.WholeBoard():
                self.board = frame.board
            case frames.BoardChanged():
                if self.board is not None:
                    self.board = apply(self.board, frame.waiting, frame.gone, frame.came)
            case frames.ChatChanged():
                self.chats[frame.chat.id] = frame.chat
            case frames.Left():
                self.channels.pop(frame.channel, None)
                self._tally.add(f"taken out of a channel: {frame.code}")
        if (ref := getattr(frame, "ref", None)) and (waiting := self._waiting.get(ref)):
            waiting[1].set(frame)
        self._news.set()

    def _subscribed(self, frame: frames.Subscribed) -> None:
        channel = self.channels.get(frame.channel)
        if channel is None:
            return
        if channel.position is not None:
            failure = None if frame.recovered else Lost("could not go on where it was")
            self._times.record("LIVE", "resume", 0, failure=failure)
        channel.start(frame)
        if frame.chat is not None:
            self.chats[frame.channel] = frame.chat

    def _follow(self, channel_id: str, number: int) -> bool:
        """Whether this event is the next one; a gap is filled by asking for what is missing."""
        channel = self.channels.get(channel_id)
        if channel is None:
            return False
        step = channel.step(number)
        if step == "gap":
            self._tally.add("gaps")
            self._resume(channel)
        elif step == "known":
            self._tally.add("events seen twice")
        return step == "next"

    def _heard(self, channel: Channel, message: Message) -> None:
        channel.newest = message.seq
        if message.author.name == self._name:
            return
        channel.inbox.append(message)
        if (took := travelled(message.text)) is not None:
            self._times.record("LIVE", "message to delivery", took, length=len(message.text))


def _brief(error: Exception) -> str:
    """One line, without what differs from person to person."""
    return (str(error) or type(error).__name__).splitlines()[0][:120]
