"""Each test that docs/reliability.md names is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reliability.md").read_text("utf-8")


def test_the_tests_it_names_are_there() -> None:
    missing, seen = [], 0
    for name in re.findall(r"`([\w/]+\.(?:py|rs)(?:::\w+)?)`", PAGE):
        path, _, test = name.partition("::")
        found = [
            file
            for folder in ("", "tests/gateway", "tests/gateway/reactor")
            if (file := ROOT / folder / path).exists() and (not test or f"def {test}(" in file.read_text("utf-8"))
        ]
        seen += 1
        missing += [] if found else [name]
    assert seen > 20 and missing == []
