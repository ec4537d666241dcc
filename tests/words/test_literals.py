"""What the server tells people stands in the catalogue: no refusal, letter or answer holds a sentence of its own."""

import ast
from collections.abc import Iterator
from pathlib import Path

import cups

SOURCES = Path(cups.__file__).parent
TECHNICAL = {
    ("gateway/live.py", "Refused"),
    ("staff/screening.py", "Refused"),
    ("api/answers.py", "Refused"),
    ("api/once.py", "Refused"),
}
"""Where `detail` is for whoever writes programs or rules: what of a frame, a body or a pattern cannot be read."""
SHOWN = {"Refused": {"detail"}, "Problem": {"detail"}, "Left": {"detail"}}
"""Calls, and those of their arguments that a person reads."""


def stray(source: str, file: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if (file, name) in TECHNICAL:
            continue
        for keyword in node.keywords:
            if keyword.arg in SHOWN.get(name, ()) and _holds_words(keyword.value):
                yield f"{file}:{keyword.value.lineno}"


def _holds_words(value: ast.expr) -> bool:
    return any(
        isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value.strip()
        for part in ast.walk(value)
    )


def test_the_search_finds_what_it_should() -> None:
    assert list(stray('Refused("x", detail="Take it away.")', "a.py")) == ["a.py:1"]
    assert list(stray('frames.Refused(code=c, detail=f"From {a}.")', "a.py")) == ["a.py:1"]
    assert list(stray('Refused("x", says="role-first", detail=why)', "a.py")) == []


def test_no_refusal_holds_words_of_its_own() -> None:
    found = [
        one
        for path in sorted(SOURCES.rglob("*.py"))
        for one in stray(path.read_text("utf-8"), str(path.relative_to(SOURCES)))
    ]
    assert found == [], "say it in the catalogue: Refused(code, says=...)"
