"""Saying something, at speed: many messages in one unit of work, and rights that are looked up again only when they may have changed.

Whoever was found free to write is given a `Standing`: the versions of their account, of the other party's in a chat, and of the channel.
Every unit whose news may change who may write where raises those versions in its own transaction, so a message whose standing still
holds may be written, as of its commit. Only a yes is ever kept, and for a while only: roles and clearances may run out by time alone.
"""

from collections.abc import Callable, Mapping, Sequence

import msgspec
from sqlalchemy import Connection

from cups._core import Pace
from cups.accounts import queries as accounts
from cups.clock import Clock
from cups.errors import Refused
from cups.messages import queries, statements
from cups.news import (
    AccountChanged,
    ChatChanged,
    ChatOpened,
    MessageSaid,
    Origin,
    RoomChanged,
    Sanctioned,
    SessionsEnded,
)
from cups.settings import Settings
from cups.store.database import Database, Unit
from cups.wire.chats import Message
from cups.wire.people import Person


class Entitled(msgspec.Struct, frozen=True):
    """May write here now: which limits count, as rule and key, and whose rights this rests on besides the author's and the channel's."""

    limits: tuple[tuple[str, str], ...] = ()
    other: str | None = None


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
    standing: Standing | None = None


class Said(msgspec.Struct, frozen=True):
    """The stored message; `known`: the ref was stored before. The standing is for the next time."""

    message: Message
    known: bool
    standing: Standing | None


Check = Callable[[Connection, str, str, int], Entitled]
"""May this account write in this channel at this time? Raises the refusal."""
Sent = statements.Sent


class Sayings:
    """The door of the gateway: hands messages to the writer without waiting."""

    def __init__(self, db: Database, clock: Clock, settings: Settings, pace: Pace, checks: Mapping[str, Check]) -> None:
        self._db, self._clock, self._pace, self._checks = db, clock, pace, checks
        self._trusted_ms = settings.standing_s * 1000
        self._work = self._store
        """One object: what is handed in with it may run together."""
        db.on_announce(Sanctioned, lambda unit, news: account_changed(unit.conn, news.person))
        db.on_announce(AccountChanged, lambda unit, news: account_changed(unit.conn, news.account))
        db.on_announce(SessionsEnded, lambda unit, news: account_changed(unit.conn, news.account))
        db.on_announce(ChatOpened, lambda unit, news: channel_changed(unit.conn, news.id))
        db.on_announce(ChatChanged, lambda unit, news: channel_changed(unit.conn, news.id))
        db.on_announce(RoomChanged, lambda unit, news: channel_changed(unit.conn, news.channel))

    def say(
        self,
        kind: str,
        channel: str,
        author: str,
        ref: str,
        text: str,
        reply_to: int | None,
        origin: Origin | None,
        standing: Standing | None,
        done: Callable[[Said | Exception], None],
    ) -> None:
        """On the loop's thread. `done` is called after the commit and its news with `Said`, or with why not: `Refused`, `StorageFailed`."""
        now = self._clock.now()
        self._db.submit(self._work, Saying(kind, channel, author, ref, text, reply_to, now, origin, standing), done)

    def _store(self, unit: Unit, items: Sequence[Saying]) -> list[Said | Refused]:
        return store(unit, items, self._checks, self._pace, trusted_ms=self._trusted_ms)


def account_changed(conn: Connection, account: str) -> None:
    """What was found out about this person's right to write, under any of their accounts, holds no longer."""
    queries.raise_account(conn, account)


def channel_changed(conn: Connection, channel: str) -> None:
    queries.raise_channel(conn, channel)


def store(
    unit: Unit, items: Sequence[Saying], checks: Mapping[str, Check], pace: Pace | None, *, trusted_ms: int = 0
) -> list[Said | Refused]:
    """Inside the writer's transaction: stores what may be said, numbers it without a gap, announces it. One outcome per item, in order."""
    return _Batch(unit, items, checks, pace, trusted_ms).run()


