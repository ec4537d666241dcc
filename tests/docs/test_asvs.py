"""docs/asvs.md has a line for each requirement that applies, and each line a test that exists or a written reason."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PAGE = (TESTS.parent / "docs" / "asvs.md").read_text("utf-8")
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| (.+?) \| (.+) \|$", PAGE, re.MULTILINE)
SECTIONS = {
    1: "2 9/10 11/12 3 2/3",
    2: "3 3 4/5 1/2",
    3: "0/1 2/3 4/5 6/8 5/8 0/1 2/5",
    4: "3/5 1/5 2 4",
    5: "1 3/6 2/3 3",
    6: "3 12 8 6 8 4 2 4",
    7: "3 4 2 5 3 2",
    8: "4 4 3 2",
    9: "3 4",
    11: "2/4 3/5 3/5 4 1/2 1/2 0/2",
    12: "3/5 2 4/5",
    13: "1/4 5/6 2/4 5/7",
    14: "2 8 3",
    15: "3/5 3/5 7 0/4",
    16: "1 5 4 3 4",
}
"""How many requirements of each section are of the levels that we hold, and of how many: level 2, and level 3 in chapters 6, 7, 8, 14 and 16 (version 5.0.0)."""


def test_each_requirement_that_applies_has_one_line() -> None:
    numbers = [number for number, _, _ in ROWS]
    assert len(numbers) == len(set(numbers))
    for chapter, sections in SECTIONS.items():
        for section, counts in enumerate(sections.split(), 1):
            held, _, all_ = counts.partition("/")
            found = [number for number in numbers if number.startswith(f"{chapter}.{section}.")]
            assert len(found) == int(held), f"{chapter}.{section}"
            assert all(int(number.rpartition(".")[2]) <= int(all_ or held) for number in found), found
    assert len(numbers) == sum(int(one.partition("/")[0]) for counts in SECTIONS.values() for one in counts.split())


@pytest.mark.parametrize(("number", "held"), [(number, held) for number, _, held in ROWS])
def test_each_line_is_held_by_something(number: str, held: str) -> None:
    named = re.findall(r"`([\w/]+\.py)(?:::(\w+))?`", held)
    assert named or held.startswith(("Reason: ", "Open: ")), number
    for path, name in named:
        text = (TESTS / path).read_text("utf-8")
        assert not name or re.search(rf"^(?:async )?def {name}\(", text, re.MULTILINE), f"{path} has no {name}"


def test_the_page_of_security_leads_here() -> None:
    assert "(asvs.md)" in (TESTS.parent / "docs" / "security.md").read_text("utf-8")
