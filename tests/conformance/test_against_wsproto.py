"""Reactor, server and diversions as a whole against wsproto's server side, on random and broken streams, cut anywhere: the same messages,
the same pongs, the same close.

`CUPS_FUZZ_STREAMS=100000` makes more of them, `CUPS_FUZZ_SEED=…` begins elsewhere; a failure tells the seed of its stream.
"""

import os
import random
import socket
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Literal, cast

import pytest
import trio
import trio.testing

from conformance.echo import Anybody, Echo, EchoServer, _no_pages
from conformance.streams import MOST_BYTES, MOST_FRAGMENTS, Verdict, by_wsproto, stream
from cups.app import reactor
from cups.clock import SystemClock
from cups.gateway.hub import Connection, Hub
from cups.gateway.live import Live
from cups.gateway.load import Load
from cups.gateway.turns import Turns
from cups.settings import Settings
from harness.wire import CLOSE, FIN, PONG, server_frames

STREAMS = int(os.environ.get("CUPS_FUZZ_STREAMS", "250"))
SEED = int(os.environ.get("CUPS_FUZZ_SEED", "1"))
BYTEWISE = 400
"""Longer streams are not cut at every byte."""


class Listening(Echo):
    """Takes messages, and answers none."""

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub)
        self.messages: list[str | bytes] = []

    def receive(self, connection: Connection, data: bytes, *, binary: bool) -> None:
        self.messages.append(data if binary else data.decode())


class Gateway:
    """One reactor, with a turn whenever it is asked for one."""

    def __init__(self, kind: Literal["native", "plain"], tasks: trio.Nursery) -> None:
        limits: dict[str, Any] = {"max_frame_bytes": MOST_BYTES, "max_fragments": MOST_FRAGMENTS}
        settings = Settings(reactor=kind, coalesce_ms=0.0, control_frames_burst=1 << 20, **limits)
        self.hub = Hub(reactor(settings))
        self.reactor = self.hub.reactor
        self.listening = Listening(self.hub)
        load = Load(SystemClock(), full_lag_s=60.0, busy_lag_s=60.0)
        self.server = EchoServer(_no_pages, settings, self.hub, cast(Live, self.listening), load, tasks)
        self.turns = Turns(self.reactor, load.late)
        self.hub.touched = self.turns.touched

    async def settle(self) -> None:
        """Turns until nobody has anything to do."""
        quiet = 0
        while quiet < 2:
            before = self.reactor.statistics()
            self.turns._turn(self.server)
            await trio.testing.wait_all_tasks_blocked()
            after = self.reactor.statistics()
            moved = any(before[name] != after[name] for name in ("bytes_in", "bytes_out", "frames_in", "connections"))
            quiet = 0 if moved or self.reactor.pending else quiet + 1

    async def verdict(self, pieces: Iterator[bytes]) -> Verdict:
        ours, theirs = socket.socketpair()
        with theirs:
            conn = self.reactor.adopt(ours.detach(), 0, b"", trio.current_time())
            self.hub.connect(conn, cast(Any, Anybody()))
            self.listening.messages = []
            theirs.setblocking(False)
            got = b""
            for piece in pieces:
                try:
                    assert theirs.send(piece) == len(piece)
                except BrokenPipeError:
                    break
                await self.settle()
            try:
                while data := theirs.recv(1 << 16):
                    got += data
            except (BlockingIOError, ConnectionResetError):
                pass
        await self.settle()
        assert self.hub.get(conn) is None and not self.hub.diverting, "nothing is left of it"
        assert self.reactor.statistics()["connections"] == 0
        frames, rest = server_frames(got)
        assert not rest
        verdict = Verdict(self.listening.messages)
        for first, payload in frames:
            assert verdict.close is None, "nothing is sent behind a close frame"
            if first == FIN | PONG:
                verdict.pongs.append(payload)
            else:
                assert first == FIN | CLOSE
                verdict.close = payload
        return verdict


def whole(data: bytes, rng: random.Random) -> Iterator[bytes]:
    yield data


def bytewise(data: bytes, rng: random.Random) -> Iterator[bytes]:
    if len(data) > BYTEWISE:
        yield from anywhere(data, rng)
        return
    for at in range(len(data)):
        yield data[at : at + 1]


def anywhere(data: bytes, rng: random.Random) -> Iterator[bytes]:
    cuts = [0, *sorted(rng.randint(0, len(data)) for _ in range(rng.randint(1, 12))), len(data)]
    for start, end in pairwise(cuts):
        if start < end:
            yield data[start:end]


def same(ours: Verdict, theirs: Verdict) -> bool:
    """A fault's reason is our own; its code is not."""
    if theirs.over and ours.close is not None and ours.close[:2] == b"\x03\xf1":
        return ours.messages == theirs.messages and ours.pongs == theirs.pongs[: len(ours.pongs)]
    fault = theirs.close is not None and theirs.close[:2] in (b"\x03\xea", b"\x03\xef", b"\x03\xf1")
    closed = ours.close == theirs.close or (fault and ours.close is not None and ours.close[:2] == theirs.close[:2])
    return closed and (ours.messages, ours.pongs) == (theirs.messages, theirs.pongs)


def told(verdict: Verdict) -> str:
    return f"{[message[:20] for message in verdict.messages]} {[pong[:8] for pong in verdict.pongs]} closed {verdict.close!r}"


@pytest.mark.parametrize("kind", ["native", "plain"])
async def test_random_streams_have_the_same_verdict(kind: Literal["native", "plain"]) -> None:
    print(f"seeds {SEED} to {SEED + STREAMS - 1}")
    closes = set()
    async with trio.open_nursery() as tasks:
        gateway = Gateway(kind, tasks)
        for seed in range(SEED, SEED + STREAMS):
            data = stream(random.Random(seed))
            expected = by_wsproto(data)
            closes.add(expected.close and expected.close[:2])
            for cut in (whole, bytewise, anywhere):
                found = await gateway.verdict(cut(data, random.Random(seed)))
                assert same(found, expected), (
                    f"CUPS_FUZZ_SEED={seed}, {cut.__name__}, {told(found)}; wsproto: {told(expected)}"
                )
        tasks.cancel_scope.cancel()
    if STREAMS >= 250:
        assert {None, b"\x03\xe8", b"\x03\xea", b"\x03\xef", b"\x03\xf1"} <= closes, (
            "the streams reach every kind of end"
        )
