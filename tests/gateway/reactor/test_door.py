"""Coming in: heads, upgrades, giving away, adopting, and who is refused."""

import os
import socket
import time
from pathlib import Path

import pytest

from cups.gateway.plain_connection import home
from cups.gateway.reactor import End, Event
from gateway.reactor.conftest import Make
from harness.wire import BINARY, FIN, text
from harness.world import HEAD, World

BUSY = b"HTTP/1.1 503 Refused\r\ncontent-length: 0\r\n\r\n"
LONG = b"HTTP/1.1 431 Refused\r\ncontent-length: 0\r\n\r\n"


def test_a_head_is_told_whole_and_what_is_behind_it_is_read_after_the_upgrade(world: World) -> None:
    peer = world.offered(HEAD + text("early"))
    assert world.reactor.peer(peer.conn) == "127.0.0.1"
    peer.send(text("second"))
    assert world.settle() == [], "nothing is read before the upgrade"
    world.reactor.upgrade(peer.conn, b"HTTP/1.1 101 Yes\r\n\r\n", 0)
    assert world.reactor.pending
    assert world.wait_told(2) == [(Event.TEXT, peer.conn, b"early"), (Event.TEXT, peer.conn, b"second")]
    assert peer.read() == b"", "nothing is written but by a flush"
    world.reactor.send(peer.conn, b"hello", 2)
    world.flush()
    world.wait_until("frames_out", 2)
    assert peer.read() == b"HTTP/1.1 101 Yes\r\n\r\n\x81\x05hello"


def test_an_empty_answer_is_written_as_nothing(world: World) -> None:
    peer = world.offered()
    world.reactor.upgrade(peer.conn, b"", 1)
    world.reactor.send(peer.conn, b"hello", 2)
    assert world.frames(peer) == [(FIN | BINARY, b"hello")]


@pytest.mark.parametrize("step", [1, 7])
def test_a_head_may_come_in_pieces(world: World, step: int) -> None:
    peer = world.visit(world.door())
    for at in range(0, len(HEAD), step):
        assert world.settle() == []
        peer.send(HEAD[at : at + step])
    ((kind, _, data),) = world.wait_told()
    assert (kind, data) == (Event.HEAD, HEAD)


def test_before_the_upgrade_it_is_no_websocket(world: World) -> None:
    peer = world.offered()
    assert not world.reactor.send(peer.conn, b"too early", 2)
    with pytest.raises(KeyError):
        world.reactor.join(peer.conn, "room")
    assert (world.statistic("connecting"), world.statistic("connections")) == (1, 0)
    with pytest.raises(ValueError):
        world.reactor.upgrade(peer.conn, b"", 2)
    world.reactor.upgrade(peer.conn, b"", 0)
    assert (world.statistic("connecting"), world.statistic("connections")) == (0, 1)
    with pytest.raises(KeyError):
        world.reactor.upgrade(peer.conn, b"", 0)
    with pytest.raises(KeyError):
        world.reactor.release(peer.conn)


def test_what_is_closed_before_the_upgrade_is_closed_as_http(world: World) -> None:
    peer = world.offered()
    assert world.reactor.write(peer.conn, b"HTTP/1.1 403 No\r\n\r\n")
    world.reactor.close(peer.conn, 1008, "not written")
    assert not world.reactor.write(peer.conn, b"more")
    world.flush()
    assert world.settle() == []
    while peer.end is None:
        peer.read()
    assert peer.unread == b"HTTP/1.1 403 No\r\n\r\n"
    assert world.statistic("connecting") == 1
    peer.close()
    assert world.wait_told() == [(Event.ENDED, peer.conn, End.CLOSED)]
    assert (world.statistic("connecting"), world.statistic("connections")) == (0, 0)


def test_a_released_descriptor_is_somebody_elses(world: World) -> None:
    peer = world.offered()
    world.reactor.write(peer.conn, b"dropped")
    descriptor = world.reactor.release(peer.conn)
    assert not os.get_blocking(descriptor)
    with socket.socket(fileno=descriptor) as sock:
        sock.sendall(b"page")
        assert world.settle(100) == [], "its end is not told"
        assert world.statistic("connecting") == 0
    while peer.end is None:
        peer.read()
    assert peer.unread == b"page"
    for act in (world.reactor.release, world.reactor.peer):
        with pytest.raises(KeyError):
            act(peer.conn)


def test_an_adopted_socket_is_a_websocket_with_what_was_read_behind_its_handshake(world: World) -> None:
    peer = world.adopt(1, text("one") + text("two")[:4])
    assert world.reactor.pending
    assert world.settle() == [(Event.TEXT, peer.conn, b"one")]
    peer.send(text("two")[4:])
    assert world.settle() == [(Event.TEXT, peer.conn, b"two")]
    assert world.reactor.peer(peer.conn) == "", "a pair of sockets has no address"
    later = world.adopt()
    assert later.conn > peer.conn


