"""Ways out: every reason of `End`, closing handshakes, aborts, and every deadline."""

import pytest

from cups.gateway.reactor import End, Event
from gateway.reactor.conftest import Make
from harness.wire import CLOSE, FIN, PING, PONG, TEXT, close_code, closing, masked, text
from harness.world import World


def test_a_client_that_goes_without_a_word(world: World) -> None:
    peer = world.adopt()
    peer.send(text("last"))
    peer.close()
    assert world.settle() == [(Event.TEXT, peer.conn, b"last"), (Event.ENDED, peer.conn, End.EOF)]
    assert world.statistic("connections") == 0


@pytest.mark.parametrize("begun", [b"", text("hello")[:6], masked(TEXT, b"fragment")])
def test_a_client_that_goes_in_the_middle_of_something(world: World, begun: bytes) -> None:
    peer = world.adopt(0, begun)
    world.settle()
    peer.close()
    assert world.settle() == [(Event.ENDED, peer.conn, End.EOF)]


@pytest.mark.parametrize("begun", [b"", text("hello")[:6], masked(TEXT, b"fragment")])
def test_a_reset(world: World, begun: bytes) -> None:
    peer = world.offered()
    world.reactor.upgrade(peer.conn, b"", 0)
    if begun:
        peer.send(begun)
        if begun[0] == TEXT:
            assert world.wait_told()[0][0] is Event.DIVERTED
        else:
            world.wait_until("bytes_in", world.statistic("bytes_in") + len(begun))
    peer.reset()
    assert world.wait_told() == [(Event.ENDED, peer.conn, End.RESET)]


def test_a_reset_is_heard_of_whoever_is_not_read(world: World) -> None:
    paused, offered = world.adopt(), world.offered()
    held = world.adopt(0, masked(TEXT, b"a") + masked(FIN, b"b"))
    assert world.settle()[-1][0] is Event.DIVERTED_LAST
    world.reactor.pause(paused.conn)
    offered.reset()
    assert world.wait_told() == [(Event.ENDED, offered.conn, End.RESET)]
    for peer in (paused, held):
        peer.close()
        assert world.wait_told() == [(Event.ENDED, peer.conn, End.RESET)], "a pair of sockets breaks as a whole"


def test_a_closing_handshake_of_ours(world: World) -> None:
    peer = world.adopt()
    world.reactor.join(peer.conn, "room")
    world.reactor.send(peer.conn, b"waits", 2)
    world.reactor.close(peer.conn, 4000, "enough")
    world.reactor.close(peer.conn, 4001, "too late", True)
    assert not world.reactor.send(peer.conn, b"late", 0) and not world.reactor.write(peer.conn, b"\x81\x00")
    assert world.reactor.publish("room", b"late", b"late", 2) == 0
    peer.send(text("crossing"), masked(FIN | PING, b"crossing"), masked(TEXT, b"crossing"))
    assert world.settle() == []
    assert world.frames(peer) == [(FIN | TEXT, b"waits"), (FIN | CLOSE, b"\x0f\xa0enough")]
    answer = closing(4000)
    for byte in answer[:-1]:
        peer.send(bytes([byte]))
        assert world.settle() == []
    peer.send(answer[-1:])
    assert world.settle() == [(Event.ENDED, peer.conn, End.CLOSED)]
    assert world.reactor.count("room") == 0
    peer.read()
    assert peer.end == "eof"


def test_the_clients_close_frame_is_seen_wherever_it_stands(world: World) -> None:
    for before in (masked(TEXT, b"a"), masked(FIN | TEXT, b"\xff")):
        for answer in (closing(), closing(None)):
            peer = world.adopt()
            peer.send(before + answer[:3])
            world.settle()
            peer.send(answer[3:])
            world.settle()
            world.reactor.close(peer.conn, 1000, "")
            assert world.frames(peer) == [(FIN | CLOSE, b"\x03\xe8")]
            assert world.settle() == [(Event.ENDED, peer.conn, End.CLOSED)]


CLOSES = [closing(None), closing(), closing(1013), closing(3000, "später".encode()), closing(4999, b"r" * 123)]


