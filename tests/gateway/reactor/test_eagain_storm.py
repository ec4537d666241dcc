"""An EAGAIN storm: many sockets with next to no buffer, and readers that take a byte at a time, stall, and go on."""

from gateway.reactor.conftest import Make
from harness.wire import FIN, TEXT
from harness.world import World

READERS, FRAMES = 24, 24
SIZES = (1, 300, 5_000, 20_000)


def _payload(number: int) -> bytes:
    return b"%04d" % number + bytes([97 + number % 26]) * SIZES[number % len(SIZES)]


def _attempts(world: World) -> int:
    """Calls for writing: those that took something, and those that took nothing."""
    counts = world.reactor.statistics()
    return counts["writes"] + counts["blocked_writes"] - counts["partial_writes"]


def _turn(world: World) -> None:
    assert world.tick() == [], "nobody is cut off"
    world.flush()


def test_an_eagain_storm_loses_nothing_and_spins_never(make: Make) -> None:
    world = make(send_timeout_s=10.0)
    peers = [world.adopt(buffer=1) for _ in range(READERS)]
    for peer in peers:
        world.reactor.join(peer.conn, "room")
    for number in range(FRAMES):
        assert world.reactor.publish("room", _payload(number), None, 2) == READERS
        _turn(world)
    # All are full and nobody reads: turns write nothing, and the descriptor does not ask for any.
    full = _attempts(world)
    assert world.statistic("blocked_writes") >= READERS and world.statistic("frames_queued") > 0
    for _ in range(200):
        assert not world.readable() and not world.reactor.pending
        _turn(world)
    assert _attempts(world) == full, "a full socket is left alone"
    # A byte at a time, every other one stalls.
    takes = 0
    for step in range(100):
        takes += sum(bool(peer.read(1)) for peer in peers[step % 2 :: 2])
        _turn(world)
    assert takes > 0 and _attempts(world) - full <= takes, "one try for each that took something, at most"
    idle = 0
    while idle < 3:
        got = sum(bool(peer.read(1 << 16)) for peer in peers)
        takes += got
        idle = 0 if got else idle + 1
        _turn(world)
    assert _attempts(world) <= READERS * FRAMES + 2 * takes
    expected = [(FIN | TEXT, _payload(number)) for number in range(FRAMES)]
    for peer in peers:
        assert peer.frames() == expected, "nothing is lost, torn, doubled or out of order"
        assert not peer.unread and peer.end is None
        assert world.reactor.depth(peer.conn) == (0, 0)
    assert (world.statistic("frames_queued"), world.statistic("bytes_queued")) == (0, 0), "and nothing is kept"
    assert world.statistic("frames_out") == READERS * FRAMES
