"""What docs/protocol.md says about codes, frames and limits is what the code says."""

import re
from pathlib import Path
from typing import get_args

import pytest

from cups.errors import CODES
from cups.settings import Settings
from cups.wire import frames

PAGE = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text("utf-8")


def rows(heading: str) -> list[list[str]]:
    """The cells of all table rows between a heading of the second level and the next."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    assert section, f"docs/protocol.md has no heading {heading}"
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:1] == "|"]


def test_errors_are_those_of_the_one_table() -> None:
    found = {
        code.strip("`"): (int(status), title)
        for code, status, title in (r for r in rows("Errors") if len(r) == 3)
        if status.isdigit()
    }
    assert found == {code: (told.status, told.title) for code, told in CODES.items()}


def test_every_frame_is_told_and_no_other() -> None:
    told = {tag for cells in rows("Frames") for tag in re.findall(r"`([a-z-]+)`", cells[0])}
    known = {kind.__struct_config__.tag for kind in (*get_args(frames.ClientFrame), *get_args(frames.ServerFrame))}
    assert told == known


def test_close_codes_are_told_by_number_and_name() -> None:
    told = {cells[1].strip("`"): int(cells[0]) for cells in rows("Closing") if cells[0].isdigit() and cells[1]}
    assert told == {name: code for name, code in vars(frames.Close).items() if name.isupper()}


def test_limits_are_the_defaults() -> None:
    settings = Settings()
    seen = 0
    for cells in rows("Limits"):
        name = cells[0].strip("`")
        if name.startswith("pace_"):
            assert int(cells[1]) == getattr(settings, f"{name}_burst"), name
            assert int(cells[2].removesuffix(" ms")) == getattr(settings, f"{name}_period_ms"), name
            seen += 1
        elif "_" in name:
            assert float(cells[1]) == getattr(settings, name), name
            seen += 1
    assert seen > 15


@pytest.mark.parametrize("name", sorted({*re.findall(r"`([a-z]+(?:_[a-z]+)+)`", PAGE)}))
def test_names_in_the_text_exist(name: str) -> None:
    """Settings and fields are called as they are called."""
    fields = {
        field
        for kind in vars(frames).values()
        if hasattr(kind, "__struct_fields__")
        for field in kind.__struct_fields__
    }
    others = {"ended_at", "ended_by", "muted_until"}
    paces = {s.removesuffix("_burst") for s in Settings.__struct_fields__ if s.endswith("_burst")}
    assert name in fields | others | paces | {*Settings.__struct_fields__}