class _Batch:
    def __init__(
        self, unit: Unit, items: Sequence[Saying], checks: Mapping[str, Check], pace: Pace | None, trusted_ms: int
    ) -> None:
        self._unit, self._items, self._checks, self._pace, self._trusted_ms = unit, items, checks, pace, trusted_ms
        self._rows: list[statements.New] = []
        self._people: dict[str, Person] = {}
        driver = unit.driver
        channels = {item.channel for item in items}
        self._known = statements.known(driver, [(item.channel, item.author, item.ref) for item in items])
        self._versions = statements.versions(driver, list(self._concerned(channels)))
        self._tails = statements.tails(driver, list(channels))
        self._before = dict(self._tails) if any(item.reply_to is not None for item in items) else self._tails

    def _concerned(self, channels: set[str]) -> set[str]:
        ids = channels | {item.author for item in self._items}
        for item in self._items:
            if item.standing is not None and item.standing.entitled.other is not None:
                ids.add(item.standing.entitled.other)
        return ids

    def run(self) -> list[Said | Refused]:
        fresh: dict[Sent, Message] = {}
        results: list[Said | Refused] = []
        for item in self._items:
            sent = (item.channel, item.author, item.ref)
            if sent in fresh:
                results.append(Said(fresh[sent], True, item.standing))
            elif self._known and (seq := self._known.get(sent)) is not None:
                results.append(Said(self._stored(item.channel, seq), True, item.standing))
            else:
                try:
                    standing = self._entitled(item)
                except Refused as refused:
                    results.append(refused)
                    continue
                fresh[sent] = message = self._said(item, standing)
                results.append(Said(message, False, standing))
        statements.insert(self._unit.driver, self._rows)
        return results

    def _stored(self, channel: str, seq: int) -> Message:
        row = queries.one(self._unit.conn, channel, seq)
        assert row is not None
        return queries.to_wire(self._unit.conn, [row])[0]

    def _entitled(self, item: Saying) -> Standing:
        """The standing under which this may be said now, or the refusal."""
        standing = item.standing
        if standing is None or not self._holds(standing, item):
            standing = self._check(item)
        if self._pace is not None and (until := self._pace.check_all(standing.entitled.limits, item.at)):
            raise Refused("too-fast", retry_at=until)
        return standing

    def _holds(self, standing: Standing, item: Saying) -> bool:
        if not 0 <= item.at - standing.checked_at < self._trusted_ms:
            return False
        other = standing.entitled.other
        return standing.versions == self._now(item, other)

    def _now(self, item: Saying, other: str | None) -> tuple[int, int, int]:
        get = self._versions.get
        return get(item.author, 0), 0 if other is None else get(other, 0), get(item.channel, 0)

    def _check(self, item: Saying) -> Standing:
        conn = self._unit.conn
        if item.channel not in self._tails:
            raise Refused("not-found")
        entitled = self._checks[item.kind](conn, item.author, item.channel, item.at)
        other = entitled.other
        if other is not None and other not in self._versions:
            self._versions[other] = statements.versions(self._unit.driver, [other]).get(other, 0)
        author = self._people.get(item.author)
        if author is None:
            author = self._people[item.author] = accounts.people(conn, [item.author])[item.author]
        return Standing(entitled, author, self._now(item, other), item.at)

    def _said(self, item: Saying, standing: Standing) -> Message:
        channel = item.channel
        reply_to = item.reply_to
        if reply_to is not None and not self._there(channel, reply_to):
            reply_to = None  # what it answers is gone meanwhile: the answer still stands
        seq = self._tails[channel] = self._tails[channel] + 1
        message = Message(seq=seq, rev=seq, author=standing.author, text=item.text, at=item.at, reply_to=reply_to)
        self._rows.append((channel, seq, seq, item.author, item.ref, item.text, item.at, reply_to))
        self._unit.announce(MessageSaid(channel=channel, message=message, origin=item.origin))
        return message

    def _there(self, channel: str, seq: int) -> bool:
        if seq > self._before[channel]:
            return seq <= self._tails[channel]
        return queries.one(self._unit.conn, channel, seq) is not None
