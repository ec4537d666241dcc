"""The door of idempotency keys: a changing request of staff that carries `Idempotency-Key`. What is kept, and how, is `cups.staff.once`."""

import hashlib
import re
from typing import Any

import msgspec
import trio
from litestar import Request, Response
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, Receive, Scope, Send

from cups.accounts.service import Accounts
from cups.accounts.visitor import require_staff
from cups.errors import Refused
from cups.settings import Settings
from cups.staff import once
from cups.staff.once import Answered, Use
from cups.store.database import Database

HEADER = "idempotency-key"
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
READS = "reads"
"""The option of a route that changes nothing but the audit log: no key is kept of it, and no answer."""
_SHAPE = re.compile(r"[A-Za-z0-9_-]{8,64}")


class Once:
    """One request under a key at a time: the second of two waits, and gets the first one's answer."""

    def __init__(self, db: Database, settings: Settings, accounts: Accounts) -> None:
        self._db, self._settings, self._accounts = db, settings, accounts
        self._running: dict[tuple[str, str], trio.Lock] = {}

    def middleware(self, app: ASGIApp) -> ASGIApp:
        async def layer(scope: Scope, receive: Receive, send: Send) -> None:
            request: Request[Any, Any, Any] = Request(scope, receive, send)
            changes = scope["path"].startswith("/api/staff") and request.method in CHANGING
            use = await self._begin(request) if changes else None
            if use is None:
                await app(scope, receive, send)
                return
            place = (use.account, use.key)
            lock = self._running.setdefault(place, trio.Lock())
            try:
                async with lock:
                    known = await self._db.read(once.before, use)
                    if known is not None:
                        again = replayed(request, Answered(known)).to_asgi_response(app=None, request=request)
                        await again(scope, receive, send)
                        return
                    token = once.use.set(use)
                    try:
                        await app(scope, receive, send)
                    finally:
                        once.use.reset(token)
            finally:
                if not lock.locked() and not lock.statistics().tasks_waiting:
                    self._running.pop(place, None)

        return layer

    async def _begin(self, request: Request[Any, Any, Any]) -> Use | None:
        key = request.headers.get(HEADER)
        if key is None or request.scope["route_handler"].opt.get(READS):
            return None
        if not _SHAPE.fullmatch(key):
            raise Refused("bad-input", field="Idempotency-Key", detail="A key is 8 to 64 letters, digits, - or _.")
        visitor = await self._accounts.visitor(request.cookies.get(self._settings.session_cookie()))
        try:
            staff = require_staff(visitor)
        except Refused:
            return None  # the route refuses it, in its own words
        told = [request.method, request.url.path, request.url.query, hashlib.sha256(await request.body()).hexdigest()]
        return Use(staff.id, key, hashlib.sha256(msgspec.json.encode(told)).hexdigest())


def replayed(request: Request[Any, Any, Any], before: Answered) -> Response[Any]:
    """What was answered the first time."""
    handler = request.scope["route_handler"]
    status = handler.status_code if isinstance(handler, HTTPRouteHandler) else 200
    headers = {"idempotent-replayed": "true"}
    body = b"" if status == 204 else before.body
    return Response(body, status_code=status, media_type="application/json", headers=headers)
