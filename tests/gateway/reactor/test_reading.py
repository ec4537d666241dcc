"""What clients send: messages, pings, fragments, wrong bytes, limits, and who is read when."""

import pytest

from cups.gateway.reactor import End, Event
from gateway.reactor.conftest import Make
from harness.wire import (
    BINARY,
    CLOSE,
    CONTINUATION,
    FIN,
    PING,
    PONG,
    RSV1,
    RSV2,
    RSV3,
    TEXT,
    binary,
    close_code,
    closing,
    masked,
    text,
)
from harness.world import Peer, World


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536])
def test_messages_of_every_length(world: World, size: int) -> None:
    peer = world.adopt()
    payload = b"x" * size
    peer.send(text(payload.decode()), binary(payload))
    assert world.settle() == [(Event.TEXT, peer.conn, payload), (Event.BINARY, peer.conn, payload)]


def test_split_at_every_byte_it_is_the_same(world: World) -> None:
    stream = text("héllo") + masked(FIN | PING, b"?") + binary(bytes(range(200))) + masked(FIN | PONG, b"!")
    for at in range(1, len(stream)):
        peer = world.adopt()
        peer.send(stream[:at])
        told = world.settle()
        peer.send(stream[at:])
        told += world.settle()
        assert told == [(Event.TEXT, peer.conn, "héllo".encode()), (Event.BINARY, peer.conn, bytes(range(200)))]
        assert world.frames(peer) == [(FIN | PONG, b"?")]
    peer = world.adopt()
    told = []
    for byte in stream:
        peer.send(bytes([byte]))
        told += world.settle()
    assert len(told) == 2 and world.frames(peer) == [(FIN | PONG, b"?")]


def test_a_ping_is_answered_with_its_payload_while_nobody_handles_anything(world: World) -> None:
    peer = world.adopt()
    world.reactor.pause(peer.conn)
    world.reactor.resume(peer.conn)
    peer.send(masked(FIN | PING), masked(FIN | PING, bytes(125)), masked(FIN | PONG, b"unasked"))
    assert world.settle() == []
    assert world.frames(peer) == [(FIN | PONG, b""), (FIN | PONG, bytes(125))]


def _message(*parts: bytes, opcode: int = TEXT) -> list[bytes]:
    """A message in fragments."""
    last = len(parts) - 1
    return [masked((FIN if n == last else 0) | (CONTINUATION if n else opcode), part) for n, part in enumerate(parts)]


def test_a_fragmented_message_is_passed_on_raw_and_what_follows_waits(world: World) -> None:
    peer = world.adopt()
    one, two = _message(b"one", b"two")
    peer.send(text("before"), one, masked(FIN | PING, b"?"))
    told = world.settle()
    assert told[0] == (Event.TEXT, peer.conn, b"before")
    peer.send(two, text("behind"), masked(FIN | PING, b"!"))
    told += world.settle()
    assert {kind for kind, _, _ in told[1:-1]} == {Event.DIVERTED} and told[-1][0] is Event.DIVERTED_LAST
    raw = b"".join(data for _, _, data in told[1:])
    assert raw == one + masked(FIN | PING, b"?") + two, "control frames in between are passed on, too"
    assert world.frames(peer) == [], "and answered by whoever reads it"
    assert world.settle(1000) == [], "and it is waited for whoever reads it"
    assert world.reactor.write(peer.conn, b"\x8a\x01?")
    world.reactor.resume(peer.conn)
    assert world.settle() == [(Event.TEXT, peer.conn, b"behind")]
    assert world.frames(peer) == [(FIN | PONG, b"?"), (FIN | PONG, b"!")]
    assert world.statistic("diverted") == 1


def test_a_fragmented_message_split_at_every_byte(world: World) -> None:
    stream = b"".join(_message(b"", b"two", b"", b"four" * 40))
    for at in range(1, len(stream)):
        peer = world.adopt()
        peer.send(stream[:at])
        told = world.settle()
        peer.send(stream[at:] + text("behind"))
        told += world.settle()
        assert b"".join(data for _, _, data in told) == stream
        assert [kind for kind, _, _ in told].count(Event.DIVERTED_LAST) == 1 and told[-1][0] is Event.DIVERTED_LAST
        world.reactor.resume(peer.conn)
        assert world.settle() == [(Event.TEXT, peer.conn, b"behind")]


