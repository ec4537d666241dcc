"""What the hub promises to whoever tells, about connections that are no more."""

from typing import Any, Literal, cast

import msgspec
import pytest

from cups.gateway.arrivals import Arrival
from cups.gateway.hub import Hub
from cups.gateway.reactor import End, Event
from harness.wire import closing
from harness.world import World


class _Somebody(msgspec.Struct):
    id: str


@pytest.mark.parametrize("kind", ["native", "plain"])
def test_who_has_ended_joins_nothing_until_that_is_told(kind: Literal["native", "plain"]) -> None:
    """Both have closed, and the next turn tells: a task that comes in between must not fail over it, with half of its notes made."""
    world = World(kind)
    hub = Hub(world.reactor)
    peer = world.adopt()
    arrival = Arrival(cast(Any, _Somebody("ann")), (), (), (), 0, 0)
    connection = hub.connect(peer.conn, arrival)
    assert hub.join(connection, "room:a") and not hub.join(connection, "room:a")
    peer.send(closing())
    assert world.tick() == []
    world.flush()
    assert hub.alive(connection) and hub.count("room:a") == 0
    assert not hub.join(connection, "room:a")
    assert hub.count("room:a") == 0
    assert world.tick() == [(Event.ENDED, peer.conn, End.CLOSED)]
    hub.disconnect(connection)
    assert not hub.join(connection, "room:a")
    world.end()
