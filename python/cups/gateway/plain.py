"""The reactor in plain Python: the reference for `cups._core.Reactor`, and what runs where that can't. `reactor.py` says what is promised.

Small and obviously right rather than fast: the timers are a scan, a group is a set, what can be written is written at the next flush.
"""

import errno
import os
import select
import socket
import struct
from collections import Counter
from contextlib import suppress
from typing import Any

from cups.gateway import plain_frames as frames
from cups.gateway.plain_connection import IN, OUT, Connection, Queued, Settings, State, address_of, home
from cups.gateway.plain_frames import Found, Mode
from cups.gateway.plain_outboxes import Outboxes
from cups.gateway.reactor_events import End, Event
from cups.networks import within

ACCEPTS, READ_BYTES, MESSAGES, MESSAGES_IN_ALL = 128, 65_536, 64, 256
"""What one tick takes: connections, bytes and messages of one connection, messages in all."""
SCAN_S = 0.1
FAREWELL_S, FAREWELLS = 1.0, 256
"""How long whoever is refused has to read why, and how many have that at once."""
FORMATS = (0, 1)
HUNG_UP = select.EPOLLHUP | select.EPOLLERR


class PlainReactor(Outboxes):
    def __init__(self, **settings: Any) -> None:
        super().__init__(Settings(**settings))
        self._epoll = select.epoll()
        self._listeners: dict[int, socket.socket] = {}
        self._by_fd: dict[int, Connection] = {}
        self._addresses: Counter[str] = Counter()
        self._ready: dict[int, None] = {}
        """Who is to be read, as an ordered set."""
        self._last, self._scanned, self._deaf, self._dismissed = 0, float("-inf"), False, 0
        self._heard: list[int] = []
        """Whose close frame has come and waits for its answer."""
        self._exempt = tuple(self._settings.exempt_addresses)

    def __del__(self) -> None:
        if not hasattr(self, "_last"):
            return  # never made: a setting was wrong
        for sock in [
            *self._listeners.values(),
            *(conn.sock for conn in (*self._connections.values(), *self._parting.values())),
        ]:
            sock.close()
        self._epoll.close()

    def fileno(self) -> int:
        return self._epoll.fileno()

    # Coming and going

    def listen(self, fd: int) -> None:
        listener = socket.socket(fileno=os.dup(fd))
        listener.setblocking(False)
        self._listeners[listener.fileno()] = listener
        self._epoll.register(listener, IN)

    def stop_listening(self) -> None:
        for listener in self._listeners.values():
            self._epoll.unregister(listener)
            listener.close()
        self._listeners.clear()

    def _hear(self, deaf: bool) -> None:
        """Out of descriptors or memory, accepting stops until the next scan: the listener would stay readable, and the loop never rest."""
        self._deaf = deaf
        for listener in self._listeners.values():
            self._epoll.modify(listener, 0 if deaf else IN)

    def _accept(self, listener: socket.socket) -> None:
        for _ in range(ACCEPTS):
            try:
                sock, _peer = listener.accept()
            except OSError as error:
                if error.errno in (errno.ECONNABORTED, errno.EINTR, errno.EPROTO):
                    continue
                if error.errno != errno.EAGAIN:
                    self._hear(deaf=True)
                return
            address, s = address_of(sock), self._settings
            crowded = self._addresses[home(address)] >= s.max_connections_per_address and not within(
                address, self._exempt
            )
            full = len(self._connections) + len(self._parting) - self._dismissed >= s.max_connections
            self._counts["refused" if crowded or full else "accepted"] += 1
            conn = self._add(sock)
            if crowded or full:
                self._dismiss(conn, s.busy_answer)

    def _dismiss(self, conn: Connection, answer: bytes) -> None:
        """Refuses somebody whom nobody knows. Closing with bytes unread would reset the connection, and the answer with it: so it is let go in time."""
        conn.dismissed = conn.bare = True
        self._dismissed += 1
        self._shut(conn, answer, End.CLOSED, FAREWELL_S if answer and self._dismissed <= FAREWELLS else 0.0)
        self._write(conn)
        if conn.id in self._connections and self._now >= conn.deadline:
            self._end(conn, conn.end)

    def _add(self, sock: socket.socket) -> Connection:
        sock.setblocking(False)
        with suppress(OSError):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._last += 1
        conn = Connection(self._last, sock, self._now, self._settings)
        self._epoll.register(sock, conn.interest)
        self._connections[conn.id] = self._by_fd[conn.fd] = conn
        self._addresses[home(conn.address)] += 1
        return conn

    def adopt(self, fd: int, format: int, data: bytes, now: float) -> int:
        sock = socket.socket(fileno=fd)
        if format not in FORMATS:
            sock.close()
            raise ValueError(f"no format {format}")
        self._now = now
        conn = self._add(sock)
        self._open(conn, format, data)
        return conn.id

    def upgrade(self, conn: int, answer: bytes, format: int) -> None:
        found = self._asked(conn)
        if format not in FORMATS:
            raise ValueError(f"no format {format}")
        head = bytes(found.parser.buffer)
        found.parser.buffer.clear()
        self._open(found, format, head[head.index(b"\r\n\r\n") + 4 :])
        if answer:
            self.write(conn, answer)

    def _open(self, conn: Connection, format: int, data: bytes) -> None:
        conn.state, conn.format, conn.since, conn.heard = State.OPEN, format, self._now, self._now
        self._fanout.connect(conn.id)
        self._fanout.join(conn.id, str(conn.id))  # a group for itself: only what is published can be retracted
        conn.parser.feed(data)
        if data:
            self._ready[conn.id] = None
        self._arm(conn)

    def release(self, conn: int) -> int:
        found = self._asked(conn)
        self._forget(found)
        return found.sock.detach()

    def _asked(self, conn: int) -> Connection:
        found = self._connections[conn]
        if found.state is not State.ASKED:
            raise KeyError(conn)
        return found

    def _forget(self, conn: Connection) -> None:
        for group in list(conn.groups):
            self.leave(conn.id, group)
        self._fanout.disconnect(conn.id)
        self._epoll.unregister(conn.fd)
        del self._connections[conn.id], self._by_fd[conn.fd]
        self._addresses -= Counter({home(conn.address): 1})
        self._dismissed -= conn.dismissed
        for among in (self._ready, self._dirty, self._lazy):
            among.pop(conn.id, None)

    def _end(self, conn: Connection, reason: End) -> None:
        """Over, whoever ends it: the only place that tells ENDED."""
        self._forget(conn)
        conn.sock.close()
        if conn.state is State.CONNECTING:
            self._counts["heads_dropped"] += 1
        elif not conn.dismissed:
            self._events.append((Event.ENDED, conn.id, int(reason)))

    def _arm(self, conn: Connection) -> None:
        interest = (IN if conn.reads else 0) | (OUT if conn.stuck is not None else 0)
        if interest != conn.interest and conn.id in self._connections:
            conn.interest = interest
            self._epoll.modify(conn.fd, interest)

    # Reading

    @property
    def pending(self) -> bool:
        return bool(self._events or self._ready)

    def tick(self, now: float) -> list[tuple[int, int, Any]]:
        self._now = now
        self._counts["ticks"] += 1
        self._answer_closes()
        for fd, mask in self._epoll.poll(0):
            if fd in self._listeners:
                self._accept(self._listeners[fd])
            elif fd in self._parting:
                self._see_off(self._parting[fd])
            elif (conn := self._by_fd.get(fd)) is not None:
                if mask & ~OUT and conn.reads:
                    self._ready.setdefault(conn.id)
                elif mask & HUNG_UP:
                    self._end(conn, conn.end if conn.state is State.CLOSING else End.RESET)
                    continue
                if mask & OUT:
                    self._write(conn)
        self._read_ready()
        if now - self._scanned >= SCAN_S:
            self._scanned = now
            self._scan()
        events, self._events = self._events, []
        return events

    def _read_ready(self) -> None:
        """Each in turn; who has more than may be taken at once comes again behind the others."""
        left, again = MESSAGES_IN_ALL, []
        while self._ready and left:
            id = next(iter(self._ready))
            del self._ready[id]
            conn = self._connections[id]
            if conn.reads:
                most = min(MESSAGES, left)
                taken = self._read(conn, most)
                left -= taken
                if taken == most and id in self._connections and conn.parser.buffer:
                    again.append(id)
        self._ready.update(dict.fromkeys(again))

    def _read(self, conn: Connection, most: int) -> int:
        """What was read before goes first, and only when nothing of it is left, more is read. How many messages."""
        if conn.state is State.OPEN and (taken := self._take(conn, most)):
            return taken
        if not conn.reads or conn.id not in self._connections:
            return 0
        try:
            data = conn.sock.recv(READ_BYTES)
        except BlockingIOError:
            return 0
        except OSError:
            self._end(conn, conn.end if conn.state is State.CLOSING else End.RESET)
            return 0
        if not data:
            conn.at_eof = True
            self._finish(conn) if conn.state is State.CLOSING else self._end(conn, End.EOF)
            return 0
        self._counts["bytes_in"] += len(data)
        conn.heard, conn.pinged = self._now, False
        conn.parser.feed(data)
        if conn.state is State.CONNECTING:
            self._head(conn, len(data))
        elif conn.state is State.CLOSING:
            self._finish(conn)
        else:
            return self._take(conn, most)
        return 0

    def _head(self, conn: Connection, new: int) -> None:
        buffer, most = conn.parser.buffer, self._settings.max_head_bytes
        if buffer.find(b"\r\n\r\n", max(0, len(buffer) - new - 3), most) >= 0:
            conn.state = State.ASKED
            self._arm(conn)
            self._events.append((Event.HEAD, conn.id, bytes(buffer)))
        elif len(buffer) >= most:
            self._counts["heads_dropped"] += 1
            self._dismiss(conn, self._settings.head_answer)

    def _take(self, conn: Connection, most: int) -> int:
        """Tells what the stream holds, up to `most` messages."""
        taken, s = 0, self._settings
        allowed = s.control_frames_burst + s.control_frames_per_s * (self._now - conn.since)
        while taken < most and conn.reads and conn.state is State.OPEN:
            plain_before = conn.parser.mode is Mode.PLAIN
            found = conn.parser.take()
            self._counts["diverted"] += plain_before and conn.parser.mode not in (Mode.PLAIN, Mode.SKIPS)
            if found is None:
                break
            kind, data = found
            if kind is Found.REFUSED:
                self._limit(conn, 1009, data.decode(), End.TOO_BIG)
                break
            if kind is Found.CLOSE:
                self._counts["frames_in"] += 1
                conn.answer = data
                self._heard.append(conn.id)
                break
            if kind not in (Found.DIVERTED, Found.DIVERTED_LAST):
                self._counts["frames_in"] += 1
                conn.begun = None
            taken += 1
            if conn.parser.control > allowed:
                self._limit(conn, 1008, "too many control frames", End.FLOODED)
            elif kind is Found.PING:
                self._queue(conn, Queued(frames.frame(frames.PONG, data)), 0)
            elif kind is not Found.PONG:
                self._events.append((Event[kind.name], conn.id, data))
        if not conn.parser.amid:
            conn.begun = None
        elif conn.begun is None:
            conn.begun = self._now
        self._arm(conn)
        return taken

    def pause(self, conn: int) -> None:
        if (found := self._connections.get(conn)) is not None and found.state is State.OPEN:
            found.paused = True
            self._ready.pop(conn, None)
            self._arm(found)

    def resume(self, conn: int) -> None:
        if (found := self._connections.get(conn)) is not None and found.state is State.OPEN:
            if not found.reads:
                found.heard, found.pinged, found.begun = self._now, False, self._now
            found.paused = False
            found.parser.resume()
            if found.parser.buffer and found.reads:
                self._ready.setdefault(conn)
            self._arm(found)

    # Ending

    def close(self, conn: int, code: int, reason: str, discard: bool = False) -> None:
        if not 0 <= code < 1 << 16:
            raise ValueError("code is out of range")
        last_words = frames.close_frame(code, reason)
        if (found := self._connections.get(conn)) is not None and found.state in (State.ASKED, State.OPEN):
            if discard:
                found.keep_begun()
                self._fanout.disconnect(conn)
            found.bare = found.state is State.ASKED
            self._shut(found, b"" if found.bare else last_words, End.CLOSED, self._settings.close_timeout_s)

    def _answer_closes(self) -> None:
        """Closes whoever has closed. Not as soon as the close frame is read: what came before it is handled by then, and answered."""
        heard, self._heard = self._heard, []
        for id in heard:
            conn = self._connections.get(id)
            if conn is not None and conn.state is State.OPEN and conn.answer is not None:
                last_words = frames.frame(frames.CLOSE, conn.answer)
                self._shut(conn, last_words, End.CLOSED, self._settings.close_timeout_s)

    def _shut(self, conn: Connection, last_words: bytes, end: End, patience: float) -> None:
        """What waits is still written, then the last words; what comes in is looked at for nothing but an answer."""
        conn.out.extend(self._drain(conn, self._settings.outbox_bytes))
        if last_words:
            conn.out.append(Queued(last_words))
        self._fanout.disconnect(conn.id)
        conn.state, conn.end, conn.deadline = State.CLOSING, end, self._now + patience
        conn.parser.skip()
        if conn.overflowed:
            told = (Event.OVERFLOWED, conn.id, 0)
            self._events = [event for event in self._events if event != told]
        self._ready.pop(conn.id, None)
        self._touch(conn, 0)
        self._arm(conn)

    def _limit(self, conn: Connection, code: int, reason: str, end: End) -> None:
        """It went over a limit."""
        self._counts["too_big" if end is End.TOO_BIG else "floods"] += 1
        self._shut(conn, frames.close_frame(code, reason), end, self._settings.close_timeout_s)

    def _finish(self, conn: Connection) -> None:
        """Both sides have said what they had to say."""
        if not conn.out and (conn.at_eof or (conn.parser.closed and not conn.bare)):
            with suppress(OSError):
                conn.sock.shutdown(socket.SHUT_WR)
            self._end(conn, conn.end) if conn.at_eof else self._part(conn)
            return
        if not conn.out and (conn.bare or conn.parser.astray):
            # Its close frame would not be known: the end of our stream asks it to go.
            with suppress(OSError):
                conn.sock.shutdown(socket.SHUT_WR)
        self._arm(conn)

    def _part(self, conn: Connection) -> None:
        """Over, but for the client's end of the stream: closed before, what it still sends would be answered with a reset."""
        self._forget(conn)
        self._addresses[home(conn.address)] += 1
        self._parting[conn.fd] = conn
        self._epoll.register(conn.fd, IN)
        self._events.append((Event.ENDED, conn.id, int(conn.end)))

    def _see_off(self, conn: Connection) -> None:
        try:
            if conn.sock.recv(READ_BYTES):
                return
        except BlockingIOError:
            return
        except OSError:
            pass  # whatever became of it, it has ended
        self._let_go(conn)

    def _let_go(self, conn: Connection) -> None:
        del self._parting[conn.fd]
        self._addresses -= Counter({home(conn.address): 1})
        self._epoll.unregister(conn.fd)
        conn.sock.close()

    def abort(self, conn: int) -> None:
        if (found := self._connections.get(conn)) is not None and found.state is not State.CONNECTING:
            with suppress(OSError):
                found.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._end(found, End.ABORTED)

    def _scan(self) -> None:
        if self._deaf:
            self._hear(deaf=False)
        now, s = self._now, self._settings
        for conn in [conn for conn in self._parting.values() if now >= conn.deadline]:
            self._let_go(conn)
        for conn in list(self._connections.values()):
            if conn.state is State.CLOSING:
                if now >= conn.deadline:
                    self._end(conn, conn.end)
            elif conn.state is State.CONNECTING:
                if now - conn.since >= s.head_timeout_s:
                    self._end(conn, End.EOF)
            elif conn.stuck is not None and now - conn.stuck >= s.send_timeout_s:
                self._time_out(conn, End.STALLED)
            elif conn.state is State.OPEN and (conn.reads or conn.parser.full):
                # Whoever is not read cannot be heard: neither counts then.
                if conn.begun is not None and now - conn.begun >= s.frame_timeout_s:
                    self._time_out(conn, End.FRAME_TIMEOUT)
                elif conn.pinged and now - conn.heard >= s.heartbeat_s + s.pong_timeout_s:
                    self._time_out(conn, End.UNANSWERED)
                elif not conn.pinged and now - conn.heard >= s.heartbeat_s:
                    conn.pinged, conn.heard = True, now - s.heartbeat_s
                    self._counts["heartbeats"] += 1
                    self._queue(conn, Queued(frames.frame(frames.PING, b"")), 0)

    def _time_out(self, conn: Connection, reason: End) -> None:
        self._counts["timed_out"] += 1
        self._end(conn, reason)
