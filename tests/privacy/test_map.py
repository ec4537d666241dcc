"""The map of personal data covers the schema, and the page is what the tables say."""

import re

import pytest
import sqlalchemy as sa

from cups import personal_data
from cups.settings import Settings
from cups.store.holding import GOES, gaps, holding, holds
from cups.store.schema import references
from cups.tables import metadata


def test_every_column_of_every_table_has_its_entry() -> None:
    """A new column fails here: add it to `holds()` after its table (a category, and whose it is), then run python -m cups.personal_data."""
    assert gaps(metadata) == []


def test_the_page_is_up_to_date() -> None:
    assert personal_data.PAGE.read_text("utf-8") == personal_data.page(), "run python -m cups.personal_data"


def test_settings_that_say_for_how_long_exist() -> None:
    told = [held.kept for table in metadata.tables.values() if (held := holding(table)) is not None]
    named = {name for kept in told for name in re.findall(r"`(\w+)`", kept)}
    assert named and named <= {*Settings.__struct_fields__}


def test_what_lacks_an_entry_is_found(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    some = sa.MetaData()
    sa.Table("account", some, sa.Column("id", sa.String(26), primary_key=True))
    diary = sa.Table(
        "diary",
        some,
        sa.Column("by", sa.String(26), references("account.id")),
        sa.Column("text", sa.Text),
    )
    assert [gap.partition(":")[0] for gap in gaps(some)] == ["account", "diary"]
    holds(diary, "A diary.", words="text of_old")
    assert [gap.partition(":")[0] for gap in gaps(some)] == [
        "account",
        "diary.by",
        "diary.of_old",
        "diary.by",
        "diary",
    ]
    holds(diary, "A diary.", whose={"by": GOES, "text>account.id.nowhere": GOES})
    assert [gap.partition(":")[0] for gap in gaps(some)] == ["account", "diary.text"]
    monkeypatch.setattr("cups.personal_data.metadata", some)
    assert personal_data.main() == 1
    assert "account: say what it holds" in capsys.readouterr().out
