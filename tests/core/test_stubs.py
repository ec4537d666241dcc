"""The stub and the built module say the same, in both directions."""

import ast
import inspect
from pathlib import Path
from typing import Any

import pytest

from cups import _core

STUB = Path(_core.__file__).with_name("_core.pyi")
TREE = ast.parse(STUB.read_text(encoding="utf-8"))
CLASSES = {node.name: node for node in TREE.body if isinstance(node, ast.ClassDef)}
NAMES = [node.target.id for node in TREE.body if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)]

# Python gives these to every class; only a promise of the stub makes them ours.
UNIVERSAL = set(dir(object)) | {"__module__"}


def methods(node: ast.ClassDef) -> dict[str, ast.FunctionDef]:
    return {item.name: item for item in node.body if isinstance(item, ast.FunctionDef)}


def attributes(node: ast.ClassDef) -> set[str]:
    return {
        item.target.id for item in node.body if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
    }


def promised(function: ast.FunctionDef) -> list[tuple[str, Any, Any]]:
    """Name, kind and default of each parameter but self."""
    arguments = function.args
    assert not arguments.posonlyargs and not arguments.vararg and not arguments.kwarg
    empty = inspect.Parameter.empty
    gap = [None] * (len(arguments.args) - len(arguments.defaults))
    positional = zip(arguments.args, [*gap, *arguments.defaults], strict=True)
    named = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return [
        (argument.arg, kind, ast.literal_eval(default) if default is not None else empty)
        for kind, group in (
            (inspect.Parameter.POSITIONAL_OR_KEYWORD, positional),
            (inspect.Parameter.KEYWORD_ONLY, named),
        )
        for argument, default in group
        if argument.arg != "self"
    ]


def built(function: Any) -> list[tuple[str, Any, Any]]:
    parameters = inspect.signature(function).parameters.values()
    return [(parameter.name, parameter.kind, parameter.default) for parameter in parameters if parameter.name != "self"]


def test_the_module_has_what_the_stub_names_and_nothing_else() -> None:
    public = {name for name in vars(_core) if not name.startswith("_")}
    assert public == set(CLASSES)
    assert NAMES == ["__version__"]
    assert isinstance(_core.__version__, str)


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_has_what_the_stub_names_and_nothing_else(name: str) -> None:
    there = vars(getattr(_core, name))
    stubbed = set(methods(CLASSES[name])) | attributes(CLASSES[name])
    public = {item for item in there if not item.startswith("_")}
    assert public == {item for item in stubbed if not item.startswith("_")}
    special = {item for item in there if item.startswith("__")} - UNIVERSAL
    assert special <= stubbed, "a special method that the stub does not promise"
    assert {item for item in stubbed if item.startswith("__")} - {"__init__"} <= set(there)


@pytest.mark.parametrize(
    ("name", "method"),
    [(name, method) for name, node in CLASSES.items() for method in methods(node) if not method.startswith("__")],
)
def test_a_method_takes_what_the_stub_says(name: str, method: str) -> None:
    assert built(getattr(getattr(_core, name), method)) == promised(methods(CLASSES[name])[method])


@pytest.mark.parametrize("name", [name for name, node in CLASSES.items() if "__init__" in methods(node)])
def test_a_class_is_made_as_the_stub_says(name: str) -> None:
    assert built(getattr(_core, name)) == promised(methods(CLASSES[name])["__init__"])


@pytest.mark.parametrize("name", [name for name, node in CLASSES.items() if "__init__" not in methods(node)])
def test_an_answer_cannot_be_made_or_changed(name: str) -> None:
    with pytest.raises(TypeError):
        getattr(_core, name)()
    for attribute in attributes(CLASSES[name]):
        assert getattr(getattr(_core, name), attribute).__class__.__name__ in {"getset_descriptor", "member_descriptor"}
