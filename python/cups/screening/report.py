"""How well the rules do on our own set of cases: `python -m cups.screening.report` writes docs/screening-figures.md; `--check` only compares.

`--wrong` prints the lines that are not as expected instead.
"""

import hashlib
import re
import sys
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path

import msgspec

from cups._core import Screening
from cups.screening import loading
from cups.screening.model import CRISIS

PAGE = Path(__file__).parents[3] / "docs" / "screening-figures.md"
_ESCAPE = re.compile(r"\\u([0-9a-f]{4})")
PARTS = " // "
WRITTEN = ("tuned", "held_out", "fresh", "new")
PARTS_OF_SET = ("tuned", "held_out", "fresh", "development", "unseen")
GATED = ("tuned", "held_out")
"""What the gates of the tests are about."""
LANGUAGES = {"en": "English", "es": "Spanish", "ar": "Arabic"}


class Function(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One kind of thing that is said. `expect` is a class, or `none`."""

    id: str
    expect: str
    about: str
    tuned: str = ""
    held_out: str = ""
    fresh: str = ""
    new: str = ""
    """Parted by a hash of each line into `development` and `unseen`."""


class Cases(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    language: str
    functions: list[Function]


class Case(msgspec.Struct, frozen=True):
    language: str
    function: str
    expect: str
    text: str
    part: str
    """One of `PARTS_OF_SET`."""


class Told(msgspec.Struct, frozen=True):
    """What the rules said of a case: the classes that acted."""

    case: Case
    classes: frozenset[str]

    @property
    def right(self) -> bool:
        return agrees(self.case.expect, self.classes)


def agrees(expect: str, classes: Iterable[str]) -> bool:
    """One sign of crisis for another is no mistake: all of them show help and call somebody."""
    found = set(classes)
    if expect == "none":
        return not found
    return bool(found & set(CRISIS)) if expect in CRISIS else expect in found


@cache
def cases() -> tuple[Case, ...]:
    folder = files("cups.screening").joinpath("cases")
    found: list[Case] = []
    for name in sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml")):
        read = msgspec.yaml.decode(folder.joinpath(name).read_bytes(), type=Cases)
        for function in read.functions:
            for written in WRITTEN:
                for line in filter(None, map(str.strip, getattr(function, written).splitlines())):
                    line = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), line)
                    part = half(line) if written == "new" else written
                    found.append(Case(read.language, function.id, function.expect, line, part))
    return tuple(found)


def half(line: str) -> str:
    """To which half a new line belongs: fixed by the line alone, so that nobody chooses."""
    odd = hashlib.blake2b(line.encode(), digest_size=1).digest()[0] & 1
    return "unseen" if odd else "development"


def abouts() -> dict[tuple[str, str], str]:
    folder = files("cups.screening").joinpath("cases")
    read = [msgspec.yaml.decode(f.read_bytes(), type=Cases) for f in folder.iterdir() if f.name.endswith(".yaml")]
    return {(one.language, function.id): function.about for one in read for function in one.functions}


def judge(core: Screening, case: Case) -> frozenset[str]:
    """All classes that act on any of the messages, said one after the other."""
    classes: set[str] = set()
    for number, part in enumerate(case.text.split(PARTS)):
        verdict = core.check(case.text, "somebody", str(number), part, 1000 + number)
        classes |= {hit.kind for hit in verdict.hits if hit.acts}
        core.said(case.text, str(number), part, 1000 + number)
    return frozenset(classes)


@cache
def results() -> tuple[Told, ...]:
    core = loading.screening(loading.shipped_ready(), loading.lexicon(), source=loading.sources())
    return tuple(Told(case, judge(core, case)) for case in cases())


class Figures(msgspec.Struct, frozen=True):
    """Of a class or family of classes over some cases."""

    cases: int
    recall: float
    precision: float


def figures(told: Iterable[Told], *classes: str) -> Figures:
    """Recall over the cases that are of these classes, precision over those that were flagged as of them."""
    told = list(told)
    wanted = [one for one in told if one.case.expect in classes]
    flagged = [one for one in told if one.classes & set(classes)]
    found = [one for one in wanted if one.classes & set(classes)]
    # A line of another class that is flagged besides as of this one is right only if it is of this one.
    right = [one for one in flagged if one.case.expect in classes]
    return Figures(
        len(wanted),
        len(found) / len(wanted) if wanted else 1.0,
        len(right) / len(flagged) if flagged else 1.0,
    )


def recall(told: Iterable[Told]) -> float:
    told = list(told)
    return sum(one.right for one in told) / len(told) if told else 1.0


def false_flags(told: Iterable[Told]) -> float:
    benign = [one for one in told if one.case.expect == "none"]
    return sum(bool(one.classes) for one in benign) / len(benign) if benign else 0.0


def wrong() -> None:
    """Prints the lines that are not as expected, but none of the unseen."""
    for one in results():
        if not one.right and one.case.part != "unseen":
            print(
                f"{one.case.language} {one.case.function} [{one.case.part}] {one.case.text!r} -> {sorted(one.classes)}"
            )


if __name__ == "__main__":
    from cups.screening import figures_page

    raise SystemExit(figures_page.main(sys.argv[1:]))
