"""What both databases share: reads in a few threads, writes handed to one thread that commits many of them at once, and what follows a commit."""

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar, TypeVarTuple

import sqlalchemy as sa
import structlog
import trio

from cups.clock import Clock
from cups.news import Bus, News
from cups.store.backlog import Backlog, Entry, Way
from cups.store.database import Caught, Hook, Statistics, StorageFailed, Unit
from cups.store.following import Following
from cups.store.hand import Hand
from cups.store.news_log import Entry as NewsEntry
from cups.store.writer import Told, Writer

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
N = TypeVar("N", bound=News)
log = structlog.get_logger()

MAX_PENDING = 4096
READERS = 8
"""Units of work that read at once."""


class GroupedDatabase:
    """`Database` over one writing connection, `hand`, and several that read. Tables must be there already, see `cups.store.migrate`."""

    def __init__(
        self,
        hand: Hand,
        readers: sa.Engine,
        bus: Bus,
        clock: Clock,
        max_pending: int = MAX_PENDING,
        following: Following | None = None,
    ) -> None:
        self._bus, self._hand, self._readers = bus, hand, readers
        self.following = following or Following(bus, "")
        self.carry: Callable[[NewsEntry], None] = lambda entry: None
        """Takes each entry of our own, after its commit, to the other processes sooner than they would read it. From the writer's thread; must not wait."""
        self.too_far_behind: Exception | None = None
        """Why this process must start anew."""
        self._read_limit = trio.CapacityLimiter(READERS)
        self._backlog = Backlog(clock, max_pending)
        self._hooks: dict[type[News], Hook] = {}
        self._caught: list[Caught] = []
        self.around: Callable[[Callable[[], None]], None] = lambda tell: tell()
        """Runs, on the loop's thread, what tells the news and answers after a commit: whoever writes what that leads to can do so at once."""

    async def read(self, work: Callable[[sa.Connection, *Ts], T], *args: *Ts) -> T:
        def once() -> T:
            with self._readers.connect() as conn, conn.begin():
                return work(conn, *args)

        def run() -> T:
            try:
                return once()
            except sa.exc.DBAPIError as error:
                if not error.connection_invalidated:
                    raise
            # The server was started anew since this connection was last used, and reading again harms nobody.
            return once()

        return await trio.to_thread.run_sync(run, limiter=self._read_limit)

    async def write(self, work: Callable[[Unit, *Ts], T], *args: *Ts) -> T:
        return await self._answer(work, args, Way.ALONE)

    async def _answer(self, work: Callable[..., T], args: tuple[Any, ...], way: Way) -> T:
        if self._backlog.closing:
            raise StorageFailed("the database is closing")
        answered, answer = trio.Event(), []

        def done(result: Any) -> None:
            answer.append(result)
            answered.set()

        self._backlog.put(Entry(work, args, done, way), share=2)
        await answered.wait()
        (result,) = answer
        if isinstance(result, Exception):
            raise result
        value: T = result
        return value

    def submit(
        self,
        work: Callable[[Unit, Sequence[Any]], Sequence[Any]],
        item: Any,
        done: Callable[[Any], None],
        *,
        weight: int = 1,
    ) -> None:
        if self._backlog.closing:
            done(StorageFailed("the database is closing"))
            return
        try:
            self._backlog.put(Entry(work, item, done, Way.TOGETHER, weight), share=1)
        except Exception as refused:
            done(refused)

    def on_announce(self, kind: type[N], hook: Callable[[Unit, N], None]) -> None:
        before = self._hooks.get(kind)
        if before is None:
            self._hooks[kind] = hook
            return

        def both(unit: Unit, news: Any) -> None:
            before(unit, news)
            hook(unit, news)

        self._hooks[kind] = both

    def on_others(self, caught: Caught) -> None:
        self._caught.append(caught)

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """The writer has a thread of its own: handing a batch to a pool of them costs more than the batch."""
        token, ended = trio.lowlevel.current_trio_token(), trio.Event()
        writer = Writer(
            self._hand,
            self._backlog,
            self._hooks,
            lambda told: self._committed(token, told),
            self._caught,
        )

        def work() -> None:
            try:
                writer.run()
            finally:
                token.run_sync_soon(ended.set)

        threading.Thread(target=work, name="writer", daemon=True).start()
        task_status.started()
        try:
            await ended.wait()
            raise StorageFailed("the writer has ended by itself")
        finally:
            self._backlog.close()
            with trio.CancelScope(shield=True):
                await ended.wait()
                await trio.to_thread.run_sync(self._close)

    def _committed(self, token: trio.lowlevel.TrioToken, told: Told) -> None:
        """On the writer's thread."""
        token.run_sync_soon(self.around, partial(self._tell, told))
        if told.entry is not None:
            self.carry(told.entry)

    async def begin_following(self) -> None:
        """Before memory is filled from the tables: from here on what other processes do is heard. Where there can be none, nothing."""

    async def catch_up(self) -> None:
        """Hears what the table has of other processes' news and was not heard yet."""

    def _tell(self, told: Told) -> None:
        """On the loop's thread, after the commit: what others did before it, then the news of each unit, then its answers."""
        self.following.missed(told.missed)
        for outcome in told.outcomes:
            for news in outcome.news:
                self._bus.publish(news)
            for entry, result in zip(outcome.entries, outcome.results, strict=True):
                try:
                    entry.done(result)
                except Exception:
                    # One broken caller must not keep the others from their answers.
                    log.exception(
                        "answer failed", work=getattr(entry.work, "__qualname__", type(entry.work).__qualname__)
                    )
        if told.entry is not None:
            self.following.told(told.entry.number)

    def _close(self) -> None:
        self._readers.dispose()
        self._hand.close()

    async def truncate_log(self) -> bool:
        """Has the database let go of deleted text that it still keeps somewhere. False where somebody still reads it: try again later."""
        return await self._answer(Writer.truncate_log, (), Way.BETWEEN)

    def statistics(self) -> Statistics:
        return self._backlog.statistics()
