"""A person as a test has them: a cookie jar over REST, and a live connection over a WebSocket. Trio throughout."""

import itertools
import json
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec
import pyotp
import trio
from trio_websocket import WebSocketConnection, open_websocket_url

from cups.wire.frames import PROTOCOL, PROTOCOL_PACKED, TICKET

Json = dict[str, Any]
_refs = itertools.count(1)
_tls = ssl.create_default_context()
"""One for all: reading the certificates takes 25 ms and a megabyte, and a client without one would do it for each person."""


def new_ref(prefix: str = "r") -> str:
    return f"{prefix}-{next(_refs)}"


class Person:
    """Signs in, asks, takes, talks. `base` is the server's address."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.http = httpx.AsyncClient(base_url=base, verify=_tls, timeout=20, follow_redirects=False)
        self.me: Json = {}
        self.codes: list[str] = []

    @property
    def name(self) -> str:
        return str(self.me["person"]["name"])

    async def _csrf(self) -> dict[str, str]:
        if "cups-csrf" not in self.http.cookies:
            await self.http.get("/api/me")
        return {"x-csrf-token": self.http.cookies["cups-csrf"], "origin": self.base}

    async def call(self, method: str, path: str, body: Any = None, *, expect: int | None = None) -> httpx.Response:
        headers = await self._csrf() if method != "GET" else {}
        response = await self.http.request(method, path, json=body, headers=headers)
        if expect is not None:
            assert response.status_code == expect, f"{method} {path}: {response.status_code} {response.text[:500]}"
        return response

    async def get(self, path: str, expect: int = 200) -> Any:
        response = await self.call("GET", path, expect=expect)
        return response.json() if response.content else None

    async def post(self, path: str, body: Any = None, expect: int | tuple[int, ...] = (200, 201, 204)) -> Any:
        response = await self.call("POST", path, body if body is not None else {})
        wanted = expect if isinstance(expect, tuple) else (expect,)
        assert response.status_code in wanted, f"POST {path}: {response.status_code} {response.text[:500]}"
        return response.json() if response.content else None

    async def pass_gate(self, age: str = "18-plus", danger: str = "none") -> "Person":
        agreements = [{"kind": a["kind"], "version": a["version"]} for a in await self.get("/api/agreements")]
        answer = await self.post("/api/gate", {"age": age, "danger": danger, "agreements": agreements})
        self.me = answer["me"]
        return self

    async def enter(self, link: str) -> "Person":
        """By one of the demo's ready-made links."""
        response = await self.http.get(link)
        assert response.status_code == 303, response.text[:300]
        self.me = await self.get("/api/me")
        return self

    async def sign_up(self, password: str = "a long enough one", name: str | None = None) -> "Person":
        answer = await self.post("/api/sign-up", {"password": password} | ({"name": name} if name else {}))
        self.me, self.codes = answer["me"], answer["recovery_codes"]
        return self

    async def sign_in(self, name: str, password: str = "a long enough one") -> "Person":
        self.me = await self.post("/api/sign-in", {"name": name, "password": password})
        return self

    async def set_up_second_factor(self) -> pyotp.TOTP:
        """With the code before the present one, so that the present one and the next are left to sign in by."""
        app = pyotp.TOTP((await self.post("/api/me/second-factor"))["secret"])
        await self.call("PUT", "/api/me/second-factor", {"code": app.at(int(time.time()) - 30)}, expect=200)
        self.me = await self.get("/api/me")
        return app

    async def ask(self, topic: str = "anxiety", language: str = "en", ref: str | None = None) -> Json:
        answer: Json = await self.post(
            "/api/requests", {"ref": ref or new_ref("ask"), "topic": topic, "language": language}, 201
        )
        return answer

    @asynccontextmanager
    async def live(
        self,
        origin: str | None = None,
        *,
        protocol: str = PROTOCOL,
        ticket: str | None = None,
        cookie: bool = True,
        at: str | None = None,
    ) -> AsyncIterator["LiveConnection"]:
        """`at`: the process to connect to, where that is not the one that serves the pages."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())
        headers = [("origin", origin or self.base), *([("cookie", cookies)] if cookie else [])]
        url = (at or self.base).replace("http", "ws") + "/live"
        offered = [protocol, *([] if ticket is None else [TICKET + ticket])]
        async with open_websocket_url(url, subprotocols=offered, extra_headers=headers) as socket:
            connection = LiveConnection(socket, packed=socket.subprotocol == PROTOCOL_PACKED)
            await connection.until("welcome")
            yield connection

    async def aclose(self) -> None:
        await self.http.aclose()


class LiveConnection:
    """One WebSocket: everything that came is kept in `frames`, in order."""

    def __init__(self, socket: WebSocketConnection, *, packed: bool = False) -> None:
        self.socket = socket
        self.packed = packed
        self.frames: list[Json] = []

    async def send(self, **frame: Any) -> None:
        await self.socket.send_message(msgspec.msgpack.encode(frame) if self.packed else json.dumps(frame))

    async def next(self, timeout: float = 10) -> Json:
        with trio.fail_after(timeout):
            message = await self.socket.get_message()
        assert isinstance(message, bytes) == self.packed
        frame: Json = msgspec.msgpack.decode(message) if self.packed else json.loads(message)  # type: ignore[arg-type]
        self.frames.append(frame)
        return frame

    async def until(self, kind: str, timeout: float = 10, **fields: Any) -> Json:
        """Reads on to the next frame of this type whose fields match."""
        with trio.fail_after(timeout):
            while True:
                frame = await self.next(timeout)
                if frame["type"] == kind and all(frame.get(name) == value for name, value in fields.items()):
                    return frame

    async def had(self, kind: str, timeout: float = 10, **fields: Any) -> Json:
        """The first frame of this type and these fields of all that came or comes: it may have come before the answer to something else."""
        for frame in self.frames:
            if frame["type"] == kind and all(frame.get(name) == value for name, value in fields.items()):
                return frame
        return await self.until(kind, timeout, **fields)

    async def answer(self, **frame: Any) -> Json:
        """Sends a frame and reads on to what answers its ref."""
        ref = frame.setdefault("ref", new_ref())
        await self.send(**frame)
        with trio.fail_after(10):
            while True:
                got = await self.next()
                if got.get("ref") == ref:
                    return got

    async def subscribe(self, channel: str, since: Json | None = None) -> Json:
        state = await self.answer(type="subscribe", channel=channel, since=since)
        assert state["type"] == "subscribed", state
        return state

    async def say(self, channel: str, text: str, ref: str | None = None) -> Json:
        return await self.answer(type="send", channel=channel, text=text, ref=ref or new_ref("say"))

    async def quiet(self, seconds: float = 0.5) -> list[Json]:
        """Everything the server had for this connection when it was asked, and what still comes within a while."""
        got: list[Json] = []
        ref = new_ref("quiet")
        await self.send(type="ping", ref=ref)
        while (frame := await self.next()).get("ref") != ref:
            got.append(frame)
        with trio.move_on_after(seconds):
            while True:
                got.append(await self.next(seconds * 2))
        return got
