"""A parent's consent by two letters (the double confirmation link), and its end.

The teen gives a parent's address. The first letter asks, and its page takes the first yes; some time later a second letter asks again, and only its yes
lets the teen meet others. Every letter from the second on has the link that withdraws it. No letter and no page of the parent's says anything of
what is talked about, or what the teen is called here.
"""

import hashlib
import hmac
from collections.abc import Callable
from typing import Literal

from sqlalchemy import Connection

from cups.accounts import queries as accounts
from cups.accounts import sessions
from cups.accounts.emails import Emails
from cups.accounts.safety import holder
from cups.accounts.visitor import Came, Visitor, hashed
from cups.accounts.ways import WAYS
from cups.clock import Clock
from cups.consent import queries
from cups.errors import Refused
from cups.ids import new_id, new_token
from cups.limits.live import Limits
from cups.mail import address
from cups.mail.service import Mail
from cups.news import AccountChanged
from cups.sealed import Sealer
from cups.settings import Settings
from cups.store.database import Database, Unit
from cups.store.schema import Record
from cups.wire.consent import AnswerIn, AskParentIn, ConsentState, ParentSees, WithdrawIn

DAY = 86_400_000
AT_ONCE = 100
DOUBLE = WAYS["double-link"].name


class Consents:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        settings: Settings,
        limits: Limits,
        emails: Emails,
        mail: Mail,
        sealer: Sealer,
        *,
        secret: str,
        end_rights: Callable[[Unit, str], None],
    ) -> None:
        """`end_rights`: ends what an account has open with others, in the transaction that ends its consent."""
        self._db, self._clock, self._settings, self._limits = db, clock, settings, limits
        self._emails, self._mail, self._sealer, self._end_rights = emails, mail, sealer, end_rights
        self._key = secret.encode()

    # The young person

    async def state(self, visitor: Visitor) -> ConsentState:
        return await self._db.read(self._state, visitor)

    def _state(self, conn: Connection, visitor: Visitor) -> ConsentState:
        row = queries.of(conn, holder(conn, visitor.id).id)
        present = accounts.facts_by_id(conn, visitor.id, self._clock.now())
        waits = present is not None and present.consent_waits
        if row is None:
            return ConsentState(waits=waits, offered=self._mail.offered)
        to = None if row.sealed is None else self._sealer.open(row.sealed, row.account_id)
        return ConsentState(
            waits=waits,
            offered=self._mail.offered,
            state=row.state,
            to="" if to is None else address.masked(to),
            asked_at=row.asked_at,
            second_at=row.second_at,
            until=row.until,
        )

    async def ask(self, visitor: Visitor, form: AskParentIn, came: Came) -> ConsentState:
        """Sends the first letter. Another address takes the place of one that was asked before.

        Refused: mail-off, not-allowed (nothing waits for consent), email-not-valid, own-address, too-fast.
        """
        if not self._mail.offered:
            raise Refused("mail-off")
        if not visitor.facts.consent_waits:
            raise Refused("not-allowed")
        to, now = address.checked(form.email), self._clock.now()
        digest = self._emails.digest(to)
        limits = [("consent-address", came.address), ("consent-all", "")]
        if until := self._limits.check_all(limits, now):
            raise Refused("too-fast", retry_at=until)

        def work(unit: Unit) -> ConsentState:
            conn = unit.conn
            sessions.require_alive(unit, visitor)
            own = holder(conn, visitor.id).id
            present = accounts.facts_by_id(conn, own, now)
            if present is None or not present.consent_waits:
                raise Refused("not-allowed")
            if self._emails.is_of(conn, own, digest):
                raise Refused("own-address", field="email")
            self._count(conn, own, digest, now)
            token, ends = new_token(), now + self._settings.consent_link_days * DAY
            queries.add_ask(conn, id=new_id(now), account_id=own, digest=digest, at=now)
            queries.replace(
                conn,
                own,
                state="asked",
                sealed=self._sealer.seal(to, own),
                digest=digest,
                token_hash=hashed(token),
                until=ends,
                asked_at=now,
            )
            self._letter(unit, "consent-first", to, own, ends, link=self._mail.link(f"/parent?token={token}"))
            return self._state(conn, visitor)

        return await self._db.write(work)

    def _count(self, conn: Connection, own: str, digest: str, now: int) -> None:
        """From the table, so that a restart forgets nothing of it."""
        window = self._settings.consent_window_days * DAY
        by_own, to_same = queries.asks(conn, own, digest, now - window)
        for asks, most in ((by_own, self._settings.consent_most_asks), (to_same, self._settings.consent_most_letters)):
            if len(asks) >= most:
                raise Refused("too-fast", field="email", retry_at=asks[len(asks) - most] + window + 1)

    def _letter(
        self, unit: Unit, kind: str, to: str, own: str, until: int | None, *, link: str, withdraw: str = ""
    ) -> None:
        days = self._settings.consent_link_days
        # The parent's own language is not known; the young person's is the nearest to it.
        language = accounts.page_language(unit.conn, own)
        self._mail.write(
            unit, kind, to, account=own, language=language, until=until, days=days, link=link, withdraw=withdraw
        )

    def _hours(self) -> int:
        seconds = self._settings.consent_second_after_s
        return -(-seconds // 3600) if seconds >= 600 else 0

    # The parent

    async def look_at(self, token: str) -> ParentSees:
        """What the link of a letter is about; looking changes nothing. Refused: link-over."""
        return await self._db.read(self._parent_sees, token)

    def _parent_sees(self, conn: Connection, token: str) -> ParentSees:
        row = self._open(conn, token)
        return ParentSees(step="first" if row.state == "asked" else "second", hours=self._hours())

    def _open(self, conn: Connection, token: str) -> Record:
        row = queries.by_token(conn, hashed(token))
        if row is None or row.until is None or row.until <= self._clock.now() or row.state not in ("asked", "once"):
            raise Refused("link-over")
        return row

    async def answer(self, form: AnswerIn) -> Literal["no", "once", "given"]:
        """The parent's yes or no, by the link of a letter. Refused: link-over."""

        def work(unit: Unit) -> Literal["no", "once", "given"]:
            conn, now = unit.conn, self._clock.now()
            row = self._open(conn, form.token)
            if not form.agree:
                self._close(conn, row, "no", now)
                return "no"
            if row.state == "asked":
                second = now + self._settings.consent_second_after_s * 1000
                last = second + self._settings.consent_link_days * DAY
                queries.update(conn, row.account_id, state="once", token_hash=None, second_at=second, until=last)
                return "once"
            self._give(unit, row, now)
            return "given"

        return await self._db.write(work)

    def _close(self, conn: Connection, row: Record, state: str, now: int) -> None:
        gone = {"sealed": None, "token_hash": None, "until": None, "second_at": None}
        queries.update(conn, row.account_id, state=state, ended_at=now, **gone)

    def _give(self, unit: Unit, row: Record, now: int) -> None:
        """For both of the person's accounts. The parent's address goes: the last letter is on its way with the link that withdraws."""
        to = self._sealer.open(row.sealed, row.account_id) if row.sealed else None
        gone = {"sealed": None, "token_hash": None, "until": None}
        queries.update(unit.conn, row.account_id, state="given", given_at=now, **gone)
        for persona in accounts.personas(unit.conn, row.account_id):
            accounts.update(unit.conn, persona, consent=DOUBLE)
            unit.announce(AccountChanged(account=persona))
        if to is not None:
            self._letter(unit, "consent-given", to, row.account_id, None, link=self._withdraw_link(row))

    def _withdraw_token(self, row: Record) -> str:
        """The same in every letter about one consent: made, and only its hash stored."""
        return hmac.new(self._key, f"{row.account_id} {row.asked_at}".encode(), hashlib.sha256).hexdigest()

    def _withdraw_link(self, row: Record) -> str:
        return self._mail.link(f"/parent/withdraw?token={self._withdraw_token(row)}")

    async def may_withdraw(self, token: str) -> None:
        """Refused: link-over."""
        await self._db.read(self._withdrawable, token)

    def _withdrawable(self, conn: Connection, token: str) -> Record:
        row = queries.by_withdraw(conn, hashed(token))
        if row is None or row.state not in ("once", "given"):
            raise Refused("link-over")
        return row

    async def withdraw(self, form: WithdrawIn) -> None:
        """Ends the consent, and in the same transaction all that rested on it: requests, chats, rooms. Refused: link-over."""

        def work(unit: Unit) -> None:
            row = self._withdrawable(unit.conn, form.token)
            self._close(unit.conn, row, "withdrawn", self._clock.now())
            for persona in accounts.personas(unit.conn, row.account_id):
                accounts.update(unit.conn, persona, consent="")
                self._end_rights(unit, persona)

        await self._db.write(work)

    # As time goes

    async def look(self) -> None:
        """Sends second letters whose time has come."""
        now = self._clock.now()
        while rows := await self._db.read(queries.second_due, now, AT_ONCE):
            await self._db.write(self._send_second, [row.account_id for row in rows], now)

    def _send_second(self, unit: Unit, accounts_due: list[str], now: int) -> None:
        for account in accounts_due:
            row = queries.of(unit.conn, account)
            if row is None or row.state != "once" or row.second_at is None:
                continue
            to = self._sealer.open(row.sealed, account) if row.sealed else None
            if to is None or not self._mail.offered:
                self._close(unit.conn, row, "expired", now)
                continue
            token = new_token()
            ends = now + self._settings.consent_link_days * DAY
            hashes = {"token_hash": hashed(token), "withdraw_hash": hashed(self._withdraw_token(row))}
            queries.update(unit.conn, account, second_at=None, until=ends, **hashes)
            link = self._mail.link(f"/parent?token={token}")
            self._letter(unit, "consent-second", to, account, ends, link=link, withdraw=self._withdraw_link(row))

    def expire(self, unit: Unit) -> int:
        """Letters that nobody answered in time: the parent's address goes. How many."""
        now = self._clock.now()
        queries.forget_asks(unit.conn, now - self._settings.consent_window_days * DAY)
        return queries.expire(unit.conn, now)
