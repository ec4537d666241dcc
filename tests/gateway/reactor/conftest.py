"""One suite holds both reactors to `cups.gateway.reactor.Reactor`: real sockets, and a clock that is moved by hand."""

from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest

from harness.world import World

Make = Callable[..., World]


@pytest.fixture(params=["native", "plain"])
def kind(request: pytest.FixtureRequest) -> Literal["native", "plain"]:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def make(kind: Literal["native", "plain"]) -> Iterator[Make]:
    """Makes a world with these settings; all of them end with the test."""
    worlds: list[World] = []

    def world(**settings: Any) -> World:
        worlds.append(World(kind, **settings))
        return worlds[-1]

    yield world
    for made in worlds:
        made.end()


@pytest.fixture
def world(make: Make) -> World:
    return make()
