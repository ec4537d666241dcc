"""What goes out: groups, formats, classes, keys, caps, retraction, and how it is written."""

import pytest

from cups.gateway.reactor import End, Event
from gateway.reactor.conftest import Make
from harness.wire import BINARY, CLOSE, FIN, TEXT, masked, text
from harness.world import Peer, World

CONTROL, CLAIM, MESSAGE, RECEIPT, PRESENCE, TYPING = range(6)
SHARED = (FIN | TEXT, b"shared")


def _room(world: World, *formats: int, group: str = "room") -> list[Peer]:
    peers = [world.adopt(format) for format in formats]
    for peer in peers:
        assert world.reactor.join(peer.conn, group)
    return peers


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 300_000])
def test_what_is_sent_is_framed_as_the_format_says(world: World, size: int) -> None:
    for format, opcode in ((0, TEXT), (1, BINARY)):
        peer = world.adopt(format)
        assert world.reactor.send(peer.conn, b"x" * size, MESSAGE)
        assert world.frames(peer) == [(FIN | opcode, b"x" * size)]


def test_what_is_written_goes_out_as_it_is_in_the_order_of_everything(world: World) -> None:
    peer = world.adopt()
    world.reactor.join(peer.conn, "room")
    assert world.reactor.send(peer.conn, b"1", MESSAGE)
    assert world.reactor.write(peer.conn, b"\x8a\x012")
    assert world.reactor.write(peer.conn, b"")
    world.reactor.publish("room", b"3", None, CLAIM)
    peer.send(masked(FIN | 9, b"4"))
    world.settle()
    world.reactor.send(peer.conn, b"5", CONTROL)
    assert peer.read() == b"", "nothing is written but by a flush"
    assert world.reactor.depth(peer.conn) == (5, 15)
    world.flush()
    assert peer.read() == b"\x81\x011\x8a\x012\x81\x013\x8a\x014\x81\x015"
    assert world.reactor.depth(peer.conn) == (0, 0)
    assert world.statistic("writes") == 1, "all in one"


def test_groups(world: World) -> None:
    a, b = world.adopt(), world.adopt()
    reactor = world.reactor
    assert reactor.join(b.conn, "room") and reactor.join(a.conn, "room") and reactor.join(a.conn, "another")
    assert not reactor.join(a.conn, "room")
    assert reactor.members("room") == sorted([a.conn, b.conn]) and reactor.members("nowhere") == []
    assert reactor.groups(a.conn) == ["another", "room"]
    assert (reactor.count("room"), reactor.count("nowhere")) == (2, 0)
    assert (world.statistic("groups"), world.statistic("memberships")) == (2, 3)
    reactor.publish("room", b"before", None, MESSAGE)
    assert reactor.leave(b.conn, "room") and not reactor.leave(b.conn, "room")
    assert world.frames(b) == [(FIN | TEXT, b"before")], "what was queued before is still written"
    reactor.abort(a.conn)
    assert reactor.groups(a.conn) == [] and reactor.members("room") == []
    assert (world.statistic("groups"), world.statistic("memberships")) == (0, 0)


def test_a_closing_connection_is_still_in_its_groups_and_hears_nothing(world: World) -> None:
    (peer,) = _room(world, 0)
    world.reactor.close(peer.conn, 1000, "")
    assert world.reactor.members("room") == [peer.conn] and world.reactor.groups(peer.conn) == ["room"]
    assert not world.reactor.join(peer.conn, "room")
    assert world.reactor.publish("room", b"x", None, MESSAGE) == 0
    assert world.reactor.leave(peer.conn, "room")


def test_a_post_goes_to_all_but_one_each_in_its_format(world: World) -> None:
    a, b, c, d = _room(world, 0, 1, 0, 1)
    world.adopt()
    assert world.reactor.publish("room", b"text", b"packed", MESSAGE, skip=[d.conn]) == 3
    assert world.reactor.publish("room", b"only text", None, MESSAGE) == 2
    assert world.reactor.publish("room", None, b"only packed", MESSAGE) == 2
    assert world.reactor.publish("room", None, None, MESSAGE) == 0
    assert world.reactor.publish("room", b"x", b"x", MESSAGE, skip=[12345]) == 4, "a stranger is nobody to skip"
    assert world.reactor.publish("nowhere", b"x", b"x", MESSAGE) == 0
    mine = [(FIN | TEXT, b"text"), (FIN | TEXT, b"only text"), (FIN | TEXT, b"x")]
    assert world.frames(a) == mine and world.frames(c) == mine
    theirs = [(FIN | BINARY, b"only packed"), (FIN | BINARY, b"x")]
    assert world.frames(d) == theirs and world.frames(b) == [(FIN | BINARY, b"packed"), *theirs]
    assert (world.statistic("text_connections"), world.statistic("packed_connections")) == (3, 2)


