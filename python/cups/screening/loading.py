"""The shipped rules, read from the package and made ready for the core together with what staff changed."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

import msgspec

from cups._core import Screening
from cups.crisis import helplines
from cups.screening.model import ACTIONS, BadRule, Conditions, Lexicon, Ready, RuleBody, RuleFile, ShippedRule

MAX_RULES = 20_000
_LIST = re.compile(r"<([a-z-]+)>")


class Shipped(msgspec.Struct, frozen=True):
    """A rule of the package: its whole name (`en.crisis-own.plan`), its file, its language, and the rule."""

    id: str
    file: str
    language: str
    rule: ShippedRule


class Language(msgspec.Struct):
    """What the rules of one language share."""

    lists: dict[str, list[str]] = {}
    contexts: dict[str, Conditions] = {}


def parse(name: str, text: bytes) -> RuleFile:
    """BadRule with the file, and the place in it where that is known."""
    try:
        return msgspec.yaml.decode(text, type=RuleFile)
    except msgspec.MsgspecError as error:
        raise BadRule(name, "file", str(error)) from None


@cache
def shipped_files() -> dict[str, RuleFile]:
    folder = files("cups.screening").joinpath("rules")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml"))
    return {name: parse(name, folder.joinpath(name).read_bytes()) for name in names}


@cache
def languages() -> dict[str, Language]:
    found: dict[str, Language] = {}
    for file in shipped_files().values():
        language = found.setdefault(file.language, Language())
        language.lists.update(file.lists)
        language.contexts.update(file.contexts)
    return found


@cache
def shipped() -> dict[str, Shipped]:
    """All shipped rules by their whole name, in the order of the files."""
    found: dict[str, Shipped] = {}
    for name, file in shipped_files().items():
        for rule in file.rules:
            id = f"{file.language}.{rule.id}"
            if id in found:
                raise BadRule(name, id, "there is another rule of this name")
            if not rule.owner:
                rule.owner = file.owner
            found[id] = Shipped(id, name, file.language, rule)
    return found


def lexicon(own_sites: Iterable[str] = ()) -> Lexicon:
    """Words for numbers and the like, and whom anyone may name: the helplines' numbers and sites, and our own."""
    made = Lexicon()
    numbers, sites = set[str](), set(own_sites)
    for file in shipped_files().values():
        made.numbers.update(file.numbers)
        made.aliases.update(file.aliases)
        made.breaks += file.breaks
        made.forgiven += file.forgiven
        made.known += file.known
        numbers.update(file.allowed_numbers)
    for code in [*helplines.countries(), None]:
        for line in helplines.of(code).services:
            for text in (line.phone, line.text):
                # A text may be an instruction: "HOME to 741741".
                for found in re.findall(r"[\d][\d\s().\-/]*", text or ""):
                    digits = re.sub(r"\D", "", found)
                    if len(digits) >= 3:
                        numbers.add(digits)
            for url in (line.url, line.chat_url):
                host = urlsplit(url or "").hostname
                if host:
                    sites.add(host.removeprefix("www."))
    made.allowed_numbers, made.allowed_sites = sorted(numbers), sorted(sites)
    return made


def ready(id: str, file: str, language: str, rule: RuleBody) -> Ready:
    """Lists put in, contexts looked up. BadRule for a name that does not exist."""
    shared = languages().get(language, Language())

    def lines(text: str) -> list[str]:
        found = (line.strip() for line in text.splitlines())
        return [_LIST.sub(words, line) for line in found if line and not line.startswith("#")]

    def words(match: re.Match[str]) -> str:
        if match[1] not in shared.lists:
            raise BadRule(file, id, f"there is no list <{match[1]}>")
        return "(" + "|".join(shared.lists[match[1]]) + ")"

    def conditions(given: Iterable[str | Conditions]) -> list[tuple[str, str]]:
        made: list[tuple[str, str]] = []
        for one in given:
            if isinstance(one, str):
                if one not in shared.contexts:
                    raise BadRule(file, id, f"there is no context {one!r}")
                one = shared.contexts[one]
            made += [(place, line) for place, text in one.items() for line in lines(text)]
        return made

    share = {"shadow": 0, "share": rule.share, "all": 1000}[rule.stage]
    return Ready(
        id=id,
        kind=rule.class_,
        action=rule.action or ACTIONS[rule.class_],
        share=share,
        conversation=rule.scope == "conversation",
        patterns=lines(rule.patterns),
        unless=conditions(rule.unless),
        only=conditions(rule.only),
        unquoted=rule.unquoted,
        allow=rule.allow,
        digits=rule.digits,
        needs=rule.needs,
    )


def screening(rules: Mapping[str, Ready], known: Lexicon, *, source: Mapping[str, str], **limits: int) -> Screening:
    """Compiled. BadRule names the file of what cannot be used."""
    try:
        return Screening(list(rules.values()), known, **limits)
    except ValueError as error:
        raise _bad(error, source) from None


def swap(
    core: Screening, rules: Mapping[str, Ready], known: Lexicon, source: Mapping[str, str]
) -> list[tuple[str, int, int]]:
    """Puts these in force; the last counts of those before. BadRule as above, and nothing has changed."""
    try:
        return core.swap(list(rules.values()), known)
    except ValueError as error:
        raise _bad(error, source) from None


def _bad(error: ValueError, source: Mapping[str, str]) -> Exception:
    if len(error.args) != 2:
        return error
    rule, why = error.args
    return BadRule(source.get(rule, "custom"), rule, why)


def shipped_ready() -> dict[str, Ready]:
    return {id: ready(id, one.file, one.language, one.rule) for id, one in shipped().items()}


def sources() -> dict[str, str]:
    return {id: one.file for id, one in shipped().items()}
