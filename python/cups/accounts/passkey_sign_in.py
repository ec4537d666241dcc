"""Signing in by a passkey alone, as the second step after the password, and as proof of oneself before dangerous acts.

A passkey is two factors at once (the device, and what opens it), so whoever signs in by one is asked for nothing more.
"""

import hmac

import trio
from sqlalchemy import Connection

from cups.accounts import devices, passkey_proofs, passkey_queries, session_queries, sessions
from cups.accounts.passkeys import Passkeys
from cups.accounts.safety import Safety, holder
from cups.accounts.service import Accounts
from cups.accounts.visitor import Came, Half, Joined, Visitor, hashed
from cups.clock import Clock
from cups.errors import Refused
from cups.ids import new_token
from cups.limits.live import Limits
from cups.settings import Settings
from cups.store.database import Database, Unit
from cups.store.schema import Record
from cups.wire.passkeys import PasskeyAsked, PasskeyProof


class PasskeySignIn:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        settings: Settings,
        limits: Limits,
        accounts: Accounts,
        passkeys: Passkeys,
        safety: Safety,
    ) -> None:
        self._db, self._clock, self._settings, self._limits = db, clock, settings, limits
        self._accounts, self._passkeys, self._safety = accounts, passkeys, safety

    # By the passkey alone

    async def begin(self, came: Came) -> tuple[PasskeyAsked, Half]:
        """Nobody is named: the device knows whose it is. The token ties what is signed to this browser."""
        self._count(came)
        token = new_token()
        return await self._ask(hashed(token), "sign-in", []), Half(token)

    async def sign_in(self, visitor: Visitor | None, asked: Half | None, proof: PasskeyProof, came: Came) -> Joined:
        """Opens a new session; the one before, if any, ends.

        Refused: sign-in-again (not asked, or too long ago), wrong-passkey: the same after the same work, whatever is wrong with it.
        """
        if asked is None:
            raise Refused("sign-in-again")
        row, count = await self._proved(hashed(asked.token), "sign-in", proof)
        if row is None or proof.user is None:
            raise Refused("wrong-passkey")
        return await self._let_in(visitor, row.account_id, proof, count, came.device, None)

    # As the second step

    async def begin_second(self, half: Half | None, came: Came) -> PasskeyAsked:
        """Refused: sign-in-again (the first step was too long ago), too-fast."""
        self._count(came)
        row = await self._half(half)
        return await self._ask(row.token_hash, "second", await self._allowed(row.account_id))

    async def sign_in_second(
        self, visitor: Visitor | None, half: Half | None, proof: PasskeyProof, came: Came
    ) -> Joined:
        waiting = await self._half(half)
        row, count = await self._proved(waiting.token_hash, "second", proof)
        if row is None or row.account_id != waiting.account_id:
            raise Refused("wrong-passkey")
        device = devices.read(waiting.device)._replace(word=came.device.word)
        return await self._let_in(visitor, row.account_id, proof, count, device, waiting.token_hash)

    async def _half(self, half: Half | None) -> Record:
        token_hash = hashed(half.token) if half is not None else ""
        row = await self._db.read(session_queries.half, token_hash, self._clock.now())
        if row is None:
            raise Refused("sign-in-again")
        return row

    # As proof of oneself

    async def begin_confirming(self, visitor: Visitor) -> PasskeyAsked:
        """Refused: too-fast."""
        account = await self._db.read(holder, visitor.id)
        if until := self._limits.check("confirm", account.id, self._clock.now()):
            raise Refused("too-fast", retry_at=until)
        return await self._ask(visitor.token_hash, "confirm", await self._allowed(account.id))

    async def confirm(self, visitor: Visitor, proof: PasskeyProof) -> None:
        """Good in this session for `confirm_within_s`, as the password is. Refused: sign-in-again, wrong-passkey."""
        row, count = await self._proved(visitor.token_hash, "confirm", proof)
        account = await self._db.read(holder, visitor.id)
        if row is None or row.account_id != account.id:
            raise Refused("wrong-passkey")

        def work(unit: Unit) -> bool:
            sessions.require_alive(unit, visitor)
            if not self._counted(unit, proof, count):
                return False
            session_queries.confirm(unit.conn, visitor.token_hash, self._clock.now())
            return True

        if not await self._db.write(work):
            raise Refused("wrong-passkey")

    # What all three share

    def _count(self, came: Came) -> None:
        limits = [("passkey-address", came.address), ("passkey-all", "")]
        if until := self._limits.check_all(limits, self._clock.now()):
            raise Refused("too-fast", retry_at=until)

    async def _ask(self, bound_to: str, purpose: str, allowed: list[str]) -> PasskeyAsked:
        challenge = await self._db.write(self._passkeys.new_challenge, bound_to, purpose)
        return PasskeyAsked(
            challenge=challenge,
            host=self._settings.passkey_host(),
            allowed=allowed,
            timeout_ms=self._settings.passkey_within_s * 1000,
        )

    async def _allowed(self, account_id: str) -> list[str]:
        def read(conn: Connection) -> list[str]:
            return [row.credential for row in passkey_queries.of(conn, account_id) if row.doubted_at is None]

        return await self._db.read(read)

    async def _proved(self, bound_to: str, purpose: str, proof: PasskeyProof) -> tuple[Record | None, int]:
        """Whose passkey signed what was asked, and its counter. None: nobody's that is known, or not rightly."""
        challenge = await self._passkeys.asked(bound_to, purpose)
        row = await self._db.read(passkey_queries.by_credential, proof.id)
        key = None if row is None else row.public_key
        count = await trio.to_thread.run_sync(passkey_proofs.proved, proof, challenge, key, self._settings)
        if row is None or count is None or row.doubted_at is not None:
            return None, 0
        if proof.user is not None and not hmac.compare_digest(proof.user, self._passkeys.handle(row.account_id)):
            return None, 0
        return row, count

    def _counted(self, unit: Unit, proof: PasskeyProof, count: int) -> bool:
        """Whether the passkey is still there and its counter went up. One that did not may be a copy: it is good for nothing from now on."""
        row = passkey_queries.by_credential(unit.conn, proof.id)
        if row is None or row.doubted_at is not None:
            return False
        if (count or row.sign_count) and count <= row.sign_count:
            passkey_queries.doubt(unit.conn, row.id, self._clock.now())
            self._accounts.sessions.happenings.tell(unit, row.account_id, "passkey-doubted")
            return False
        passkey_queries.used(unit.conn, row.id, count, self._accounts.sessions.hour())
        return True

    async def _let_in(
        self,
        visitor: Visitor | None,
        account_id: str,
        proof: PasskeyProof,
        count: int,
        device: devices.Device,
        half: str | None,
    ) -> Joined:
        now = self._clock.now()

        def work(unit: Unit) -> Joined | None:
            if half is not None and not session_queries.end_half(unit.conn, half):
                raise Refused("sign-in-again")
            if not self._counted(unit, proof, count):
                return None
            if visitor is not None:
                sessions.end_current(unit, visitor)
            token = self._accounts.sessions.start(unit, account_id, device, confirmed=True)
            return self._accounts.joined(unit.conn, account_id, token, now, device)

        joined = await self._db.write(work)
        if joined is None:
            raise Refused("wrong-passkey")
        return joined