def test_an_unknown_class_is_refused(world: World) -> None:
    (peer,) = _room(world, 0)
    for cls in (-1, 6):
        with pytest.raises(ValueError):
            world.reactor.send(peer.conn, b"x", cls)
        with pytest.raises(ValueError):
            world.reactor.publish("room", b"x", None, cls)
    assert world.reactor.depth(peer.conn) == (0, 0)


@pytest.mark.parametrize("cls", [RECEIPT, PRESENCE, TYPING])
def test_light_frames_wait_for_a_dearer_one_to_ride_with_or_go_alone_after_a_moment(make: Make, cls: int) -> None:
    world = make(lazy_ms=8.0)
    (peer,) = _room(world, 0)
    world.reactor.send(peer.conn, b"light", cls)
    wait = world.flush()
    assert wait is not None and abs(wait - 0.008) < 1e-6
    assert peer.read() == b""
    world.now += 0.004
    world.reactor.send(peer.conn, b"dear", MESSAGE)
    assert world.flush() is None
    assert peer.frames() == [(FIN | TEXT, b"light"), (FIN | TEXT, b"dear")]
    assert world.statistic("writes") == 1
    world.reactor.publish("room", b"alone", None, cls)
    wait = world.flush()
    assert wait is not None and abs(wait - 0.008) < 1e-6, "the old time does not count"
    world.now += 0.005
    wait = world.flush()
    assert wait is not None and 0 < wait <= 0.0031 and peer.read() == b""
    world.now += 0.0032
    assert world.flush() is None
    assert peer.frames() == [(FIN | TEXT, b"alone")]


@pytest.mark.parametrize("cls", [RECEIPT, PRESENCE, TYPING])
def test_light_frames_wait_the_longer_the_more_people_get_them(make: Make, cls: int) -> None:
    world = make(lazy_ms=4.0, lazy_us_each=2000.0, lazy_most_ms=11.0)
    few, many = _room(world, 0, 0, 0), [world.adopt() for _ in range(6)]
    for peer in many:
        world.reactor.join(peer.conn, "many")
    for group, wait in (("many", 0.011), ("room", 0.006)):
        world.reactor.publish(group, b"light", None, cls)
        told = world.flush()
        assert told is not None and abs(told - wait) < 1e-6
    world.now += 0.0061
    told = world.flush()
    assert told is not None and abs(told - 0.0049) < 1e-6
    assert [peer.frames() for peer in (few[0], many[0])] == [[(FIN | TEXT, b"light")], []]
    world.reactor.send(many[0].conn, b"own", cls)
    told = world.flush()
    assert told is not None and abs(told - 0.004) < 1e-6, "what may wait less has all of that connection wait less"
    world.now += 0.0041
    world.flush()
    assert [peer.frames() for peer in many[:2]] == [[(FIN | TEXT, b"light"), (FIN | TEXT, b"own")], []]
    world.reactor.send(many[1].conn, b"late", cls)
    world.now += 0.0009
    assert world.flush() is None, "and never longer than what waits already"
    assert many[1].frames() == [(FIN | TEXT, b"light"), (FIN | TEXT, b"late")]


def test_dear_frames_wait_for_nothing(make: Make) -> None:
    for cls in (CONTROL, CLAIM, MESSAGE):
        world = make()
        peer = world.adopt()
        world.reactor.send(peer.conn, b"now", cls)
        assert world.flush() is None and peer.frames() == [(FIN | TEXT, b"now")]


def test_the_latest_of_a_key_takes_the_place_of_the_others(world: World) -> None:
    (peer,) = _room(world, 0)
    for n in range(3):
        world.reactor.publish("room", b"ann %d" % n, None, TYPING, "typing:ann")
        world.reactor.publish("room", b"bob %d" % n, None, TYPING, "typing:bob")
        world.reactor.send(peer.conn, b"read %d" % n, RECEIPT, "receipt:ann")
    world.reactor.send(peer.conn, b"message 0", MESSAGE, "ignored")
    world.reactor.send(peer.conn, b"message 1", MESSAGE, "ignored")
    assert [payload for _, payload in world.frames(peer)] == [
        b"ann 2",
        b"bob 2",
        b"read 2",
        b"message 0",
        b"message 1",
    ]
    assert world.statistic("conflated") == 6


