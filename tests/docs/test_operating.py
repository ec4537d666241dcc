"""The table of settings in docs/operating.md holds every setting, with its default."""

import re
from pathlib import Path

import msgspec

from cups.settings import Settings

PAGE = (Path(__file__).parents[2] / "docs" / "operating.md").read_text("utf-8")
ROW = re.compile(r"^\| `CUPS_([A-Z0-9_]+)` \| (?:`([^`]*)`|none) \| (.*) \|$", re.MULTILINE)


def test_every_setting_is_there_with_its_default() -> None:
    told = {name.lower(): default for name, default, _ in ROW.findall(PAGE)}
    defaults = {field.name: field.default for field in msgspec.structs.fields(Settings)}
    assert told == {name: "" if value == () else str(value) for name, value in defaults.items()}


def test_every_setting_is_explained() -> None:
    assert [name for name, _, words in ROW.findall(PAGE) if not words.strip()] == []


def test_variables_in_the_text_exist() -> None:
    known = {f"CUPS_{name.upper()}" for name in Settings.__struct_fields__} | {"CUPS_WEB_DIR", "CUPS_ADMIN_PASSWORD"}
    assert {*re.findall(r"CUPS_[A-Z0-9_]+[A-Z0-9]", PAGE)} <= known
