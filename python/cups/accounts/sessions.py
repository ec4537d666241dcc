"""Sessions: begun at every way in, seen and ended by their owner from any of their devices. What ends a session closes its sockets.

A person has one list for both of their linked accounts: whoever holds a session of the one can switch to the other.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from itertools import islice

from sqlalchemy import Connection

from cups.accounts import browsers, devices, queries, session_queries
from cups.accounts.devices import Device
from cups.accounts.happenings import HappeningList
from cups.accounts.visitor import Visitor, hashed
from cups.clock import Clock
from cups.errors import Refused
from cups.ids import new_id, new_token
from cups.news import SessionsEnded
from cups.settings import Settings
from cups.store.database import Database, Unit
from cups.store.schema import Record
from cups.wire.signin import Session, Sessions

DAY = 86_400_000
HOUR = 3_600_000
MOST_KNOWN = 100_000
"""Sessions that are remembered as such, those used last."""
AT_ONCE = 500
"""Sessions written down or ended in one unit of work, so that nobody's message waits for long."""


def end(unit: Unit, row: Record) -> None:
    session_queries.end(unit.conn, row.token_hash)
    unit.announce(SessionsEnded(account=row.account_id, token_hash=row.token_hash))


def end_current(unit: Unit, visitor: Visitor, *, switched: bool = False) -> None:
    session_queries.end(unit.conn, visitor.token_hash)
    unit.announce(SessionsEnded(account=visitor.id, token_hash=visitor.token_hash, switched=switched))


def end_all(unit: Unit, account: str, code: str = "not-signed-in", *, renewed: bool = False) -> None:
    """Of this one account; `code`: what its open pages are told. `renewed`: this device gets another session for it at once."""
    session_queries.end_of(unit.conn, account)
    unit.announce(SessionsEnded(account=account, code=code, renewed=renewed))


def require_alive(unit: Unit, visitor: Visitor) -> None:
    """Inside the transaction of what changes how somebody signs in: the session may have been ended since the request was let in. not-signed-in."""
    if session_queries.by_hash(unit.conn, visitor.token_hash) is None:
        raise Refused("not-signed-in")


