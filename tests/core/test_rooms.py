"""`Fanout` through Python. The outboxes are proven against a model in `rust/rooms/tests`."""

import sys

import pytest

from cups._core import Fanout


@pytest.fixture
def fanout() -> Fanout:
    fanout = Fanout()
    for conn in (1, 2, 3):
        fanout.connect(conn)
        fanout.join(conn, "room:a")
    return fanout


def test_a_frame_reaches_all_members_but_one(fanout: Fanout) -> None:
    assert sorted(fanout.publish("room:a", b"hello", 2, skip=2)) == [1, 3]
    assert fanout.publish("room:a", b"again", 2) == [2]
    assert fanout.publish("room:b", b"nobody", 2) == []
    assert fanout.drain(1) == [b"hello", b"again"]
    assert fanout.drain(2) == [b"again"]
    assert fanout.drain(1) == []


def test_a_frame_is_never_copied(fanout: Fanout) -> None:
    frame = bytes(100_000)
    before = sys.getrefcount(frame)
    fanout.publish("room:a", frame, 2)
    assert sys.getrefcount(frame) == before + 1
    assert fanout.drain(1)[0] is frame
    assert fanout.drain(2)[0] is fanout.drain(3)[0]
    assert sys.getrefcount(frame) == before


def test_groups(fanout: Fanout) -> None:
    assert not fanout.join(1, "room:a")
    assert fanout.join(1, "board")
    assert (fanout.groups(1), fanout.members("room:a"), fanout.count("board")) == (["board", "room:a"], [1, 2, 3], 1)
    assert fanout.leave(1, "board")
    assert not fanout.leave(1, "board")
    assert fanout.disconnect(1) == ["room:a"]
    assert fanout.disconnect(1) == []
    assert fanout.members("room:a") == [2, 3]


def test_the_latest_of_a_key_replaces_the_older(fanout: Fanout) -> None:
    assert fanout.send(1, b"ann types", 5, "typing:ann")
    assert not fanout.send(1, b"a message", 2, "a key that means nothing here")
    assert not fanout.send(1, b"another", 2, "a key that means nothing here")
    assert not fanout.send(1, b"ann stopped", 5, "typing:ann")
    assert fanout.drain(1) == [b"a message", b"another", b"ann stopped"]
    assert fanout.statistics()["conflated"] == 1


def test_what_is_withdrawn_from_one_is_drained_by_the_others(fanout: Fanout) -> None:
    for tag in ("a/1", "a/2", "ab/1"):
        fanout.publish("room:a", tag.encode(), 2, tag=tag)
    assert (fanout.withdraw(1, "a/"), fanout.withdraw(1, "a/"), fanout.withdraw(9, "a/"), fanout.withdraw(-1, "")) == (
        2,
        0,
        0,
        0,
    )
    assert fanout.drain(1) == [b"ab/1"] and len(fanout.drain(2)) == 3
    assert fanout.statistics()["retracted"] == 2


def test_a_retracted_frame_is_never_drained(fanout: Fanout) -> None:
    fanout.publish("room:a", b"one", 2, tag="a/1")
    fanout.publish("room:a", b"two", 2, tag="a/2")
    assert fanout.drain(1, 1) == [b"one"]
    assert fanout.retract("a/1") == 2
    assert fanout.retract("a/1") == 0
    assert [fanout.drain(conn) for conn in (1, 2, 3)] == [[b"two"]] * 3
    assert fanout.statistics()["retracted"] == 2


def test_the_cheap_is_shed_over_half_and_the_rest_overflows() -> None:
    fanout = Fanout(max_frames=4)
    fanout.connect(1)
    for frame, cls in ((b"r", 3), (b"p", 4), (b"m1", 2), (b"m2", 2), (b"t", 5)):
        fanout.send(1, frame, cls)
    assert fanout.depth(1) == (2, 4)
    assert fanout.statistics()["shed"] == 3
    for _ in range(3):
        fanout.send(1, b"m", 2)
    assert fanout.overflowed() == [1]
    assert fanout.overflowed() == []
    assert (fanout.drain(1), fanout.depth(1), fanout.send(1, b"late", 0)) == ([], (0, 0), False)


def test_strangers_and_mistakes(fanout: Fanout) -> None:
    assert not fanout.send(9, b"x", 2)
    assert (fanout.drain(9), fanout.depth(9), fanout.groups(-1)) == ([], (0, 0), [])
    for conn in (9, -1):
        with pytest.raises(KeyError):
            fanout.join(conn, "room:a")
    with pytest.raises(ValueError, match="exists"):
        fanout.connect(1)
    with pytest.raises(ValueError, match="conn"):
        fanout.connect(-1)
    with pytest.raises(ValueError, match="class"):
        fanout.publish("room:a", b"x", 6)
    with pytest.raises(TypeError):
        fanout.send(1, bytearray(b"x"), 2)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="max_frames"):
        Fanout(max_frames=0)
    assert fanout.statistics() == {
        "connections": 3,
        "groups": 1,
        "memberships": 3,
        "frames_queued": 0,
        "bytes_queued": 0,
        "shed": 0,
        "conflated": 0,
        "retracted": 0,
    }
