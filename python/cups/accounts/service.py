"""Accounts: a visitor becomes a guest, a guest a member, a member also a listener; signing in and out; blocks.

Takes a person and an intent; the doors (api, gateway) do cookies and frames.
"""

import hashlib
from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import Connection

from cups._core import Pace
from cups.accounts import agreements, names, queries
from cups.accounts.passwords import Passwords
from cups.accounts.passwords import check as check_password
from cups.clock import Clock
from cups.errors import Refused
from cups.ids import new_id, new_token
from cups.news import AccountChanged, SessionsEnded
from cups.reach import Facts, is_staff, reach
from cups.settings import Settings
from cups.store.database import Database, Unit
from cups.store.schema import Record
from cups.wire.people import BecomeListenerIn, GateIn, LanguagesIn, Me, Person, SignInIn, SignUpIn, Status

DAY = 86_400_000


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever is behind a request or a socket, as of when it was asked: an account with a live session."""

    id: str
    name: str
    kind: str
    me: Me
    facts: Facts
    token_hash: str
    signed_up: bool

    @property
    def person(self) -> Person:
        assert self.me.person is not None
        return self.me.person


class Joined(msgspec.Struct, frozen=True):
    """The outcome of whatever changes the session: who one is now, and the new session's token for the cookie (None: unchanged)."""

    me: Me
    token: str | None


def hashed(token: str) -> str:
    """Session tokens are stored hashed: a stolen database signs nobody in."""
    return hashlib.sha256(token.encode()).hexdigest()