WRONG = {
    "unmasked": b"\x81\x02hi",
    "reserved bit 1": masked(FIN | RSV1 | TEXT, b"hi"),
    "reserved bit 2": masked(FIN | RSV2 | TEXT, b"hi"),
    "reserved bit 3": masked(FIN | RSV3 | BINARY, b"hi"),
    "reserved opcode": masked(FIN | 3, b"hi"),
    "reserved control opcode": masked(FIN | 11, b"hi"),
    "fragmented ping": masked(PING, b"hi"),
    "long ping": masked(FIN | PING, bytes(126)),
    "continuation of nothing": masked(FIN | CONTINUATION, b"hi"),
    "length in more bytes than it needs": bytes([0x81, 0xFE, 0, 5, 0, 0, 0, 0]) + b"hello",
    "long length in more bytes than it needs": bytes([0x81, 0xFF, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0]) + b"hello",
    "length with its highest bit set": bytes([0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0]) + b"hello",
    "text that is no UTF-8": masked(FIN | TEXT, b"\xff\xfe"),
    "a close frame of one byte": masked(FIN | CLOSE, b"\x03"),
    "a close frame whose code is for nobody": closing(1005),
    "a close frame whose code is undefined": closing(2999),
    "a close frame whose reason is no UTF-8": closing(1000, b"\xff"),
    "an unfinished message, then another": masked(TEXT, b"one") + masked(FIN | TEXT, b"two"),
    "a close frame within a message": masked(TEXT, b"one") + closing(),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_the_fast_path_does_not_take_is_passed_on_raw_with_all_that_follows(world: World, name: str) -> None:
    for split in (False, True):
        peer = world.adopt()
        stream = WRONG[name] + text("not understood any more")
        told = []
        for piece in [stream] if not split else [bytes([byte]) for byte in stream]:
            peer.send(piece)
            told += [one for one in world.settle() if one[1] == peer.conn]
        assert {kind for kind, _, _ in told} == {Event.DIVERTED}
        assert b"".join(data for _, _, data in told) == stream
        world.reactor.close(peer.conn, 1002, "")
        assert world.frames(peer) == [(FIN | CLOSE, b"\x03\xea")]
    assert world.statistic("diverted") == 2


def test_it_is_not_passed_on_for_ever(make: Make) -> None:
    world = make(max_frame_bytes=1000)
    peer = world.adopt()
    peer.send(b"\x81\x02hi", bytes(5000))
    passed = sum(len(data) for _, _, data in world.settle())
    assert 1000 <= passed <= 1020
    peer.send(bytes(5000))
    assert world.settle() == []
    assert world.settle(19.5) == []
    assert world.settle(1.0) == [(Event.ENDED, peer.conn, End.FRAME_TIMEOUT)]


def _closed_with(world: World, peer: Peer) -> int | None:
    ((first, payload),) = world.frames(peer)
    assert first == FIN | CLOSE
    return close_code(payload)


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_a_message_over_the_limit_is_closed_on_its_header(make: Make, opcode: int) -> None:
    """Counted in bytes, not in characters."""
    world = make(max_frame_bytes=100)
    fits, over = world.adopt(), world.adopt()
    fits.send(masked(FIN | opcode, b"\xf0\x9f\x98\x80" * 25))
    assert len(world.settle()) == 1
    over.send(masked(FIN | opcode, b"\xf0\x9f\x98\x80" * 25 + b"x")[:8])
    assert world.settle() == []
    assert not world.reactor.send(over.conn, b"late", 2)
    assert _closed_with(world, over) == 1009
    over.send(b"x" * 99, text("lost"), closing(1009))
    assert world.settle() == [(Event.ENDED, over.conn, End.TOO_BIG)]
    assert world.statistic("too_big") == 1


@pytest.mark.parametrize(
    ("stream", "fits"),
    [
        (_message(b"x" * 50, b"x" * 50), True),
        (_message(b"x" * 50, b"x" * 51), False),
        (_message(b"x" * 101, b""), False),
        (_message(*[b"x"] * 4), True),
        (_message(*[b""] * 5), False),
    ],
)
def test_a_message_in_fragments_has_limits_of_bytes_and_of_fragments(
    make: Make, stream: list[bytes], fits: bool
) -> None:
    for split in (False, True):
        world = make(max_frame_bytes=100, max_fragments=4)
        peer = world.adopt()
        told = []
        for piece in stream if split else [b"".join(stream)]:
            peer.send(piece)
            told += world.settle()
        if fits:
            assert told[-1][0] is Event.DIVERTED_LAST
            continue
        assert Event.DIVERTED_LAST not in [kind for kind, _, _ in told]
        assert _closed_with(world, peer) == 1009
        peer.send(closing(1009))
        assert world.settle()[-1:] == [(Event.ENDED, peer.conn, End.TOO_BIG)]


@pytest.mark.parametrize("start", [b"", masked(TEXT, b"a")], ids=["plainly", "within a message"])
@pytest.mark.parametrize("opcode", [PING, PONG])
def test_a_flood_of_control_frames_is_closed(make: Make, start: bytes, opcode: int) -> None:
    world = make(control_frames_burst=3, control_frames_per_s=1)
    peer = world.adopt()
    control = masked(FIN | opcode, b"")
    peer.send(start, control * 3)
    world.settle()
    peer.send(control * 2)
    world.settle(2.0)
    assert world.statistic("floods") == 0, "two seconds allow for two more"
    peer.send(control, control)
    world.settle()
    frames = world.frames(peer)
    assert [payload for first, payload in frames if first == FIN | PONG] == [b""] * (
        5 if opcode == PING and not start else 0
    )
    assert frames[-1][0] == FIN | CLOSE and close_code(frames[-1][1]) == 1008
    peer.send(closing(1008))
    assert world.settle() == [(Event.ENDED, peer.conn, End.FLOODED)]
    assert world.statistic("floods") == 1


def test_a_pause_holds_the_client_back_and_its_silence_does_not_count(world: World) -> None:
    peer = world.adopt()
    peer.send(text("x") * 100)
    told = world.tick()
    assert 0 < len(told) <= 64
    world.reactor.pause(peer.conn)
    peer.send(text("y"))
    assert world.settle(1000.0) == []
    assert world.statistic("heartbeats") == 0
    assert not world.reactor.pending
    world.reactor.resume(peer.conn)
    told += world.settle()
    assert [data for _, _, data in told] == [b"x"] * 100 + [b"y"]
    assert world.settle(24.0) == [] and world.statistic("heartbeats") == 0, "the silence begins now"
    world.settle(1.5)
    assert world.statistic("heartbeats") == 1


def test_a_pause_in_the_middle_of_a_frame(world: World) -> None:
    peer = world.adopt()
    peer.send(text("hello")[:7])
    world.settle()
    world.reactor.pause(peer.conn)
    assert world.settle(1000.0) == []
    world.reactor.resume(peer.conn)
    peer.send(text("hello")[7:])
    assert world.settle(19.0) == [(Event.TEXT, peer.conn, b"hello")]


def test_a_tick_is_fair_and_says_what_is_left(world: World) -> None:
    peers = [world.adopt() for _ in range(20)]
    for peer in peers:
        peer.send(text("x") * 100)
    counts = {peer.conn: 0 for peer in peers}
    while True:
        told = world.tick()
        assert len(told) <= 256
        for conn in counts:
            mine = sum(who == conn for _, who, _ in told)
            assert mine <= 64
            counts[conn] += mine
        if sum(counts.values()) == 2000:
            break
        assert world.reactor.pending
    assert world.settle() == [] and not world.reactor.pending


def test_a_few_who_send_without_end_do_not_hold_up_the_rest(world: World) -> None:
    """Nobody waits longer than it takes to look at each of the others once."""
    floods, quiet = [world.adopt() for _ in range(8)], world.adopt()
    for peer in floods:
        peer.send(text("x") * 1000)
    quiet.send(text("help"))
    told = [one for _ in range(8) for one in world.tick()]
    assert (Event.TEXT, quiet.conn, b"help") in told
    assert len(told) == 8 * 256 and world.reactor.pending, "and all the while there was too much"


def test_each_connections_events_come_in_its_order(world: World) -> None:
    peers = [world.adopt() for _ in range(5)]
    for n in range(300):
        peers[n % 5].send(text(str(n)))
    told = world.settle()
    for number, peer in enumerate(peers):
        assert [int(data) for _, conn, data in told if conn == peer.conn] == list(range(number, 300, 5))


def test_the_descriptor_is_readable_when_there_is_something_to_do(world: World) -> None:
    peer = world.adopt()
    assert not world.readable()
    peer.send(text("x"))
    assert world.readable()
    world.settle()
    assert not world.readable()
    peer.close()
    assert world.readable()