@pytest.mark.parametrize("frame", CLOSES, ids=range(len(CLOSES)))
def test_a_client_that_closes_is_answered_behind_what_waits(make: Make, frame: bytes) -> None:
    """At every split: what came before is told, what waits is written, the same code and reason come back, and the stream ends."""
    before = text("last words")
    stream = before + frame
    world = make()
    for at in range(len(stream) + 1):
        peer = world.adopt()
        world.reactor.join(peer.conn, "room")
        world.reactor.send(peer.conn, b"waits", 2)
        peer.send(stream[:at])
        told = world.settle()
        if stream[at:]:
            peer.send(stream[at:])
            told += world.tick()
        assert told == [(Event.TEXT, peer.conn, b"last words")], "and what came is handled before the answer"
        closed = bytes(byte ^ frame[2 + place % 4] for place, byte in enumerate(frame[6:]))
        if at == len(stream):
            # Ticks alone have answered it: nothing goes behind a close frame.
            assert not world.reactor.send(peer.conn, b"too late", 2)
            assert world.frames(peer) == [(FIN | TEXT, b"waits"), (FIN | CLOSE, closed)]
        else:
            assert world.reactor.send(peer.conn, b"answer", 2), "it hears the answer to what it said last"
            assert world.frames(peer) == [(FIN | TEXT, b"waits"), (FIN | TEXT, b"answer"), (FIN | CLOSE, closed)]
        assert world.settle() == [(Event.ENDED, peer.conn, End.CLOSED)]
        assert world.reactor.count("room") == 0 and not world.reactor.send(peer.conn, b"x", 2)
        peer.read()
        assert peer.end == "eof"
        peer.close()
        assert world.settle() == []
    assert [world.statistic(name) for name in ("connections", "parting", "diverted")] == [0, 0, 0]


def test_nothing_behind_a_clients_close_is_told_and_no_reset_overtakes_the_answer(world: World) -> None:
    """What is behind a close frame is nothing; but if it were left unread, the system would throw away what the client has to read."""
    peer = world.offered()
    world.reactor.upgrade(peer.conn, b"", 0)
    peer.send(closing(4001, b"bye"), text("nothing"))
    world.wait_until("bytes_in", len(closing(4001, b"bye")) + len(text("nothing")) + world.statistic("bytes_in"))
    world.flush()
    peer.send(text("still nothing") * 1000)
    assert world.wait_told() == [(Event.ENDED, peer.conn, End.CLOSED)]
    sent = 0
    while sent < 1_000_000:
        sent += peer.send_some(bytes(65_536))
        assert world.tick() == []
    while peer.end is None:
        peer.read()
    assert (peer.end, peer.frames()) == ("eof", [(FIN | CLOSE, b"\x0f\xa1bye")])
    assert world.statistic("parting") == 1
    peer.close()
    world.wait_until("parting", 0)


def test_whoever_has_closed_and_does_not_go_is_let_go_in_time(make: Make) -> None:
    world = make(close_timeout_s=3.0, max_connections=1)
    theirs, ours = world.adopt(), world.adopt()
    theirs.send(closing())
    world.reactor.close(ours.conn, 1000, "")
    ours.send(closing())
    world.settle()
    world.flush()
    assert sorted(world.settle()) == [(Event.ENDED, peer.conn, End.CLOSED) for peer in (theirs, ours)]
    assert (world.statistic("connections"), world.statistic("parting")) == (0, 2)
    world.visit(world.door())
    world.wait_until("refused", 1)
    assert world.settle(2.8) == []
    assert world.statistic("parting") == 2
    assert world.settle(0.4) == []
    assert world.statistic("parting") == 0
    for peer in (theirs, ours):
        with pytest.raises(BrokenPipeError):
            peer.send(b"x")
    world.visit(world.door())
    world.wait_until("connecting", 1)


def test_a_close_of_both_sides_at_once(world: World) -> None:
    """Ours is heard before theirs is answered; it discards what waits if it is told to."""
    for discard in (False, True):
        peer = world.adopt()
        world.reactor.send(peer.conn, b"waits", 2)
        peer.send(closing(4001, b"bye"))
        assert world.tick() == []
        world.reactor.close(peer.conn, 4002, "ended", discard)
        waits = [] if discard else [(FIN | TEXT, b"waits")]
        assert world.frames(peer) == [*waits, (FIN | CLOSE, b"\x0f\xa2ended")]
        assert world.settle() == [(Event.ENDED, peer.conn, End.CLOSED)]


