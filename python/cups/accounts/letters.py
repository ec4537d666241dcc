"""Coming back by a letter: a link to a new password, sent to the confirmed address of the account that somebody names.

What is asked for is only remembered, with the same work whether there is such an account or not; a moment later it is looked up and the letter
goes out. So neither the answer nor its time says anything. It is remembered in memory: whose it is cannot be said before it is looked up, and
whoever asked while the process died asks again.
"""

import sqlalchemy as sa
from sqlalchemy import Connection

from cups.accounts import browsers, names, queries, session_queries, sessions
from cups.accounts.emails import Emails
from cups.accounts.happenings import HappeningList
from cups.accounts.passwords import Passwords
from cups.accounts.passwords import check as check_password
from cups.accounts.tables import reset_link
from cups.accounts.visitor import Came, hashed
from cups.clock import Clock
from cups.errors import Refused
from cups.ids import new_token
from cups.limits.live import Limits
from cups.mail.service import Mail
from cups.settings import Settings
from cups.store.database import Database, Unit
from cups.store.schema import Record
from cups.wire.signin import RecoverByLinkIn, RecoverLetterIn

MINUTE = 60_000
AT_ONCE = 50
_by_token = sa.select(reset_link).where(reset_link.c.token_hash == sa.bindparam("hash"))


class RecoveryLetters:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        settings: Settings,
        limits: Limits,
        passwords: Passwords,
        emails: Emails,
        mail: Mail,
        happenings: HappeningList,
    ) -> None:
        self._db, self._clock, self._settings, self._limits = db, clock, settings, limits
        self._passwords, self._emails, self._mail, self._happenings = passwords, emails, mail, happenings
        self._asked: list[str] = []

    async def ask(self, form: RecoverLetterIn, came: Came) -> None:
        """The same for every name and address. Refused: mail-off, too-fast (counted by what was typed, never by what was found)."""
        if not self._mail.offered:
            raise Refused("mail-off")
        typed, now = form.to.strip(), self._clock.now()
        key = self._emails.digest(typed) if "@" in typed.removeprefix("@") else names.key(typed.removeprefix("@"))
        limits = [("recover-letter", key), ("recover-letter-address", came.address), ("recover-letter-all", "")]
        if until := self._limits.check_all(limits, now):
            raise Refused("too-fast", retry_at=until)
        self._asked.append(typed)

    async def look(self) -> None:
        """Answers what was asked for, with letters or without."""
        while self._asked:
            some, self._asked = self._asked[:AT_ONCE], self._asked[AT_ONCE:]
            await self._db.write(self._answer, some)

    def _answer(self, unit: Unit, asked: list[str]) -> None:
        now, minutes = self._clock.now(), self._settings.reset_minutes
        until = now + minutes * MINUTE
        for typed in asked:
            for account_id, name, box in self._emails.letter_boxes(unit.conn, typed):
                limits = [("recover-letter", f"account {account_id}"), ("email-to", self._emails.digest(box))]
                if self._limits.check_all(limits, now):
                    continue  # letters enough; nobody is told, since that would say that there is such an account
                token = new_token()
                unit.conn.execute(
                    reset_link.insert(), {"token_hash": hashed(token), "account_id": account_id, "until": until}
                )
                link = self._mail.link(f"/recover/link?token={token}")
                self._mail.write(
                    unit,
                    "recover",
                    box,
                    account=account_id,
                    language=queries.page_language(unit.conn, account_id),
                    until=until,
                    name=name,
                    link=link,
                    minutes=minutes,
                )

    # The link

    async def name_of(self, token: str) -> str:
        """Whose new password this link sets, to be shown to whoever holds it. Refused: link-over."""
        name: str = (await self._db.read(self._owner, token)).name
        return name

    def _owner(self, conn: Connection, token: str) -> Record:
        row = conn.execute(_by_token, {"hash": hashed(token)}).one_or_none()
        owner = None if row is None or row.until <= self._clock.now() else queries.by_id(conn, row.account_id)
        if owner is None:
            raise Refused("link-over")
        return owner

    async def recover(self, form: RecoverByLinkIn, came: Came) -> None:
        """Sets the new password, and ends all sessions. Nobody is signed in by it: that takes the new password, and the second factor where there is one.

        Refused: too-fast, link-over, password-too-short, password-too-common.
        """
        limits = [("recover-address", came.address), ("recover-all", "")]
        if until := self._limits.check_all(limits, self._clock.now()):
            raise Refused("too-fast", retry_at=until)
        owner = await self._db.read(self._owner, form.token)
        check_password(form.password, owner.name)
        password_hash = await self._passwords.hash(form.password)

        def work(unit: Unit) -> None:
            present = self._owner(unit.conn, form.token)
            queries.end_reset_links(unit.conn, present.id)
            queries.update(unit.conn, present.id, password_hash=password_hash)
            personas = queries.personas(unit.conn, present.id)
            session_queries.end_halves(unit.conn, personas)
            for persona in personas:
                sessions.end_all(unit, persona)
            browsers.forget_all(unit.conn, present.id)
            self._happenings.tell(unit, present.id, "recovered")

        await self._db.write(work)

    def expire(self, unit: Unit) -> None:
        unit.conn.execute(reset_link.delete().where(reset_link.c.until <= self._clock.now()))
