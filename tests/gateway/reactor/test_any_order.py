"""Whatever sockets take and whenever, and whatever is asked for meanwhile: every reader gets whole frames, each once, in order; no descriptor is left."""

import contextlib
import os
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cups.gateway.reactor import Event
from harness.wire import CLOSE, FIN, PING, PONG, TEXT, masked, text
from harness.world import Peer, World

PEERS = 3
SIZES = st.one_of(st.integers(0, 200), st.sampled_from([125, 126, 4000, 70_000]))
WHO = st.integers(0, PEERS - 1)
ACTS = st.one_of(
    st.tuples(st.just("publish"), SIZES, st.integers(0, 5), st.sampled_from([None, "a", "b"])),
    st.tuples(st.just("send"), WHO, SIZES),
    st.tuples(st.just("read"), WHO, st.integers(1, 20_000)),
    st.tuples(st.just("ping"), WHO),
    st.tuples(st.just("talk"), WHO, st.integers(0, 30)),
    st.tuples(st.sampled_from(["tick", "flush", "retract"])),
    st.tuples(st.sampled_from(["pause", "resume", "close", "discard", "drop", "abort"]), WHO),
)


class Reader:
    """A peer, and what it may expect."""

    def __init__(self, world: World) -> None:
        self.peer: Peer = world.adopt(buffer=1)
        world.reactor.join(self.peer.conn, "room")
        self.owed: list[int] = []
        self.closing = self.gone = self.ended = False
        self.talk = text("hello") + masked(TEXT, b"he") + masked(FIN | PING, b"?") + masked(FIN, b"llo")


def _payload(number: int, size: int) -> bytes:
    return b"%08d" % number + bytes([97 + number % 26]) * size


def _hear(world: World, readers: list[Reader]) -> None:
    for kind, conn, _ in world.tick():
        (reader,) = [reader for reader in readers if reader.peer.conn == conn]
        assert not reader.ended, "nothing is told behind the end"
        if kind is Event.ENDED:
            reader.ended = reader.gone = True
        elif kind is Event.OVERFLOWED:
            reader.owed, reader.closing = [], True
            world.reactor.close(conn, 4408, "")
        elif kind is Event.DIVERTED_LAST:
            world.reactor.resume(conn)


def _act(world: World, readers: list[Reader], number: int, act: tuple[Any, ...]) -> None:
    reactor, name = world.reactor, act[0]
    if name == "publish":
        _, size, cls, key = act
        tag = "light" if cls > 2 else None
        reactor.publish("room", _payload(number, size), None, cls, key, tag)
        for reader in readers:
            if cls <= 2 and not (reader.closing or reader.gone):
                reader.owed.append(number)
        return
    if name in ("tick", "flush", "retract"):
        {"tick": lambda: _hear(world, readers), "flush": world.flush, "retract": lambda: reactor.retract("light")}[
            name
        ]()
        return
    reader = readers[act[1]]
    conn = reader.peer.conn
    if name == "send":
        if reactor.send(conn, _payload(number, act[2]), 2):
            reader.owed.append(number)
    elif name in ("read", "ping", "talk"):
        if reader.gone:
            return
        with contextlib.suppress(BrokenPipeError):
            if name == "read":
                reader.peer.read(act[2])
            elif name == "ping":
                reader.peer.send_some(masked(FIN | PING, b"?"))
            else:
                reader.talk = reader.talk[reader.peer.send_some(reader.talk[: act[2]]) :] or text("more")
    elif name in ("pause", "resume"):
        getattr(reactor, name)(conn)
    elif name in ("close", "discard"):
        reactor.close(conn, 1000, "", name == "discard")
        reader.closing = True
        reader.owed = [] if name == "discard" else reader.owed
    elif name == "drop":
        reader.gone = True
        reader.peer.close()
    else:
        reactor.abort(conn)
        reader.gone = True


@pytest.mark.parametrize("kind", ["native", "plain"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(acts=st.lists(ACTS, max_size=80))
def test_frames_come_whole_in_order_and_once(kind: Literal["native", "plain"], acts: list[tuple[Any, ...]]) -> None:
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    world = World(kind, flush_connections=2)
    readers = [Reader(world) for _ in range(PEERS)]
    for number, act in enumerate(acts, 1):
        _act(world, readers, number, act)
    sizes = {
        number: act[1] if act[0] == "publish" else act[2]
        for number, act in enumerate(acts, 1)
        if act[0] in ("publish", "send")
    }
    # Everybody who is left reads to the end; what is light has waited long enough.
    world.now += 1.0
    idle = 0
    while idle < 3:
        world.flush()
        _hear(world, readers)
        got = [reader.peer.read() for reader in readers if reader.peer.sock.fileno() >= 0]
        idle = 0 if any(got) else idle + 1
    for reader in readers:
        if reader.peer.sock.fileno() < 0:
            continue
        frames, last, seen, closed = reader.peer.frames(), 0, [], False
        assert reader.gone or reader.ended or not reader.peer.unread, "only who was cut off may have a piece of a frame"
        for first, payload in frames:
            assert not closed, "nothing comes behind a close frame"
            closed = first == FIN | CLOSE
            if first == FIN | TEXT:
                number = int(payload[:8])
                assert number > last, "in order, and once"
                last = number
                assert payload == _payload(number, sizes[number]), "whole"
                seen.append(number)
            else:
                assert closed or (first, payload) == (FIN | PONG, b"?")
        if not (reader.gone or reader.ended):
            assert closed == reader.closing
            assert set(reader.owed) <= set(seen), "nothing that is owed is missing"
    for reader in readers:
        reader.peer.close()
    world.settle(100.0)
    assert world.statistic("connections") == 0
    world.end()
    assert len(os.listdir("/proc/self/fd")) <= before, "no descriptor is left"  # noqa: PTH208