def test_over_half_a_cap_the_lightest_classes_are_left_out_in_their_order(make: Make) -> None:
    world = make(outbox_frames=20)
    peer = world.adopt()
    for cls, word in ((TYPING, b"t"), (PRESENCE, b"p"), (RECEIPT, b"r"), (MESSAGE, b"m")):
        for _ in range(3):
            world.reactor.send(peer.conn, word, cls)
    assert world.statistic("shed") == 3 and world.reactor.depth(peer.conn)[0] == 9
    for _ in range(2):
        world.reactor.send(peer.conn, b"m", MESSAGE)
    assert world.statistic("shed") == 6, "typing, then presence"
    for _ in range(7):
        world.reactor.send(peer.conn, b"c", CLAIM)
    assert world.statistic("shed") == 9
    assert [payload for _, payload in world.frames(peer)] == [b"m"] * 5 + [b"c"] * 7
    assert world.settle() == []


@pytest.mark.parametrize("caps", [{"outbox_frames": 10}, {"outbox_bytes": 1000}])
def test_over_a_cap_the_outbox_takes_nothing_more_and_that_is_told(make: Make, caps: dict[str, int]) -> None:
    world = make(**caps)
    full, other = _room(world, 0, 0)
    kept = 0
    while world.reactor.send(full.conn, b"x" * 98, MESSAGE):
        kept += 1
    assert kept == 10
    assert world.reactor.pending
    assert world.settle() == [(Event.OVERFLOWED, full.conn, 0)]
    assert world.reactor.depth(full.conn) == (0, 0)
    assert not world.reactor.send(full.conn, b"x", CONTROL) and not world.reactor.write(full.conn, b"\x81\x00")
    assert world.reactor.publish("room", b"for the others", None, MESSAGE) == 1
    assert world.statistic("overflowed") == 1
    world.reactor.close(full.conn, 4408, "resume from here")
    assert world.frames(full) == [(FIN | CLOSE, b"\x11\x38resume from here")]
    assert world.frames(other) == [(FIN | TEXT, b"for the others")]


def test_a_post_that_goes_over_a_cap_reaches_the_others(make: Make) -> None:
    world = make(outbox_frames=3)
    full, other = _room(world, 0, 0)
    for _ in range(3):
        world.reactor.send(full.conn, b"x", MESSAGE)
    assert world.reactor.publish("room", b"shared", None, MESSAGE) == 1
    assert world.settle() == [(Event.OVERFLOWED, full.conn, 0)]
    assert world.frames(other) == [SHARED]


def test_an_overflow_that_was_closed_first_is_not_told(make: Make) -> None:
    world = make(outbox_frames=1)
    peer = world.adopt()
    world.reactor.send(peer.conn, b"x", MESSAGE)
    world.reactor.send(peer.conn, b"x", MESSAGE)
    world.reactor.close(peer.conn, 4408, "")
    assert world.settle() == []


def test_after_an_overflow_the_frame_that_was_begun_still_ends(make: Make) -> None:
    world = make(outbox_frames=30)
    peer = world.adopt(buffer=1)
    while world.reactor.send(peer.conn, b"x" * 50_000, MESSAGE):
        world.flush()
    assert world.settle() == [(Event.OVERFLOWED, peer.conn, 0)]
    world.reactor.close(peer.conn, 4408, "resume from here")
    frames = world.frames(peer)
    assert frames[-1] == (FIN | CLOSE, b"\x11\x38resume from here")
    assert len(frames) == 2 and frames[0] == (FIN | TEXT, b"x" * 50_000)


