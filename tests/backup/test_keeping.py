"""Backups that are kept, over a year: so many days, so many weeks, and none for longer than that."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cups.backup import keeping
from cups.settings import Settings

BEGAN = datetime(2027, 1, 1, 3, 0, tzinfo=UTC)


def path_at(at: datetime) -> Path:
    return Path("/b") / keeping.name_of(int(at.timestamp() * 1000))


@pytest.mark.parametrize(("daily", "weekly"), [(7, 4), (1, 0), (3, 1), (30, 2), (1, 8)])
@pytest.mark.parametrize("every_h", [24, 6])
def test_days_and_weeks_are_kept_and_nothing_longer(daily: int, weekly: int, every_h: int) -> None:
    there: dict[Path, datetime] = {}
    for turn in range(120 * 24 // every_h):
        now = BEGAN + timedelta(hours=turn * every_h)
        made = path_at(now)
        there[made] = now
        for gone in keeping.over(there, made, daily, weekly):
            del there[gone]
        assert made in there
        ages = sorted((now.date() - at.date()).days for at in there.values())
        assert ages[-1] <= Settings(backup_daily=daily, backup_weekly=weekly).backup_days()
        lately = {now - timedelta(hours=hours) for hours in range(0, 24, every_h)}
        assert {at for at in lately if at >= BEGAN} <= set(there.values())
        assert len(there) <= len(lately) + daily + weekly
        if turn > 90 * 24 // every_h:
            assert set(range(daily)) <= set(ages), "one of each day"
            monday = now.date() - timedelta(days=now.weekday())
            for week in range(weekly):
                first = monday - timedelta(weeks=week)
                assert any(first <= at.date() < first + timedelta(weeks=1) for at in there.values())


def test_names_say_when_and_other_files_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / path_at(BEGAN).name
    assert keeping.made_at(path) == BEGAN
    for name in ("erased", "notes.backup", path.name + ".unfinished", "cups-2027.backup"):
        (tmp_path / name).touch()
    path.touch()
    assert keeping.of_folder(tmp_path) == {path: BEGAN}


def test_after_a_clock_that_was_ahead_the_newest_of_now_stays() -> None:
    ahead, before, now = BEGAN + timedelta(days=400), BEGAN - timedelta(days=1), BEGAN
    there = {path_at(at): at for at in (ahead, before, now)}
    assert keeping.over(there, path_at(now), 7, 4) == []
