"""The outbox: letters are put in with the act that wants them, and sent until they are sent or their time is over.

Never lost: a letter is in the transaction of its act. Twice only where it cannot be known: a process that dies, or a connection that breaks, after
the mail server has taken a letter and before that is written down. Both then carry the same Message-ID.
"""

import re
from collections import Counter

import msgspec
import sqlalchemy as sa
import structlog
import trio

from cups import words
from cups.clock import Clock
from cups.ids import new_id
from cups.mail.post import Letter, MailServer, Outcome, Post, Smtp
from cups.mail.tables import letter
from cups.sealed import Sealer
from cups.settings import Settings
from cups.store.database import Database, Unit
from cups.store.schema import Record

log = structlog.get_logger()
HOUR = 3_600_000
_ISOLATED_LINK = re.compile("\u2068(https?://[^\\s\u2069]+)\u2069")
"""As the catalogue of a language written from right to left sets one apart. What makes links of a letter's text would take the mark at its end into it."""
_due = (
    sa.select(letter)
    .where(letter.c.due_at <= sa.bindparam("now"))
    .order_by(letter.c.due_at, letter.c.id)
    .limit(sa.bindparam("most"))
)


_waiting = sa.select(sa.func.count(), sa.func.min(letter.c.due_at))


def waiting(conn: sa.Connection) -> tuple[int, int]:
    """How many letters are not sent yet, and when the first of them is due; 0 where there is none."""
    count, due = conn.execute(_waiting).one()
    return int(count), int(due or 0)


class Body(msgspec.Struct, frozen=True, array_like=True):
    """What is sealed of a letter."""

    to: str
    subject: str
    text: str
    at: int


class Mail:
    """`post` None: this site sends no mail, and its pages offer nothing that needs it."""

    def __init__(self, db: Database, clock: Clock, settings: Settings, sealer: Sealer) -> None:
        self._db, self._clock, self._settings, self._sealer = db, clock, settings, sealer
        self.post: Post | None = Smtp(MailServer.of(settings)) if settings.mail_host else None
        self.trial = False
        """Whether letters go nowhere but to the trial's own page."""
        self._erased = False
        self.outcomes: Counter[str] = Counter()
        """Tries since the start: sent, later, never, given-up."""

    def try_out(self, port: int) -> None:
        """From now on everything goes to the catch-all on this port."""
        server = MailServer.of(self._settings)
        self.post = Smtp(
            server._replace(host="127.0.0.1", port=port, security="none", user="", sender="cups@trial.invalid")
        )
        self.trial = True

    @property
    def offered(self) -> bool:
        return self.post is not None

    def link(self, path: str) -> str:
        return self._settings.allowed_origins()[0] + path

    def write(
        self,
        unit: Unit,
        kind: str,
        to: str,
        *,
        account: str,
        language: str = words.DEFAULT,
        until: int | None = None,
        **args: object,
    ) -> None:
        """A letter with the texts `mail-<kind>-subject` and `mail-<kind>` of the catalogue, in the transaction of `unit`.

        `to`: as `address.checked` gave it. `account`: on whose account it is sent; with that it goes. `until`: when nobody needs it any more; it is given up then, or after `mail_give_up_hours`.
        """
        if self.post is None:
            return
        now, text = self._clock.now(), words.of(language)
        named = {"site": self._settings.site_name, "home": self.link("/")} | args
        foot = text.t("mail-foot", **named)
        said = f"{text.t(f'mail-{kind}', **named)}\n\n-- \n{foot}\n"
        body = Body(to, text.t(f"mail-{kind}-subject", **named), _ISOLATED_LINK.sub(r"\1", said), now)
        id = new_id(now)
        last = now + self._settings.mail_give_up_hours * HOUR
        unit.conn.execute(
            letter.insert(),
            {
                "id": id,
                "account_id": account,
                "kind": kind,
                "sealed": self._sealer.seal(msgspec.json.encode(body).decode(), id),
                "due_at": now,
                "until": last if until is None else min(until, last),
            },
        )

    # Sending

    async def look(self) -> None:
        """Sends what is due, some letters at a time, until nothing more is."""
        while self.post is not None and await self._some(self.post):
            pass

    async def _some(self, post: Post) -> bool:
        now = self._clock.now()
        most = self._settings.mail_at_once
        rows = await self._db.read(lambda conn: list(conn.execute(_due, {"now": now, "most": most})))
        if not rows:
            return False
        taken = await self._db.write(self._lease, rows, now)
        letters = [found for row in taken if (found := self._opened(row)) is not None]
        # Not abandoned when the loop is told to end: what the mail server has taken is written down.
        outcomes = await trio.to_thread.run_sync(post.send, letters) if letters else {}
        with trio.CancelScope(shield=True):
            await self._db.write(self._written, taken, outcomes, self._clock.now())
        return len(rows) == most

    def _lease(self, unit: Unit, rows: list[Record], now: int) -> list[Record]:
        """Those of them that nobody else has taken meanwhile, taken. What is too late to be of use goes."""
        taken = []
        for row in rows:
            where = sa.and_(letter.c.id == row.id, letter.c.due_at == row.due_at)
            if row.until <= now:
                if unit.conn.execute(letter.delete().where(where)).rowcount:
                    self._erased = True
                    self.outcomes["given-up"] += 1
                    log.warning("a letter is given up", kind=row.kind, tries=row.tries)
                continue
            lease = now + self._settings.mail_lease_s * 1000
            if unit.conn.execute(letter.update().where(where).values(due_at=lease, tries=row.tries + 1)).rowcount:
                taken.append(row)
        return taken

    def _opened(self, row: Record) -> Letter | None:
        """None: sealed with another secret than the present one; nobody can read it."""
        text = self._sealer.open(row.sealed, row.id)
        if text is None:
            return None
        body = msgspec.json.decode(text, type=Body)
        return Letter(row.id, body.to, body.subject, body.text, body.at)

    def _written(self, unit: Unit, rows: list[Record], outcomes: dict[str, Outcome], now: int) -> None:
        for row in rows:
            outcome = outcomes.get(row.id, "never")
            self.outcomes[outcome] += 1
            if outcome == "later":
                due = now + self._wait_ms(row.tries)
                unit.conn.execute(letter.update().where(letter.c.id == row.id).values(due_at=due))
                log.info("a letter is tried again later", kind=row.kind, tries=row.tries + 1)
                continue
            unit.conn.execute(letter.delete().where(letter.c.id == row.id))
            self._erased = True
            log.log(*_SAID[outcome], kind=row.kind, tries=row.tries + 1)

    def _wait_ms(self, tries: int) -> int:
        s = self._settings
        return int(min(s.mail_retry_first_s * 2 ** min(tries, 30), s.mail_retry_most_s) * 1000)

    def take_erased(self) -> bool:
        """Whether letters went since this was last asked: the database's log still holds their (sealed) words until it is cut."""
        erased, self._erased = self._erased, False
        return erased


_SAID = {"sent": (20, "a letter is sent"), "never": (30, "a letter was refused for good")}
