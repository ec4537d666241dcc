"""Whether the catalogue is whole: every language says what English says, with the same variables, and says it of the English of today.

`python -m cups.translations` tells what is missing, too much, or was translated from other words. After translating,
`python -m cups.translations done es ar` writes down of which English these languages now are (`messages/translated.json`).
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from babel import Locale
from fluent.syntax import FluentParser, ast, visitor

from cups import paths, words

NOTED = "translated.json"


class _Read(visitor.Visitor):
    """What a message is given, and which plural forms it chooses by."""

    def __init__(self) -> None:
        self.variables: set[str] = set()
        self.forms: list[tuple[str, set[str]]] = []

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802  # the parser's name
        self.variables.add(node.id.name)

    def visit_SelectExpression(self, node: ast.SelectExpression) -> None:  # noqa: N802  # the same
        name = node.selector.id.name if isinstance(node.selector, ast.VariableReference) else ""
        keys = {str(v.key.name if isinstance(v.key, ast.Identifier) else v.key.value) for v in node.variants}
        self.forms.append((name, keys))
        self.generic_visit(node)


def messages(language: str) -> dict[str, ast.Message]:
    found: dict[str, ast.Message] = {}
    for file in sorted((paths.web() / "messages" / language).glob("*.ftl")):
        for entry in FluentParser(with_spans=False).parse(file.read_text("utf-8")).body:
            if isinstance(entry, ast.Junk):
                raise ValueError(f"{file}: {(entry.content or '')[:80]!r} is no message")
            if isinstance(entry, ast.Message):
                if entry.id.name in found:
                    raise ValueError(f"{file}: {entry.id.name} is there already")
                found[entry.id.name] = entry
    return found


def plural_forms(language: str) -> set[str]:
    """The categories that whole numbers of this language have."""
    rule = Locale.parse(language).plural_form
    return {rule(number) for number in range(1000)}


def faults(language: str) -> Iterator[str]:
    """Everything that keeps this language from being whole."""
    english, own, noted = messages(words.DEFAULT), messages(language), _noted().get(language, {})
    yield from (f"{key}: is missing" for key in english.keys() - own.keys())
    yield from (f"{key}: English has no such message" for key in own.keys() - english.keys())
    for key in sorted(english.keys() & own.keys()):
        yield from (f"{key}: {why}" for why in _faults(language, english[key], own[key]))
        if noted.get(key) != _mark(english[key]):
            yield f"{key}: the English has changed since, or this was not looked at"


def _faults(language: str, english: ast.Message, own: ast.Message) -> Iterator[str]:
    here, there = _Read(), _Read()
    here.visit(own)
    there.visit(english)
    if here.variables != there.variables:
        yield f"has {sorted(here.variables)} where English has {sorted(there.variables)}"
    plural = plural_forms(language)
    chosen_by = {name for name, keys in there.forms if keys & {"one", "few", "many", "two", "zero"}}
    for name, keys in here.forms:
        if name in chosen_by and not plural <= keys:
            yield f"has no form for {sorted(plural - keys)} of ${name}"
    if chosen_by - {name for name, _ in here.forms}:
        yield f"does not choose by {sorted(chosen_by)}"


def _mark(message: ast.Message) -> str:
    """Of the English that a translation was made from: changes when its words do."""
    assert message.value is not None
    text = json.dumps(message.value.to_json(), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _noted() -> dict[str, dict[str, str]]:
    file = _file()
    found: dict[str, dict[str, str]] = json.loads(file.read_text("utf-8")) if file.exists() else {}
    return found


def _file() -> Path:
    return paths.web() / "messages" / NOTED


def done(languages: list[str]) -> None:
    english = messages(words.DEFAULT)
    noted = _noted()
    for language in languages:
        there = messages(language)
        noted[language] = {key: _mark(message) for key, message in sorted(english.items()) if key in there}
    _file().write_text(json.dumps(noted, indent=0, sort_keys=True) + "\n", "utf-8")


def main() -> int:
    if sys.argv[1:2] == ["done"]:
        done(sys.argv[2:])
        return 0
    found = [
        f"{language} {why}" for language in words.languages() if language != words.DEFAULT for why in faults(language)
    ]
    print("\n".join(found) or "Every language is whole.")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
