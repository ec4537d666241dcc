"""Passkeys of one's own account: made, listed, removed. They sign in by themselves, and are a second factor (see `passkey_sign_in`)."""

import hashlib
import hmac
import secrets

import trio
from sqlalchemy import Connection
from webauthn.helpers import bytes_to_base64url

from cups.accounts import passkey_proofs, passkey_queries, queries, sessions
from cups.accounts.recovery import RecoveryCodes
from cups.accounts.safety import Safety, holder
from cups.accounts.sessions import SessionList
from cups.accounts.visitor import Visitor
from cups.clock import Clock
from cups.errors import Refused
from cups.ids import new_id
from cups.news import AccountChanged
from cups.settings import Settings
from cups.store.database import Database, Unit
from cups.store.schema import Record
from cups.wire.passkeys import Passkey, PasskeyIn, PasskeyMade, PasskeyMaking


class Passkeys:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        settings: Settings,
        session_list: SessionList,
        codes: RecoveryCodes,
        safety: Safety,
        secret: str,
    ) -> None:
        self._db, self._clock, self._settings = db, clock, settings
        self._sessions, self._codes, self._safety, self._key = session_list, codes, safety, secret.encode()

    def handle(self, account_id: str) -> str:
        """How an authenticator knows the account: made from its id with the installation's secret, so that it says nothing to anybody else."""
        return bytes_to_base64url(hmac.new(self._key, account_id.encode(), hashlib.sha256).digest())

    def new_challenge(self, unit: Unit, bound_to: str, purpose: str) -> str:
        """256 random bits to be signed once, soon, by whoever holds the token of this hash."""
        challenge = bytes_to_base64url(secrets.token_bytes(32))
        until = self._clock.now() + self._settings.passkey_within_s * 1000
        passkey_queries.ask(unit.conn, bound_to, purpose, challenge, until)
        return challenge

    async def asked(self, bound_to: str, purpose: str) -> str:
        """What was to be signed; it is used up, however this goes on. sign-in-again: nothing, or too long ago."""
        now = self._clock.now()
        found = await self._db.write(lambda unit: passkey_queries.asked(unit.conn, bound_to, purpose, now))
        if found is None:
            raise Refused("sign-in-again")
        return found

    async def of(self, visitor: Visitor) -> list[Passkey]:
        def read(conn: Connection) -> list[Passkey]:
            return [_seen(row) for row in passkey_queries.of(conn, holder(conn, visitor.id).id)]

        return await self._db.read(read)

    async def begin(self, visitor: Visitor) -> PasskeyMaking:
        """Refused: not-allowed (a guest has no account to come back to; or the site has no secure address), confirm-first, too-many-passkeys."""
        self._safety.require_confirmed(visitor)
        self._require_possible()

        def work(unit: Unit) -> PasskeyMaking:
            sessions.require_alive(unit, visitor)
            account = holder(unit.conn, visitor.id)
            if account.password_hash is None:
                raise Refused("not-allowed")
            known = passkey_queries.of(unit.conn, account.id)
            if len(known) >= self._settings.passkeys_most:
                raise Refused("too-many-passkeys")
            return PasskeyMaking(
                challenge=self.new_challenge(unit, visitor.token_hash, "make"),
                host=self._settings.passkey_host(),
                site=self._settings.site_name,
                user=self.handle(account.id),
                user_name=account.name,
                algorithms=[int(one) for one in passkey_proofs.ALGORITHMS],
                known=[row.credential for row in known],
                timeout_ms=self._settings.passkey_within_s * 1000,
            )

        return await self._db.write(work)

    def _require_possible(self) -> None:
        if not self._settings.passkey_origins():
            raise Refused("not-allowed")

    async def make(self, visitor: Visitor, form: PasskeyIn) -> PasskeyMade:
        """In force from now on; all other sessions end. Gives recovery codes where none are left, since they stand in for a lost device.

        Refused: confirm-first, sign-in-again (too long ago), wrong-passkey, too-many-passkeys.
        """
        self._safety.require_confirmed(visitor)
        challenge = await self.asked(visitor.token_hash, "make")
        made = await trio.to_thread.run_sync(passkey_proofs.made, form, challenge, self._settings)
        if made is None:
            raise Refused("wrong-passkey")
        now, hour = self._clock.now(), self._sessions.hour()

        def work(unit: Unit) -> PasskeyMade:
            sessions.require_alive(unit, visitor)
            account = holder(unit.conn, visitor.id)
            if len(passkey_queries.of(unit.conn, account.id)) >= self._settings.passkeys_most:
                raise Refused("too-many-passkeys")
            if passkey_queries.by_credential(unit.conn, form.id) is not None:
                raise Refused("wrong-passkey")
            passkey_queries.add(
                unit.conn,
                id=new_id(now),
                account_id=account.id,
                credential=form.id,
                public_key=made.public_key,
                sign_count=made.sign_count,
                name=form.name,
                made_at=hour,
            )
            self._sessions.end_others_now(unit, visitor)
            self._sessions.happenings.tell(unit, visitor.id, "passkey-on")
            self._changed(unit, visitor, "own.passkey.on", now)
            codes = [] if self._codes.left(unit.conn, account.id) else self._codes.renew(unit, account.id)
            found = [_seen(row) for row in passkey_queries.of(unit.conn, account.id)]
            return PasskeyMade(passkeys=found, recovery_codes=codes)

        return await self._db.write(work)

    async def remove(self, visitor: Visitor, id: str) -> None:
        """Staff whose last second factor it was can do nothing of staff from then on. Refused: confirm-first, not-found."""
        self._safety.require_confirmed(visitor)
        now = self._clock.now()

        def work(unit: Unit) -> None:
            sessions.require_alive(unit, visitor)
            if not passkey_queries.remove(unit.conn, holder(unit.conn, visitor.id).id, id):
                raise Refused("not-found")
            self._sessions.happenings.tell(unit, visitor.id, "passkey-off")
            self._changed(unit, visitor, "own.passkey.off", now)

        await self._db.write(work)

    def _changed(self, unit: Unit, visitor: Visitor, act: str, now: int) -> None:
        self._safety.note(unit, visitor, act, now)
        for persona in queries.personas(unit.conn, visitor.id):
            unit.announce(AccountChanged(account=persona))


def _seen(row: Record) -> Passkey:
    return Passkey(id=row.id, name=row.name, made=row.made_at, used=row.used_at, doubted=row.doubted_at is not None)