def test_a_client_that_closes_and_is_gone(world: World) -> None:
    gone, broken = world.adopt(), world.offered()
    world.reactor.upgrade(broken.conn, b"", 0)
    gone.send(closing())
    gone.close()
    world.tick()
    world.flush()
    assert world.settle() == [(Event.ENDED, gone.conn, End.CLOSED)]
    broken.send(closing())
    world.wait_until("frames_in", 2)
    broken.reset()
    world.flush()
    assert world.wait_told() == [(Event.ENDED, broken.conn, End.CLOSED)]
    world.wait_until("parting", 0)


def test_an_abort_of_whoever_has_closed(world: World) -> None:
    peer = world.adopt()
    peer.send(closing())
    world.tick()
    world.reactor.abort(peer.conn)
    world.flush()
    assert world.settle() == [(Event.ENDED, peer.conn, End.ABORTED)]
    assert (world.statistic("connections"), world.statistic("parting")) == (0, 0)


def test_a_client_that_closes_with_a_full_socket_gets_all_of_it_first(world: World) -> None:
    peer = world.adopt(buffer=1)
    for _ in range(3):
        world.reactor.send(peer.conn, b"x" * 60_000, 2)
    world.flush()
    peer.send(closing())
    assert world.settle() == []
    assert world.frames(peer) == [(FIN | TEXT, b"x" * 60_000)] * 3 + [(FIN | CLOSE, b"\x03\xe8")]
    assert world.settle() == [(Event.ENDED, peer.conn, End.CLOSED)]


def test_where_its_close_frame_could_not_be_told_the_end_of_our_stream_asks_the_client_to_go(world: World) -> None:
    """Before, during and after our own close frame."""
    for first, second in ((b"\x81\x02hi", b""), (b"", b"\x81\x02hi")):
        peer = world.adopt(0, first)
        world.settle()
        world.reactor.close(peer.conn, 1002, "")
        world.flush()
        if second:
            assert peer.frames() == [(FIN | CLOSE, b"\x03\xea")] and peer.end is None
            peer.send(second)
            world.settle()
        peer.read()
        assert peer.end == "eof" and peer.unread in (b"", b"\x88\x02\x03\xea")
        peer.send(closing(1002))
        assert world.settle() == []
        peer.close()
        assert world.settle() == [(Event.ENDED, peer.conn, End.CLOSED)]


def test_a_close_that_is_not_answered_ends_in_time(make: Make) -> None:
    world = make(close_timeout_s=3.0)
    peer = world.adopt()
    world.reactor.close(peer.conn, 1000, "")
    world.flush()
    assert world.settle(2.8) == []
    peer.send(text("still talking"))
    assert world.settle() == []
    assert world.settle(0.4) == [(Event.ENDED, peer.conn, End.CLOSED)]


def test_a_close_whose_client_leaves_or_resets_is_a_close(world: World) -> None:
    gone = world.adopt()
    world.reactor.close(gone.conn, 1000, "")
    world.flush()
    gone.close()
    assert world.settle() == [(Event.ENDED, gone.conn, End.CLOSED)]
    broken = world.offered()
    world.reactor.upgrade(broken.conn, b"", 0)
    world.reactor.close(broken.conn, 1000, "")
    world.flush()
    broken.reset()
    assert world.wait_told() == [(Event.ENDED, broken.conn, End.CLOSED)]


def test_discard_drops_what_waits_but_not_what_was_begun(world: World) -> None:
    fresh, begun = world.adopt(), world.adopt(buffer=1)
    for peer in (fresh, begun):
        for _ in range(3):
            world.reactor.send(peer.conn, b"x" * 60_000, 2)
    world.reactor.close(fresh.conn, 4000, "now", True)
    world.flush()
    assert fresh.frames() == [(FIN | CLOSE, b"\x0f\xa0now")]
    assert world.reactor.depth(begun.conn)[0] == 3 and world.reactor.depth(begun.conn)[1] < 3 * 60_004
    world.reactor.close(begun.conn, 4000, "now", True)
    assert world.frames(begun) == [(FIN | TEXT, b"x" * 60_000), (FIN | CLOSE, b"\x0f\xa0now")]


