"""Keeping up with the news of all processes: each is heard once, and in the order of commits, by whatever way it comes."""

from collections.abc import Iterable

import structlog

from cups.news import Bus
from cups.store import news_log
from cups.store.news_log import Entry

log = structlog.get_logger()
MOST_AHEAD = 10_000
"""Entries that are kept while one before them is missing; beyond that they are read again from the table."""


class Following:
    """Used on the loop's thread; `applied` is read from others too."""

    def __init__(self, bus: Bus, name: str) -> None:
        self._bus, self.name = bus, name
        self.applied = 0
        """All up to this number has been heard."""
        self._ahead: dict[int, Entry] = {}
        self._begun = False
        self.held_up = False
        """Whether the next entry is one of our own that the writer has not told of yet."""
        self.counts = {"heard": 0, "late": 0}
        """Entries of others, and those of them that had to be read from the table."""

    def begin(self, number: int) -> None:
        """Before memory is filled from the tables: what comes after this number is heard on top of that."""
        if not self._begun:
            self._begun, self.applied = True, number

    @property
    def begun(self) -> bool:
        return self._begun

    @property
    def behind(self) -> int | None:
        """The number that is missing, if later ones have come."""
        return self.applied + 1 if self._ahead else None

    def carried(self, entry: Entry) -> None:
        """By the quick way: maybe twice, out of order or never. Our own are told by the writer, with their answers."""
        if self._begun and entry.holder != self.name:
            self._take(entry)

    def missed(self, entries: Iterable[Entry]) -> None:
        """Read from the table, from the first that is missing on. Our own are among them where a commit was not known to have succeeded."""
        for entry in entries:
            if self._begun and entry.number > self.applied:
                self.counts["late"] += entry.holder != self.name
                self._take(entry)

    def told(self, number: int) -> None:
        """What this process has committed under this number is told. All before it was read in its transaction, and is heard already."""
        if self.applied < number - 1:
            log.error("news out of order", number=number, applied=self.applied)
        self.applied = max(self.applied, number)
        self._on()

    def caught_up(self, entries: Iterable[Entry]) -> None:
        """As `missed`, but read beside the writer: our own are left to it, until it turns out that it knows nothing of them."""
        self.held_up = False
        for entry in entries:
            if entry.holder == self.name and entry.number > self.applied:
                self.held_up = True
                break
            self.missed((entry,))

    def _take(self, entry: Entry) -> None:
        if entry.number <= self.applied:
            return
        if len(self._ahead) < MOST_AHEAD:
            self._ahead[entry.number] = entry
        self._on()

    def _on(self) -> None:
        while (entry := self._ahead.pop(self.applied + 1, None)) is not None:
            self.applied = entry.number
            self.counts["heard"] += 1
            for news in news_log.decode(entry.body):
                self._bus.publish(news)
        if self._ahead and min(self._ahead) <= self.applied:
            self._ahead = {number: entry for number, entry in self._ahead.items() if number > self.applied}