def test_what_is_retracted_reaches_nobody_who_has_not_got_it(world: World) -> None:
    """P21: not even half of it."""
    has_it, waits, torn, stranger = world.adopt(), world.adopt(), world.adopt(buffer=1), world.adopt()
    world.reactor.join(has_it.conn, "room")
    world.reactor.publish("room", b"removed", None, MESSAGE, tag="room/1")
    assert world.frames(has_it) == [(FIN | TEXT, b"removed")]
    world.reactor.join(torn.conn, "room")
    world.reactor.publish("room", b"removed " * 50_000, None, MESSAGE, tag="room/1")
    has_it_too = world.frames(has_it)
    assert len(has_it_too) == 1 and world.reactor.depth(torn.conn)[0] == 1
    world.reactor.join(waits.conn, "room")
    world.reactor.send(waits.conn, b"before", MESSAGE)
    world.reactor.publish("room", b"removed too", None, MESSAGE, tag="room/1")
    world.reactor.publish("room", b"stays", None, MESSAGE, tag="room/2")
    assert world.reactor.retract("room/1") == 3
    assert world.reactor.retract("room/1") == 0 and world.reactor.retract("nothing") == 0
    assert world.settle() == [(Event.ENDED, torn.conn, End.ABORTED)]
    assert world.frames(waits) == [(FIN | TEXT, b"before"), (FIN | TEXT, b"stays")]
    assert world.frames(has_it) == [(FIN | TEXT, b"stays")]
    torn.read()
    assert torn.end is not None and torn.frames() == [], "not a whole frame"
    assert world.frames(stranger) == []
    assert world.statistic("retracted") >= 2


def test_what_is_retracted_leaves_also_a_closing_connections_outbox(world: World) -> None:
    (peer,) = _room(world, 0)
    world.reactor.publish("room", b"removed", None, MESSAGE, tag="room/1")
    world.reactor.close(peer.conn, 1000, "")
    assert world.reactor.retract("room/1") == 1
    assert world.frames(peer) == [(FIN | CLOSE, b"\x03\xe8")]


def test_what_waits_behind_a_blocked_socket_can_be_retracted(world: World) -> None:
    peer = world.adopt(buffer=1)
    world.reactor.join(peer.conn, "room")
    world.reactor.send(peer.conn, b"x" * 200_000, MESSAGE)
    for n in range(100):
        world.reactor.publish("room", b"removed %d" % n, None, MESSAGE, tag=f"room/{n}")
    world.reactor.send(peer.conn, b"last", MESSAGE)
    world.flush()
    assert world.reactor.depth(peer.conn)[0] == 102
    assert [world.reactor.retract(f"room/{n}") for n in range(100)] == [1] * 100
    assert world.frames(peer) == [(FIN | TEXT, b"x" * 200_000), (FIN | TEXT, b"last")]


def test_several_can_be_left_out(world: World) -> None:
    peers = _room(world, 0, 1, 0, 1)
    out = [peers[1].conn, peers[2].conn, 999_999]
    assert world.reactor.publish("room", b"text", b"packed", MESSAGE, skip=out) == 2
    told = [[payload for _, payload in world.frames(peer)] for peer in peers]
    assert told == [[b"text"], [], [], [b"packed"]]


def test_what_is_withdrawn_from_one_still_reaches_the_others(world: World) -> None:
    """By what their names begin with, for one connection alone, whatever their class; and who has half of such a frame is cut."""
    one, other = _room(world, 0, 0)
    for n in range(3):
        world.reactor.publish("room", b"room %d" % n, None, MESSAGE, tag=f"room/{n}")
    world.reactor.publish("room", b"types", None, TYPING, key="typing:ann", tag="room/typing")
    world.reactor.publish("room", b"elsewhere", None, MESSAGE, tag="roomy/1")
    world.reactor.send(one.conn, b"own", MESSAGE)
    world.reactor.send(one.conn, b"state of the room", CONTROL, tag="room/state")
    assert world.reactor.withdraw(one.conn, "room/") == 5
    assert world.reactor.withdraw(one.conn, "room/") == 0 and world.reactor.withdraw(999_999, "room/") == 0
    assert [payload for _, payload in world.frames(one)] == [b"elsewhere", b"own"]
    assert len(world.frames(other)) == 5
    assert world.statistic("retracted") == 5


def test_who_has_half_of_what_is_withdrawn_is_cut(world: World) -> None:
    torn, other = world.adopt(buffer=1), world.adopt()
    for peer in (torn, other):
        world.reactor.join(peer.conn, "room")
    world.reactor.publish("room", b"withdrawn " * 50_000, None, MESSAGE, tag="room/1")
    assert len(world.frames(other)) == 1 and world.reactor.depth(torn.conn)[0] == 1
    assert world.reactor.withdraw(torn.conn, "room/") == 1
    assert world.settle() == [(Event.ENDED, torn.conn, End.ABORTED)]
    torn.read()
    assert torn.end is not None and torn.frames() == []


