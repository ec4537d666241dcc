"""Names: random ones for guests, and what a chosen one may look like."""

import json
import random
import re
import secrets
import unicodedata
from functools import cache
from importlib.resources import files

import yaml

from cups.errors import Refused
from cups.wire.words import WordKind

LISTS: tuple[WordKind, ...] = ("banned", "reserved")
_SHAPE = re.compile(r"[A-Za-z][A-Za-z0-9]{2,23}")
_LOOKALIKE = str.maketrans("013457l", "oieasti")
_STAFF_LIKE = tuple(
    word.translate(_LOOKALIKE)
    for word in ("admin", "moderator", "official", "therapist", "helpdesk", "crisisline", "staffteam", "supportteam")
)
"""No chosen name has somebody in it who speaks for the site."""
_random = random.SystemRandom()
_in_force: dict[WordKind, frozenset[str]] = {}
"""The keys of the words that no name may hold, as staff have changed them."""
TRIES = 50
"""How often another random name is made where staff have banned a word of it."""


@cache
def _words() -> tuple[list[str], list[str]]:
    words = json.loads(files("cups.content").joinpath("names.json").read_text("utf-8"))
    return words["adjectives"], words["nouns"]


@cache
def shipped_words(kind: WordKind) -> dict[str, str]:
    """The list as it comes with the software: words by their keys."""
    found = yaml.safe_load(files("cups.content").joinpath("name_words.yaml").read_text("utf-8"))
    return {key(word): word for word in found[kind]}


def words_in_force(kind: WordKind) -> frozenset[str]:
    found = _in_force.get(kind)
    return frozenset(shipped_words(kind)) if found is None else found


def put_in_force(kind: WordKind, keys: frozenset[str]) -> None:
    """What no name may hold from now on, by keys."""
    _in_force[kind] = keys


def random_name() -> str:
    """One that holds no word of the lists, as long as there is one."""
    made = ""
    for _ in range(TRIES):
        made = _made_name()
        if not any(matches(kind, made, words_in_force(kind)) for kind in LISTS):
            break
    return made


def _made_name() -> str:
    """adjective, Noun, 1-4 digits, as in carefulPear7220. The number never looks like an age of a teen, a year of birth, or a sign of hate."""
    adjectives, nouns = _words()
    noun = _random.choice(nouns)
    number = secrets.randbelow(10 ** _random.randint(1, 4))
    while not _harmless(number):
        number = secrets.randbelow(10_000)
    return f"{_random.choice(adjectives)}{noun[0].upper()}{noun[1:]}{number}"


def _harmless(number: int) -> bool:
    return number not in _READ_AS_MORE and not 10 <= number <= 25 and not 1900 <= number <= 2050


_READ_AS_MORE = frozenset({28, 69, 88, 311, 420, 666, 1312, 1488, 8814, 8888})
"""Numbers that some read as codes of hate, sex or drugs."""


def key(name: str) -> str:
    """Names with the same key look alike: case and look-alike digits do not tell them apart."""
    return unicodedata.normalize("NFKC", name).casefold().translate(_LOOKALIKE)


def _forms(name: str) -> set[str]:
    """How it can be read: look-alikes as the letters, with and without the digits at its end."""
    plain = drawn = name.casefold()
    for pair, read in (("rn", "m"), ("vv", "w")):
        plain = plain.replace(pair, read)
    return {form.translate(_LOOKALIKE) for one in (plain, drawn) for form in (one, one.rstrip("0123456789"))}


def matches(kind: WordKind, name: str, keys: frozenset[str]) -> bool:
    """Banned words: anywhere in the name. Reserved ones: all of it, but for digits at its end."""
    if kind == "reserved":
        return not keys.isdisjoint(_forms(name))
    return any(one in form for form in _forms(name) for one in keys)


def checked(name: str, *, staff: bool = False) -> str:
    """The name as it will be stored. Refused: another shape than 3 to 24 Latin letters and digits, one that looks like staff, or one of the words' lists.

    Letters of one script keep look-alikes of others, and control, bidi and zero-width characters, out.
    """
    name = unicodedata.normalize("NFKC", name.strip().removeprefix("@"))
    if not _SHAPE.fullmatch(name):
        raise Refused("name-not-allowed", field="name")
    listed = any(matches(kind, name, words_in_force(kind)) for kind in LISTS)
    if not staff and (listed or any(_speaks_for_the_site(form) for form in _forms(name))):
        raise Refused("name-not-allowed", field="name")
    return name


def _speaks_for_the_site(form: str) -> bool:
    return form.startswith("cups") or any(word in form for word in _STAFF_LIKE)
