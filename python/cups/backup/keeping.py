"""Which backups of a folder are kept: those of the last 24 hours, the newest of each of the last days, and of each of the last weeks (from Monday on, UTC)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

SUFFIX = ".backup"
_FORM = "cups-%Y%m%dT%H%M%SZ"


def name_of(at: int) -> str:
    return datetime.fromtimestamp(at // 1000, UTC).strftime(_FORM) + SUFFIX


def made_at(path: Path) -> datetime | None:
    """None: no name that we give."""
    try:
        return datetime.strptime(path.name, _FORM + SUFFIX).replace(tzinfo=UTC)
    except ValueError:
        return None


def of_folder(folder: Path) -> dict[Path, datetime]:
    """Every backup in it that is whole: what is being written has another name."""
    found = {path: made_at(path) for path in folder.iterdir() if path.is_file()}
    return {path: at for path, at in found.items() if at is not None}


def over(backups: dict[Path, datetime], made: Path, daily: int, weekly: int) -> list[Path]:
    """Those to be removed now that `made` is there, the oldest first; never itself, nor one that says it is of a later day."""
    now = backups[made]
    lately = {path for path, at in backups.items() if at > now - timedelta(days=1)}
    today = now.date()
    days = _newest(backups, today - timedelta(days=daily - 1))
    this_week = _monday(today)
    weeks = _newest(backups, this_week - timedelta(weeks=weekly - 1), of=_monday) if weekly else set()
    return sorted(backups.keys() - lately - days - weeks, key=lambda path: backups[path])


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _newest(backups: dict[Path, datetime], since: date, *, of: Callable[[date], date] = lambda day: day) -> set[Path]:
    """One for each day (or what `of` makes of it) from `since` on."""
    found: dict[date, tuple[datetime, Path]] = {}
    for path, at in backups.items():
        if at.date() >= since:
            key = of(at.date())
            found[key] = max(found.get(key, (at, path)), (at, path))
    return {path for _, path in found.values()}
