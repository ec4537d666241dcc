"""Which acts a course of events has, and when, all from its seed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from harness.queueworld.figures import LASTS_S

if TYPE_CHECKING:
    from harness.queueworld.world import World

Script = list[tuple[float, Callable[[], Awaitable[None]]]]


def script(world: World) -> Script:
    """Acts on few moments, so that many of them meet."""
    chance, found, acts = world.chance, Script(), world.acts

    def add(at: float, act: Callable[..., Awaitable[None]], *args: object) -> None:
        found.append((at, partial(act, *args)))

    for asker in world.askers:
        if chance.random() < 0.7:
            add(chance.randint(0, 3), acts.ask, asker)
            if chance.random() < 0.4:
                add(chance.randint(2, 6), acts.tell, asker)
        else:
            add(chance.randint(0, 3), acts.ask_personally, asker, chance.choice(world.listeners))
    for _ in range(chance.randint(10, 15)):
        at = chance.randint(1, LASTS_S - 1) + chance.choice((0.0, 0.0, 0.01))
        asker, listener = chance.choice(world.askers), chance.choice(world.listeners)
        kind = chance.random()
        if kind < 0.34:
            add(at, acts.take_next, listener)
            if chance.random() < 0.6:
                add(at, acts.take_next, chance.choice(world.listeners))
        elif kind < 0.42:
            add(at, acts.pick, listener)
        elif kind < 0.50:
            add(at, acts.ask, asker)
        elif kind < 0.55:
            add(at, acts.cancel, asker)
            add(at, acts.take_next, listener)
        elif kind < 0.65:
            add(at, acts.lose, asker)
            if chance.random() < 0.5:
                add(at + chance.choice((2, 7)), acts.come, asker)
        elif kind < 0.72:
            add(at, acts.end, chance.choice((asker, listener)))
        elif kind < 0.78:
            add(at, acts.block, asker, listener)
            add(at, acts.take_next, listener)
        elif kind < 0.83:
            add(at, acts.correct_age, chance.choice((asker, listener)))
            add(at, acts.take_next, listener)
        elif kind < 0.86:
            add(at, acts.ban, chance.choice((asker, asker, listener)))
            add(at, acts.take_next, listener)
        elif kind < 0.90:
            add(at, world.jump, chance.choice((-24, -1, 1, 24)))
            if chance.random() < 0.6:
                add(at, world.crash)
        elif kind < 0.92:
            add(at, world.crash)
        elif kind < 0.97:
            change = chance.choice((acts.change_mind, acts.change_mind, acts.lose_clearance, acts.rest))
            add(at + chance.choice((0.0, 0.0, 0.001, 0.01)), change, listener)
            add(at, acts.take_next, listener)
        else:
            add(at, world.check)
            add(at, acts.cancel, asker)
    for _ in range(chance.randint(3, 6)):
        at = chance.randint(1, LASTS_S - 1) + chance.choice((0.0, 0.0, 0.01))
        asker, listener = chance.choice(world.askers), chance.choice(world.listeners)
        kind = chance.random()
        if kind < 0.45:
            add(at, acts.ask_personally, asker, listener)
        elif kind < 0.55:
            add(at, acts.go_away, listener)
            add(at + chance.choice((1, 4)), acts.come_back, listener)
        elif kind < 0.80:
            add(at, acts.tell, asker)
        else:
            add(at, acts.hear, listener)
    found.sort(key=lambda one: one[0])
    return found
