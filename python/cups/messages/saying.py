"""Saying something, at speed: many messages in one unit of work, and rights that are looked up again only when they may have changed.

Of whoever was found free to write, the writer keeps a `Standing`: the versions of their account, of the other party's in a chat, and of the channel.
Every unit whose news may change who may write where raises those versions in its own transaction, so a message whose standing still
holds may be written, as of its commit. Only a yes is ever kept, and for a while only: roles and clearances may run out by time alone.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import msgspec
from sqlalchemy import Connection

from cups._core import Lane, SaidBatch
from cups.accounts import queries as accounts
from cups.clock import Clock
from cups.errors import Refused
from cups.messages import queries, recent, statements
from cups.messages.lane import stand
from cups.news import (
    AccountChanged,
    ChatChanged,
    ChatOpened,
    MessageSaid,
    MessagesSaid,
    Origin,
    RoomChanged,
    Sanctioned,
    SessionsEnded,
)
from cups.screening.door import Screen
from cups.settings import Settings
from cups.store.database import Database, Unit
from cups.wire.chats import Message
from cups.wire.people import Person


class Counting(Protocol):
    """Where limits are counted: `cups.limits.live.Limits`, or a `Pace` alone."""

    def check_all(self, checks: Sequence[tuple[str, str]], now: int) -> int:
        """0: allowed and counted. Otherwise when it will be allowed."""


class Entitled(msgspec.Struct, frozen=True):
    """May write here now: which limits count, as rule and key, and whose rights this rests on besides the author's and the channel's."""

    limits: tuple[tuple[str, str], ...] = ()
    other: str | None = None
    until: int | None = None
    """When this ends by time alone: a clearance runs out."""
    apart_ms: int = 0
    """The least time between two messages of this person here."""
    person: str = ""
    """The same for both of their linked accounts; needed where `apart_ms` is."""


class Standing(msgspec.Struct, frozen=True):
    """Under which versions somebody was last found free to write in a channel, and how others see them."""

    entitled: Entitled
    author: Person
    versions: tuple[int, int, int]
    """Of the account, of the other party (0 where there is none), of the channel."""
    checked_at: int


class Saying(msgspec.Struct):
    """Something to say; `at` is the time of asking."""

    kind: str
    channel: str
    author: str
    ref: str
    text: str
    reply_to: int | None
    at: int
    origin: Origin | None = None


class Said(msgspec.Struct, frozen=True):
    """The stored message; `known`: the ref was stored before."""

    message: Message
    known: bool


Check = Callable[[Connection, str, str, int], Entitled]
"""May this account write in this channel at this time? Raises the refusal."""
Sent = statements.Sent
Closely = tuple[int, Said | Refused]
"""The place of a message in its batch, and what became of it."""
ASKED_AT_ONCE = 256
"""Messages in one statement."""
UNSAID = frozenset({"too-fast", "muted", "muted-in-room", "room-closed", "room-slow"})
"""Refusals after which a sign of crisis in the words is seen all the same: they were meant for others."""


class Sayings:
    """The door of the gateway: hands messages to the writer without waiting."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        settings: Settings,
        pace: Counting,
        checks: Mapping[str, Check],
        screen: Screen | None = None,
        lane: Lane | None = None,
    ) -> None:
        """`lane`: where most messages are checked, numbered and told natively; what it does not take comes to `say`."""
        self._db, self._clock, self._pace, self._checks, self._screen = db, clock, pace, checks, screen
        self.lane = lane if screen is not None else None
        self._trusted_ms = settings.standing_s * 1000
        self._work, self._many = self._store, self._store_many
        """One object each: what is handed in with it may run together."""
        db.on_others(self._others_wrote)
        db.on_announce(Sanctioned, lambda unit, news: self._fell(account_changed(unit, news.person)))
        db.on_announce(AccountChanged, lambda unit, news: self._fell(account_changed(unit, news.account)))
        db.on_announce(SessionsEnded, lambda unit, news: self._fell(account_changed(unit, news.account)))
        db.on_announce(ChatOpened, lambda unit, news: self._fell(channel_changed(unit, news.id)))
        db.on_announce(ChatChanged, lambda unit, news: self._fell(channel_changed(unit, news.id)))
        db.on_announce(RoomChanged, lambda unit, news: self._fell(channel_changed(unit, news.channel)))

    def _others_wrote(self, memory: dict[str, Any], driver: Any, upset: Collection[str]) -> None:
        self._fell(upset)
        known: recent.Recent | None = memory.get("messages")
        if known is not None:
            known.caught_up(driver, upset)

    def _fell(self, ids: Iterable[str]) -> None:
        if self.lane is not None:
            for id in ids:
                self.lane.fall(id)

    def say(
        self,
        kind: str,
        channel: str,
        author: str,
        ref: str,
        text: str,
        reply_to: int | None,
        origin: Origin | None,
        done: Callable[[Said | Exception], None],
    ) -> None:
        """On the loop's thread. `done` is called after the commit and its news with `Said`, or with why not: `Refused`, `StorageFailed`."""
        now = self._clock.now()
        self._db.submit(self._work, Saying(kind, channel, author, ref, text, reply_to, now, origin), done)

    def say_many(self, batch: SaidBatch, done: Callable[[list[Closely] | Exception], None]) -> None:
        """As `say`, of what the lane has taken. `done` gets what became of those that were looked at more closely."""
        self._db.submit(self._many, batch, done, weight=len(batch))

    def _store(self, unit: Unit, items: Sequence[Saying]) -> list[Said | Refused]:
        return store(unit, items, self._checks, self._pace, self._screen, self.lane, trusted_ms=self._trusted_ms)

    def _store_many(self, unit: Unit, batches: Sequence[SaidBatch]) -> list[list[Closely]]:
        assert self.lane is not None
        work = _Batch(unit, (), self._checks, self._pace, self._screen, self._trusted_ms, self.lane)
        results = [work.natively(batch, self.lane) for batch in batches]
        work.insert()
        return results


