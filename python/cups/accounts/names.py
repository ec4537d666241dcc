"""Names: random ones for guests, and what a chosen one may look like."""

import json
import random
import re
import secrets
import unicodedata
from functools import cache
from importlib.resources import files

from cups.errors import Refused

RESERVED = frozenset(
    [
        "admin",
        "administrator",
        "staff",
        "moderator",
        "mod",
        "support",
        "help",
        "helper",
        "system",
        "cups",
        "noni",
        "sophia",
        "official",
        "team",
        "security",
        "root",
        "everyone",
        "here",
        "all",
        "crisis",
        "therapist",
        "guest",
        "member",
        "listener",
        "deleted",
        "nobody",
        "anonymous",
    ]
)
_SHAPE = re.compile(r"[A-Za-z][A-Za-z0-9]{2,23}")
_LOOKALIKE = str.maketrans("013457l", "oieasti")
_RESERVED_KEYS = frozenset(word.translate(_LOOKALIKE) for word in RESERVED)
_STAFF_LIKE = tuple(
    word.translate(_LOOKALIKE)
    for word in ("admin", "moderator", "official", "therapist", "helpdesk", "crisisline", "staffteam", "supportteam")
)
"""No chosen name has somebody in it who speaks for the site."""
_random = random.SystemRandom()


@cache
def _words() -> tuple[list[str], list[str]]:
    words = json.loads(files("cups.content").joinpath("names.json").read_text("utf-8"))
    return words["adjectives"], words["nouns"]


def random_name() -> str:
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


def checked(name: str, *, staff: bool = False) -> str:
    """The name as it will be stored. Refused: another shape than 3 to 24 Latin letters and digits, or one that looks like staff.

    Letters of one script keep look-alikes of others, and control, bidi and zero-width characters, out.
    """
    name = unicodedata.normalize("NFKC", name.strip().removeprefix("@"))
    if not _SHAPE.fullmatch(name):
        raise Refused("name-not-allowed", field="name")
    plain = name.casefold()
    for drawn, read in (("rn", "m"), ("vv", "w")):
        plain = plain.replace(drawn, read)
    forms = {plain.translate(_LOOKALIKE), plain.rstrip("0123456789").translate(_LOOKALIKE)}
    forms |= {name.casefold().translate(_LOOKALIKE), name.casefold().rstrip("0123456789").translate(_LOOKALIKE)}
    if not staff and (forms & _RESERVED_KEYS or any(_speaks_for_the_site(form) for form in forms)):
        raise Refused("name-not-allowed", field="name")
    return name


def _speaks_for_the_site(form: str) -> bool:
    return form.startswith("cups") or any(word in form for word in _STAFF_LIKE)
