"""A person over REST: passes the gate, calls, opens the live connection."""

import time
from typing import Any, ClassVar, TypeVar
from urllib.parse import urlsplit

import gevent
import msgspec
from locust import HttpUser
from locust.exception import RescheduleTask, StopUser

from cups.wire.people import Agreement, AgreementVersion, GateIn, GateOut, Me
from cups.wire.problems import Problem
from loadtests.client import LiveClient, Lost
from loadtests.tally import Tally, Times

T = TypeVar("T")
IDLE_S = 40.0
"""An HTTP connection is not used again after so long without a request."""


class GaveUp(RescheduleTask):
    """A call failed and was counted: what the person was about to do has no point any more."""


class Person(HttpUser):
    """Everyone begins as a guest. `tally` is shared by all people of a run."""

    abstract = True
    tally: ClassVar[Tally] = Tally()
    live: LiveClient
    me: Me
    _called_at = 0.0

    def on_start(self) -> None:
        self.times = Times(self.environment)
        try:
            self.arrive()
        except (GaveUp, Lost) as error:
            raise StopUser from error
        self.tally.add("people ready")

    def arrive(self) -> None:
        """What this kind of person does once, before anything else. GaveUp or Lost if that fails."""
        self.pass_gate()

    def on_stop(self) -> None:
        if hasattr(self, "live"):
            self.live.close()

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        into: type[T],
        name: str | None = None,
        allowed: tuple[str, ...] = (),
    ) -> T | Problem:
        """One request, counted under `name`. A refusal whose code is allowed comes back as a Problem; any other is a failure and GaveUp."""
        headers = {"content-type": "application/json", "origin": str(self.host)}
        if method != "GET":
            headers["x-csrf-token"] = self.client.cookies.get("cups-csrf") or ""
        data = msgspec.json.encode(body) if body is not None else b"{}" if method == "POST" else None
        self._let_go_of_idle_connections()
        with self.client.request(
            method, path, name=name or path, data=data, headers=headers, catch_response=True
        ) as response:
            try:
                if 200 <= response.status_code < 300:
                    return msgspec.json.decode(response.content or b"null", type=into)
                if response.status_code:
                    problem = msgspec.json.decode(response.content, type=Problem)
                    if problem.code in allowed:
                        response.success()
                        return problem
                    response.failure(f"{problem.status} {problem.code}")
                    if problem.code == "too-fast":
                        self.tally.limit_met(name or path)
                else:
                    response.failure(_reason(response.error))
            except msgspec.MsgspecError as error:
                response.failure(f"{response.status_code}, and a body that does not fit: {error}")
        raise GaveUp

    def _let_go_of_idle_connections(self) -> None:
        """As browsers do: the server is about to close what was quiet for long, and a request could cross that on its way."""
        now = time.monotonic()
        if now - self._called_at > IDLE_S:
            self.client.close()
        self._called_at = now

    def get(self, path: str, into: type[T], name: str | None = None) -> T:
        found = self.call("GET", path, into=into, name=name)
        assert not isinstance(found, Problem)
        return found

    def post(self, path: str, body: Any, into: type[T], name: str | None = None) -> T:
        found = self.call("POST", path, body, into=into, name=name)
        assert not isinstance(found, Problem)
        return found

    def pass_gate(self) -> None:
        """Reads the agreements, answers, and is a guest from then on."""
        agreements = self.get("/api/agreements", list[Agreement])
        self.get("/api/me", Me)
        accepted = [AgreementVersion(kind=a.kind, version=a.version) for a in agreements]
        self.me = self.post("/api/gate", GateIn(age="18-plus", danger="none", agreements=accepted), GateOut).me

    def connect(self) -> None:
        """Opens the live connection of the present session."""
        assert self.me.person is not None and self.host is not None
        self.live = LiveClient(self.host, self._cookies, self.me.person.name, self.times, self.tally)
        self.live.open()

    def _cookies(self) -> str:
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.client.cookies)

    def type_for(self, channel_id: str, seconds: float) -> None:
        """Types for a while, and lets the others see it as the page does: every 3 s."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.live.typing(channel_id)
            gevent.sleep(min(3.0, left))


def origin(url: str) -> str:
    """The address as an Origin says it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _reason(error: Any) -> str:
    return type(error).__name__ if error is not None else "no answer"
