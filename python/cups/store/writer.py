"""The writer's thread: takes what waits, runs each unit in a savepoint, commits all of them at once, hands the outcome back."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from time import perf_counter
from typing import Any, NamedTuple

import structlog

from cups.news import News
from cups.store.backlog import Backlog, Entry, Way
from cups.store.database import Caught, Hook, StorageFailed, Unit
from cups.store.hand import Hand
from cups.store.news_log import Entry as NewsEntry

log = structlog.get_logger()

MAX_BATCH = 1024
MAX_TOGETHER = 256
"""Items in one commit, and in one call. Time bounds a batch before they do: these bound the memory of its statements."""
BATCH_S = 0.02
"""A batch that has worked for so long takes no more: the first in it waits for the last."""


class Outcome:
    """What became of one unit: a result or an exception for each entry, and the news to tell."""

    __slots__ = ("entries", "later", "news", "results", "upset")

    def __init__(self, entries: list[Entry]) -> None:
        self.entries = entries
        self.results: list[Any] = []
        self.news: list[News] = []
        self.later: list[Callable[[Unit], object]] = []
        self.upset: set[str] = set()

    def fail(self, error: Exception) -> None:
        self.results, self.news, self.later, self.upset = [error] * len(self.entries), [], [], set()


class Told(NamedTuple):
    """What a batch has to tell on the loop: what others did before it, what became of its units, and its own entry for the others."""

    outcomes: list[Outcome]
    missed: Sequence[NewsEntry] = ()
    entry: NewsEntry | None = None


def _unheard(result: object) -> None:
    """The answer of work that nobody waits for."""
    if isinstance(result, Exception):
        log.error("work left for afterwards failed", exc_info=result)


class Writer:
    def __init__(
        self,
        hand: Hand,
        backlog: Backlog,
        hooks: Mapping[type[News], Hook],
        tell: Callable[[Told], None],
        caught: Sequence[Caught] = (),
    ) -> None:
        self._hand, self._backlog, self._hooks, self._tell, self._caught = hand, backlog, hooks, tell, caught
        self._memory: dict[str, Any] = {}
        self._missed: list[NewsEntry] = []
        self._later: deque[Entry] = deque()
        """Units that earlier ones left for after their answers: they come before what waits."""

    def run(self) -> None:
        """Until the backlog is closed and empty."""
        with self._hand:
            while self._later or self._backlog.wait():
                if not self._later and self._backlog.next_way() is Way.BETWEEN:
                    self._between(self._backlog.take(1))
                else:
                    self._batch()

    # Between batches

    def _between(self, entries: list[Entry]) -> None:
        outcome = Outcome(entries)
        try:
            outcome.results = [entries[0].work(self, *entries[0].item)]
        except Exception as error:
            outcome.fail(self._hand.of_storage(error))
        self._tell(Told([outcome]))

    def truncate_log(self) -> bool:
        return self._hand.truncate_log()

    # A batch

    def _batch(self) -> None:
        """Units until there are no more, or it has lasted long enough; then one commit for all."""
        started, outcomes, items, failed = perf_counter(), list[Outcome](), 0, False
        entries = [self._later.popleft()] if self._later else self._backlog.take(MAX_TOGETHER)
        waited, committing = started - entries[0].at, started
        noted: NewsEntry | None = None
        try:
            self._begin()
            while True:
                outcomes.append(Outcome(entries))
                items += sum(entry.weight for entry in entries)
                self._unit(outcomes[-1], first=len(outcomes) == 1)
                committing = perf_counter()
                if (
                    items >= MAX_BATCH
                    or committing - started > BATCH_S
                    or self._backlog.next_way() in (None, Way.BETWEEN)
                ):
                    break
                entries = self._backlog.take(MAX_TOGETHER)
            noted = self._hand.note(
                [news for outcome in outcomes for news in outcome.news],
                {id for outcome in outcomes for id in outcome.upset},
            )
            self._hand.commit()
        except Exception as error:
            failed, noted = True, None
            log.error("commit failed", error=type(error).__name__, units=len(outcomes))
            if not outcomes:
                outcomes.append(Outcome(entries))
            for outcome in outcomes:
                outcome.fail(StorageFailed(type(error).__name__))
            self._undo()
            self._memory.clear()
        ended = perf_counter()
        self._backlog.count(
            units=len(outcomes),
            items=items,
            waited=waited,
            busy=ended - started,
            commit=ended - committing,
            failed=failed,
        )
        self._tell(Told(outcomes, self._missed, noted))
        self._missed = []
        for outcome in outcomes:
            self._later.extend(Entry(work, (), _unheard, Way.ALONE) for work in outcome.later)
        self._hand.committed(items)

    def _begin(self) -> None:
        if self._hand.begin():
            # Another process wrote meanwhile: some of what is remembered of the database may hold no longer.
            upset = self._hand.upset()
            if upset is None:
                self._memory.clear()
            else:
                for caught in self._caught:
                    caught(self._memory, self._hand.driver, upset)
        self._missed += self._hand.missed()

    def _undo(self) -> None:
        try:
            if self._hand.in_transaction:
                self._hand.rollback()
        except Exception as error:
            log.error("rollback failed", error=type(error).__name__)

    def _unit(self, outcome: Outcome, *, first: bool) -> None:
        entries = outcome.entries
        if entries[0].way is Way.ALONE:
            entry = entries[0]
            try:
                outcome.results = [self._attempt(outcome, first, lambda unit: entry.work(unit, *entry.item))]
            except Exception as error:
                self._refuse(outcome, error)
            return
        try:
            outcome.results = self._attempt(outcome, first, partial(self._together, entries=entries))
        except Exception as error:
            if len(entries) == 1 or not self._hand.in_transaction:
                self._refuse(outcome, error)
            else:
                # One item that breaks the call must not refuse its neighbours.
                log.exception("work on many failed", work=getattr(entries[0].work, "__qualname__", "?"))
                self._one_by_one(outcome)

    def _one_by_one(self, outcome: Outcome) -> None:
        results, news, later, upset = [], [], [], set[str]()
        for entry in outcome.entries:
            single = Outcome([entry])
            work = partial(self._together, entries=[entry])
            try:
                single.results = self._attempt(single, False, work)
            except Exception as error:
                self._refuse(single, error)
            results += single.results
            news += single.news
            later += single.later
            upset |= single.upset
        outcome.results, outcome.news, outcome.later, outcome.upset = results, news, later, upset

    def _together(self, unit: Unit, entries: list[Entry]) -> list[Any]:
        results = list(entries[0].work(unit, [entry.item for entry in entries]))
        if len(results) != len(entries):
            raise ValueError(f"{len(results)} results for {len(entries)} items")
        return results

    def _refuse(self, outcome: Outcome, error: Exception) -> None:
        outcome.fail(self._hand.of_storage(error))
        if not self._hand.in_transaction:
            # A full disk, or a connection that broke, undid everything, not this unit alone: nothing of the batch stands.
            raise error

    def _attempt(self, outcome: Outcome, first: bool, work: Callable[[Unit], Any]) -> Any:
        """Runs one unit; if it raises, it alone is undone. The first of a transaction needs no savepoint: undoing it undoes all there is."""
        hand = self._hand
        unit = Unit(hand.conn, hand.driver, self._hooks, self._memory)
        if not first:
            hand.savepoint()
        try:
            result = work(unit)
        except Exception:
            if unit.remembers:
                self._memory.clear()
            if hand.in_transaction:
                if first:
                    hand.rollback()
                    self._begin()
                else:
                    hand.rollback_to_savepoint()
            raise
        if not first:
            hand.release_savepoint()
        outcome.news, outcome.later, outcome.upset = unit.news, unit.later, unit.upset
        return result
