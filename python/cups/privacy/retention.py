"""Retention (SPEC B8, L14): what has been kept for as long as the map says is deleted, in small units, and then from the log as well.

Each rule deletes by an age or an end that stands in the row; what is being decided about is left alone.
"""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
import structlog
import trio

from cups.accounts.tables import sanction
from cups.bots.tables import bot_talk
from cups.chats.tables import chat, report
from cups.clock import Clock
from cups.limits.live import Limits
from cups.messages import service as messages
from cups.moderation.tables import contest, removal, warning
from cups.privacy import queries
from cups.requests.tables import request
from cups.screening.tables import concern
from cups.settings import Settings
from cups.store.database import Truncatable, Unit

log = structlog.get_logger()
DAY = 86_400_000
AT_ONCE = 500
"""Rows deleted in one unit of work, so that nobody's message waits for long."""
AGAIN_S = 2.0
"""How soon it is tried again to empty the log, while somebody was reading from it."""
Rule = tuple[sa.Table, sa.ColumnElement[bool]]

_talked = sa.exists().where(bot_talk.c.request_id == request.c.id)
"""What was told a bot goes first, by a rule of its own."""


def _ends(table: sa.Table, before: int) -> sa.ColumnElement[bool]:
    """A decision that is over for so long, and about which nobody decides any more."""
    over: sa.ColumnElement[bool] = (
        sa.func.coalesce(table.c.until, table.c.at) < before if "until" in table.c else sa.true()
    )
    contested = sa.exists().where(contest.c.decision_id == table.c.id, contest.c.state == "open")
    return sa.and_(over, table.c.at < before, ~contested)


class Retention:
    def __init__(self, db: Truncatable, clock: Clock, settings: Settings, limits: Limits) -> None:
        self._db, self._clock, self._settings, self._limits = db, clock, settings, limits
        self.others: list[Callable[[Unit], int]] = []
        """What other features expire by themselves, each in a unit of its own; how many went."""

    def rules(self, now: int) -> list[Rule]:
        """What goes now. Sanctions without an end go when they were lifted."""
        s = self._settings
        decisions = now - max(s.decision_keep_days, self._limits.figure("contest_days")) * DAY
        lifted = sa.and_(
            _ends(sanction, decisions), sa.or_(sanction.c.until.is_not(None), sanction.c.lifted_at < decisions)
        )
        return [
            (report, report.c.until <= now),
            (
                request,
                sa.and_(request.c.state == "closed", request.c.closed_at < now - s.request_keep_days * DAY, ~_talked),
            ),
            (concern, concern.c.closed_at < now - s.concern_keep_days * DAY),
            (warning, _ends(warning, decisions)),
            (removal, sa.and_(_ends(removal, decisions), removal.c.text == "")),
            (sanction, lifted),
            (contest, sa.and_(contest.c.state != "open", contest.c.decided_at < decisions)),
        ]

    async def tidy(self) -> None:
        """One turn."""
        gone = 0
        for kind in ("chat", "room"):
            gone += await self._db.write(self._expire, kind)
        for other in self.others:
            gone += await self._db.write(other)
        for table, over in self.rules(self._clock.now()):
            gone += await self._delete(table, over)
        gone += await self._db.write(self._rest)
        while bare := await self._db.read(queries.bare_channels, AT_ONCE):
            gone += await self._db.write(_delete_channels, bare)
        if gone:
            await self._db.truncate_log()
            log.info("retention", gone=gone)

    def _expire(self, unit: Unit, kind: str) -> int:
        s, now = self._settings, self._clock.now()
        keep, days = (
            (s.chat_keep_messages, s.chat_keep_days) if kind == "chat" else (s.room_keep_messages, s.room_keep_days)
        )
        return messages.expire(unit, kind, keep=keep, older_than=now - days * DAY)

    async def _delete(self, table: sa.Table, over: sa.ColumnElement[bool]) -> int:
        key: tuple[Any, ...] = tuple(table.primary_key.columns)
        some = sa.select(*key).where(over).limit(AT_ONCE)
        statement = table.delete().where(sa.tuple_(*key).in_(some) if len(key) > 1 else key[0].in_(some))
        gone = 0
        while count := await self._db.write(lambda unit: unit.conn.execute(statement).rowcount):
            gone += count
        return gone

    def _rest(self, unit: Unit) -> int:
        """Copies that nobody fetched, and who a chat was with, long ago."""
        now = self._clock.now()
        gone = queries.expire_exports(unit.conn, now)
        old = sa.and_(chat.c.ended_at < now - self._settings.chat_trace_days * DAY, chat.c.member_id != queries.NOBODY)
        if unit.conn.execute(sa.select(chat.c.id).where(old).limit(1)).first() is not None:
            queries.add_nobody(unit.conn)
            some = sa.select(chat.c.id).where(old).limit(AT_ONCE)
            forget = {"member_id": queries.NOBODY, "ended_by": None, "topic": ""}
            gone += unit.conn.execute(chat.update().where(chat.c.id.in_(some)).values(forget)).rowcount
        return gone

    async def keep_log_short(self) -> None:
        """Empties the write-ahead log again and again, at once after a start: what was edited, taken back or deleted is in it no longer than that."""
        while True:
            done = False
            while not done:
                try:
                    done = await self._db.truncate_log()
                except Exception:
                    # As in `steady.every`: the next turn comes all the same.
                    log.exception("background work failed", work="truncate_log")
                    break
                if not done:
                    await trio.sleep(AGAIN_S)
            await trio.sleep(self._settings.log_truncate_every_s)


def _delete_channels(unit: Unit, ids: list[str]) -> int:
    return queries.delete_channels(unit.conn, ids)