def test_the_depth_counts_what_is_left_of_a_frame_in_the_middle(world: World) -> None:
    peer = world.adopt(buffer=1)
    world.reactor.send(peer.conn, b"x" * 200_000, MESSAGE)
    world.reactor.send(peer.conn, b"y" * 10, MESSAGE)
    assert world.reactor.depth(peer.conn) == (2, 200_010 + 12)
    world.flush()
    frames, size = world.reactor.depth(peer.conn)
    assert frames == 2 and 12 < size < 200_022
    assert (world.statistic("frames_queued"), world.statistic("bytes_queued")) == (2, size)
    got = len(peer.read(3000))
    world.settle()
    assert got == 3000 and world.reactor.depth(peer.conn)[1] <= size
    assert len(world.frames(peer)) == 2 and world.reactor.depth(peer.conn) == (0, 0)


def test_a_flush_goes_in_steps(make: Make) -> None:
    world = make(flush_connections=3)
    peers = _room(world, *[0] * 8)
    world.reactor.publish("room", b"shared", None, MESSAGE)
    assert world.reactor.flush(world.now) == 0.0
    assert world.statistic("writes") == 3
    assert world.reactor.flush(world.now) == 0.0
    assert world.reactor.flush(world.now) is None
    assert all(peer.frames() == [SHARED] for peer in peers)
    assert world.reactor.flush(world.now) is None and world.statistic("writes") == 8


def test_a_socket_that_takes_nothing_is_written_when_it_does(world: World) -> None:
    peer = world.adopt(buffer=1)
    for n in range(500):
        assert world.reactor.send(peer.conn, b"%04d" % n + b"x" * (n * 7 % 900), MESSAGE)
    assert world.flush() is None, "a blocked socket is no reason to flush again"
    assert not world.readable()
    got = []
    while len(got) < 500:
        peer.read(3000)
        if peer.sock.fileno() >= 0 and world.readable():
            assert world.tick() == []
        got += peer.frames()
    assert [int(payload[:4]) for _, payload in got] == list(range(500))
    assert all(payload[4:] == b"x" * (n * 7 % 900) for n, (_, payload) in enumerate(got))
    assert world.statistic("partial_writes") > 0 and world.statistic("blocked_writes") > 0


def test_a_reader_that_is_gone_takes_nobody_with_it(world: World) -> None:
    gone, stays = _room(world, 0, 0)
    gone.close()
    assert world.reactor.publish("room", b"shared", None, MESSAGE) == 2
    world.flush()
    told = world.settle()
    assert [(kind, conn) for kind, conn, _ in told] == [(Event.ENDED, gone.conn)]
    assert told[0][2] in (End.EOF, End.RESET)
    assert stays.frames() == [SHARED]
    assert world.reactor.publish("room", b"shared", None, MESSAGE) == 1


def test_statistics_count_alike(make: Make) -> None:
    """The same story, told by numbers that both reactors must agree on."""
    world = make(outbox_frames=8)
    a, b = _room(world, 0, 1)
    a.send(text("one"), masked(FIN | 9, b"?"), masked(FIN | 10, b"!"))
    b.send(masked(TEXT, b"half"), b"\x00")
    world.settle()
    world.reactor.publish("room", b"text", b"packed", MESSAGE)
    for _ in range(2):
        world.reactor.send(a.conn, b"typing", TYPING, "key")
    world.flush()
    for _ in range(9):
        world.reactor.send(b.conn, b"x", MESSAGE)
    world.settle()
    found = world.reactor.statistics()
    told = {name: count for name, count in found.items() if name not in ("ticks", "flush_micros", "batches")}
    assert told == {
        "connections": 2,
        "connecting": 0,
        "parting": 0,
        "text_connections": 1,
        "packed_connections": 1,
        "groups": 1,
        "memberships": 2,
        "accepted": 0,
        "refused": 0,
        "heads_dropped": 0,
        "frames_in": 3,
        "bytes_in": 9 + 7 + 7 + 10 + 1,
        "frames_out": 4,
        "bytes_out": 3 + 6 + 8 + 8,
        "writes": 2,
        "partial_writes": 0,
        "blocked_writes": 0,
        "frames_queued": 0,
        "bytes_queued": 0,
        "shed": 0,
        "conflated": 1,
        "retracted": 0,
        "diverted": 1,
        "overflowed": 1,
        "heartbeats": 0,
        "timed_out": 0,
        "too_big": 0,
        "floods": 0,
        "flushes": 1,
    }
    assert found["batches"] == 0, "two are not worth a ring"
    assert found["ticks"] > 0 and found["flush_micros"] >= 0