class Accounts:
    def __init__(self, db: Database, clock: Clock, settings: Settings, pace: Pace) -> None:
        self._db, self._clock, self._settings, self._pace = db, clock, settings, pace
        self._passwords = Passwords(settings.argon2_at_once)
        self.on_block: Callable[[Unit, str, str], None] = lambda _unit, _blocker, _blocked: None
        """Called inside the transaction of a block; chats, which rank above, end what the two have open."""
        self.unseen: Callable[[Connection, str], int] = lambda _conn, _id: 0
        """How many warnings wait to be seen; the composition root connects moderation, which ranks above this feature."""

    # Who is it?

    async def visitor(self, token: str | None) -> Visitor | None:
        """The person of a session, or None: unknown, ended or expired."""
        if not token or len(token) > 100:
            return None
        return await self._db.read(self._visitor, hashed(token))

    async def visitor_by_hash(self, token_hash: str) -> Visitor | None:
        return await self._db.read(self._visitor, token_hash)

    def _visitor(self, conn: Connection, token_hash: str) -> Visitor | None:
        row = queries.by_session(conn, token_hash, self._clock.now())
        return None if row is None else self._as_visitor(conn, row, token_hash)

    def _as_visitor(self, conn: Connection, row: Record, token_hash: str) -> Visitor:
        now = self._clock.now()
        facts = queries.facts(conn, row, now)
        return Visitor(
            id=row.id,
            name=row.name,
            kind=row.kind,
            me=self._me(conn, row, facts, now),
            facts=facts,
            token_hash=token_hash,
            signed_up=row.password_hash is not None or row.persona_of is not None,
        )

    def _me(self, conn: Connection, row: Record, facts: Facts, now: int) -> Me:
        other = queries.linked(conn, row)
        danger = row.danger != "none" and (row.danger_at or 0) > now - self._settings.gate_danger_days * DAY
        return Me(
            person=queries.person(row, facts.roles),
            gated=row.age_class is not None and not agreements.missing(row.kind, queries.accepted(conn, row.id)),
            danger=danger,
            age=row.age_class,
            roles=sorted(facts.roles | ({"room-moderator"} if facts.moderates else set())),
            status=row.status,
            languages=row.languages.split(","),
            can_listen=row.kind == "listener",
            linked=None if other is None else queries.person(other),
            muted_until=min(facts.muted_until, 1 << 53),
            warnings_unseen=self.unseen(conn, row.id),
        )

    async def me(self, account_id: str) -> Me:
        def work(conn: Connection) -> Me:
            row = queries.by_id(conn, account_id)
            if row is None:
                raise Refused("not-signed-in")
            now = self._clock.now()
            return self._me(conn, row, queries.facts(conn, row, now), now)

        return await self._db.read(work)

    async def public(self, name: str) -> Person:
        """Somebody's public face; not-found for whoever is banned."""

        def work(conn: Connection) -> Person:
            row = queries.by_key(conn, names.key(name.removeprefix("@")))
            if row is None:
                raise Refused("not-found")
            facts = queries.facts(conn, row, self._clock.now())
            if facts.banned:
                raise Refused("not-found")
            return queries.person(row, facts.roles)

        return await self._db.read(work)

    # The gate

    async def pass_gate(self, visitor: Visitor | None, gate: GateIn, address: str) -> Joined:
        """Declares age, danger and agreements; creates the guest on the first interaction. An age once declared stays.

        Refused: too-young (nothing is kept), agreement-outdated, age-fixed, too-fast.
        """
        if gate.age == "under-13":
            raise Refused("too-young")
        kind = visitor.kind if visitor else "guest"
        in_force = {(k, agreements.current(k).version) for k in agreements.REQUIRED[kind]}
        given = {(a.kind, a.version) for a in gate.agreements} & in_force
        if agreements.missing(kind, given | (await self._accepted(visitor) if visitor else set())):
            raise Refused("agreement-outdated", field="agreements")
        now = self._clock.now()
        if visitor is None and (until := self._pace.check("guest-create", address, now)):
            raise Refused("too-fast", retry_at=until)
        age = "teen" if gate.age == "13-17" else "adult"

        def work(unit: Unit) -> Joined:
            conn = unit.conn
            token: str | None = None
            if visitor is None:
                account_id = self._new_guest(conn, now)
                token = self._open_session(conn, account_id, now)
            else:
                account_id = visitor.id
            row = queries.by_id(conn, account_id)
            assert row is not None
            if row.age_class not in (None, age):
                raise Refused("age-fixed", field="age")
            queries.update(
                conn, account_id, age_class=age, danger=gate.danger, danger_at=now if gate.danger != "none" else None
            )
            for kind_, version in given:
                queries.accept(conn, account_id, kind_, version, now)
            unit.announce(AccountChanged(account=account_id))
            row = queries.by_id(conn, account_id)
            assert row is not None
            return Joined(self._me(conn, row, queries.facts(conn, row, now), now), token)

        return await self._db.write(work)

    async def _accepted(self, visitor: Visitor) -> set[tuple[str, str]]:
        return await self._db.read(queries.accepted, visitor.id)

    def _new_guest(self, conn: Connection, now: int) -> str:
        account_id = new_id(now)
        for _ in range(20):
            name = names.random_name()
            if queries.by_key(conn, names.key(name)) is None:
                queries.insert(conn, id=account_id, name=name, name_key=names.key(name), kind="guest", created_at=now)
                return account_id
        raise Refused("busy-try-later")

    def _open_session(self, conn: Connection, account_id: str, now: int) -> str:
        token = new_token()
        queries.add_session(conn, hashed(token), account_id, now, now + self._settings.session_days * DAY)
        return token

    # Signing up, in, out

    async def sign_up(self, visitor: Visitor | None, form: SignUpIn, address: str) -> Joined:
        """Turns the guest into a member in place: same identity, chats and points; the session's token changes.

        Refused: gate-first (there is no guest yet), already-signed-up, name-taken, name-not-allowed, password-too-short, password-too-common.
        """
        if visitor is None or not visitor.me.gated:
            raise Refused("gate-first")
        if visitor.signed_up:
            raise Refused("already-signed-up")
        name = visitor.name if form.name is None or form.name == visitor.name else names.checked(form.name)
        check_password(form.password, name)
        now = self._clock.now()
        if until := self._pace.check("sign-up", address, now):
            raise Refused("too-fast", retry_at=until)
        password_hash = await self._passwords.hash(form.password)

        def work(unit: Unit) -> Joined:
            conn = unit.conn
            row = queries.by_id(conn, visitor.id)
            if row is None or row.password_hash is not None:
                raise Refused("already-signed-up")
            holder = queries.by_key(conn, names.key(name))
            if holder is not None and holder.id != visitor.id:
                raise Refused("name-taken", field="name")
            queries.update(
                conn,
                visitor.id,
                kind="member",
                name=name,
                name_key=names.key(name),
                password_hash=password_hash,
                email=form.email,
            )
            queries.end_session(conn, visitor.token_hash)
            token = self._open_session(conn, visitor.id, now)
            unit.announce(SessionsEnded(account=visitor.id, token_hash=visitor.token_hash))
            return self._joined(conn, visitor.id, token, now)

        return await self._db.write(work)

    def _joined(self, conn: Connection, account_id: str, token: str | None, now: int) -> Joined:
        row = queries.by_id(conn, account_id)
        assert row is not None
        return Joined(self._me(conn, row, queries.facts(conn, row, now), now), token)

    async def sign_in(self, visitor: Visitor | None, form: SignInIn, address: str) -> Joined:
        """Opens a new session; the one before, if any, ends. The same refusal, and the same time, whether the name exists or not."""
        now = self._clock.now()
        key = names.key(form.name.strip().removeprefix("@"))
        if until := self._pace.check_all([("sign-in-account", key), ("sign-in-address", address)], now):
            raise Refused("too-fast", retry_at=until)

        def find(conn: Connection) -> tuple[str, str | None] | None:
            row = queries.by_key(conn, key)
            return None if row is None else (row.id, row.password_hash)

        found = await self._db.read(find)
        right = await self._passwords.verify(found[1] if found else None, form.password)
        if not right or found is None:
            raise Refused("wrong-credentials")
        account_id = found[0]

        def work(unit: Unit) -> Joined:
            if visitor is not None:
                queries.end_session(unit.conn, visitor.token_hash)
                unit.announce(SessionsEnded(account=visitor.id, token_hash=visitor.token_hash))
            return self._joined(unit.conn, account_id, self._open_session(unit.conn, account_id, now), now)

        return await self._db.write(work)

    async def sign_out(self, visitor: Visitor) -> None:
        def work(unit: Unit) -> None:
            queries.end_session(unit.conn, visitor.token_hash)
            unit.announce(SessionsEnded(account=visitor.id, token_hash=visitor.token_hash))

        await self._db.write(work)

    async def open_session(self, account_id: str) -> str:
        """A session for an account without a password: the ready-made links of a demo, and tests. No door of the public leads here."""
        return await self._db.write(lambda unit: self._open_session(unit.conn, account_id, self._clock.now()))

    # Two accounts of one person

    async def become_listener(
        self, visitor: Visitor, form: BecomeListenerIn, passed: Callable[[Connection, str], bool]
    ) -> Joined:
        """Opens the listener account linked to this member, and switches to it. `passed`: whether the training is done.

        Refused: gate-first, not-allowed (a guest, or a listener already), not-passed, agreement-outdated, name-taken, name-not-allowed.
        """
        if not visitor.signed_up or visitor.kind != "member" or visitor.me.linked is not None:
            raise Refused("not-allowed")
        if form.agreement != agreements.current("listener").version:
            raise Refused("agreement-outdated", field="agreement")
        name = names.checked(form.name)
        now = self._clock.now()

        def work(unit: Unit) -> Joined:
            conn = unit.conn
            if not passed(conn, visitor.id):
                raise Refused("not-passed")
            row = queries.by_id(conn, visitor.id)
            assert row is not None
            if queries.linked(conn, row) is not None:
                raise Refused("not-allowed")
            if queries.by_key(conn, names.key(name)) is not None:
                raise Refused("name-taken", field="name")
            listener = new_id(now)
            queries.insert(
                conn,
                id=listener,
                name=name,
                name_key=names.key(name),
                kind="listener",
                age_class=row.age_class,
                languages=row.languages,
                persona_of=row.id,
                created_at=now,
            )
            for kind in agreements.REQUIRED["listener"]:
                queries.accept(conn, listener, kind, agreements.current(kind).version, now)
            return self._switch(unit, visitor, listener, now)

        return await self._db.write(work)

    async def switch(self, visitor: Visitor) -> Joined:
        """To the same person's other account, in a new session of this device; not-found if there is none."""
        now = self._clock.now()

        def work(unit: Unit) -> Joined:
            row = queries.by_id(unit.conn, visitor.id)
            other = None if row is None else queries.linked(unit.conn, row)
            if other is None:
                raise Refused("not-found")
            return self._switch(unit, visitor, other.id, now)

        return await self._db.write(work)

    def _switch(self, unit: Unit, visitor: Visitor, to: str, now: int) -> Joined:
        queries.end_session(unit.conn, visitor.token_hash)
        unit.announce(SessionsEnded(account=visitor.id, token_hash=visitor.token_hash))
        return self._joined(unit.conn, to, self._open_session(unit.conn, to, now), now)

    # Small changes

    async def set_status(self, visitor: Visitor, status: Status) -> Me:
        return await self._change(visitor, status=status)

    async def set_languages(self, visitor: Visitor, form: LanguagesIn) -> Me:
        return await self._change(visitor, languages=",".join(dict.fromkeys(form.languages)))

    async def _change(self, visitor: Visitor, **values: Any) -> Me:
        def work(unit: Unit) -> Me:
            queries.update(unit.conn, visitor.id, **values)
            unit.announce(AccountChanged(account=visitor.id))
            return self._joined(unit.conn, visitor.id, None, self._clock.now()).me

        return await self._db.write(work)

    async def block(self, visitor: Visitor, name: str) -> None:
        """They never meet again: not in the queue, a chat or a notice, whichever of their linked accounts they use."""

        def work(unit: Unit) -> None:
            row = queries.by_key(unit.conn, names.key(name.removeprefix("@")))
            if row is None or row.id in queries.personas(unit.conn, visitor.id):
                raise Refused("not-found")
            queries.add_block(unit.conn, visitor.id, row.id, self._clock.now())
            self.on_block(unit, visitor.id, row.id)
            unit.announce(AccountChanged(account=visitor.id))
            unit.announce(AccountChanged(account=row.id))

        await self._db.write(work)

    async def unblock(self, visitor: Visitor, name: str) -> None:
        def work(unit: Unit) -> None:
            row = queries.by_key(unit.conn, names.key(name.removeprefix("@")))
            if row is not None:
                queries.remove_block(unit.conn, visitor.id, row.id)
                unit.announce(AccountChanged(account=visitor.id))
                unit.announce(AccountChanged(account=row.id))

        await self._db.write(work)

    async def create_admin(self, name: str, password: str) -> None:
        """The first admin, or another, made on the server's own machine."""
        name = names.checked(name)
        check_password(password, name)
        password_hash = await self._passwords.hash(password)

        def work(unit: Unit) -> None:
            make_member(
                unit.conn, name=name, password_hash=password_hash, age="adult", now=self._clock.now(), role="admin"
            )

        await self._db.write(work)