def test_an_unknown_format_is_refused_and_the_socket_is_closed(world: World) -> None:
    ours, theirs = socket.socketpair()
    with pytest.raises(ValueError), theirs:
        try:
            world.reactor.adopt(ours.detach(), 2, b"", world.now)
        finally:
            assert theirs.recv(1) == b""
    assert world.statistic("connections") == 0


def test_numbers_of_nobody(world: World) -> None:
    reactor = world.reactor
    for conn in (-1, 0, 1, 1 << 40):
        for act in (reactor.peer, reactor.release, lambda conn: reactor.upgrade(conn, b"", 0)):
            with pytest.raises(KeyError):
                act(conn)
        with pytest.raises(KeyError):
            reactor.join(conn, "room")
        assert not reactor.leave(conn, "room") and reactor.groups(conn) == []
        assert not reactor.write(conn, b"x") and not reactor.send(conn, b"x", 2)
        assert reactor.depth(conn) == (0, 0)
        for silent in (reactor.pause, reactor.resume, reactor.abort):
            silent(conn)
        reactor.close(conn, 1000, "")
    assert world.settle() == []


def test_an_ipv4_address_is_told_as_such_on_a_dual_stack_door(world: World) -> None:
    if not socket.has_dualstack_ipv6():
        pytest.skip("no dual stack here")
    door = world.door("::")
    for host, told in (("127.0.0.1", "127.0.0.1"), ("::1", "::1")):
        world.visit(door, HEAD, host)
        ((_, conn, _),) = world.wait_told()
        assert world.reactor.peer(conn) == told


def test_the_door_can_be_closed_and_who_is_in_stays(world: World) -> None:
    door = world.door()
    inside = world.visit(door, HEAD)
    ((_, inside.conn, _),) = world.wait_told()
    world.reactor.stop_listening()
    world.reactor.stop_listening()
    waiting = world.visit(door, HEAD)
    assert world.settle() == [] and waiting.read() == b""
    world.reactor.upgrade(inside.conn, b"", 0)
    inside.send(text("still here"))
    assert world.wait_told() == [(Event.TEXT, inside.conn, b"still here")]
    again = socket.socket(fileno=os.dup(door.fileno()))
    world.reactor.listen(again.fileno())
    again.close()
    assert world.wait_told()[0][0] is Event.HEAD


@pytest.mark.parametrize("whole", [True, False])
def test_a_head_over_its_limit_gets_an_answer_that_arrives(make: Make, whole: bool) -> None:
    """However much more the client still sends: no reset overtakes the answer."""
    world = make(max_head_bytes=1000, head_answer=LONG)
    data = HEAD[:-2] + b"X-Long: " + b"x" * 50_000 + b"\r\n\r\n" * whole
    peer = world.visit(world.door(), data)
    world.wait_until("heads_dropped", 1)
    peer.send(b"x" * 1000)
    world.wait_until("bytes_in", len(data) + 1000)
    while peer.end is None:
        peer.read()
    assert (peer.end, peer.unread) == ("eof", LONG)
    assert (world.statistic("connecting"), world.statistic("connections")) == (0, 0)
    assert world.settle(1.2) == [], "nobody hears of it"
    assert _descriptors(world) == 0


def _descriptors(world: World) -> int:
    """Sockets of visitors that this process holds as the server."""
    ports = {door.getsockname()[1] for door in world._doors}
    held = 0
    for entry in Path("/proc/self/fd").iterdir():
        try:
            if not entry.readlink().name.startswith("socket:"):
                continue
        except FileNotFoundError:
            continue
        with socket.socket(fileno=os.dup(int(entry.name))) as sock:
            try:
                held += sock.getpeername() is not None and sock.getsockname()[1] in ports
            except OSError:
                continue
    return held


def test_a_client_that_never_goes_after_its_refusal_is_let_go_of(make: Make) -> None:
    world = make(max_head_bytes=100, head_answer=LONG)
    door = world.door()
    world.visit(door, b"x" * 100)
    world.wait_until("heads_dropped", 1)
    assert _descriptors(world) == 1
    world.settle(0.8)
    assert _descriptors(world) == 1
    world.settle(0.4)
    assert _descriptors(world) == 0


