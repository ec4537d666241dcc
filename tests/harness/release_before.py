"""What the release before sends: frames of people, and what processes tell each other. `python -m harness.release_before` writes it down when a release is made."""

import json
import typing
from collections.abc import Iterator
from pathlib import Path

from msgspec import inspect

from cups.nodes import hints
from cups.store import news_log
from cups.wire import frames

AT = Path(__file__).parents[1] / "wire" / "release_before.json"
Shapes = dict[str, dict[str, bool]]
"""Structs by name: their fields, and whether each must be there."""


def shapes() -> Shapes:
    roots = [*typing.get_args(frames.ClientFrame), *news_log.TRAVELLING, *typing.get_args(hints.AnyHint), hints.Letter]
    found: Shapes = {}
    for info in inspect.multi_type_info(roots):
        for struct in _structs(info):
            name = f"{struct.cls.__module__.removeprefix('cups.')}.{struct.cls.__name__}"
            found[name] = {field.encode_name: field.required for field in struct.fields}
    return dict(sorted(found.items()))


def _structs(info: inspect.Type) -> Iterator[inspect.StructType]:
    if isinstance(info, inspect.StructType):
        yield info
        for field in info.fields:
            yield from _structs(field.type)
    for name in ("type", "item_type", "value_type"):
        if isinstance(inner := getattr(info, name, None), inspect.Type):
            yield from _structs(inner)
    for name in ("types", "item_types"):
        for inner in getattr(info, name, ()):
            yield from _structs(inner)


def broken(before: Shapes, now: Shapes) -> list[str]:
    """What the release before sends and this one would not take."""
    found = [f"{name} is gone" for name in before.keys() - now.keys()]
    for name in before.keys() & now.keys():
        found += [f"{name}.{field} is gone" for field in before[name].keys() - now[name].keys()]
        asked = {field for field, required in now[name].items() if required}
        found += [f"{name}.{field} is asked for" for field in asked if not before[name].get(field, False)]
    return sorted(found)


if __name__ == "__main__":
    AT.write_text(json.dumps(shapes(), indent=1) + "\n")
