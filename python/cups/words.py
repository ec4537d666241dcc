"""The message catalogue on the server's side: the same Fluent files that the page uses, so that every text is written once."""

from functools import cache
from pathlib import Path

from fluent.runtime import FluentBundle, FluentResource

import cups.paths as paths

DEFAULT = "en"


class Words:
    """The texts of one language, with English behind it for whatever is missing."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._bundles = [_bundle(language)] + ([_bundle(DEFAULT)] if language != DEFAULT else [])
        self._refusals: dict[str, str] = {}

    def has(self, key: str) -> bool:
        return any(bundle.has_message(key) for bundle in self._bundles)

    def t(self, key: str, **args: object) -> str:
        """The text of a key; the key itself where there is none (a test finds those)."""
        named = {name.replace("_", "-"): value for name, value in args.items()} | args
        for bundle in self._bundles:
            if bundle.has_message(key):
                message = bundle.get_message(key)
                if message.value is not None:
                    text, _errors = bundle.format_pattern(message.value, named)
                    return str(text)
        return key

    def refusal(self, code: str) -> str:
        """What a person is told with this error code. Remembered: a server that has too much to do must be able to say so cheaply."""
        text = self._refusals.get(code)
        if text is None:
            text = self._refusals[code] = self.t(f"error-{code}")
        return text


def _files(language: str) -> list[Path]:
    return sorted((paths.web() / "messages" / language).glob("*.ftl"))


@cache
def _bundle(language: str) -> FluentBundle:
    bundle = FluentBundle([language], use_isolating=False)
    for file in _files(language):
        bundle.add_resource(FluentResource(file.read_text("utf-8")))
    return bundle


@cache
def of(language: str) -> Words:
    return Words(language)


def languages() -> list[str]:
    """The languages that have a folder in the catalogue."""
    return sorted(p.name for p in (paths.web() / "messages").iterdir() if p.is_dir())