class SessionList:
    def __init__(self, db: Database, clock: Clock, settings: Settings, happenings: HappeningList) -> None:
        self._db, self._clock, self._settings, self.happenings = db, clock, settings, happenings
        self._seen: dict[str, int] = {}
        self._known: OrderedDict[str, str] = OrderedDict()
        self._hour = self.hour()
        self.connected: Callable[[], Iterable[str]] = lambda: ()
        """The token hashes of the sessions that have an open socket; the gateway, which ranks above, knows."""
        self.on_start: Callable[[Unit, str], None] = lambda _unit, _account: None
        """Called inside the transaction that opens a session, at a way in or in place of another: whoever had closed the account is back; privacy, which ranks above, knows."""

        self.on_way_in: Callable[[Unit, str], None] = lambda _unit, _account: None
        """Called inside the transaction of every way in, but a switch; the log of staff, which ranks above, has theirs."""

    def hour(self) -> int:
        """The beginning of this hour: when somebody was here is kept no more exactly than that."""
        now = self._clock.now()
        return now - now % HOUR

    # Beginning

    def start(self, unit: Unit, account: str, device: Device, *, confirmed: bool = False) -> str:
        """A new session's token. `confirmed`: the password was given just now, or a passkey. The one unused the longest makes room where there are too many."""
        now = self._clock.now()
        self.on_way_in(unit, account)
        browser = self.happenings.came_in(unit, account, device) if confirmed else ""
        stored, until = devices.stored(device), self._expiry(now)
        return self._start(unit, account, stored, now, until, now if confirmed else 0, browser)

    def replace(self, unit: Unit, visitor: Visitor, to: str) -> str:
        """Another session in place of this one, on the same device, for this account or the person's other one: it ends when the first would have."""
        row = session_queries.by_hash(unit.conn, visitor.token_hash)
        if row is None:
            raise Refused("not-signed-in")
        end_current(unit, visitor, switched=to != visitor.id)
        return self._start(unit, to, row.device, row.created_at, row.expires_at, row.confirmed_at, row.browser)

    def _expiry(self, now: int) -> int:
        return now + self._settings.session_days * DAY

    def _start(
        self, unit: Unit, account: str, device: str, begun: int, until: int, confirmed_at: int, browser: str
    ) -> str:
        self.on_start(unit, account)
        now, token = self._clock.now(), new_token()
        most = self._settings.sessions_most
        for row in session_queries.living(unit.conn, [account], now, most + 1)[most - 1 :]:
            end(unit, row)
        session_queries.add(
            unit.conn,
            token_hash=hashed(token),
            id=new_id(now),
            account_id=account,
            created_at=begun,
            expires_at=until,
            device=device,
            seen_at=self.hour(),
            confirmed_at=confirmed_at,
            browser=browser,
        )
        return token

    # The owner's list

    async def of(self, visitor: Visitor) -> Sessions:
        return await self._db.read(self._of, visitor)

    def _of(self, conn: Connection, visitor: Visitor) -> Sessions:
        mine = queries.personas(conn, visitor.id)
        names = {id: person.name for id, person in queries.people(conn, mine).items()}
        rows = session_queries.living(conn, mine, self._clock.now(), 2 * self._settings.sessions_most)
        rows.sort(key=lambda row: row.token_hash != visitor.token_hash)
        return Sessions(
            sessions=[
                Session(
                    id=row.id,
                    account=names[row.account_id],
                    browser=(device := devices.read(row.device)).browser,
                    system=device.system,
                    begun=row.created_at,
                    seen=self.hour() if row.token_hash == visitor.token_hash else row.seen_at,
                    this=row.token_hash == visitor.token_hash,
                )
                for row in rows
            ]
        )

    async def end(self, visitor: Visitor, id: str) -> None:
        """One of the person's own, this one too; its browser is known no more. not-found: none of theirs, or ended already."""

        def work(unit: Unit) -> None:
            for row in self._rows(unit.conn, visitor):
                if row.id == id:
                    browsers.forget(unit.conn, queries.personas(unit.conn, visitor.id), row.browser)
                    end(unit, row)
                    return
            raise Refused("not-found")

        await self._db.write(work)

    async def end_others(self, visitor: Visitor) -> None:
        def work(unit: Unit) -> None:
            if self.end_others_now(unit, visitor):
                self.happenings.tell(unit, visitor.id, "sessions")

        await self._db.write(work)

    def end_others_now(self, unit: Unit, visitor: Visitor) -> int:
        """And sign-ins that are between their two steps; no other browser is known any more. How many there were."""
        session_queries.end_halves(unit.conn, queries.personas(unit.conn, visitor.id))
        own = session_queries.by_hash(unit.conn, visitor.token_hash)
        browsers.forget_all(unit.conn, visitor.id, but="" if own is None else own.browser)
        others = [row for row in self._rows(unit.conn, visitor) if row.token_hash != visitor.token_hash]
        for row in others:
            end(unit, row)
        return len(others)

    def _rows(self, conn: Connection, visitor: Visitor) -> list[Record]:
        """All of them, however many a demo has opened."""
        return session_queries.living(conn, queries.personas(conn, visitor.id), 0, None)

    # Running out

    async def end_expired(self) -> int:
        """Those whose time has come, and their sockets with them; how many. Nobody is let in by one from that very moment."""
        now, ended = self._clock.now(), 0
        while rows := await self._db.read(session_queries.expired, now, AT_ONCE):
            await self._db.write(_end_each, rows)
            ended += len(rows)
        return ended

    async def end_unused(self) -> int:
        """Those that nobody has used for `session_unused_days`, but guests': these are all that a guest has of the account. How many."""
        before, ended = self._clock.now() - self._settings.session_unused_days * DAY, 0
        while rows := await self._db.read(session_queries.unused, before, AT_ONCE):
            await self._db.write(_end_each, rows)
            ended += len(rows)
        return ended

    # When they were last used

    def saw(self, visitor: Visitor) -> None:
        """Remembers that a session is in use; `keep_seen` writes it down."""
        self._known[visitor.token_hash] = visitor.facts.kind
        self._known.move_to_end(visitor.token_hash)
        if len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)
        if visitor.seen_at < (hour := self.hour()):
            self._seen[visitor.token_hash] = hour

    def kind_of(self, token_hash: str) -> str | None:
        """Whose session this was when it was last looked at here (a guest's, a member's …), without asking the database; None: not known. Any cookie can
        be made up."""
        return self._known.get(token_hash)

    def forget(self, news: SessionsEnded) -> None:
        if news.token_hash is not None:
            self._known.pop(news.token_hash, None)

    async def keep_seen(self) -> None:
        """Writes down what was seen since the last time; and once an hour, of those who sit at an open page, that they still do."""
        hour, seen = self.hour(), self._seen
        if hour > self._hour:
            self._hour = hour
            seen.update(dict.fromkeys(self.connected(), hour))
        self._seen = {}
        rest = iter(seen.items())
        while some := dict(islice(rest, AT_ONCE)):
            await self._db.write(_see, some)


def _end_each(unit: Unit, rows: list[Record]) -> None:
    for row in rows:
        end(unit, row)


def _see(unit: Unit, hours: dict[str, int]) -> None:
    session_queries.see(unit.conn, hours)
