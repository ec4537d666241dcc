"""Noni: asks those who wait why they came, keeps what they answer, and hands it to the listener who takes them.

Nobody else reads it: whose chat it is decides `Chats`, which request it was told for decides this. Answers are taken as long as the request
waits, and screened, paced and limited like all that is written to somebody. A sign of danger never holds one back.
"""

from typing import Literal, NamedTuple

from sqlalchemy import Connection

from cups import words
from cups.accounts import queries as accounts
from cups.accounts.visitor import Visitor
from cups.bots import queries, script
from cups.bots.script import Question, Script
from cups.chats.service import Chats
from cups.clock import Clock
from cups.errors import Refused
from cups.limits.live import Limits
from cups.messages import queries as channels
from cups.news import BotTold, ConcernRaised
from cups.reach import Facts, greeted_by_bots, opens_at, write
from cups.requests import queries as requests
from cups.screening.door import Judged, Screen
from cups.screening.model import ABOUT
from cups.settings import Settings
from cups.store.database import Transactions, Unit
from cups.store.schema import Record
from cups.wire.bots import BotAnswer, BotAnswerIn, BotCrisis, BotTalk, Told, ToldAnswer

NONI: Literal["noni"] = "noni"
DAY = 86_400_000


class Outcome(NamedTuple):
    """Either the talk as it is now, or why the answer was not taken; and help to be shown at once, whichever it is."""

    talk: BotTalk | None
    refused: Refused | None = None
    help: Literal["", "own", "other", "abuse"] = ""
    hidden: bool = False


