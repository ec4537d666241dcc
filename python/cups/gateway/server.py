"""The one port: looks at the head of each connection and hands it to the WebSocket gateway or to Hypercorn.

The reactor accepts, reads heads and keeps the limits by address; everything about a WebSocket is checked here before its upgrade.
"""

import logging
import socket as sockets
from collections import Counter
from collections.abc import Collection
from typing import Any

import structlog
import trio
from hypercorn.config import Config
from hypercorn.trio.tcp_server import TCPServer
from hypercorn.trio.worker_context import WorkerContext
from hypercorn.utils import wrap_app

from cups._core import SaidBatch
from cups.accounts.visitor import hashed
from cups.errors import Refused
from cups.gateway import handshake
from cups.gateway.arrivals import Arrival
from cups.gateway.divert import Diversion
from cups.gateway.divert import handshake as slow_handshake
from cups.gateway.head import Head, HttpStream, parse, refusal
from cups.gateway.hub import Hub, person_group
from cups.gateway.live import Live
from cups.gateway.load import Load
from cups.gateway.plain_connection import canonical, home
from cups.gateway.unread import heard_out
from cups.health import LIVE, READY
from cups.networks import within
from cups.settings import Settings
from cups.wire.frames import PROTOCOL_PACKED, Close

log = structlog.get_logger()
PATH = "/live"
HEALTH = (LIVE, READY)
"""What whoever looks after the process asks it, whatever its role."""


class HttpConnection(TCPServer):
    """Hypercorn's connection, which lets go as soon as the client has: it would wait out the keep-alive time otherwise."""

    async def _read_data(self) -> None:
        await super()._read_data()
        await self.idle_task.stop()