def make_member(
    conn: Connection,
    *,
    name: str,
    password_hash: str | None,
    age: str,
    now: int,
    role: str | None = None,
    kind: str = "member",
    persona_of: str | None = None,
) -> str:
    """An account with all agreements accepted, for set-up on the server itself. name-taken if somebody has the name."""
    if queries.by_key(conn, names.key(name)) is not None:
        raise Refused("name-taken", field="name")
    account_id = new_id(now)
    queries.insert(
        conn,
        id=account_id,
        name=name,
        name_key=names.key(name),
        kind=kind,
        age_class=age,
        password_hash=password_hash,
        persona_of=persona_of,
        created_at=now,
    )
    for required in agreements.REQUIRED[kind]:
        queries.accept(conn, account_id, required, agreements.current(required).version, now)
    if role:
        queries.add_role(conn, account_id, role, "", account_id, now)
    return account_id


def may_see(a: Facts, b: Facts, *, blocked: bool) -> bool:
    """Whether a profile's buttons are shown."""
    return reach(a, b, "profile", blocked=blocked).ok


def require_staff(visitor: Visitor | None) -> Visitor:
    if visitor is None:
        raise Refused("not-signed-in")
    if not is_staff(visitor.facts):
        raise Refused("not-allowed")
    return visitor


def gated(visitor: Visitor | None) -> Visitor:
    """Everything that meets other people starts here."""
    if visitor is None:
        raise Refused("gate-first")
    if not visitor.me.gated:
        raise Refused("gate-first")
    return visitor
