"""The address for a forgotten password: given if somebody wants to, counting once a link in a letter confirms it, shown to nobody else."""

import hashlib
import hmac

import sqlalchemy as sa
from sqlalchemy import Connection

from cups.accounts import names, queries, sessions
from cups.accounts.safety import Safety, holder
from cups.accounts.tables import account, email_address
from cups.accounts.visitor import Visitor, hashed
from cups.clock import Clock
from cups.errors import Refused
from cups.ids import new_token
from cups.limits.live import Limits
from cups.mail import address
from cups.mail.service import Mail
from cups.sealed import Sealer
from cups.settings import Settings
from cups.store.database import Database, Unit
from cups.wire.signin import EmailConfirmIn, EmailIn, EmailState

HOUR = 3_600_000
MOST_OF_ONE = 5
"""Accounts of one address that a letter is sent about."""
_of = sa.select(email_address).where(email_address.c.account_id == sa.bindparam("id"))
_by_token = sa.select(email_address).where(email_address.c.token_hash == sa.bindparam("hash"))
_confirmed = (
    sa.select(email_address.c.account_id, email_address.c.sealed, account.c.name)
    .join(account, account.c.id == email_address.c.account_id)
    .where(email_address.c.confirmed)
)
_by_digest = (
    _confirmed.where(email_address.c.digest == sa.bindparam("digest"))
    .order_by(email_address.c.at.desc())
    .limit(MOST_OF_ONE)
)
_by_name = _confirmed.where(account.c.name_key == sa.bindparam("key"))


class Emails:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        settings: Settings,
        limits: Limits,
        safety: Safety,
        mail: Mail,
        *,
        secret: str,
        sealer: Sealer,
    ) -> None:
        self._db, self._clock, self._settings, self._limits = db, clock, settings, limits
        self._safety, self._mail, self._key, self._sealer = safety, mail, secret.encode(), sealer

    @property
    def offered(self) -> bool:
        return self._mail.offered

    def digest(self, found: str) -> str:
        """The same for one letter box. The key lies outside of the database, so that a copy of that tells nobody whose addresses are in it."""
        return hmac.new(self._key, address.key(found).encode(), hashlib.sha256).hexdigest()

    async def state(self, visitor: Visitor) -> EmailState:
        if not self._mail.offered:
            return EmailState(offered=False)
        return await self._db.read(self._state, visitor.id)

    def _state(self, conn: Connection, id: str) -> EmailState:
        own = holder(conn, id).id
        found = {"address": "", "waiting": ""}
        for row in conn.execute(_of, {"id": own}):
            opened = self._sealer.open(row.sealed, own)
            found["address" if row.confirmed else "waiting"] = "" if opened is None else address.masked(opened)
        return EmailState(offered=True, **found)

    async def give(self, visitor: Visitor, form: EmailIn) -> EmailState:
        """Sends a link there. The address from before counts until the new one is confirmed.

        Refused: mail-off, not-allowed (a guest), confirm-first, email-not-valid, too-fast.
        """
        if not self._mail.offered:
            raise Refused("mail-off")
        if not visitor.signed_up:
            raise Refused("not-allowed")
        self._safety.require_confirmed(visitor)
        given = address.checked(form.email)

        def work(unit: Unit) -> EmailState:
            sessions.require_alive(unit, visitor)
            own = holder(unit.conn, visitor.id).id
            self.put(unit, own, given)
            self._safety.note(unit, visitor, "own.email", self._clock.now())
            return self._state(unit.conn, own)

        return await self._db.write(work)

    def put(self, unit: Unit, account_id: str, given: str) -> None:
        """Within the transaction of signing up, or of giving another. Refused: too-fast."""
        now, token, digest = self._clock.now(), new_token(), self.digest(given)
        if until := self._limits.check_all([("email", account_id), ("email-to", digest)], now):
            raise Refused("too-fast", field="email", retry_at=until)
        unit.conn.execute(_delete(account_id, confirmed=False))
        ends = now + self._settings.email_confirm_hours * HOUR
        unit.conn.execute(
            email_address.insert(),
            {
                "account_id": account_id,
                "confirmed": False,
                "digest": digest,
                "sealed": self._sealer.seal(given, account_id),
                "token_hash": hashed(token),
                "until": ends,
                "at": now,
            },
        )
        hours = self._settings.email_confirm_hours
        link = self._mail.link(f"/email/confirm?token={token}")
        language = queries.page_language(unit.conn, account_id)
        self._mail.write(
            unit, "email-confirm", given, account=account_id, language=language, until=ends, link=link, hours=hours
        )

    async def confirm(self, form: EmailConfirmIn) -> None:
        """By the link: from now on letters for a forgotten password go there. Refused: link-over."""
        now = self._clock.now()

        def work(unit: Unit) -> None:
            row = unit.conn.execute(_by_token, {"hash": hashed(form.token)}).one_or_none()
            if row is None or row.until is None or row.until <= now:
                raise Refused("link-over")
            old = self._safety.happenings.box(unit.conn, row.account_id)
            unit.conn.execute(_delete(row.account_id, confirmed=True))
            queries.end_reset_links(unit.conn, row.account_id)
            waiting = email_address.c.account_id == row.account_id
            unit.conn.execute(
                email_address.update().where(waiting).values(confirmed=True, token_hash=None, until=None, at=now)
            )
            if old:
                self._safety.happenings.tell(unit, row.account_id, "email", old_box=old)
            else:
                self._safety.happenings.tell(unit, row.account_id, "email-on", letters=False)

        await self._db.write(work)

    async def remove(self, visitor: Visitor) -> None:
        """Both, at once: it can be given again at any time."""

        def work(unit: Unit) -> None:
            sessions.require_alive(unit, visitor)
            own = holder(unit.conn, visitor.id).id
            old = self._safety.happenings.box(unit.conn, own)
            unit.conn.execute(email_address.delete().where(email_address.c.account_id == own))
            queries.end_reset_links(unit.conn, own)
            if old:
                self._safety.happenings.tell(unit, own, "email-off", old_box=old)
            self._safety.note(unit, visitor, "own.email", self._clock.now())

        await self._db.write(work)

    def is_of(self, conn: Connection, account_id: str, digest: str) -> bool:
        """Whether this is the account's own letter box."""
        return any(row.digest == digest for row in conn.execute(_of, {"id": account_id}))

    def letter_boxes(self, conn: Connection, typed: str) -> list[tuple[str, str, str]]:
        """Which accounts somebody means who types this name or address, of those with a confirmed address: account, its name, the address."""
        if "@" in typed.removeprefix("@"):
            rows = conn.execute(_by_digest, {"digest": self.digest(typed)})
        else:
            rows = conn.execute(_by_name, {"key": names.key(typed.removeprefix("@"))})
        boxes = ((row.account_id, row.name, self._sealer.open(row.sealed, row.account_id)) for row in rows)
        return [(id, name, box) for id, name, box in boxes if box is not None]

    def expire(self, unit: Unit) -> int:
        """Addresses that nobody confirmed in time; how many."""
        over = sa.and_(email_address.c.until <= self._clock.now(), sa.not_(email_address.c.confirmed))
        return unit.conn.execute(email_address.delete().where(over)).rowcount


def _delete(account_id: str, *, confirmed: bool) -> sa.Delete:
    return email_address.delete().where(
        email_address.c.account_id == account_id, email_address.c.confirmed == confirmed
    )
