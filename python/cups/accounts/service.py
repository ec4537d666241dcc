"""Accounts: who somebody is, what others see of them, small changes, blocks. Takes a person and an intent; the doors do cookies and frames."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from cups import words
from cups.accounts import agreements, blocking, names, queries
from cups.accounts.devices import Device
from cups.accounts.making import make_member
from cups.accounts.passwords import Passwords
from cups.accounts.passwords import check as check_password
from cups.accounts.sessions import SessionList
from cups.accounts.visitor import Joined, Visitor, hashed
from cups.clock import Clock
from cups.errors import Refused
from cups.limits.live import Limits
from cups.news import AccountChanged
from cups.reach import Facts, seen
from cups.settings import Settings
from cups.store.database import Database, Unit
from cups.store.schema import Record
from cups.wire.people import (
    Accepted,
    Agreement,
    AgreementKind,
    AgreementVersions,
    Blocked,
    LanguagesIn,
    Me,
    PageLanguageIn,
    Person,
    RefusedTopicsIn,
    Status,
)

DAY = 86_400_000
_HAS_END = frozenset({"break"})
NO_DEVICE = Device()


class Accounts:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        settings: Settings,
        limits: Limits,
        passwords: Passwords,
        sessions: SessionList,
    ) -> None:
        self._limits = limits
        self.sessions, self.settings = sessions, settings
        self._db, self._clock, self._settings, self._passwords = db, clock, settings, passwords
        self.on_block: Callable[[Unit, str, str], None] = lambda _unit, _blocker, _blocked: None
        """Called inside the transaction of a block; chats, which rank above, end what the two have open."""
        self.on_status: Callable[[Unit, str], None] = lambda _unit, _account: None
        """Called inside the transaction in which somebody set their status; a personal request that rings at them may end."""
        self.unseen: Callable[[Connection, str], int] = lambda _conn, _id: 0
        """How many warnings wait to be seen; the composition root connects moderation, which ranks above this feature."""

        self.left: Callable[[Connection, str], int] = lambda _conn, _id: 0
        """How many messages that were left for a listener wait; requests, which rank above, know."""

    # Who is it?

    async def visitor(self, token: str | None) -> Visitor | None:
        """The person of a session, or None: unknown, ended or expired."""
        if not token or len(token) > 100:
            return None
        found = await self._db.read(self.seen_by_session, hashed(token))
        if found is not None:
            self.sessions.saw(found)
        return found

    async def visitor_by_hash(self, token_hash: str) -> Visitor | None:
        return await self._db.read(self.seen_by_session, token_hash)

    def seen_by_session(self, conn: Connection, token_hash: str) -> Visitor | None:
        row = queries.by_session(conn, token_hash, self._clock.now())
        return None if row is None else self._as_visitor(conn, row, token_hash)

    def _as_visitor(self, conn: Connection, row: Record, token_hash: str) -> Visitor:
        now = self._clock.now()
        facts = queries.facts(conn, row, now)
        other = queries.linked(conn, row)
        return Visitor(
            id=row.id,
            name=row.name,
            kind=row.kind,
            me=self._me(conn, row, facts, now, other),
            facts=facts,
            token_hash=token_hash,
            signed_up=row.password_hash is not None or row.persona_of is not None,
            linked=None if other is None else other.id,
            language=row.page_language,
            seen_at=row.seen_at,
            confirmed_at=row.confirmed_at,
            edition=agreements.edition(row.kind),
        )

    def _me(self, conn: Connection, row: Record, facts: Facts, now: int, other: Record | None) -> Me:
        danger = row.danger != "none" and (row.danger_at or 0) > now - self._settings.gate_danger_days * DAY
        return Me(
            person=queries.person(row, facts.roles),
            gated=row.age_class is not None and not agreements.missing(row.kind, queries.accepted(conn, row.id)),
            danger=danger,
            consent_waits=facts.consent_waits,
            age=row.age_class,
            roles=sorted(facts.roles | ({"room-moderator"} if facts.moderates else set())),
            status=row.status,
            status_why=row.status_why,
            break_until=row.break_until,
            languages=row.languages.split(","),
            page_language=row.page_language,
            refused_topics=[topic for topic in row.refused_topics.split(",") if topic],
            can_listen=row.kind == "listener",
            linked=None if other is None else queries.person(other),
            muted_until=min(facts.muted_until, 1 << 53),
            warnings_unseen=self.unseen(conn, row.id),
            messages_left=self.left(conn, row.id) if row.kind == "listener" else 0,
        )

    async def me(self, account_id: str) -> Me:
        def work(conn: Connection) -> Me:
            row = queries.by_id(conn, account_id)
            if row is None:
                raise Refused("not-signed-in")
            now = self._clock.now()
            return self._me(conn, row, queries.facts(conn, row, now), now, queries.linked(conn, row))

        return await self._db.read(work)

    async def public(self, name: str) -> Person:
        """Somebody's public face; not-found for whoever is banned."""

        def work(conn: Connection) -> Person:
            row = queries.by_key(conn, names.key(name.removeprefix("@")))
            if row is None:
                raise Refused("not-found")
            facts = queries.facts(conn, row, self._clock.now())
            if not seen(facts):
                raise Refused("not-found")
            return queries.person(row, facts.roles)

        return await self._db.read(work)

    async def agreement(self, kind: AgreementKind, version: str) -> Agreement:
        """As it was in force; not-found."""
        return await self._db.read(agreements.of_version, kind, version)

    async def agreement_versions(self, kind: AgreementKind) -> AgreementVersions:
        return await self._db.read(agreements.versions, kind)

    async def accepted(self, visitor: Visitor) -> list[Accepted]:
        return await self._db.read(agreements.accepted_by, visitor.id)

    def joined(
        self, conn: Connection, account_id: str, token: str | None, now: int, device: Device = NO_DEVICE
    ) -> Joined:
        """`device`: on which they came in just now."""
        row = queries.by_id(conn, account_id)
        assert row is not None
        me = self._me(conn, row, queries.facts(conn, row, now), now, queries.linked(conn, row))
        return Joined(me, token, browser_word=device.word)

    async def open_session(self, account_id: str) -> str:
        """A session for an account without a password: the ready-made links of a demo, and tests. No door of the public leads here."""
        return await self._db.write(lambda unit: self.sessions.start(unit, account_id, Device(), confirmed=True))

    # Small changes

    async def set_status(self, visitor: Visitor, status: Status, until: int | None = None) -> Me:
        """By hand: what was missed before counts no more. Refused: bad-input (an end that is no break's, has passed, or is too far)."""
        now = self._clock.now()
        if until is not None and not (status in _HAS_END and now < until <= now + self._settings.break_max_days * DAY):
            raise Refused("bad-input", field="until")
        return await self._change(visitor, self.on_status, status=status, status_why="", missed=0, break_until=until)

    async def take_break(self, visitor: Visitor, days: int | None) -> Me:
        """For so many days from now, or until they come back by hand. Refused: bad-input."""
        if days is not None and not 1 <= days <= self._settings.break_max_days:
            raise Refused("bad-input", field="days")
        return await self.set_status(visitor, "break", None if days is None else self._clock.now() + days * DAY)

    async def end_breaks(self) -> int:
        """Those whose end has come; how many. (`reach` counts them no more from the very moment; this tells it.)"""
        now = self._clock.now()
        first = await self._db.read(queries.next_break_end)
        if first is None or first > now:
            return 0

        def work(unit: Unit) -> int:
            ended = queries.end_breaks(unit.conn, now)
            for account in ended:
                unit.announce(AccountChanged(account=account))
            return len(ended)

        return await self._db.write(work)

    async def set_languages(self, visitor: Visitor, form: LanguagesIn) -> Me:
        return await self._change(visitor, languages=",".join(dict.fromkeys(form.languages)))

    async def set_page_language(self, visitor: Visitor, form: PageLanguageIn) -> Me:
        """For both of the person's accounts. Refused: bad-input for a language that the catalogue does not have."""
        if words.known(form.language) is None:
            raise Refused("bad-input", field="language")

        def work(unit: Unit) -> Me:
            for id in queries.personas(unit.conn, visitor.id):
                queries.update(unit.conn, id, page_language=form.language)
                unit.announce(AccountChanged(account=id))
            return self.joined(unit.conn, visitor.id, None, self._clock.now()).me

        return await self._db.write(work)

    async def refuse_topics(self, visitor: Visitor, form: RefusedTopicsIn, topics: frozenset[str]) -> Me:
        """Refused: not-a-listener, bad-input (no such topic; refusing all of them would hide everybody)."""
        if visitor.kind != "listener":
            raise Refused("not-a-listener")
        chosen = dict.fromkeys(form.topics)
        if not chosen.keys() <= topics or chosen.keys() >= topics:
            raise Refused("bad-input", field="topics")
        return await self._change(visitor, refused_topics=",".join(chosen))

    async def _change(
        self, visitor: Visitor, then: Callable[[Unit, str], None] = lambda _unit, _account: None, **values: Any
    ) -> Me:
        def work(unit: Unit) -> Me:
            queries.update(unit.conn, visitor.id, **values)
            then(unit, visitor.id)
            unit.announce(AccountChanged(account=visitor.id))
            return self.joined(unit.conn, visitor.id, None, self._clock.now()).me

        return await self._db.write(work)

    async def block(self, visitor: Visitor, name: str) -> None:
        """They never meet again: not in the queue, a chat, a notice or a profile, whichever of their linked accounts they use; and nothing that the other
        says in a room reaches this person. Refused: not-found, too-many-blocks, too-fast."""
        now = self._clock.now()

        def work(unit: Unit) -> None:
            row = queries.by_key(unit.conn, names.key(name.removeprefix("@")))
            if row is None or row.id in queries.personas(unit.conn, visitor.id):
                raise Refused("not-found")
            if blocking.put(unit, visitor.id, row.id, now, most=self._settings.max_blocks):
                if until := self._limits.check_person(unit.conn, "block", visitor.facts, now):
                    raise Refused("too-fast", retry_at=until)
                self.on_block(unit, visitor.id, row.id)

        await self._db.write(work)

    async def unblock(self, visitor: Visitor, name: str) -> None:
        def work(unit: Unit) -> None:
            row = queries.by_key(unit.conn, names.key(name.removeprefix("@")))
            if row is not None:
                blocking.lift(unit, visitor.id, row.id, self._clock.now())

        await self._db.write(work)

    async def blocks(self, visitor: Visitor) -> list[Blocked]:
        """Whom this account has blocked, the latest first."""

        def read(conn: Connection) -> list[Blocked]:
            rows = queries.blocks_of(conn, visitor.id)
            people = queries.people(conn, [row.id for row in rows])
            return [Blocked(person=people[row.id], at=row.at) for row in rows]

        return await self._db.read(read)

    async def create_admin(self, name: str, password: str) -> None:
        """The first admin, or another, made on the server's own machine."""
        name = names.checked(name, staff=True)
        check_password(password, name)
        password_hash = await self._passwords.hash(password)

        def work(unit: Unit) -> None:
            make_member(
                unit.conn, name=name, password_hash=password_hash, age="adult", now=self._clock.now(), role="admin"
            )

        await self._db.write(work)
