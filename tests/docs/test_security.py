"""docs/security.md names tests that exist, one at least for each promise."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PAGE = (TESTS.parent / "docs" / "security.md").read_text("utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| Promise")]


def test_there_are_promises() -> None:
    assert len(ROWS) > 8


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[2:60])
def test_each_promise_has_its_test(row: str) -> None:
    named = re.findall(r"`([\w/]+\.py)(?:::(\w+))?`", row.rpartition(" | ")[2])
    assert named, "no test"
    for path, name in named:
        text = (TESTS / path).read_text("utf-8")
        assert not name or re.search(rf"^(?:async )?def {name}\(", text, re.MULTILINE), f"{path} has no {name}"
