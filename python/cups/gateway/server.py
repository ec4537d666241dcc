"""The one port: looks at the head of each connection and hands it to the WebSocket gateway or to Hypercorn."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import structlog
import trio
from hypercorn.config import Config
from hypercorn.trio.tcp_server import TCPServer
from hypercorn.trio.worker_context import WorkerContext
from hypercorn.utils import wrap_app
from trio_websocket import ConnectionClosed, HandshakeError

from cups.accounts.service import Accounts
from cups.errors import Refused
from cups.gateway.head import Head, HeadTooLarge, HttpStream, parse, read_head
from cups.gateway.hub import Hub, person_group
from cups.gateway.live import Live
from cups.gateway.socket import Socket
from cups.settings import Settings
from cups.wire.frames import Close

log = structlog.get_logger()
PATH = "/live"


class HttpConnection(TCPServer):
    """Hypercorn's connection, which lets go as soon as the client has: it would wait out the keep-alive time otherwise."""

    async def _read_data(self) -> None:
        await super()._read_data()
        await self.idle_task.stop()


class Server:
    def __init__(self, app: Any, settings: Settings, hub: Hub, live: Live, accounts: Accounts) -> None:
        self._settings, self._hub, self._live, self._accounts = settings, hub, live, accounts
        self._socket = Socket(hub, settings)
        self._config = Config()
        self._config.accesslog = None
        self._config.errorlog = None
        self._config.h11_max_incomplete_size = settings.max_head_bytes
        self._config.keep_alive_timeout = 60
        self._config.read_timeout = 90
        self._config.include_server_header = False
        self._app = wrap_app(app, self._config.wsgi_max_body_size, "asgi")
        self._context = WorkerContext(None)
        self._open = 0
        self._by_address: Counter[str] = Counter()

    async def run(self, listeners: Sequence[trio.SocketListener], *, handlers: trio.Nursery) -> None:
        """Accepts until cancelled; connections live in `handlers`."""
        await trio.serve_listeners(self._connection, list(listeners), handler_nursery=handlers)

    async def _connection(self, stream: trio.SocketStream) -> None:
        if self._open >= self._settings.max_connections:
            await self._answer(stream, Refused("busy-try-later"))
            return
        address = self._address(stream)
        if address and self._by_address[address] >= self._settings.max_connections_per_address:
            await self._answer(stream, Refused("busy-try-later"))
            return
        self._open += 1
        self._by_address[address] += 1
        try:
            await self._route(stream)
        except (trio.BrokenResourceError, trio.ClosedResourceError, OSError):
            pass
        except Exception:
            log.exception("connection failed")
        finally:
            self._open -= 1
            self._by_address[address] -= 1
            if not self._by_address[address]:
                del self._by_address[address]
            with trio.move_on_after(1, shield=True):
                await stream.aclose()

    def _address(self, stream: trio.SocketStream) -> str:
        """Whom a connection is counted for; a known proxy speaks for many and is not counted."""
        try:
            peer = str(stream.socket.getpeername()[0])
        except OSError:
            return ""
        return "" if peer in self._settings.trusted_proxies else peer

    async def _route(self, stream: trio.SocketStream) -> None:
        try:
            with trio.fail_after(self._settings.head_timeout_s):
                raw, rest = await read_head(stream, self._settings.max_head_bytes)
        except trio.TooSlowError:
            return
        except HeadTooLarge:
            await self._answer(stream, Refused("too-large"))
            return
        if not raw:
            return
        head = parse(raw)
        if head is not None and head.wants_websocket:
            await self._websocket(stream, head, raw, rest)
        else:
            state: Any = {}
            replayed = HttpStream(stream, raw + rest, self._settings.send_timeout_s)
            await HttpConnection(self._app, self._config, self._context, state, replayed)  # type: ignore[arg-type]

    async def _websocket(self, stream: trio.SocketStream, head: Head, raw: bytes, rest: bytes) -> None:
        """Everything is checked before the upgrade: path, Origin against the exact list, session."""
        try:
            if head.path != PATH or head.method != "GET":
                raise Refused("not-found")
            if head.headers.get("origin") not in self._settings.allowed_origins():
                raise Refused("bad-origin")
            visitor = await self._accounts.visitor(head.cookie(self._settings.session_cookie()))
            if visitor is None:
                raise Refused("not-signed-in")
            if self._hub.count(person_group(visitor.id)) >= self._settings.max_connections_per_person:
                raise Refused("busy-try-later")
        except Refused as refused:
            await self._answer(stream, refused)
            return
        async with trio.open_nursery() as nursery:
            try:
                socket, guarded = await self._socket.handshake(nursery, stream, raw, rest)
            except (trio.TooSlowError, HandshakeError, ConnectionClosed):
                nursery.cancel_scope.cancel()
                return
            connection = self._hub.connect(visitor)
            try:
                # The session may have ended while the handshake was under way, before this connection could be told.
                now = await self._accounts.visitor_by_hash(visitor.token_hash)
                if now is None:
                    self._hub.close(connection, Close.ENDED, "not-signed-in")
                else:
                    connection.visitor = now
                await self._live.welcome(connection)
                await self._socket.serve(socket, guarded, connection, lambda data: self._live.receive(connection, data))
            finally:
                self._live.gone(connection)
                nursery.cancel_scope.cancel()

    async def _answer(self, stream: trio.SocketStream, refused: Refused) -> None:
        """A plain HTTP answer to what never became a request of the application."""
        body = json.dumps(
            {
                "type": f"/problems/{refused.code}",
                "title": refused.title,
                "status": refused.status,
                "code": refused.code,
                "detail": refused.title,
            }
        ).encode()
        head = f"HTTP/1.1 {refused.status} Refused\r\ncontent-type: application/problem+json\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        with trio.move_on_after(2):
            await stream.send_all(head.encode() + body)
