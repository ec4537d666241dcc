"""Whose place is kept though they are not here: a lost connection or a reload keeps it for a while (SPEC D2).

Everyone who waits is either here, with a connection, or away since a moment. Told the time; used from the loop's thread.
"""

from collections.abc import Iterator


class Holds:
    def __init__(self) -> None:
        self._here: dict[str, None] = {}
        self._away: dict[str, int] = {}
        """In the order of going away, so that the first is always the next to be overdue."""

    def waits(self, asker: str, now: int) -> None:
        """Somebody waits (again): away until a connection says otherwise."""
        if asker not in self._here:
            self._away.setdefault(asker, now)

    def over(self, asker: str) -> None:
        """They do not wait any more."""
        self._here.pop(asker, None)
        self._away.pop(asker, None)

    def came(self, asker: str) -> bool:
        """A connection of theirs is open; False if they do not wait."""
        if self._away.pop(asker, None) is not None:
            self._here[asker] = None
        return asker in self._here

    def left(self, asker: str, now: int) -> None:
        """Their last connection is gone."""
        if asker in self._here:
            del self._here[asker]
            self._away[asker] = now

    def touched(self, asker: str, now: int) -> None:
        """A sign of life without a connection: they loaded the page, or asked over REST."""
        if self._away.pop(asker, None) is not None:
            self._away[asker] = now

    def is_away(self, asker: str) -> bool:
        return asker in self._away

    def here(self) -> list[str]:
        """Everyone who waits with a connection open, as far as was told."""
        return list(self._here)

    def overdue(self, now: int, hold_ms: int) -> list[str]:
        """Everyone whose place was kept for longer than `hold_ms`; the longest away first."""
        return list(self._overdue(now, hold_ms))

    def _overdue(self, now: int, hold_ms: int) -> Iterator[str]:
        for asker, since in self._away.items():
            if now - since <= hold_ms:
                return
            yield asker

    def statistics(self) -> dict[str, int]:
        return {"here": len(self._here), "away": len(self._away)}
