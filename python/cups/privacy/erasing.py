"""Erasing a person, step by step: each step can be done again, so whoever goes on after a crash begins anew and comes to the same end.

The order matters: what they wrote first, then their name in what others wrote, then every row that is theirs, then the account. The last of all is the
row that says that they are to be erased. After that the write-ahead log is emptied, in which all of it would otherwise still be.
"""

import re
from collections.abc import Awaitable, Callable

import structlog
import trio

from cups import steady
from cups.clock import Clock
from cups.messages import recent
from cups.messages import service as messages
from cups.messages.tables import standing
from cups.privacy import queries
from cups.privacy.erased import ErasedList
from cups.privacy.leaving import Leaving
from cups.privacy.tables import departure
from cups.screening.door import Screen
from cups.settings import Settings
from cups.store.database import Truncatable, Unit
from cups.store.schema import Record

log = structlog.get_logger()
AT_ONCE = 50
"""Messages changed in one unit of work, so that nobody's message waits for long."""
GONE = "@…"
"""What stands in others' words where they named somebody who was erased: in any language, and nobody's name."""
UNMISTAKABLE = re.compile(r"(?=.{6,})[A-Za-z]+.*[0-9]")
"""Names that are no words: they are taken out without an @ as well."""


def unnamed(name: str) -> Callable[[str], str]:
    """Takes a name out of a text: `@name`, and the bare name if it cannot be a word."""
    at = "@?" if UNMISTAKABLE.match(name) else "@"
    pattern = re.compile(rf"(?<![\w@]){at}{re.escape(name)}(?!\w)", re.IGNORECASE)
    return lambda text: pattern.sub(GONE, text)


async def _none() -> int:
    return 0


class Erasing:
    def __init__(
        self,
        db: Truncatable,
        clock: Clock,
        settings: Settings,
        leaving: Leaving,
        screen: Screen,
        erased: ErasedList,
    ) -> None:
        self._db, self._clock, self._settings, self._leaving, self._screen = db, clock, settings, leaving, screen
        self._erased = erased
        self._awake = trio.Event()
        self.copies: Callable[[], Awaitable[int]] = _none
        """Makes the copies of data that were asked for, which is looked for just as often."""
        self._unlogged = False
        """Whether somebody was erased, and the log could not be emptied since."""

    def wake(self) -> None:
        self._awake.set()

    async def run(self) -> None:
        """Looks again and again who is to be erased, and at once when somebody asks for it."""
        while True:
            await steady.once(self._turn)
            self._awake = trio.Event()
            with trio.move_on_after(self._settings.departures_every_s):
                await self._awake.wait()

    async def _turn(self) -> None:
        await self.copies()
        await self.look()

    async def look(self) -> int:
        """Erases everybody whose time has come; how many."""
        done, now = 0, self._clock.now()
        for id in await self._db.read(queries.due, now):
            if await self._db.write(self._take, id):
                await self._erase(id)
                done += 1
        if done or self._unlogged:
            self._unlogged = not await self._db.truncate_log()
        if done:
            log.info("erased", accounts=done)
        return done

    # One person

    def _until(self) -> int:
        return self._clock.now() + self._settings.departure_lease_s * 1000

    def _take(self, unit: Unit, id: str) -> bool:
        """The lease; and of somebody who had closed the account, what erasing begins with."""
        now = self._clock.now()
        if not queries.lease(unit.conn, id, now, self._until()):
            return False
        found = queries.departure_of(unit.conn, id)
        assert found is not None
        if found.name and not queries.is_empty(unit.conn, id):
            # Had closed the account, or was to go later than the other of the two.
            queries.begin(unit.conn, **{**found._mapping, "state": "erasing", "lease_until": self._until()})
            self._leaving.part(unit, id, now)
            self._leaving.empty(unit, id, now)
        return True

    async def _erase(self, id: str) -> None:
        found = await self._db.read(queries.departure_of, id)
        if found is None:
            return
        await self._messages(found)
        await self._names(found)
        await self._db.write(self._rows, id)
        # Nothing in the database says it any more after the next step.
        await trio.to_thread.run_sync(self._erased.add, [id], found.posts, self._clock.now())
        await self._db.write(self._last, id)

    async def _messages(self, found: Record) -> None:
        after, goes = 0, found.posts == "go"
        while rows := await self._db.read(queries.by_author, found.account_id, after, AT_ONCE):
            after = rows[-1].id
            await self._db.write(self._disown, found.account_id, rows, goes)

    def _disown(self, unit: Unit, id: str, rows: list[Record], goes: bool) -> None:
        queries.keep_lease(unit.conn, id, self._until())
        now = self._clock.now()
        for row in rows:
            messages.disown(unit, row.id, row.channel_id, row.seq, queries.NOBODY, goes=goes)
            self._screen.taken_back(row.channel_id, row.author_id, row.ref, now)

    async def _names(self, found: Record) -> None:
        """In what others wrote."""
        change, after = unnamed(found.name), 0
        while rows := await self._db.read(queries.saying, found.name, after, AT_ONCE):
            after = rows[-1].id
            await self._db.write(self._reword, found.account_id, rows, change)
        for table, columns in queries.words():
            named = await self._db.read(queries.naming, table, columns, found.name)
            for row in named:
                texts = {column.name: row._mapping[column.name] for column in columns}
                changed = {name: change(text) for name, text in texts.items() if text and change(text) != text}
                if changed:
                    await self._db.write(lambda unit, t, r, c: queries.reword(unit.conn, t, r, c), table, row, changed)

    def _reword(self, unit: Unit, id: str, rows: list[Record], change: Callable[[str], str]) -> None:
        queries.keep_lease(unit.conn, id, self._until())
        for row in rows:
            messages.reword(unit, row.channel_id, row.seq, change)

    def _rows(self, unit: Unit, id: str) -> None:
        """All that the tables say is theirs, but the row by which this goes on."""
        for table, owner in queries.owned("goes"):
            if table is not departure:
                queries.delete_theirs(unit.conn, table, owner, id)
        # Last: what goes may be theirs by way of these.
        for table, owner in queries.owned("nobody"):
            queries.put_nobody(unit.conn, table, owner, id)

    def _last(self, unit: Unit, id: str) -> None:
        queries.end(unit.conn, id)
        unit.conn.execute(standing.delete().where(standing.c.id == id))
        queries.drop(unit.conn, id)
        recent.forget(unit)