@pytest.mark.parametrize("code", [0, 1005])
def test_a_close_frame_without_a_code(world: World, code: int) -> None:
    peer = world.adopt()
    world.reactor.close(peer.conn, code, "dropped")
    assert world.frames(peer) == [(FIN | CLOSE, b"")]


def test_a_reason_is_cut_between_characters(world: World) -> None:
    peer = world.adopt()
    world.reactor.close(peer.conn, 1000, "é" * 100)
    ((_, payload),) = world.frames(peer)
    assert payload[2:].decode() == "é" * 61
    other = world.adopt()
    for code in (-1, 70_000):
        with pytest.raises((ValueError, OverflowError)):
            world.reactor.close(other.conn, code, "")
    assert world.reactor.send(other.conn, b"still open", 2)


def test_an_abort_is_a_reset_and_told_once(world: World) -> None:
    peer = world.offered()
    world.reactor.upgrade(peer.conn, b"", 0)
    world.reactor.join(peer.conn, "room")
    world.reactor.send(peer.conn, b"never written", 2)
    world.reactor.abort(peer.conn)
    world.reactor.abort(peer.conn)
    assert world.reactor.pending
    assert world.reactor.count("room") == 0 and not world.reactor.send(peer.conn, b"x", 2)
    assert world.settle() == [(Event.ENDED, peer.conn, End.ABORTED)]
    while peer.end is None:
        peer.read()
    assert (peer.end, peer.unread) == ("reset", b"")
    assert world.settle(100) == []


def test_an_abort_of_an_offered_and_of_a_closing_connection(world: World) -> None:
    offered, leaving = world.offered(), world.adopt()
    world.reactor.close(leaving.conn, 1000, "")
    for peer in (offered, leaving):
        world.reactor.abort(peer.conn)
        assert world.settle() == [(Event.ENDED, peer.conn, End.ABORTED)]
    assert (world.statistic("connecting"), world.statistic("connections")) == (0, 0)


def test_silence_is_asked_and_then_ended(make: Make) -> None:
    world = make(heartbeat_s=25.0, pong_timeout_s=20.0)
    peer = world.adopt()
    assert world.settle(24.8) == []
    assert world.frames(peer) == []
    world.settle(0.4)
    assert world.frames(peer) == [(FIN | PING, b"")]
    peer.send(masked(FIN | PONG, b""))
    assert world.settle(15.0) == []
    assert world.settle(24.6) == []
    assert world.statistic("heartbeats") == 1, "anything at all counts as an answer"
    world.settle(0.6)
    assert world.statistic("heartbeats") == 2
    assert world.settle(19.6) == []
    assert world.settle(0.6) == [(Event.ENDED, peer.conn, End.UNANSWERED)]
    assert world.statistic("timed_out") == 1


def test_a_message_is_as_good_as_a_pong(world: World) -> None:
    peer = world.adopt()
    world.settle(26)
    peer.send(text("x"))
    assert len(world.settle(10)) == 1
    assert world.settle(24.5) == [] and world.statistic("heartbeats") == 1


@pytest.mark.parametrize(
    "begun",
    [text("hello")[:1], text("hello")[:8], masked(TEXT, b"a"), masked(TEXT, b"a")[:3], b"\x81\x02hi", closing()[:7]],
)
def test_what_was_begun_must_end_in_time(make: Make, begun: bytes) -> None:
    """A frame, a fragmented message, and what nobody closes although it is malformed; drops of bytes do not help."""
    world = make(frame_timeout_s=20.0, heartbeat_s=100.0)
    peer = world.adopt(0, text("before"))
    world.settle()
    peer.send(begun)
    world.settle()
    world.settle(19.5)
    assert world.statistic("connections") == 1
    assert world.settle(1.0) == [(Event.ENDED, peer.conn, End.FRAME_TIMEOUT)]
    assert world.statistic("timed_out") == 1


