"""The icon in the server's pages and the one in the page's components are the same: both are held to one list (the other by icon.test.ts)."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from cups import words
from cups.api.rendering import _environment
from cups.wire.people import Person

WEB = Path(__file__).parents[2] / "web" / "src"
ICONS = json.loads((WEB / "features" / "accounts" / "icons.json").read_text("utf-8"))
SHAPES = {
    "guest": '<rect class="icon-shape" width="40" height="40"/>',
    "member": '<rect class="icon-shape" width="40" height="40" rx="11"/>',
    "listener": '<circle class="icon-shape" cx="20" cy="20" r="20"/>',
    "therapist": '<circle class="icon-shape" cx="20" cy="20" r="20"/>',
}


def drawn(name: str = "carefulPear7220", kind: Any = "guest", picture: str = "", told: bool = False) -> str:
    macros = _environment().get_template("parts/people.html").make_module({"t": words.of("en").t})
    return str(macros.icon(Person(name=name, kind=kind, picture=picture), told=told))  # type: ignore[attr-defined]


@pytest.mark.parametrize("one", ICONS, ids=lambda one: one["name"])
def test_colour_and_letters(one: dict[str, str]) -> None:
    svg = drawn(one["name"])
    assert f'class="icon icon-guest {one["colour"]}"' in svg
    assert f">{one['letters']}</text>" in svg


@pytest.mark.parametrize(("kind", "shape"), SHAPES.items())
def test_the_shape_tells_the_kind_and_so_does_its_name(kind: str, shape: str) -> None:
    assert shape in drawn(kind=kind) and 'aria-hidden="true"' in drawn(kind=kind)
    told = drawn(kind=kind, told=True)
    assert f'role="img" aria-label="{kind}"' in told and "aria-hidden" not in told


def test_the_component_draws_the_same_shapes() -> None:
    text = (WEB / "features" / "accounts" / "Icon.svelte").read_text("utf-8")
    for kind, shape in SHAPES.items():
        if kind in ("listener", "therapist"):
            assert shape.replace("/>", " />") in text and f'person.kind === "{kind}"' in text
    assert 'rx={person.kind === "guest" ? 0 : 11}' in text


def test_a_picture_lies_over_the_letters_which_stay_where_it_cannot_be_loaded() -> None:
    svg = drawn(picture="p" * 26)
    assert re.search(r"</text><image [^>]*href=\"/pictures/p{26}/small\"", svg)