class Server:
    def __init__(
        self,
        app: Any,
        settings: Settings,
        hub: Hub,
        live: Live,
        load: Load,
        handlers: trio.Nursery,
        *,
        doors: Collection[str] = ("sockets", "http"),
    ) -> None:
        """`doors`: what is served here; of several processes one may have only the sockets, and others pages and REST. /health is answered by each."""
        self._doors = frozenset(doors)
        self._settings, self._hub, self._live, self._load, self._tasks = settings, hub, live, load, handlers
        self._reactor = hub.reactor
        self._config = Config()
        self._config.accesslog = None
        self._config.errorlog = logging.getLogger("hypercorn.error")
        self._config.h11_max_incomplete_size = settings.max_head_bytes
        self._config.keep_alive_timeout = 60
        self._config.read_timeout = 90
        self._config.include_server_header = False
        heard = heard_out(app, most_bytes=settings.unread_bytes, most_s=settings.unread_s)
        self._app = wrap_app(heard, self._config.wsgi_max_body_size, "asgi")
        self._context = WorkerContext(None)
        self._origins, self._cookie = settings.allowed_origins(), settings.session_cookie()
        self._http = 0
        self._http_by_address: Counter[str] = Counter()
        self._answered = trio.Event()
        self._diversions: dict[int, Diversion] = {}

    # What the reactor has read

    def head(self, conn: int, data: bytes) -> None:
        end = data.index(b"\r\n\r\n") + 4
        head = parse(data[:end])
        if head is None or not head.wants_websocket:
            if "http" not in self._doors and (head is None or head.path not in HEALTH):
                self._refuse(conn, Refused("not-found"))
                return
            self._tasks.start_soon(self._serve_http, self._reactor.release(conn), data)
            return
        try:
            self._check(head)
            if not self._resume(conn, head):
                self._tasks.start_soon(self._arrive, conn, head, data[:end])
        except Refused as refused:
            self._refuse(conn, refused)

    def message(self, conn: int, data: bytes, *, binary: bool) -> None:
        connection = self._hub.get(conn)
        if connection is not None and connection.closing is None:
            self._live.receive(connection, data, binary=binary)

    def said(self, batch: SaidBatch) -> None:
        self._live.said(batch)

    def diverted(self, conn: int, data: bytes, *, last: bool) -> None:
        diversion = self._diversions.get(conn)
        if diversion is None:
            diversion = self._diversions[conn] = Diversion(self._reactor, conn, self._settings, self._hub.touched)
            self._hub.diverting.add(conn)
            self._tasks.start_soon(self._divert, conn, diversion)
        diversion.feed(data)

    async def _divert(self, conn: int, diversion: Diversion) -> None:
        """One message off the fast path; what the client sends after it waits in the reactor until it is handed on."""
        try:
            found = await diversion.message()
        except Exception:
            log.exception("diversion failed")
            found = None
            self._reactor.abort(conn)
        finally:
            self._diversions.pop(conn, None)
            self._hub.diverting.discard(conn)
        if found is not None:
            self.message(conn, found.encode() if isinstance(found, str) else found, binary=isinstance(found, bytes))
            connection = self._hub.get(conn)
            if connection is None or connection.inbox is None or len(connection.inbox) < self._settings.inbox_frames:
                self._hub.read_on(conn)
        self._hub.touched()

    def ended(self, conn: int, reason: int) -> None:
        diversion = self._diversions.pop(conn, None)
        self._hub.diverting.discard(conn)
        if diversion is not None:
            diversion.scope.cancel()
        connection = self._hub.get(conn)
        if connection is not None:
            self._live.gone(connection)

    def overflowed(self, conn: int) -> None:
        connection = self._hub.get(conn)
        if connection is not None:
            self._hub.close(connection, Close.SLOW, "resume from here")
            # It takes no more, and may take long to hear of it: for everybody else it has left.
            self._live.gone(connection)

    # WebSockets: everything is checked before the upgrade

    def _check(self, head: Head) -> None:
        """Path, Origin against the exact list, and whether there is room for one more."""
        if head.path != PATH or head.method != "GET" or "sockets" not in self._doors:
            raise Refused("not-found")
        if head.headers.get("origin") not in self._origins:
            raise Refused("bad-origin")
        if (retry_at := self._load.full()) is not None:
            raise Refused("busy-try-later", retry_at=retry_at)

    def _room_for(self, account: str) -> None:
        if self._hub.count(person_group(account)) >= self._settings.max_connections_per_person:
            raise Refused("busy-try-later")

    def _resume(self, conn: int, head: Head) -> bool:
        """The short way, by a ticket: True if the connection is open now, or its session is being read."""
        names = handshake.offered(head)
        ticket = handshake.ticket(names)
        if ticket is None:
            return False
        tickets, live = self._live.tickets, self._live
        number = tickets.number(ticket)
        old = None if number is None else self._hub.get(number)
        gone = None if number is None or old is not None else tickets.peek(number)
        arrival = old.arrival if old is not None else gone.arrival if gone is not None else None
        cookie = head.cookie(self._cookie)
        by_cookie = None if not cookie or len(cookie) > 100 else hashed(cookie)
        token_hash = by_cookie if arrival is None else arrival.visitor.token_hash
        if token_hash is None or by_cookie not in (None, token_hash) or not tickets.genuine(ticket, token_hash):
            return False  # not ours, or somebody else by now: the cookie alone says who
        chosen = handshake.chosen(names)
        answer, packed = handshake.answer(head, chosen), chosen == PROTOCOL_PACKED
        if old is not None:
            # The client has given this connection up, whatever we still believe of it.
            self._hub.close(old, Close.REPLACED, "")
            # Nor does it count any more among this person's, while it still waits for the client's end.
            self._hub.leave(old, person_group(old.account))
            live.gone(old)
        elif number is not None and tickets.take(number) is None and by_cookie is None:
            return False
        if arrival is not None and live.arrivals.current(arrival):
            self._room_for(arrival.visitor.id)
            self._open(conn, arrival, answer, packed)
        else:
            self._tasks.start_soon(self._arrive_by, conn, token_hash, answer, packed)
        return True

    async def _arrive_by(self, conn: int, token_hash: str, answer: bytes, packed: bool) -> None:
        """With a ticket whose person has changed meanwhile."""
        try:
            arrival = await self._live.arrivals.arrive(token_hash)
            self._room_for(arrival.visitor.id)
            self._open(conn, arrival, answer, packed)
        except Refused as refused:
            self._refuse(conn, refused)
        except Exception:
            log.exception("arrival failed")
            self._reactor.abort(conn)

    async def _arrive(self, conn: int, head: Head, raw: bytes) -> None:
        """The whole way: the session from the database, the handshake by trio-websocket."""
        try:
            cookie = head.cookie(self._cookie)
            if not cookie or len(cookie) > 100:
                raise Refused("not-signed-in")
            arrival = await self._live.arrivals.arrive(hashed(cookie))
            chosen = handshake.chosen(handshake.offered(head))
            answer = await slow_handshake(raw, chosen, self._settings)
            if answer is None:
                raise Refused("bad-input")
            if not self._live.arrivals.current(arrival):
                arrival = await self._live.arrivals.arrive(hashed(cookie))
            self._room_for(arrival.visitor.id)
            self._open(conn, arrival, answer, chosen == PROTOCOL_PACKED)
        except Refused as refused:
            self._refuse(conn, refused)
        except Exception:
            log.exception("arrival failed")
            self._reactor.abort(conn)

    def _open(self, conn: int, arrival: Arrival, answer: bytes, packed: bool) -> None:
        try:
            self._reactor.upgrade(conn, answer, int(packed))
        except KeyError:
            return  # the client has left meanwhile
        self._live.welcome(self._hub.connect(conn, arrival, packed=packed))

    def _refuse(self, conn: int, refused: Refused) -> None:
        try:
            descriptor = self._reactor.release(conn)
        except KeyError:
            return
        self._tasks.start_soon(self._answer, descriptor, refused)

    async def _answer(self, descriptor: int, refused: Refused) -> None:
        """A plain HTTP answer to what never became a request of the application."""
        stream = _stream(descriptor)
        with trio.move_on_after(2, shield=True):
            try:
                await stream.send_all(refusal(refused))
                await stream.send_eof()
                await stream.receive_some(1)
            except (trio.BrokenResourceError, trio.ClosedResourceError):
                pass
        await trio.aclose_forcefully(stream)

    # Plain HTTP

    async def _serve_http(self, descriptor: int, data: bytes) -> None:
        stream = _stream(descriptor)
        address = self._address(stream)
        crowded = self._http >= self._settings.max_connections
        if crowded or (address and self._http_by_address[address] >= self._settings.max_connections_per_address):
            await self._answer(stream.socket.detach(), Refused("busy-try-later"))
            return
        self._http += 1
        self._http_by_address[address] += 1
        try:
            state: Any = {}
            replayed = HttpStream(stream, data, self._settings.send_timeout_s)
            await HttpConnection(self._app, self._config, self._context, state, replayed)  # type: ignore[arg-type]
        except (trio.BrokenResourceError, trio.ClosedResourceError, OSError):
            pass
        except Exception:
            log.exception("connection failed")
        finally:
            self._http -= 1
            self._http_by_address[address] -= 1
            if not self._http_by_address[address]:
                del self._http_by_address[address]
            if not self._http:
                self._answered.set()
            with trio.move_on_after(1, shield=True):
                await stream.aclose()

    async def let_idle_go(self) -> None:
        """Closes what waits for another request. Whoever was accepted before the port was closed, and asks only now, is answered all the same."""
        idle, self._context = self._context, WorkerContext(None)
        await idle.terminated.set()

    async def wait_answered(self) -> None:
        """Returns once no connection of plain HTTP is left."""
        while self._http:
            self._answered = trio.Event()
            await self._answered.wait()

    def _address(self, stream: trio.SocketStream) -> str:
        """Whom a connection is counted for; a known proxy speaks for many and is not counted."""
        try:
            peer = canonical(str(stream.socket.getpeername()[0]))
        except OSError:
            return ""
        return "" if within(peer, self._settings.trusted_proxies) else home(peer)


def _stream(descriptor: int) -> trio.SocketStream:
    return trio.SocketStream(trio.socket.from_stdlib_socket(sockets.socket(fileno=descriptor)))