def test_drops_of_bytes_do_not_keep_a_frame_alive_but_whole_frames_do(make: Make) -> None:
    world = make(frame_timeout_s=20.0)
    dripping, steady = world.adopt(), world.adopt()
    frame = text("x" * 100)
    told = []
    dripping.send(frame[:50])
    steady.send(frame[:50])
    for second in range(21):
        told += world.settle(1.0)
        dripping.send_some(frame[50 + second : 51 + second]) if second < 19 else None
        steady.send(frame[50:] + frame[:50])
    assert (Event.ENDED, dripping.conn, End.FRAME_TIMEOUT) in told
    assert not any(conn == steady.conn and kind is Event.ENDED for kind, conn, _ in told)


def test_a_reader_that_stalls_is_cut_off_and_one_that_is_slow_is_not(make: Make) -> None:
    world = make(send_timeout_s=10.0, heartbeat_s=1000.0)
    stalled, slow = world.adopt(buffer=1), world.adopt(buffer=1)
    for peer in (stalled, slow):
        for _ in range(20):
            assert world.reactor.send(peer.conn, b"x" * 40_000, 2)
    world.flush()
    for _ in range(9):
        slow.read(6000)
        assert world.settle(1.0) == []
    slow.read(6000)
    assert world.settle(0.7) == []
    assert world.settle(0.6) == [(Event.ENDED, stalled.conn, End.STALLED)]
    assert world.reactor.depth(slow.conn)[0] > 0, "it has not got all yet"
    slow.read(6000)
    assert world.settle() == []
    assert world.settle(9.5) == []
    assert world.settle(1.0) == [(Event.ENDED, slow.conn, End.STALLED)]


def test_a_stalled_reader_is_found_also_while_it_is_paused_or_held(world: World) -> None:
    paused, held = world.adopt(buffer=1), world.adopt(0, masked(TEXT, b"a") + masked(FIN, b"b"), buffer=1)
    world.settle()
    world.reactor.pause(paused.conn)
    for peer in (paused, held):
        world.reactor.send(peer.conn, b"x" * 100_000, 2)
    world.flush()
    assert world.settle(9.5) == []
    assert sorted(world.settle(1.0)) == [(Event.ENDED, conn, End.STALLED) for conn in (paused.conn, held.conn)]


def test_an_end_is_told_exactly_once_and_last(world: World) -> None:
    """In each of many ways, one after the other and all in one go."""
    peers = [world.adopt() for _ in range(6)]
    a, b, c, d, e, f = peers
    a.send(text("x"))
    a.close()
    world.reactor.abort(b.conn)
    world.reactor.close(c.conn, 1000, "")
    world.flush()
    c.send(closing())
    c.close()
    d.send(b"\x81\x02hi")
    d.close()
    e.send(masked(TEXT, b"a"))
    e.close()
    f.send(text("x") * 200)
    f.close()
    told = world.settle()
    for peer in peers:
        mine = [kind for kind, conn, _ in told if conn == peer.conn]
        assert mine.count(Event.ENDED) == 1 and mine[-1] is Event.ENDED
    assert sum(kind is Event.TEXT for kind, conn, _ in told if conn == f.conn) == 200
    assert world.statistic("connections") == 0 and world.settle(100) == []


def test_the_code_of_a_limit_reaches_a_client_that_is_still_sending(make: Make) -> None:
    """What it sends is read and dropped, so that no reset overtakes the close frame."""
    world = make(max_frame_bytes=1000)
    peer = world.offered()
    world.reactor.upgrade(peer.conn, b"", 0)
    frame = masked(FIN | TEXT, b"x" * 300_000)
    peer.send(frame[:50_000])
    world.wait_until("too_big", 1)
    world.flush()
    sent = 50_000
    while sent < len(frame):
        sent += peer.send_some(frame[sent : sent + 50_000])
        assert world.tick() == []
    peer.send(closing(1009))
    assert world.wait_told() == [(Event.ENDED, peer.conn, End.TOO_BIG)]
    while peer.end is None:
        peer.read()
    ((first, payload),) = peer.frames()
    assert peer.end == "eof" and first == FIN | CLOSE and close_code(payload) == 1009
