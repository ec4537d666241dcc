"""When what is told gets written: at the end of what told it, however that came about."""

import pytest

from cups.gateway.hub import Class
from cups.gateway.turns import Turns
from harness.world import World


async def test_what_is_told_together_is_written_before_that_returns(world: World) -> None:
    turns, peer = Turns(world.reactor, lambda _lag: None), world.adopt()

    def tell() -> None:
        for text in (b"one", b"two"):
            world.reactor.send(peer.conn, text, int(Class.MESSAGE))
            turns.touched()

    turns.together(tell)
    assert [payload for _, payload in peer.frames()] == [b"one", b"two"]
    assert world.statistic("writes") == 1


async def test_together_within_together_waits_for_the_outer(world: World) -> None:
    turns, peer = Turns(world.reactor, lambda _lag: None), world.adopt()

    def inner() -> None:
        world.reactor.send(peer.conn, b"inner", int(Class.MESSAGE))

    def outer() -> None:
        turns.together(inner)
        assert peer.read() == b""
        world.reactor.send(peer.conn, b"outer", int(Class.MESSAGE))

    turns.together(outer)
    assert [payload for _, payload in peer.frames()] == [b"inner", b"outer"]


async def test_what_breaks_off_has_told_what_it_told(world: World) -> None:
    turns, peer = Turns(world.reactor, lambda _lag: None), world.adopt()

    def tell() -> None:
        world.reactor.send(peer.conn, b"said", int(Class.MESSAGE))
        raise KeyError

    with pytest.raises(KeyError):
        turns.together(tell)
    turns.together(lambda: None)
    assert [payload for _, payload in peer.frames()] == [b"said"]
