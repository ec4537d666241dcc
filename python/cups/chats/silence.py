"""Listeners who leave somebody without an answer: first they are asked, then the member is offered another (SPEC D15).

Silence is counted from the first word that waits for an answer: the member's first since the listener last wrote, or the beginning of
the chat until the listener has said anything at all. It follows the news, is rebuilt from the messages at start, and is told the time.
"""

from typing import Literal

from sqlalchemy import Connection

from cups.chats import queries
from cups.limits.live import Limits
from cups.messages import queries as messages
from cups.news import ChatChanged, ChatOpened, MessageSaid, MessagesSaid
from cups.store.schema import Record

Stage = Literal["", "asked", "offered"]
LOOKED_BACK = 50


class _Running:
    __slots__ = ("listener", "member", "since", "stage", "told")

    def __init__(self, member: str, listener: str, since: int | None) -> None:
        self.member, self.listener = member, listener
        self.since = since
        """Since when something waits for an answer; None: nothing does."""
        self.stage: Stage = ""
        self.told: Stage = ""


class Silences:
    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._running: dict[str, _Running] = {}

    def rebuild(self, conn: Connection) -> None:
        """From the table: every chat that runs, with what was said last."""
        for row in queries.running(conn):
            self._running[row.id] = _Running(row.member_id, row.listener_id, _unanswered(conn, row))

    def opened(self, news: ChatOpened) -> None:
        self._running[news.id] = _Running(news.member, news.listener, news.at)

    def said(self, news: MessageSaid) -> None:
        running = self._running.get(news.channel)
        if running is None:
            return
        if news.message.author.kind == "listener":
            running.since, running.stage = None, ""
        elif running.since is None:
            running.since = news.message.at

    def many_said(self, news: MessagesSaid) -> None:
        for channel, listener, others in news.batch.spoken(news.first, news.last):
            running = self._running.get(channel)
            if running is not None:
                if listener:
                    running.since, running.stage = None, ""
                if others and running.since is None:
                    running.since = news.batch.at

    def changed(self, news: ChatChanged) -> None:
        if news.ended:
            self._running.pop(news.id, None)

    def stage(self, chat_id: str) -> Stage:
        running = self._running.get(chat_id)
        return "" if running is None else running.stage

    def look(self, now: int) -> list[ChatChanged]:
        """The chats in which silence has come to its next stage, or is over: each is told once."""
        found = []
        ask, offer = (self._limits.figure(name) * 1000 for name in ("silence_ask_s", "silence_offer_s"))
        for id, running in self._running.items():
            if running.since is not None and running.stage != "offered":
                silent = now - running.since
                running.stage = "offered" if silent >= offer else "asked" if silent >= ask else ""
            if running.stage != running.told:
                running.told = running.stage
                found.append(ChatChanged(id=id, member=running.member, listener=running.listener, ended=False))
        return found


def _unanswered(conn: Connection, row: Record) -> int | None:
    since: int | None = row.opened_at
    for said in messages.last(conn, row.id, before=1 << 60, limit=LOOKED_BACK):
        if said.author_id == row.listener_id:
            since = None
        elif since is None:
            since = said.at
    return since
