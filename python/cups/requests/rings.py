"""Which personal requests ring at whom, in memory: so that the table is asked only when the time of one is over. It follows the news.

Used from the loop's thread; looked at from others.
"""

from typing import NamedTuple

from cups.news import RequestClosed, RequestHeld, RequestRings


class Ring(NamedTuple):
    id: str
    asker: str
    listener: str
    until: int


class Rings:
    def __init__(self) -> None:
        self._by_id: dict[str, Ring] = {}
        self._at: dict[str, str] = {}
        """The one that rings at each listener; `_of`: of each asker."""
        self._of: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._by_id)

    def rings(self, news: RequestRings) -> None:
        self._by_id[news.id] = Ring(news.id, news.asker, news.listener, news.until)
        self._at[news.listener] = self._of[news.asker] = news.id

    def over(self, news: RequestHeld | RequestClosed) -> None:
        ring = self._by_id.pop(news.id, None)
        if ring is not None:
            if self._at.get(ring.listener) == ring.id:
                del self._at[ring.listener]
            if self._of.get(ring.asker) == ring.id:
                del self._of[ring.asker]

    def at(self, listener: str) -> str | None:
        """The id of what rings at this listener."""
        return self._at.get(listener)

    def of(self, asker: str) -> str | None:
        """The id of what this asker waits for."""
        return self._of.get(asker)

    def concerns(self, account: str) -> bool:
        return account in self._at or account in self._of

    def due(self, now: int) -> list[Ring]:
        """Those whose time is over."""
        return [ring for ring in self._by_id.values() if ring.until <= now]

    def every(self) -> list[Ring]:
        return list(self._by_id.values())
