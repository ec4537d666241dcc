"""The second factor of one's own account: set up with an app, asked for in a second step of signing in, turned off."""

import io

import pyotp
import segno
from sqlalchemy import Connection

from cups.accounts import devices, queries, session_queries, sessions
from cups.accounts.authenticators import Authenticators, is_code
from cups.accounts.recovery import RecoveryCodes
from cups.accounts.safety import Safety, holder
from cups.accounts.service import Accounts
from cups.accounts.visitor import Came, Half, Joined, Visitor, hashed
from cups.clock import Clock
from cups.errors import Refused
from cups.ids import new_token
from cups.limits.live import Limits
from cups.news import AccountChanged
from cups.settings import Settings
from cups.store.database import Database, Unit
from cups.wire.signin import SecondFactorBegun, SecondFactorState


class SecondFactor:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        settings: Settings,
        limits: Limits,
        accounts: Accounts,
        apps: Authenticators,
        codes: RecoveryCodes,
        safety: Safety,
    ) -> None:
        self._db, self._clock, self._settings, self._limits = db, clock, settings, limits
        self._accounts, self._apps, self._codes, self._safety = accounts, apps, codes, safety

    # Setting up and turning off

    async def state(self, visitor: Visitor) -> SecondFactorState:
        def read(conn: Connection) -> SecondFactorState:
            on, app = queries.has_second_factor(conn, visitor.id), queries.has_app(conn, visitor.id)
            return SecondFactorState(on=on, app=app, needed=visitor.facts.staff_waits)

        return await self._db.read(read)

    async def begin(self, visitor: Visitor) -> SecondFactorBegun:
        """A secret for the app; nothing changes until `finish`. Refused: not-allowed (no password), confirm-first, conflict (an app is set up)."""
        self._safety.require_confirmed(visitor)

        def work(unit: Unit) -> SecondFactorBegun:
            sessions.require_alive(unit, visitor)
            account = holder(unit.conn, visitor.id)
            if account.password_hash is None:
                raise Refused("not-allowed")
            if queries.has_app(unit.conn, account.id):
                raise Refused("conflict")
            return self._begun(account.name, self._apps.begin(unit, account.id))

        return await self._db.write(work)

    async def begun(self, visitor: Visitor) -> SecondFactorBegun | None:
        """A set-up that waits for its first code, again: after a mistyped one."""
        self._safety.require_confirmed(visitor)

        def read(conn: Connection) -> SecondFactorBegun | None:
            account = holder(conn, visitor.id)
            secret = self._apps.begun(conn, account.id)
            return None if secret is None else self._begun(account.name, secret)

        return await self._db.read(read)

    def _begun(self, name: str, secret: str) -> SecondFactorBegun:
        issuer = self._settings.site_name
        return SecondFactorBegun(secret=secret, uri=pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer))

    async def finish(self, visitor: Visitor, code: str) -> list[str]:
        """In force from now on; all other sessions end. Gives recovery codes where none are left, since they stand in for a lost phone.

        Refused: confirm-first, too-fast, wrong-code.
        """
        self._safety.require_confirmed(visitor)
        now = self._clock.now()
        account = await self._db.read(holder, visitor.id)
        self._count(account.id, now)

        def work(unit: Unit) -> list[str]:
            sessions.require_alive(unit, visitor)
            if not self._apps.confirm(unit, account.id, code):
                raise Refused("wrong-code", field="code")
            self._accounts.sessions.end_others_now(unit, visitor)
            self._accounts.sessions.happenings.tell(unit, visitor.id, "second-factor-on")
            self._changed(unit, visitor, "own.second-factor.on", now)
            return [] if self._codes.left(unit.conn, account.id) else self._codes.renew(unit, account.id)

        return await self._db.write(work)

    async def turn_off(self, visitor: Visitor) -> None:
        """The app; passkeys stay. Staff who have none can do nothing of staff from then on. Refused: confirm-first."""
        self._safety.require_confirmed(visitor)
        now = self._clock.now()

        def work(unit: Unit) -> None:
            sessions.require_alive(unit, visitor)
            if self._apps.remove(unit, holder(unit.conn, visitor.id).id):
                self._accounts.sessions.happenings.tell(unit, visitor.id, "second-factor-off")
            self._changed(unit, visitor, "own.second-factor.off", now)

        await self._db.write(work)

    def _changed(self, unit: Unit, visitor: Visitor, act: str, now: int) -> None:
        self._safety.note(unit, visitor, act, now)
        for persona in queries.personas(unit.conn, visitor.id):
            unit.announce(AccountChanged(account=persona))

    def _count(self, account_id: str, now: int) -> None:
        if until := self._limits.check("second-factor", account_id, now):
            raise Refused("too-fast", retry_at=until)

    # The second step of signing in

    async def sign_in(self, visitor: Visitor | None, half: Half | None, code: str, came: Came) -> Joined:
        """After the right password: by a code of the app, or by a recovery code, which is used up.

        Refused: sign-in-again (the first step was too long ago), too-fast, wrong-code.
        """
        now = self._clock.now()
        token_hash = hashed(half.token) if half is not None else ""
        row = await self._db.read(session_queries.half, token_hash, now)
        if row is None:
            raise Refused("sign-in-again")
        try:
            self._count(row.account_id, now)
        except Refused:
            # Whoever tries here knows the password.
            await self._db.write(self._accounts.sessions.happenings.tell_tries, row.account_id)
            raise

        def work(unit: Unit) -> Joined:
            if not session_queries.end_half(unit.conn, token_hash):
                raise Refused("sign-in-again")
            taken = self._apps.check if is_code(code) else self._codes.use
            if not taken(unit, row.account_id, code):
                raise Refused("wrong-code", field="code")
            if visitor is not None:
                sessions.end_current(unit, visitor)
            device = devices.read(row.device)._replace(word=came.device.word)
            token = self._accounts.sessions.start(unit, row.account_id, device, confirmed=True)
            return self._accounts.joined(unit.conn, row.account_id, token, now, device)

        return await self._db.write(work)


def begin_half(unit: Unit, account_id: str, device: str, until: int) -> Half:
    """Between the two steps: good for the second one, and for nothing else."""
    token = new_token()
    session_queries.add_half(
        unit.conn, token_hash=hashed(token), account_id=account_id, device=device, expires_at=until
    )
    return Half(token)


def qr_code(uri: str) -> str:
    """As inline SVG, dark on white in the dark, too: cameras want it so."""
    out = io.BytesIO()
    segno.make(uri, error="m", micro=False).save(
        out, kind="svg", scale=5, border=4, light="#fff", xmldecl=False, svgns=False, omitsize=True
    )
    return out.getvalue().decode()
