"""The message catalogue on the server's side: the same Fluent files that the page uses, so that every text is written once.

Which language somebody reads is chosen here, too: their account's own, else the device's, else what the browser asks for, else English.
"""

import re
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import structlog
from babel.dates import format_date
from fluent.runtime import FluentBundle, FluentResource

import cups.paths as paths
from cups.errors import Refused

log = structlog.get_logger()
DEFAULT = "en"
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
NOTHING = "…"
"""What stands where a message is missing in every language: a key says nothing to anybody."""
missing: Counter[str] = Counter()
"""Messages that were asked for and not there, by language; `cups_words_missing` in the metrics."""
_FIRST_STRONG, _POP = "\u2068", "\u2069"
_FROM_RIGHT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_PART = re.compile(r"([a-z]{1,8})(?:-[a-z0-9]{1,8})*|\*", re.IGNORECASE)
_QUALITY = re.compile(r"q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)
MOST_ASKED = 32
"""Languages of one header that are looked at."""


class Words:
    """The texts of one language, with English behind it for whatever is missing."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._bundles = [_bundle(language)] + ([_bundle(DEFAULT)] if language != DEFAULT else [])
        self._refusals: dict[str, str] = {}
        self._missed: set[str] = set()
        self._isolates = language not in RIGHT_TO_LEFT

    def has(self, key: str) -> bool:
        return any(bundle.has_message(key) for bundle in self._bundles)

    def t(self, key: str, **args: object) -> str:
        """The text of a key. Where the language has none it is English, and where that has none a mark: both are logged once and counted."""
        named = {name.replace("_", "-"): value for name, value in args.items()} | args
        if self._isolates:
            named = {name: _apart(value) for name, value in named.items()}
        for bundle in self._bundles:
            if bundle.has_message(key):
                message = bundle.get_message(key)
                if message.value is not None:
                    text, _errors = bundle.format_pattern(message.value, named)
                    return str(text)
            self._miss(key)
        return NOTHING

    def _miss(self, key: str) -> None:
        if key not in self._missed:
            self._missed.add(key)
            log.warning("a message is missing", language=self.language, key=key)
        missing[self.language] += 1

    def moment(self, ms: int) -> str:
        """A moment as this language writes it, for readers whose time zone is not known."""
        at = datetime.fromtimestamp(ms / 1000, UTC)
        return f"{format_date(at, 'long', locale=self.language)}, {at:%H:%M} UTC"

    def refusal(self, code: str) -> str:
        """What a person is told with this error code. Remembered: a server that has too much to do must be able to say so cheaply."""
        text = self._refusals.get(code)
        if text is None:
            text = self._refusals[code] = self.t(f"error-{code}")
        return text

    def told(self, refused: Refused) -> str:
        """What a person is told who is refused: more than the code says, where there is more."""
        return self.t(f"refusal-{refused.says}", **refused.given) if refused.says else self.refusal(refused.code)


def _apart(value: object) -> object:
    """A name that runs from right to left, within a text that does not: its neighbours keep their places. The other way round the bundle does it."""
    if isinstance(value, str) and _FROM_RIGHT.search(value):
        return f"{_FIRST_STRONG}{value}{_POP}"
    return value


def _files(language: str) -> list[Path]:
    return sorted((paths.web() / "messages" / language).glob("*.ftl"))


@cache
def _bundle(language: str) -> FluentBundle:
    bundle = FluentBundle([language], use_isolating=language in RIGHT_TO_LEFT)
    for file in _files(language):
        bundle.add_resource(FluentResource(file.read_text("utf-8")))
    return bundle


@cache
def of(language: str) -> Words:
    """The words of a language; of one that the catalogue does not have (an account may keep one that went), English."""
    return Words(language if language in languages() else DEFAULT)


@cache
def languages() -> tuple[str, ...]:
    """The languages of the catalogue: those that have a folder, English first."""
    found = sorted(p.name for p in (paths.web() / "messages").iterdir() if p.is_dir())
    return (DEFAULT, *(one for one in found if one != DEFAULT))


def direction(language: str) -> str:
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def known(language: str | None) -> str | None:
    return language if language in languages() else None


def negotiated(accepted: str) -> str | None:
    """The language of ours that a header Accept-Language likes best (RFC 9110, 12.5.4, by RFC 4647's lookup): of two liked as much the first.

    `es-MX` is content with `es`; `q=0` refuses; `*` stands for all that are not named, and brings English where English is not refused.
    """
    ranked: list[tuple[float, int, str]] = []
    refused: set[str] = set()
    for place, part in enumerate(accepted.split(",")[:MOST_ASKED]):
        range_, _, parameters = part.partition(";")
        found = _PART.fullmatch(range_.strip())
        quality = _quality(parameters)
        if found is None or quality is None:
            continue
        base = (found.group(1) or "*").lower()
        if quality == 0:
            # The whole of it: refusing es-MX says nothing of es.
            refused.add(range_.strip().lower())
        else:
            ranked.append((-quality, place, base))
    for _, _, base in sorted(ranked):
        if base == "*":
            return next((one for one in languages() if one not in refused), None)
        if base in languages() and base not in refused:
            return base
    return None


def _quality(parameters: str) -> float | None:
    """1 where none is given; None for what is none."""
    if not parameters.strip():
        return 1.0
    found = _QUALITY.fullmatch(parameters.strip())
    return None if found is None else float(found.group(1))


def chosen(*wishes: str | None, accepted: str = "") -> str:
    """The first wish that the catalogue can fulfil, then the browser's, then English."""
    return next(filter(None, map(known, wishes)), None) or negotiated(accepted) or DEFAULT
