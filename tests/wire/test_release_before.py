"""Pages that are open, and processes that still run, are of the release before: what they send is taken."""

import json

import pytest

from harness.release_before import AT, Shapes, broken, shapes


def test_what_the_release_before_sends_is_taken() -> None:
    """What is refused here must have a default for one release, or stay for one (docs/decisions/0034)."""
    assert broken(json.loads(AT.read_text()), shapes()) == []


def test_it_looks_at_all_of_it() -> None:
    now = shapes()
    for name in (
        "wire.frames.Send",
        "wire.frames.Position",
        "news.MessageSaid",
        "wire.chats.Message",
        "nodes.hints.Spent",
    ):
        assert name in now
    assert now["wire.frames.Send"]["text"] and not now["news.MessageSaid"]["origin"]


@pytest.mark.parametrize(
    ("now", "found"),
    [
        ({"A": {"a": True, "b": False}}, []),
        ({"A": {"a": False, "b": False, "new": False}, "B": {"x": True}}, []),
        ({}, ["A is gone"]),
        ({"A": {"a": True}}, ["A.b is gone"]),
        ({"A": {"a": True, "b": True}}, ["A.b is asked for"]),
        ({"A": {"a": True, "b": False, "new": True}}, ["A.new is asked for"]),
    ],
)
def test_each_way_of_not_taking_it_is_found(now: Shapes, found: list[str]) -> None:
    assert broken({"A": {"a": True, "b": False}}, now) == found
