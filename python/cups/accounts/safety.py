"""The safety of one's own account: the password changed by whoever knows it, with what that ends; and asked again before dangerous acts."""

from collections.abc import Callable

from sqlalchemy import Connection

from cups.accounts import queries, session_queries
from cups.accounts.authenticators import Authenticators
from cups.accounts.passwords import Passwords
from cups.accounts.passwords import check as check_password
from cups.accounts.sessions import SessionList, require_alive
from cups.accounts.visitor import Visitor
from cups.clock import Clock
from cups.errors import Refused
from cups.limits.live import Limits
from cups.settings import Settings
from cups.store.database import Database, Unit
from cups.store.schema import Record
from cups.wire.signin import ConfirmIn, PasswordIn

Note = Callable[[Unit, Visitor, str, int], None]


class Safety:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        settings: Settings,
        limits: Limits,
        passwords: Passwords,
        sessions: SessionList,
        apps: Authenticators,
    ) -> None:
        self._apps = apps
        self._settings = settings
        self._db, self._clock, self._limits, self._passwords, self._sessions = db, clock, limits, passwords, sessions
        self.happenings = sessions.happenings
        self.note: Note = lambda _unit, _visitor, _act, _now: None
        """Called inside the transaction of whatever changes how somebody signs in; the audit log, which ranks above, keeps what staff do."""

    async def change_password(self, visitor: Visitor, form: PasswordIn) -> None:
        """Ends all of the person's other sessions.

        Refused: not-allowed (a guest has no password), too-fast, wrong-password, password-too-short, password-too-common, conflict.
        """
        account = await self._proved(visitor, form.current, field="current")
        check_password(form.password, account.name)
        password_hash = await self._passwords.hash(form.password)
        now = self._clock.now()

        def work(unit: Unit) -> None:
            require_alive(unit, visitor)
            present = queries.by_id(unit.conn, account.id)
            if present is None or present.password_hash != account.password_hash:
                raise Refused("conflict")
            queries.update(unit.conn, account.id, password_hash=password_hash)
            queries.end_reset_links(unit.conn, account.id)
            self._sessions.end_others_now(unit, visitor)
            self.happenings.tell(unit, visitor.id, "password")
            self.note(unit, visitor, "own.password", now)

        await self._db.write(work)

    async def confirm(self, visitor: Visitor, form: ConfirmIn) -> None:
        """That it is really the person, by the password or a code of their app: good in this session for `confirm_within_s`.

        Refused: not-allowed (a guest), too-fast, wrong-password, wrong-code.
        """
        now, code = self._clock.now(), form.code
        if code is None:
            await self._proved(visitor, form.password or "", field="password")
        else:
            account = await self._db.read(holder, visitor.id)
            if until := self._limits.check("second-factor", account.id, now):
                raise Refused("too-fast", retry_at=until)

        def work(unit: Unit) -> None:
            require_alive(unit, visitor)
            if code is not None and not self._apps.check(unit, holder(unit.conn, visitor.id).id, code):
                raise Refused("wrong-code", field="code")
            session_queries.confirm(unit.conn, visitor.token_hash, now)

        await self._db.write(work)

    def confirmed(self, visitor: Visitor) -> bool:
        """Always for an account without a password: guests may do nothing that asks for it, and a demo's people are let in by links."""
        if not visitor.signed_up:
            return True
        return visitor.confirmed_at > self._clock.now() - self._settings.confirm_within_s * 1000

    def require_confirmed(self, visitor: Visitor) -> None:
        """Before what could lock somebody out of their account, or give power over others. Refused: confirm-first."""
        if not self.confirmed(visitor):
            raise Refused("confirm-first")

    async def _proved(self, visitor: Visitor, password: str, *, field: str) -> Record:
        """The account that holds this person's password, if this is it."""
        account = await self._db.read(holder, visitor.id)
        if account.password_hash is None:
            raise Refused("not-allowed")
        if until := self._limits.check("confirm", account.id, self._clock.now()):
            raise Refused("too-fast", retry_at=until)
        if not await self._passwords.verify(account.password_hash, password):
            self.happenings.failed(account.name_key)
            raise Refused("wrong-password", field=field)
        return account


def holder(conn: Connection, id: str) -> Record:
    """Of one person's two accounts the one they sign in with. not-signed-in: there is no such account (any more)."""
    row = queries.by_id(conn, id)
    if row is not None and row.persona_of is not None:
        row = queries.by_id(conn, row.persona_of)
    if row is None:
        raise Refused("not-signed-in")
    return row
