"""The published table is what the function says."""

from pathlib import Path

import pytest

from cups import reach_table
from cups.reach import CHANNELS, Verdict


def test_the_page_is_up_to_date() -> None:
    assert reach_table.PAGE.read_text("utf-8") == reach_table.page(), "run python -m cups.reach_table"


def test_every_kind_meets_every_kind_in_every_channel() -> None:
    page = reach_table.page()
    for channel in CHANNELS:
        section = page.partition(f"## {channel}\n")[2].partition("\n## ")[0]
        rows = [line for line in section.splitlines() if line.startswith("| **")]
        assert len(rows) == len(reach_table.kinds())
        assert {line.count("|") for line in rows} == {len(rows) + 2}


def test_a_changed_rule_is_noticed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["reach_table", "--check"])
    assert reach_table.main() == 0
    monkeypatch.setattr("cups.reach.reach", lambda *_args, **_kwargs: Verdict())
    assert reach_table.main() == 1
    assert "does not agree" in capsys.readouterr().out
