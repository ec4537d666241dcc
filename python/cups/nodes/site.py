"""The processes of one site, as one of them sees it: who lives, who is connected where, which work of the house is its own.

With the embedded database there is only one process, and everything here says so. With PostgreSQL each process has a row that it renews; one that stops
renewing it is gone, and all that was known of its people with it. See docs/decisions/0032-news-travel-by-a-log.md.
"""

import contextlib
from collections.abc import Awaitable, Callable, Iterable
from functools import wraps
from time import monotonic

import structlog
import trio

from cups import steady
from cups.nodes import hints, queries
from cups.nodes.elsewhere import Elsewhere
from cups.nodes.hints import Hint
from cups.nodes.quick import QuickWay
from cups.settings import Settings
from cups.store.database import Unit
from cups.store.grouped import GroupedDatabase
from cups.store.news_log import Entry
from cups.wire.people import Person

log = structlog.get_logger()

LETTER_EVERY_S = 0.02
"""How long hints wait for company."""
LATE_S = 0.05
"""How long a missing entry may still come by the quick way before it is read."""
UNHEARD_S = 1.0
"""How soon an entry of our own is heard that the writer knows nothing of, since its commit failed and was done all the same."""
MOST_HINTS = 5000
"""In one letter."""


class Site:
    def __init__(self, settings: Settings, db: GroupedDatabase, role: str, jobs: Iterable[str]) -> None:
        self._settings, self._db, self.role, self._wanted = settings, db, role, tuple(jobs)
        self.alone = not settings.database
        self.name = db.following.name
        self.elsewhere = Elsewhere()
        self.types: Callable[[hints.Types], None] = lambda hint: None
        self.sign_of_life: Callable[[str], None] = lambda asker: None
        self.spent: Callable[[hints.Spent], None] = lambda hint: None
        self._quick: QuickWay | None = None
        self._out: list[Hint] = []
        self._told_number = 0
        self._heard_number: dict[str, int] = {}
        self._connected: dict[str, bool] = {}
        self._rooms: dict[tuple[str, str], Person] = {}
        self._others: frozenset[str] = frozenset()
        self._missing: dict[str, float] = {}
        """Processes that the table no longer has, or does not have yet, since when."""
        self._held: frozenset[str] = frozenset()
        self._held_until = 0.0
        self._woken = trio.Event()
        self._token: trio.lowlevel.TrioToken | None = None

    # What the features ask

    @property
    def others(self) -> frozenset[str]:
        """The other processes that live, as of the last look."""
        return self._others

    async def alone_soon(self) -> bool:
        """Whether no other process lives. One that was killed is in the table for a while yet: this waits until it would be gone."""
        limit = monotonic() + self._settings.node_lease_s + self._settings.node_beat_s
        while self._others and monotonic() < limit:
            await trio.sleep(self._settings.node_beat_s / 4)
            await steady.once(self._look)
        return not self._others

    @property
    def blind(self) -> bool:
        """Whether somebody may be connected to another process without this one knowing: then nobody is taken for gone."""
        return not self.alone and (self._quick is None or not self._quick.up)

    def held(self, job: str) -> bool:
        """Whether this work of the house is this process's."""
        return self.alone or (job in self._held and monotonic() < self._held_until)

    def only(self, job: str, work: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
        """`work`, done by the process whose job it is."""

        @wraps(work)  # its name stands in the log and in the metrics
        async def turn() -> None:
            if self.held(job):
                await work()

        return turn

    def connected_elsewhere(self, account: str) -> bool:
        return self.elsewhere.connected(account)

    # What the features tell

    def came(self, account: str, *, listener: bool = False) -> None:
        if not self.alone and self._connected.get(account, None) not in (True, listener):
            self._connected[account] = listener
            self._tell(hints.Connected(account, listener))

    def left(self, account: str) -> None:
        if self._connected.pop(account, None) is not None:
            self._tell(hints.Disconnected(account))

    def in_room(self, channel: str, account: str, person: Person | None) -> None:
        """In a room by this process, or (None) no more."""
        if self.alone:
            return
        if person is not None:
            self._rooms[channel, account] = person
            self._tell(hints.Entered(channel, account, person))
        elif self._rooms.pop((channel, account), None) is not None:
            self._tell(hints.Exited(channel, account))

    def tell(self, hint: Hint) -> None:
        """Something of the moment: lost where it cannot be told now."""
        if not self.alone:
            self._tell(hint)

    def _tell(self, hint: Hint) -> None:
        if self._quick is not None and len(self._out) < MOST_HINTS:
            self._out.append(hint)

    # Life

    async def join(self) -> None:
        """Before this process fills its memory: from here on it hears what the others do, and they know of it."""
        if not self.alone:
            await self._db.begin_following()
            await self._renew(())

    async def run(self) -> None:
        """Until cancelled; raises `TooFarBehind` when this process must start anew."""
        if self.alone:
            await trio.sleep_forever()
        self._token = trio.lowlevel.current_trio_token()
        if self._settings.redis:
            self._quick = QuickWay(
                self._settings.redis,
                cluster=self._settings.redis_cluster,
                prefix=self._settings.redis_prefix,
                name=self.name,
                heard=lambda entry: self._soon(self._heard_entry, entry),
                told=lambda letter: self._soon(self._heard_letter, letter),
            )
            self._db.carry = self._quick.carry
            self._quick.start()
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._live)
                nursery.start_soon(self._tell_hints)
                await self._follow()
        finally:
            if self._quick is not None:
                self._quick.stop()

    async def leave(self) -> None:
        """At the end: what this process held is free, and the others need not wait until they miss it."""
        if not self.alone:
            self._held = frozenset()
            await steady.once(self._leave)

    async def _leave(self) -> None:
        await self._db.write(lambda unit: queries.leave(unit.conn, self.name))

    def _soon(self, work: Callable[..., None], *args: object) -> None:
        assert self._token is not None
        with contextlib.suppress(trio.RunFinishedError):
            self._token.run_sync_soon(self._db.around, lambda: work(*args))

    # The news of others

    def _heard_entry(self, entry: Entry) -> None:
        self._db.following.carried(entry)
        if self._db.following.behind is not None:
            self._woken.set()

    async def _follow(self) -> None:
        following, since = self._db.following, 0.0
        while True:
            up = self._quick is not None and self._quick.up
            with trio.move_on_after(self._settings.news_poll_s if up else self._settings.news_poll_alone_s):
                await self._woken.wait()
            self._woken = trio.Event()
            if following.behind is not None:
                await trio.sleep(LATE_S)
            before = following.applied
            await steady.once(self._db.catch_up)
            if self._db.too_far_behind is not None:
                raise self._db.too_far_behind
            if following.held_up and following.applied == before:
                since = since or monotonic()
                if monotonic() - since > UNHEARD_S:
                    # A batch of our own, with nothing in it, hears whatever lies before it.
                    await steady.once(self._nothing)
                    since = 0.0
            else:
                since = 0.0

    async def _nothing(self) -> None:
        await self._db.write(lambda _unit: None)

    # Who lives

    async def _live(self) -> None:
        while True:
            await steady.once(self._look)
            await trio.sleep(self._settings.node_beat_s)

    async def _look(self) -> None:
        await self._renew(self._wanted)

    async def _renew(self, jobs: tuple[str, ...]) -> None:
        lease_ms = int(self._settings.node_lease_s * 1000)

        def work(unit: Unit) -> tuple[frozenset[str], frozenset[str]]:
            now = queries.now(unit.conn)
            queries.forget_dead(unit.conn, now)
            queries.lives(unit.conn, self.name, self.role, now, now + lease_ms)
            held = queries.take_jobs(unit.conn, self.name, jobs, now, now + lease_ms)
            return held, queries.names(unit.conn)

        began = monotonic()
        held, names = await self._db.write(work)
        # From before it was asked: at the other end the time runs from a later moment.
        self._held, self._held_until = held, began + self._settings.node_lease_s / 2
        self._others = names - {self.name}
        self._bury(began)

    def _bury(self, now: float) -> None:
        """Whoever has told something and is in the table no more has ended. One that is not there yet is given a moment."""
        for sender in self.elsewhere.senders():
            if sender in self._others:
                self._missing.pop(sender, None)
            elif now - self._missing.setdefault(sender, now) > self._settings.node_beat_s:
                del self._missing[sender]
                self._heard_number.pop(sender, None)
                self.elsewhere.gone(sender)

    # Hints

    async def _tell_hints(self) -> None:
        was_up = False
        while True:
            await trio.sleep(LETTER_EVERY_S)
            up = self._quick is not None and self._quick.up
            if up and not was_up:
                self._out[:] = [hints.Ask(), self._all()]
            was_up = up
            if self._out and self._quick is not None:
                told, self._out = self._out, []
                if up:
                    self._told_number += 1
                    raw = [hints.encoder.encode(hint) for hint in told]
                    letter = [self.name, self._told_number, [hints.Raw(one) for one in raw]]
                    self._quick.tell(hints.encoder.encode(letter))

    def _all(self) -> hints.All:
        connected = [hints.Connected(account, listener) for account, listener in self._connected.items()]
        entered = [hints.Entered(channel, account, person) for (channel, account), person in self._rooms.items()]
        return hints.All(connected, entered)

    def _heard_letter(self, body: bytes) -> None:
        letter = hints.letter.decode(body)
        if letter.sender == self.name:
            return
        last = self._heard_number.get(letter.sender)
        self._heard_number[letter.sender] = letter.number
        if last is not None and letter.number != last + 1:
            self._tell(hints.Ask())
        for raw in letter.hints:
            try:
                self._take(letter.sender, hints.hint.decode(raw))
            except ValueError:
                log.warning("a hint that this release does not know")

    def _take(self, sender: str, hint: hints.AnyHint) -> None:
        match hint:
            case hints.Ask():
                self._tell(self._all())
            case hints.All():
                self.elsewhere.replace(sender, hint.connected, hint.entered)
            case hints.Connected():
                self.elsewhere.connect(sender, hint.account, hint.listener)
            case hints.Disconnected():
                self.elsewhere.disconnect(sender, hint.account)
            case hints.Entered():
                self.elsewhere.enter(sender, hint)
            case hints.Exited():
                self.elsewhere.exit(sender, hint.channel, hint.account)
            case hints.Types():
                self.types(hint)
            case hints.SignOfLife():
                self.sign_of_life(hint.asker)
            case hints.Spent():
                self.spent(hint)