def test_the_limit_of_a_head_is_exact(make: Make) -> None:
    world = make(max_head_bytes=len(HEAD))
    world.visit(world.door(), HEAD + text("this does not count"))
    assert world.wait_told()[0][0] is Event.HEAD
    world = make(max_head_bytes=len(HEAD) - 1)
    peer = world.visit(world.door(), HEAD)
    world.wait_until("heads_dropped", 1)
    limit = time.monotonic() + 5
    while peer.end is None and time.monotonic() < limit:
        peer.read()
    assert peer.end is not None, "without an answer there is nothing to wait for"


def test_a_head_must_come_in_time(make: Make) -> None:
    world = make(head_timeout_s=5.0)
    door = world.door()
    slow, silent = world.visit(door, HEAD[:-1]), world.visit(door)
    world.wait_until("connecting", 2)
    assert world.settle(4.8) == []
    slow.send(b"\n")
    assert world.wait_told()[0][0] is Event.HEAD
    assert world.settle(0.4) == []
    assert (world.statistic("connecting"), world.statistic("heads_dropped")) == (1, 1)
    while silent.end is None:
        silent.read()
    assert world.settle(1000) == [], "whoever decides about a head may take as long as it takes"


def test_whoever_leaves_before_the_head_is_never_heard_of(world: World) -> None:
    door = world.door()
    world.visit(door).close()
    world.visit(door, HEAD[:10]).close()
    world.visit(door, HEAD[:10]).reset()
    world.wait_until("heads_dropped", 3)
    assert world.statistic("connecting") == 0


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::", "2001:db8:1:3::/64"),
        ("203.0.113.7", "203.0.113.7"),
    ],
)
def test_all_of_one_network_is_one(address: str, counted: str) -> None:
    """The native reactor's own test says the same; here there is one address of IPv6 to come from."""
    assert home(address) == counted


@pytest.mark.parametrize("limit", ["max_connections", "max_connections_per_address"])
def test_over_a_limit_of_connections_one_is_told_so_and_may_come_later(make: Make, limit: str) -> None:
    world = make(busy_answer=BUSY, **{limit: 2})
    door = world.door()
    inside = [world.visit(door, HEAD) for _ in range(2)]
    world.wait_told(2)
    outside = world.visit(door, HEAD)
    world.wait_until("refused", 1)
    while outside.end is None:
        outside.read()
        assert world.tick() == []
    assert (outside.end, outside.unread) == ("eof", BUSY), "no reset before the answer is read"
    assert (world.statistic("accepted"), world.statistic("connecting")) == (2, 2)
    outside.close()
    inside[0].reset()
    assert world.wait_told()[0][0] is Event.ENDED
    world.visit(door, HEAD)
    assert world.wait_told()[0][0] is Event.HEAD


def test_adopted_and_closing_connections_count_too(make: Make) -> None:
    world = make(max_connections=2)
    world.adopt()
    world.reactor.close(world.adopt().conn, 1000, "")
    world.visit(world.door(), HEAD)
    world.wait_until("refused", 1)


@pytest.mark.parametrize("address", ["127.0.0.1", "::ffff:127.0.0.1", "127.0.0.0/8"])
def test_a_known_proxy_is_free_of_the_limit_by_address_alone(make: Make, address: str) -> None:
    world = make(max_connections_per_address=1, max_connections=3, exempt_addresses=[address])
    door = world.door()
    for _ in range(3):
        world.visit(door, HEAD)
    world.wait_told(3)
    world.visit(door, HEAD)
    world.wait_until("refused", 1)


def test_many_who_are_refused_at_once_cost_a_bounded_number_of_descriptors(make: Make) -> None:
    world = make(busy_answer=BUSY, max_connections=1)
    door = world.door()
    world.visit(door, HEAD)
    world.wait_told()
    for crowd in range(4):
        for _ in range(100):
            world.visit(door)
        world.wait_until("refused", (crowd + 1) * 100)
    assert _descriptors(world) <= 257
    world.settle(1.2)
    assert _descriptors(world) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"max_head_bytes": 0},
        {"max_head_bytes": 1 << 31},
        {"max_frame_bytes": 0},
        {"max_frame_bytes": -1},
        {"max_fragments": -1},
        {"max_connections": 0},
        {"max_connections": 1 << 24},
        {"max_connections_per_address": 0},
        {"exempt_addresses": ["everybody"]},
        {"exempt_addresses": ["127.0.0.1/8"]},
        {"control_frames_burst": -1},
        {"heartbeat_s": -1.0},
        {"pong_timeout_s": float("nan")},
        {"send_timeout_s": float("inf")},
        {"outbox_bytes": 0},
        {"outbox_frames": 0},
        {"lazy_ms": -1.0},
        {"flush_connections": 0},
    ],
    ids=lambda wrong: "-".join(wrong),
)
def test_settings_that_make_no_sense_are_refused(make: Make, wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        make(**wrong)
