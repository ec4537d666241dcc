"""Referral links (SPEC A11): each account has a number; whoever comes by its link and signs up is counted for it.

Nobody who follows a link can learn whose it is: following asks the database nothing, so every number is answered alike, and the browser keeps
the bare number until somebody signs up. And who came is not written down: only that somebody did, and on which day; its owner is told from the
day after on, so that the count says of no friend whether they have come.
"""

import re
import secrets

import sqlalchemy as sa
from sqlalchemy import Connection

from cups.accounts.tables import referral, referral_link
from cups.accounts.visitor import Came, Visitor
from cups.clock import Clock
from cups.errors import Refused
from cups.ids import new_id
from cups.limits.live import Limits
from cups.settings import Settings
from cups.store.database import Database, Unit
from cups.wire.people import Referral

DAY = 86_400_000
DIGITS = 12
SHAPE = re.compile(rf"[0-9]{{{DIGITS}}}")
_number = sa.select(referral_link.c.number).where(referral_link.c.account_id == sa.bindparam("account"))
_owner = sa.select(referral_link.c.account_id).where(referral_link.c.number == sa.bindparam("number"))
_came = (
    sa.select(sa.func.count())
    .select_from(referral)
    .where(referral.c.owner_id == sa.bindparam("account"), referral.c.day < sa.bindparam("today"))
)


class Referrals:
    def __init__(self, db: Database, clock: Clock, settings: Settings, limits: Limits) -> None:
        self._db, self._clock, self._settings, self._limits = db, clock, settings, limits

    async def of(self, visitor: Visitor) -> Referral:
        """The account's own link, made when it is first asked for, and how many came by it until yesterday. Refused: not-allowed (a guest)."""
        if not visitor.signed_up:
            raise Refused("not-allowed")
        now = self._clock.now()

        def read(conn: Connection) -> tuple[str | None, int]:
            came = conn.execute(_came, {"account": visitor.id, "today": now - now % DAY}).scalar_one()
            return conn.execute(_number, {"account": visitor.id}).scalar(), int(came)

        number, came = await self._db.read(read)
        if number is None:
            number = await self._db.write(self._make, visitor.id)
        return Referral(number=number, link=f"{self._settings.allowed_origins()[0]}/r/{number}", came=came)

    def _make(self, unit: Unit, account_id: str) -> str:
        known: str | None = unit.conn.execute(_number, {"account": account_id}).scalar()
        while known is None:
            number = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
            if unit.conn.execute(_owner, {"number": number}).first() is None:
                unit.conn.execute(referral_link.insert(), {"account_id": account_id, "number": number})
                known = number
        return known

    def credit(self, unit: Unit, came: Came) -> None:
        """In the transaction of a sign-up. Counted in silence or not at all: nobody is told which."""
        if came.referral is None or not SHAPE.fullmatch(came.referral):
            return
        now = self._clock.now()
        owner = unit.conn.execute(_owner, {"number": came.referral}).scalar()
        limits = [("referral-address", came.address), ("referral-owner", came.referral)]
        if owner is None or self._limits.check_all(limits, now):
            return
        today = now - now % DAY
        unit.conn.execute(referral.insert(), {"id": new_id(today), "owner_id": owner, "day": today})
