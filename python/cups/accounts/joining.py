"""Joining: the gate, signing up, in and out, and the two linked accounts of one person. Everything that changes a session."""

import secrets
from collections.abc import Callable

import msgspec
from sqlalchemy import Connection

from cups.accounts import agreements, devices, names, queries, sessions
from cups.accounts.emails import Emails
from cups.accounts.passwords import Passwords
from cups.accounts.passwords import check as check_password
from cups.accounts.recovery import RecoveryCodes
from cups.accounts.second_factor import begin_half
from cups.accounts.service import Accounts
from cups.accounts.sessions import SessionList
from cups.accounts.visitor import Came, Half, Joined, Visitor
from cups.accounts.ways import Ways
from cups.clock import Clock
from cups.errors import Refused
from cups.ids import new_id
from cups.limits.live import Limits
from cups.mail import address
from cups.news import AccountChanged
from cups.store.database import Database, Unit
from cups.wire.people import AcceptIn, BecomeListenerIn, Danger, GateIn, Me, SignInIn, SignUpIn

DAY = 86_400_000
BORN_WITHIN_MS = 30 * DAY
"""How far back the time within a linked account's id may lie, at random."""


class Joining:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        limits: Limits,
        accounts: Accounts,
        passwords: Passwords,
        codes: RecoveryCodes,
        emails: Emails,
        ways: Ways,
    ) -> None:
        self._db, self._clock, self._limits, self._accounts, self._passwords = db, clock, limits, accounts, passwords
        self._sessions: SessionList = accounts.sessions
        self._codes, self._emails, self._ways = codes, emails, ways
        self.screen_name: Callable[[str], None] = lambda _name: None
        """Refuses a name for what it says; screening, which ranks above, knows."""
        self.on_signed_up: Callable[[Unit, Came], None] = lambda _unit, _came: None
        """Called inside the transaction in which a guest became a member."""
        self.on_danger: Callable[[Unit, str, Danger], None] = lambda _unit, _account, _danger: None
        """Called inside the transaction of each answer at the gate; screening, which ranks above, calls staff."""

    # The gate

    async def pass_gate(self, visitor: Visitor | None, gate: GateIn, came: Came) -> Joined:
        """Declares age, danger and agreements; creates the guest on the first interaction. An age once declared stays, with the account and
        with the device: whoever was refused there gets no second try, and an adult's answer after a teen's is not believed.

        Refused: too-young (nothing is kept), agreement-outdated, age-fixed, too-fast.
        """
        way, declared = self._ways.of(gate.country), None if visitor is None else visitor.me.age
        age = way.age(gate.age)
        if age is None or (came.too_young and declared is None):
            raise Refused("too-young")
        if came.teen and declared is None and age != "teen":
            raise Refused("age-fixed", field="age")
        kind = visitor.kind if visitor else "guest"
        in_force = {(k, agreements.current(k).version) for k in agreements.REQUIRED[kind]}
        given = {(a.kind, a.version) for a in gate.agreements} & in_force
        if agreements.missing(kind, given | (await self._accepted(visitor) if visitor else set())):
            raise Refused("agreement-outdated", field="agreements")
        now = self._clock.now()
        if visitor is None:
            self._count_guest(came.address, now)
        # Whoever has declared an age is under the way that was found then.
        consent = {} if declared is not None else {"consent": "" if way.waits(age) else way.name}

        def work(unit: Unit) -> Joined:
            conn = unit.conn
            token: str | None = None
            if visitor is None:
                account_id = self._new_guest(conn, now, came.language)
                token = self._sessions.start(unit, account_id, came.device)
            else:
                account_id = visitor.id
            row = queries.by_id(conn, account_id)
            assert row is not None
            if row.age_class not in (None, age):
                raise Refused("age-fixed", field="age")
            danger_at = now if gate.danger != "none" else None
            queries.update(conn, account_id, age_class=age, danger=gate.danger, danger_at=danger_at, **consent)
            for kind_, version in given:
                queries.accept(conn, account_id, kind_, version, now)
            self.on_danger(unit, account_id, gate.danger)
            unit.announce(AccountChanged(account=account_id))
            row = queries.by_id(conn, account_id)
            assert row is not None
            return self._accounts.joined(conn, account_id, token, now)

        return await self._db.write(work)

    async def accept(self, visitor: Visitor, form: AcceptIn) -> Me:
        """A newer version, by whoever has passed the gate before. Refused: gate-first (no age is known yet), agreement-outdated."""
        if visitor.me.age is None:
            raise Refused("gate-first")
        in_force = {(k, agreements.current(k).version) for k in agreements.REQUIRED[visitor.kind]}
        given = {(a.kind, a.version) for a in form.agreements} & in_force
        now = self._clock.now()

        def work(unit: Unit) -> Me:
            if agreements.missing(visitor.kind, given | queries.accepted(unit.conn, visitor.id)):
                raise Refused("agreement-outdated", field="agreements")
            for kind, version in given:
                queries.accept(unit.conn, visitor.id, kind, version, now)
            unit.announce(AccountChanged(account=visitor.id))
            return self._accounts.joined(unit.conn, visitor.id, None, now).me

        return await self._db.write(work)

    def _count_guest(self, address: str, now: int) -> None:
        if until := self._limits.check_all([("guest-create", address), ("guest-create-all", "")], now):
            raise Refused("too-fast", retry_at=until)

    async def _accepted(self, visitor: Visitor) -> set[tuple[str, str]]:
        return await self._db.read(queries.accepted, visitor.id)

    def _new_guest(self, conn: Connection, now: int, language: str) -> str:
        account_id = new_id(now)
        for _ in range(20):
            name = names.random_name()
            if queries.by_key(conn, names.key(name)) is None:
                queries.insert(
                    conn,
                    id=account_id,
                    name=name,
                    name_key=names.key(name),
                    kind="guest",
                    page_language=language,
                    created_at=now,
                )
                return account_id
        raise Refused("busy-try-later")

    # Signing up, in, out

    async def sign_up(self, visitor: Visitor | None, form: SignUpIn, came: Came) -> Joined:
        """Turns the guest into a member in place: same identity, chats and points; the session's token changes. Gives recovery codes, to be shown once.

        Refused: gate-first (there is no guest yet), already-signed-up, name-taken, name-not-allowed, password-too-short, password-too-common,
        email-not-valid, mail-off, too-fast.
        """
        if visitor is None or not visitor.me.gated:
            raise Refused("gate-first")
        if visitor.signed_up:
            raise Refused("already-signed-up")
        name = visitor.name
        if form.name is not None and form.name != visitor.name:
            name = names.checked(form.name)
            self.screen_name(name)
        check_password(form.password, name)
        if form.email is not None and not self._emails.offered:
            raise Refused("mail-off", field="email")
        email = None if form.email is None else address.checked(form.email)
        now = self._clock.now()
        if until := self._limits.check_all([("sign-up", came.address), ("sign-up-all", "")], now):
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
            )
            self.on_signed_up(unit, came)
            if email is not None:
                self._emails.put(unit, visitor.id, email)
            sessions.end_all(unit, visitor.id, renewed=True)
            self._sessions.happenings.known(unit, visitor.id, came.device)
            token = self._sessions.start(unit, visitor.id, came.device, confirmed=True)
            joined = self._accounts.joined(conn, visitor.id, token, now, came.device)
            return msgspec.structs.replace(joined, recovery_codes=tuple(self._codes.renew(unit, visitor.id)))

        return await self._db.write(work)

    async def sign_in(self, visitor: Visitor | None, form: SignInIn, came: Came) -> Joined | Half:
        """Opens a new session; the one before, if any, ends. For whoever has a second factor it is half a way in: `SecondFactor.sign_in` goes on.

        The same refusal, and the same time, whether the name exists or not.
        """
        now = self._clock.now()
        key = names.key(form.name.strip().removeprefix("@"))
        here = ("sign-in-account-here", f"{came.address} {key}")
        limits = [here, ("sign-in-account", key), ("sign-in-address", came.address), ("sign-in-all", "")]
        if until := self._limits.check_all(limits, now):
            raise Refused("too-fast", retry_at=until)

        def find(conn: Connection) -> tuple[str, str | None] | None:
            row = queries.by_key(conn, key)
            return None if row is None else (row.id, row.password_hash)

        found = await self._db.read(find)
        right = await self._passwords.verify(found[1] if found else None, form.password)
        if not right or found is None:
            self._sessions.happenings.failed(key)
            raise Refused("wrong-credentials")
        account_id = found[0]

        def work(unit: Unit) -> Joined | Half:
            row = queries.by_id(unit.conn, account_id)
            if row is None or row.password_hash != found[1]:
                raise Refused("wrong-credentials")  # changed while it was being checked
            if queries.has_second_factor(unit.conn, account_id):
                until = now + self._accounts.settings.second_factor_within_s * 1000
                return begin_half(unit, account_id, devices.stored(came.device), until)
            if visitor is not None:
                sessions.end_current(unit, visitor)
            token = self._sessions.start(unit, account_id, came.device, confirmed=True)
            return self._accounts.joined(unit.conn, account_id, token, now, came.device)

        return await self._db.write(work)

    async def sign_out(self, visitor: Visitor) -> None:
        await self._db.write(sessions.end_current, visitor)

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
        self.screen_name(name)
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
            # Neither the id nor the day that is kept says when the one account made the other.
            listener = new_id(now - secrets.randbelow(BORN_WITHIN_MS))
            queries.insert(
                conn,
                id=listener,
                name=name,
                name_key=names.key(name),
                kind="listener",
                age_class=row.age_class,
                consent=row.consent,
                languages=row.languages,
                page_language=row.page_language,
                time_zone=row.time_zone,
                persona_of=row.id,
                created_at=now - now % DAY,
            )
            for kind in agreements.REQUIRED["listener"]:
                queries.accept(conn, listener, kind, agreements.current(kind).version, now)
            unit.announce(
                AccountChanged(account=visitor.id)
            )  # on other devices: they have a linked account from now on
            unit.announce(AccountChanged(account=listener))
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
        return self._accounts.joined(unit.conn, to, self._sessions.replace(unit, visitor, to), now)
