"""Both reactors have what the interface promises, with the same arguments, and nothing else."""

import inspect
from dataclasses import fields
from typing import Any

import pytest

from cups import _core
from cups.gateway.plain import PlainReactor
from cups.gateway.plain_connection import Settings
from cups.gateway.reactor import Reactor

PROMISED = sorted(name for name in vars(Reactor) if not name.startswith("_"))


@pytest.mark.parametrize("made", [_core.Reactor, PlainReactor], ids=["native", "plain"])
@pytest.mark.parametrize("name", PROMISED)
def test_what_is_promised_is_there(made: Any, name: str) -> None:
    promised, found = inspect.getattr_static(Reactor, name), getattr(made, name)
    if isinstance(promised, property):
        assert not callable(found)
        return
    arguments = [(one.name, one.default) for one in inspect.signature(promised).parameters.values()]
    assert [(one.name, one.default) for one in inspect.signature(found).parameters.values()] == arguments


@pytest.mark.parametrize(("made", "more"), [(_core.Reactor, ["use_lane"]), (PlainReactor, [])], ids=["native", "plain"])
def test_nothing_else_is(made: Any, more: list[str]) -> None:
    """But for the way on which only the native one can hand on what people say."""
    assert sorted(name for name in dir(made) if not name.startswith("_")) == sorted(PROMISED + more)


def test_settings_are_the_same() -> None:
    native = {one.name: one.default for one in inspect.signature(_core.Reactor).parameters.values()}
    assert native == {field.name: field.default for field in fields(Settings)}