def account_changed(unit: Unit, account: str) -> Iterable[str]:
    """What was found out about this person's right to write, under any of their accounts, holds no longer: those accounts."""
    versions = queries.raise_account(unit.conn, account)
    recent.raised(unit, versions)
    return versions


def channel_changed(unit: Unit, channel: str) -> Iterable[str]:
    versions = queries.raise_channel(unit.conn, channel)
    recent.raised(unit, versions)
    recent.unslowed(unit, channel)
    return versions


def store(
    unit: Unit,
    items: Sequence[Saying],
    checks: Mapping[str, Check],
    pace: Counting | None,
    screen: Screen | None = None,
    lane: Lane | None = None,
    *,
    trusted_ms: int = 0,
) -> list[Said | Refused]:
    """Inside the writer's transaction: stores what may be said, numbers it without a gap, announces it. One outcome per item, in order."""
    return _Batch(unit, items, checks, pace, screen, trusted_ms, lane).run()


class Spoken(NamedTuple):
    """Messages of a batch that the lane let through."""

    batch: SaidBatch
    first: int
    last: int


class _Batch:
    def __init__(
        self,
        unit: Unit,
        items: Sequence[Saying],
        checks: Mapping[str, Check],
        pace: Counting | None,
        screen: Screen | None,
        trusted_ms: int,
        lane: Lane | None = None,
    ) -> None:
        self._unit, self._items, self._checks, self._pace, self._trusted_ms = unit, items, checks, pace, trusted_ms
        self._screen, self._lane = screen, lane
        self._said_now = dict[Sent, Message]()
        self._rows: list[statements.New | Spoken] = []
        self._people: dict[str, Person] = {}
        self._recent = known = recent.of(unit)
        self._refs, self._tails, self._versions = known.refs, known.tails, known.versions
        self._before = dict[str, int]()
        if items:
            channels = {item.channel for item in items}
            recent.learn(unit, known, channels, channels | {item.author for item in items})
            self._before = {channel: self._tails.get(channel, 0) for channel in channels}

    def run(self) -> list[Said | Refused]:
        sent = [part for item in self._items for part in (item.channel, item.author, item.ref)]
        settled = statements.known(self._unit.driver, sent)
        results = [self._one(item, settled) for item in self._items]
        self.insert()
        return results

    def natively(self, batch: SaidBatch, lane: Lane) -> list[Closely]:
        """By the lane, as far as it goes, and whatever it stops at as any other message: in order. What became of the latter."""
        if self._recent.is_new_to(lane):
            # What was undone may have been known to the lane.
            lane.fall_all()
        settled, closely, at = self._settled(batch), list[Closely](), 0
        while at < len(batch):
            if not settled:
                end, seconds = lane.run(batch, at, self._tails, self._refs)
                if end > at:
                    assert self._screen is not None
                    self._screen.tally.many_plain(end - at, seconds)
                    self._rows.append(Spoken(batch, at, end))
                    self._unit.announce(MessagesSaid(batch=batch, first=at, last=end))
                    at = end
                    continue
            conn, kind, channel, author, ref, text = batch.item(at)
            item = Saying(kind, channel, author, ref, text, None, batch.at, Origin(conn, ref))
            recent.learn(self._unit, self._recent, (channel,), (channel, author))
            self._before.setdefault(channel, self._tails.get(channel, 0))
            closely.append((at, self._one(item, settled)))
            at += 1
        return closely

    def _settled(self, batch: SaidBatch) -> dict[Sent, int]:
        """Those that are stored already."""
        settled: dict[Sent, int] = {}
        for at in range(0, len(batch), ASKED_AT_ONCE):
            settled |= statements.known(self._unit.driver, batch.sent(at, at + ASKED_AT_ONCE))
        return settled

    def _write(self) -> None:
        rows: list[Any] = []
        for one in self._rows:
            rows += one.batch.rows(one.first, one.last) if isinstance(one, Spoken) else one
        statements.insert(self._unit.driver, rows)
        self._rows.clear()

    def insert(self) -> None:
        """Writes all rows at once."""
        self._write()
        if len(self._refs) >= recent.SETTLE_AT:
            self._unit.afterwards(recent.settle)

    def _one(self, item: Saying, settled: Mapping[Sent, int]) -> Said | Refused:
        key = (item.channel, item.author, item.ref)
        seq = self._refs.get(*key)
        if seq is None and settled:
            seq = settled.get(key)
        if seq is not None and (known := self._said_now.get(key) or self._known(item, seq)) is not None:
            return Said(known, True)
        try:
            standing = self._entitled(item)
            message = self._screened(item, standing)
        except Refused as refused:
            self._refused(item, refused)
            return refused
        self._said_now[key] = message
        self._refs.put(*key, message.seq)
        if self._lane is not None and self._trusted_ms:
            stand(self._lane, item.channel, item.author, standing, self._trusted_ms)
        return Said(message, False)

    def _known(self, item: Saying, seq: int) -> Message | None:
        """What was stored under this number; it may be one of this very call."""
        self._write()
        return self._stored(item.channel, seq)

    def _screened(self, item: Saying, standing: Standing) -> Message:
        """Said, if nothing in it is held back. A sign of danger in it is passed on, and keeps nothing back."""
        screen = self._screen
        if screen is None:
            return self._said(item, standing)
        judged = screen.message(self._unit, item.channel, item.author, item.ref, item.text, item.at)
        shown = msgspec.structs.replace(item, text=judged.text) if judged.hidden else item
        message = self._said(shown, standing)
        screen.said(self._unit, item.channel, item.author, item.ref, item.text, message.seq, judged, item.at)
        return message

    def _refused(self, item: Saying, refused: Refused) -> None:
        if self._screen is not None and refused.code in UNSAID:
            self._screen.refused_meanwhile(self._unit, item.channel, item.author, item.text, item.at)

    def _stored(self, channel: str, seq: int) -> Message | None:
        """None if retention has taken it meanwhile."""
        row = queries.one(self._unit.conn, channel, seq)
        return None if row is None else queries.to_wire(self._unit.conn, [row])[0]

    def _entitled(self, item: Saying) -> Standing:
        """The standing under which this may be said now, or the refusal."""
        key = (item.channel, item.author)
        standing = self._recent.standings.get(key)
        if standing is None or not self._holds(standing, item):
            standing = self._check(item)
            if self._trusted_ms:
                # What was asked for one message alone, or not asked at all, vouches for no other.
                self._recent.standings[key] = standing
        if until := self._apart(item, standing.entitled):
            raise Refused("room-slow", retry_at=until)
        if self._pace is not None and (until := self._pace.check_all(standing.entitled.limits, item.at)):
            raise Refused("too-fast", retry_at=until)
        return standing

    def _apart(self, item: Saying, entitled: Entitled) -> int:
        """0, or when this person may say the next thing in this slow channel. Found in the table, so it outlives a restart."""
        if not entitled.apart_ms:
            return 0
        spoke = self._recent.spoke.setdefault(item.channel, {})
        if len(spoke) > recent.MOST:
            spoke.clear()
        last = spoke.get(entitled.person)
        if last is None:
            last = spoke[entitled.person] = queries.last_said(self._unit.conn, item.channel, entitled.person)
        # A wall clock that was put back must not silence anybody until it has caught up.
        return last + entitled.apart_ms if last <= item.at < last + entitled.apart_ms else 0

    def _holds(self, standing: Standing, item: Saying) -> bool:
        versions = self._versions
        mine, others, channels = standing.versions
        other = standing.entitled.other
        return (
            0 <= item.at - standing.checked_at < self._trusted_ms
            and (standing.entitled.until is None or item.at < standing.entitled.until)
            and versions[item.author] == mine
            and versions[item.channel] == channels
            and (other is None or versions.get(other) == others)
        )

    def _check(self, item: Saying) -> Standing:
        conn, versions = self._unit.conn, self._versions
        if item.channel not in self._tails:
            raise Refused("not-found")
        entitled = self._checks[item.kind](conn, item.author, item.channel, item.at)
        other = entitled.other
        if other is not None:
            recent.learn(self._unit, self._recent, (), (other,))
        author = self._people.get(item.author)
        if author is None:
            author = self._people[item.author] = accounts.people(conn, [item.author])[item.author]
        others = 0 if other is None else versions[other]
        return Standing(entitled, author, (versions[item.author], others, versions[item.channel]), item.at)

    def _said(self, item: Saying, standing: Standing) -> Message:
        channel, at, reply_to = item.channel, item.at, item.reply_to
        if reply_to is not None and not self._there(channel, reply_to):
            reply_to = None  # what it answers is gone meanwhile: the answer still stands
        seq = self._tails[channel] = self._tails[channel] + 1
        if standing.entitled.apart_ms:
            self._recent.spoke[channel][standing.entitled.person] = at
        message = Message(seq=seq, rev=seq, author=standing.author, text=item.text, at=at, reply_to=reply_to)
        self._rows.append((channel, seq, seq, item.author, item.ref, item.text, at, reply_to))
        self._unit.announce(MessageSaid(channel=channel, author=item.author, message=message, origin=item.origin))
        return message

    def _there(self, channel: str, seq: int) -> bool:
        if seq > self._before[channel]:
            return seq <= self._tails[channel]
        return queries.one(self._unit.conn, channel, seq) is not None
