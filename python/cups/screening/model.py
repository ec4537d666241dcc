"""What a file of rules holds, and a rule made ready for the core. Strict: a field that is not defined is an error that names it."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from cups.wire.screening import ScreeningAction as Action
from cups.wire.screening import ScreeningClass as Class
from cups.wire.screening import ScreeningStage as Stage

__all__ = [
    "ACTIONS",
    "CRISIS",
    "Action",
    "BadRule",
    "Class",
    "Lexicon",
    "Ready",
    "RuleBody",
    "RuleFile",
    "ShippedRule",
    "Stage",
]

Scope = Literal["single", "conversation"]
Place = Literal["before", "after", "near", "message", "inside"]

ACTIONS: dict[str, Action] = {
    "contact": "hold",
    "sexual-grooming": "hold",
    "hate": "block",
    "method-detail": "hold",
    "crisis-own": "help",
    "crisis-other": "help",
    "abuse-disclosed": "help",
    "encouragement": "block",
}
"""What a class leads to where its rule does not say otherwise."""
CRISIS = ("crisis-own", "crisis-other", "abuse-disclosed")
ABOUT: dict[str, Literal["own", "other", "abuse"]] = {
    "crisis-own": "own",
    "crisis-other": "other",
    "abuse-disclosed": "abuse",
}
"""Whom a sign of danger is about, as clients are told."""

Lines = Annotated[str, Meta(max_length=200_000)]
"""One pattern a line. Empty lines and those that begin with `#` are left out; `<name>` stands for the words of a list."""
Conditions = dict[Place, Lines]


class BadRule(ValueError):
    """A rule that cannot be used: the file it is in (or `custom`), its name, and why."""

    def __init__(self, file: str, rule: str, why: str) -> None:
        super().__init__(f"{file}: {rule}: {why}")
        self.file, self.rule, self.why = file, rule, why


class RuleBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A rule as files and staff write it. `unless` and `only` name contexts of the language or hold conditions of their own."""

    class_: Class = msgspec.field(name="class")
    patterns: Lines
    owner: Annotated[str, Meta(max_length=60)] = ""
    note: Annotated[str, Meta(max_length=500)] = ""
    action: Action | None = None
    stage: Stage = "all"
    share: Annotated[int, Meta(ge=0, le=1000)] = 0
    """Of 1000 people, in the stage `share`."""
    scope: Scope = "single"
    unless: list[str | Conditions] = []
    only: list[str | Conditions] = []
    unquoted: bool = False
    allow: bool = False
    digits: Annotated[int, Meta(ge=0, le=100)] = 0
    needs: list[str] = []


class ShippedRule(RuleBody, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    id: Annotated[str, Meta(pattern="^[a-z]+(-[a-z]+)*[.][a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]


class RuleFile(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One file of a language. Lists and contexts are shared by all files of that language."""

    language: Annotated[str, Meta(pattern="^[a-z]{2,3}$")]
    owner: str
    numbers: dict[str, str] = {}
    aliases: dict[str, str] = {}
    breaks: list[str] = []
    forgiven: list[str] = []
    known: list[str] = []
    allowed_numbers: list[str] = []
    lists: dict[str, list[str]] = {}
    contexts: dict[str, Conditions] = {}
    rules: list[ShippedRule] = []


class Ready(msgspec.Struct, frozen=True):
    """A rule as the core takes it."""

    id: str
    kind: str
    action: str
    share: int
    conversation: bool
    patterns: list[str]
    unless: list[tuple[str, str]]
    only: list[tuple[str, str]]
    unquoted: bool
    allow: bool
    digits: int
    needs: list[str]


class Lexicon(msgspec.Struct):
    """What all rules share, of all languages together."""

    numbers: dict[str, str] = {}
    aliases: dict[str, str] = {}
    forgiven: list[str] = []
    known: list[str] = []
    breaks: list[str] = []
    allowed_numbers: list[str] = []
    allowed_sites: list[str] = []