class Bots:
    def __init__(
        self, db: Transactions, clock: Clock, settings: Settings, limits: Limits, screen: Screen, chats: Chats
    ) -> None:
        self._db, self._clock, self._settings, self._limits = db, clock, settings, limits
        self._screen, self._chats = screen, chats
        self._scripts = {language: made for (bot, language), made in script.shipped().items() if bot == NONI}
        self.script = self._scripts[words.DEFAULT]
        """What questions there are: every language has the same ones."""

    def _script_of(self, conn: Connection, account: str) -> Script:
        """In the language in which this person reads the page; in English where there is none."""
        row = accounts.by_id(conn, account)
        return self._scripts.get("" if row is None else row.page_language, self.script)

    # Those who wait

    async def talk(self, visitor: Visitor, request_id: str) -> BotTalk:
        """The own talk about this request. Refused: not-found."""

        def read(conn: Connection) -> BotTalk:
            row = _own(conn, visitor.id, request_id)
            return self._talk(conn, row, accounts.facts_by_id(conn, visitor.id, self._clock.now()) or visitor.facts)

        return await self._db.read(read)

    async def answer(self, visitor: Visitor, request_id: str, question_id: str, form: BotAnswerIn) -> Outcome:
        """Stored once per ref, in place of an earlier answer to the same question.

        Refused: not-found, bad-input. In the outcome, since a concern may go with it: answers-passed-on, conflict (the request is over),
        muted, banned, too-fast, and what screening holds back.
        """
        question = self.script.question(question_id)
        if question is None:
            raise Refused("not-found")
        _check(question, form)
        return await self._db.write(self._answer, visitor.id, request_id, question, form)

    def _answer(self, unit: Unit, account: str, request_id: str, question: Question, form: BotAnswerIn) -> Outcome:
        conn, now = unit.conn, self._clock.now()
        row = _own(conn, account, request_id)
        facts = accounts.facts_by_id(conn, account, now)
        if facts is None:
            raise Refused("not-found")
        talk = queries.talk_of(conn, request_id, NONI)
        if talk is not None and (known := queries.by_ref(conn, talk.id, form.ref)) is not None:
            return Outcome(self._talk(conn, row, facts), help=known.help, hidden=known.hidden)
        talk_id = self._open(conn, account, request_id, now) if talk is None else str(talk.id)
        text = "" if form.skip else form.text.strip()
        refused = self._refusal(conn, row, facts, now)
        if refused is not None:
            self._screen.refused_meanwhile(unit, talk_id, account, text, now)
            return _unanswered(unit, refused)
        try:
            judged = self._judge(unit, talk_id, account, question.id, text, now)
        except Refused as held:
            return _unanswered(unit, held)
        raised = _raised(unit)
        help, hidden = ("", False) if raised is None else (ABOUT[raised.kind], raised.hidden)
        question = self._script_of(conn, account).question(question.id) or question
        choice = None if form.skip else question.choice(form.choice)
        queries.put(
            conn,
            talk_id,
            question.id,
            ref=form.ref,
            asked=question.asks,
            choice="" if choice is None else choice.id,
            chosen="" if choice is None else choice.words,
            text=text if judged is None else judged.text,
            skipped=form.skip,
            help=help,
            hidden=hidden,
            at=now,
        )
        told = self._talk(conn, row, facts)
        unit.announce(BotTold(account=account, talk=told))
        return Outcome(told, help=help, hidden=hidden)  # type: ignore[arg-type]  # of `ABOUT`'s values, or empty

    def _open(self, conn: Connection, account: str, request_id: str, now: int) -> str:
        talk_id = channels.create_channel(conn, queries.KIND, now)
        queries.insert_talk(conn, id=talk_id, bot=NONI, account_id=account, request_id=request_id, opened_at=now)
        return talk_id

    def _refusal(self, conn: Connection, row: Record, facts: Facts, now: int) -> Refused | None:
        if row.state != "waiting":
            return Refused("answers-passed-on" if row.state == "held" or row.reason == "matched" else "conflict")
        if not (verdict := write(facts, now=now)).ok:
            return Refused(verdict.code, retry_at=opens_at(facts, verdict, now=now))
        if until := self._limits.check_person(conn, "bot-answer", facts, now):
            return Refused("too-fast", retry_at=until)
        return None

    def _judge(self, unit: Unit, talk_id: str, account: str, question: str, text: str, now: int) -> Judged | None:
        """An answer has its place among the others, as a message has: a number in parts is found, in whichever order they are given."""
        before = any(one.question == question for one in queries.answers(unit.conn, talk_id))
        if not text:
            if before:
                self._screen.taken_back(talk_id, account, question, now)
            return None
        judged = self._screen.message(unit, talk_id, account, question, text, now, changed=before)
        self._screen.said(unit, talk_id, account, question, text, None, judged, now, changed=before)
        return judged

    def _talk(self, conn: Connection, row: Record, facts: Facts) -> BotTalk:
        made, order = self._script_of(conn, row.asker_id), [question.id for question in self.script.questions]
        talk = queries.talk_of(conn, row.id, NONI)
        given = [] if talk is None else [_answer(one) for one in queries.answers(conn, talk.id)]
        given.sort(key=lambda one: order.index(one.question) if one.question in order else len(order))
        there = {one.question for one in given}
        now = self._clock.now()
        return BotTalk(
            bot=NONI,
            request=row.id,
            name=made.name,
            label=made.label,
            greets=greeted_by_bots(facts),
            can_answer=row.state == "waiting" and write(facts, now=now).ok,
            hello=made.hello,
            questions=[question.wire() for question in made.questions],
            answers=given,
            next=next((id for id in order if id not in there), None),
            done=made.done,
            calm=made.calm,
            crisis=BotCrisis(own=made.crisis.own, other=made.crisis.other, abuse=made.crisis.abuse),
        )

    def carry_on(self, unit: Unit, before: str, after: str) -> None:
        """Somebody is put back into the queue with another request: what they told goes along, and whoever had it has it no more."""
        queries.move(unit.conn, before, after)

    # The two of a chat

    async def told(self, account: str, chat_id: str) -> Told:
        """What was passed on with this chat, for its member and for the listener who has it. Refused: not-found."""

        def read(conn: Connection) -> Told:
            chat = self._chats.party(conn, chat_id, account)
            found: list[Record] = []
            if self._chats.confides(conn, chat, account) and self._goes_with(conn, chat):
                talk = queries.talk_of(conn, chat.request_id, NONI)
                found = [] if talk is None else queries.answers(conn, talk.id)
            order = {question.id: at for at, question in enumerate(self.script.questions)}
            found.sort(key=lambda one: order.get(one.question, len(order)))
            answers = [
                ToldAnswer(asked=one.asked, chosen=one.chosen, text=one.text) for one in found if not one.skipped
            ]
            own = self._script_of(conn, account)
            return Told(name=own.name, label=own.label, answers=answers)

        return await self._db.read(read)

    def _goes_with(self, conn: Connection, chat: Record) -> bool:
        """Whether this chat is the one that its request led to last: whoever had it before has given it back."""
        row = requests.by_id(conn, chat.request_id)
        return row is not None and row.chat_id == chat.id

    # Retention

    def expire(self, unit: Unit) -> int:
        """As long as messages of chats are kept at the most; soon, where no listener came. How many answers went."""
        now, s = self._clock.now(), self._settings
        ids = queries.to_forget(
            unit.conn,
            opened_before=now - s.chat_keep_days * DAY,
            closed_before=now - s.bot_unheard_s * 1000,
        )
        return sum(queries.forget(unit.conn, id) for id in ids)


def _own(conn: Connection, account: str, request_id: str) -> Record:
    row = requests.by_id(conn, request_id)
    if row is None or row.asker_id != account:
        raise Refused("not-found")
    return row


def _check(question: Question, form: BotAnswerIn) -> None:
    """Refused: bad-input for an answer that this question does not take."""
    if form.skip:
        if form.choice or form.text.strip():
            raise Refused("bad-input", field="skip")
        return
    if form.choice and question.choice(form.choice) is None:
        raise Refused("bad-input", field="choice")
    if form.text.strip() and not question.own_words:
        raise Refused("bad-input", field="text")
    if not form.choice and not form.text.strip():
        raise Refused("bad-input", field="text")


def _raised(unit: Unit) -> ConcernRaised | None:
    """The concern that this unit of work has raised, if it has."""
    return next((news for news in unit.news if isinstance(news, ConcernRaised)), None)


def _unanswered(unit: Unit, refused: Refused) -> Outcome:
    """Undoes all of it, unless somebody is called because of the words."""
    raised = _raised(unit)
    if raised is None:
        raise refused
    refused.help = ABOUT[raised.kind]
    return Outcome(None, refused, refused.help, raised.hidden)


def _answer(row: Record) -> BotAnswer:
    return BotAnswer(
        question=row.question,
        asked=row.asked,
        choice=row.choice,
        chosen=row.chosen,
        text=row.text,
        skipped=row.skipped,
        help=row.help,
        hidden=row.hidden,
        at=row.at,
    )
